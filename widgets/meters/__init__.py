"""Meters of sound: levels of channels and loudness."""

from __future__ import annotations

from widgets.meters.level_meter import Channel, LevelMeter
from widgets.meters.loudness_view import TARGETS, LoudnessReading, LoudnessView

__all__ = ["TARGETS", "Channel", "LevelMeter", "LoudnessReading", "LoudnessView"]
