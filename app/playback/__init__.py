"""Plays values of the graph: picture in sync with sound, on threads of its own."""

from __future__ import annotations

from app.playback.levels import Levels, Reading
from app.playback.playable import Playable, is_playable, playable
from app.playback.transport import Facts, Playback, Shown

__all__ = ["Facts", "Levels", "Playable", "Playback", "Reading", "Shown", "is_playable", "playable"]
