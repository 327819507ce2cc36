"""Clips, images and sounds as lazy values; decode, encode, conform, probe."""

from __future__ import annotations

from engine.media.clip import Clip, Geometry
from engine.media.color import REC709, RGB709, ColorInfo
from engine.media.image import Image
from engine.media.rates import frames_in, nearest_rate, rate, timecode_frame, timecode_text
from engine.media.sound import Sound

__all__ = [
    "REC709",
    "RGB709",
    "Clip",
    "ColorInfo",
    "Geometry",
    "Image",
    "Sound",
    "frames_in",
    "nearest_rate",
    "rate",
    "timecode_frame",
    "timecode_text",
]
