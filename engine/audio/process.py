"""Gain, fades, trim, pan, placement and mixing of sounds; all lazy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.audio.scale import amplitude
from engine.errors import UsageError
from engine.media.sound import Samples, Sound

FadeShape: TypeAlias = Literal["linear", "smooth", "equal power", "late"]

_SHAPES: dict[FadeShape, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "linear": lambda u: u,
    "smooth": lambda u: u * u * (3.0 - 2.0 * u),
    "equal power": np.sqrt,
    "late": lambda u: u * u * u,
}


def samples(seconds: float, rate: int) -> int:
    """The number of samples nearest to a time."""
    return round(seconds * rate)


def gain(sound: Sound, decibels: float) -> Sound:
    """`sound` louder (above 0) or softer by `decibels`."""
    factor = np.float32(amplitude(decibels))
    return _changed(sound, lambda block, _: block * factor)


def fade(
    sound: Sound, fade_in: float = 0.0, fade_out: float = 0.0, *, shape: FadeShape = "smooth"
) -> Sound:
    """`sound` rising from silence for `fade_in` seconds and falling to it for `fade_out`.

    Shapes of the rise (the fall is its mirror): linear; smooth, soft at both ends; equal power,
    for crossfades of unlike sounds; late, which stays low for long. Fades longer than the sound
    meet and multiply.
    """
    curve = _SHAPES[shape]
    rise, fall = samples(fade_in, sound.rate), samples(fade_out, sound.rate)
    if rise < 0 or fall < 0:
        raise UsageError("a fade cannot be shorter than 0 seconds")

    def change(block: Samples, start: int) -> Samples:
        stop = start + len(block)
        if start >= rise and stop <= sound.sample_count - fall:
            return block
        places = np.arange(start, stop)
        gains = np.ones(len(block))
        if rise:
            gains *= curve(np.clip(places / rise, 0.0, 1.0))
        if fall:
            gains *= curve(np.clip((sound.sample_count - 1 - places) / fall, 0.0, 1.0))
        return (block * gains[:, None]).astype(np.float32)

    return _changed(sound, change)


def trim(sound: Sound, start: float = 0.0, end: float | None = None) -> Sound:
    """The part of `sound` from `start` to `end` seconds (None: its end).

    Raises UsageError when nothing is left.
    """
    first = max(0, samples(start, sound.rate))
    last = sound.sample_count if end is None else samples(end, sound.rate)
    last = min(last, sound.sample_count)
    if last <= first:
        raise UsageError(
            f"nothing is left of {float(sound.duration):g} s of sound between "
            f"{start:g} s and {'its end' if end is None else f'{end:g} s'}",
            mend="Set an end that lies after the start, inside the sound",
        )
    return sound.part(first, last)


def place(sound: Sound, at: float, *, length: float | None = None) -> Sound:
    """`sound` beginning `at` seconds after the start of the result, silence around it.

    length: seconds of the result; None ends it with the sound. What reaches out is cut off.
    """
    before = samples(at, sound.rate)
    whole = before + sound.sample_count if length is None else samples(length, sound.rate)
    return sound.part(-before, max(whole, 0) - before)


def pan(sound: Sound, position: float) -> Sound:
    """A mono or stereo sound in stereo, at `position` -1 (left) to 1 (right), of equal power.

    A mono sound in the middle is 3 dB lower in each channel. A stereo sound in the middle is
    unchanged, and towards a side that side rises by up to 3 dB.
    """
    if sound.layout not in ("mono", "stereo"):
        raise UsageError(
            f"a {sound.layout} sound cannot be panned", mend="Convert it to mono or stereo first"
        )
    angle = (min(1.0, max(-1.0, position)) + 1.0) * np.pi / 4.0
    sides = np.array([np.cos(angle), np.sin(angle)]).round(12)
    factors = (sides * (np.sqrt(2.0) if sound.layout == "stereo" else 1.0)).astype(np.float32)
    return replace(_changed(sound, lambda block, _: block * factors), layout="stereo")


def mix(
    sounds: Sequence[Sound],
    *,
    gains: Sequence[float] | None = None,
    starts: Sequence[float] | None = None,
) -> Sound:
    """The sum of sounds of one rate and layout, each by its gain in dB and start in seconds.

    The result ends with the sound that ends last. Raises UsageError when there is nothing to mix
    or the formats differ.
    """
    if not sounds:
        raise UsageError("there is nothing to mix")
    first = sounds[0]
    for sound in sounds:
        if (sound.rate, sound.layout) != (first.rate, first.layout):
            raise UsageError(
                f"{sound.layout} at {sound.rate} Hz and {first.layout} at {first.rate} Hz "
                "cannot be mixed",
                mend="Convert them to one rate and layout first",
            )
    gains = gains if gains is not None else [0.0] * len(sounds)
    offsets = [samples(s, first.rate) for s in starts] if starts is not None else [0] * len(sounds)
    pairs = list(zip(sounds, offsets, strict=True))
    count = max(0, *(offset + sound.sample_count for sound, offset in pairs))
    parts = [sound.part(-offset, count - offset) for sound, offset in pairs]
    factors = [amplitude(g) for _, g in zip(sounds, gains, strict=True)]

    def read(start: int, stop: int) -> Iterator[Samples]:
        for blocks in zip(*(part.blocks(start, stop) for part in parts), strict=True):
            total = np.zeros(blocks[0].shape)
            for block, factor in zip(blocks, factors, strict=True):
                total += factor * block
            yield total.astype(np.float32)

    return Sound(first.rate, first.layout, count, read, "mix")


def multiply(sound: Sound, curve: Sound) -> Sound:
    """`sound` times a mono curve of the same rate and length."""

    def read(start: int, stop: int) -> Iterator[Samples]:
        for block, gains in zip(sound.blocks(start, stop), curve.blocks(start, stop), strict=True):
            yield block * gains

    return replace(sound, read=read)


def _changed(sound: Sound, change: Callable[[Samples, int], Samples]) -> Sound:
    """`sound` with every block changed, given the number of its first sample."""

    def read(start: int, stop: int) -> Iterator[Samples]:
        at = start
        for block in sound.blocks(start, stop):
            yield change(block, at)
            at += len(block)

    return replace(sound, read=read)
