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
from engine.media.transcript import HeardWord, Transcript

if TYPE_CHECKING:
    from engine.media.conforming import conform as conform
    from engine.media.conforming import conform_sound as conform_sound
    from engine.media.encoding import encode as encode
    from engine.media.encoding import encode_sound as encode_sound
    from engine.media.making import solid_clip as solid_clip
    from engine.media.making import still_clip as still_clip
    from engine.media.open import open_clip as open_clip
    from engine.media.open import open_sound as open_sound
    from engine.media.open import sound_fault as sound_fault
    from engine.media.presets import AUDIO as AUDIO
    from engine.media.presets import PRESETS as PRESETS
    from engine.media.presets import Preset as Preset
    from engine.media.probing import MediaInfo as MediaInfo
    from engine.media.probing import probe as probe
    from engine.media.resize import conform_size as conform_size
    from engine.media.resize import crop as crop
    from engine.media.resize import turn as turn
    from engine.media.retime import conform_rate as conform_rate
    from engine.media.retime import reverse as reverse
    from engine.media.retime import slow_motion as slow_motion
    from engine.media.retime import trim as trim
    from engine.media.sheet import contact_sheet as contact_sheet
    from engine.media.sheet import sample_frames as sample_frames
    from engine.media.still import image_metadata as image_metadata
    from engine.media.still import open_image as open_image
    from engine.media.still import write_image as write_image
    from engine.media.stretch import stretch_sound as stretch_sound

_HOME = {
    "conforming": ("conform", "conform_sound"),
    "encoding": ("encode", "encode_sound"),
    "making": ("solid_clip", "still_clip"),
    "open": ("open_clip", "open_sound", "sound_fault"),
    "presets": ("AUDIO", "PRESETS", "Preset"),
    "probing": ("MediaInfo", "probe"),
    "resize": ("conform_size", "crop", "turn"),
    "retime": ("conform_rate", "reverse", "slow_motion", "trim"),
    "sheet": ("contact_sheet", "sample_frames"),
    "still": ("image_metadata", "open_image", "write_image"),
    "stretch": ("stretch_sound",),
}
_MODULE_OF = {name: f"{__name__}.{module}" for module, names in _HOME.items() for name in names}

__all__ = [  # noqa: PLE0604
    "REC709",
    "RGB709",
    "Clip",
    "ColorInfo",
    "Geometry",
    "HeardWord",
    "Image",
    "Sound",
    "Transcript",
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
