"""Clips, images and sounds as lazy values; decode, encode, conform, probe.

Values and rates load at once; what needs FFmpeg loads on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.media.clip import Clip, Geometry
from engine.media.color import REC709, RGB709, ColorInfo
from engine.media.image import Image
from engine.media.rates import frames_in, nearest_rate, rate, timecode_frame, timecode_text
from engine.media.sound import Sound

if TYPE_CHECKING:
    from engine.media.open import open_clip as open_clip
    from engine.media.open import open_sound as open_sound
    from engine.media.still import image_metadata as image_metadata
    from engine.media.still import open_image as open_image
    from engine.media.still import write_image as write_image

_HOME = {
    "open": ("open_clip", "open_sound"),
    "still": ("image_metadata", "open_image", "write_image"),
}
_MODULE_OF = {name: f"{__name__}.{module}" for module, names in _HOME.items() for name in names}

__all__ = [  # noqa: PLE0604
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
    *_MODULE_OF,
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value
