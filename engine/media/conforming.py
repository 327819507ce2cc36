"""Makes clips and sounds fit an edit: rate, size, sample rate and channels in one go."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from engine.media.clip import Clip
from engine.media.mixing import conform_layout
from engine.media.resample import conform_sample_rate
from engine.media.resize import SizeMode, conform_size
from engine.media.retime import RateMethod, conform_rate
from engine.media.sound import CHANNELS, Sound


def conform(
    clip: Clip,
    *,
    rate: Fraction | None = None,
    size: tuple[int, int] | None = None,
    sample_rate: int | None = None,
    layout: str | None = None,
    method: RateMethod = "nearest",
    mode: SizeMode = "fit",
) -> Clip:
    """The clip at an edit's rate and size, its sound at its sample rate; None keeps what is."""
    if rate is not None:
        clip = conform_rate(clip, rate, method)
    if size is not None:
        clip = conform_size(clip, *size, mode)
    if clip.sound is not None:
        clip = replace(clip, sound=conform_sound(clip.sound, rate=sample_rate, layout=layout))
    return clip


def conform_sound(sound: Sound, *, rate: int | None = None, layout: str | None = None) -> Sound:
    """The sound at another sample rate and in another channel layout; None keeps what is.

    Channels are folded down before the rate changes, and spread out after it.
    """
    if layout in CHANNELS and len(CHANNELS[layout]) < sound.channels:
        sound = conform_layout(sound, layout)
    if rate is not None:
        sound = conform_sample_rate(sound, rate)
    return sound if layout is None else conform_layout(sound, layout)
