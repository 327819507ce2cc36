"""Gestures of the timeline: one class each, with start, move, end and cancel."""

from __future__ import annotations

from widgets.timeline.gestures.protocol import Gesture as Gesture
from widgets.timeline.gestures.protocol import Pointer as Pointer
from widgets.timeline.gestures.protocol import Stage as Stage
from widgets.timeline.gestures.starting import begin as begin
