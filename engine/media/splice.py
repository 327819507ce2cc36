"""Clips put together from parts of others: frames of the first stay as they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np
from av import VideoFrame

from engine.errors import UsageError
from engine.media.clip import Clip
from engine.media.pixels import converted
from engine.media.rates import samples_in
from engine.media.sound import Samples, Sound


def joined(clips: Sequence[Clip]) -> Clip:
    """Clips one after the other, in the form of the first; sounds are left out.

    Raises UsageError when their rates or sizes differ.
    """
    first = clips[0]
    parts = [first, *(alike(clip, first) for clip in clips[1:])]
    ends = list(accumulate(part.frame_count for part in parts))

    def read(start: int, stop: int) -> Iterator[VideoFrame]:
        for part, end in zip(parts, ends, strict=True):
            begin = end - part.frame_count
            low, high = max(start, begin), min(stop, end)
            if low < high:
                yield from part.stored(low - begin, high - begin)

    return replace(first, frame_count=ends[-1], read=read, sound=None)


def with_frames(clip: Clip, at: int, new: Clip) -> Clip:
    """The clip with frames of another in place of its own from `at` on; all others stay bit-exact.

    Its sound and timecode stay as well.
    """
    stop = at + new.frame_count
    if not 0 <= at < stop <= clip.frame_count:
        raise UsageError(
            f"frames {at} to {stop - 1} are not all in a clip of {clip.frame_count} frames"
        )
    made = alike(new, clip)

    def read(start: int, end: int) -> Iterator[VideoFrame]:
        if start < at:
            yield from clip.stored(start, min(end, at))
        if max(start, at) < min(end, stop):
            yield from made.stored(max(start, at) - at, min(end, stop) - at)
        if end > stop:
            yield from clip.stored(max(start, stop), end)

    return replace(clip, read=read)


def alike(clip: Clip, other: Clip) -> Clip:
    """A clip stored as another is. Raises UsageError when rate or size differ."""
    if clip.rate != other.rate or clip.shown != other.shown:
        raise UsageError(
            f"{clip.width}x{clip.height} at {float(clip.rate):g} frames a second does not go with "
            f"{other.width}x{other.height} at {float(other.rate):g}",
            mend="Conform one to the other.",
        )
    form = (clip.pixel_format, clip.color, clip.geometry)
    if form == (other.pixel_format, other.color, other.geometry):
        return clip
    if not other.geometry.is_plain:
        raise UsageError("a turned clip, or one with other than square pixels, cannot be joined")

    def read(start: int, stop: int) -> Iterator[VideoFrame]:
        frames = clip.frames(start, stop)
        return converted(frames, clip.color, other.pixel_format, other.color)

    return replace(
        clip,
        geometry=other.geometry,
        pixel_format=other.pixel_format,
        color=other.color,
        read=read,
    )


def lengthened(clip: Clip, sound: Sound | None, before: int, frames: int) -> Sound | None:
    """A clip's sound with silence for `before` new frames ahead of it, `frames` long in all."""
    if sound is None:
        return None
    start = samples_in(before, clip.rate, sound.rate)
    return sound.part(-start, samples_in(frames, clip.rate, sound.rate) - start)


def with_sound(sound: Sound, at: int, new: Sound) -> Sound:
    """A sound that is `new` for as long as that lasts, from sample `at` on, and else as it was.

    Both have one rate and layout. They fade over into each other in 10 ms, inside of the new part.
    """
    count = new.sample_count
    fade = max(1, min(sound.rate // 100, count // 2))

    def read(start: int, stop: int) -> Iterator[Samples]:
        now = start
        for block in sound.blocks(start, stop):
            low, high = max(at, now), min(at + count, now + len(block))
            if low < high:
                places = np.arange(low - at, high - at)
                share = np.minimum(np.minimum(places, count - 1 - places) / fade, 1.0)
                block = block.copy()
                part = block[low - now : high - now]
                part += share[:, None] * (new.array(low - at, high - at) - part)
            yield block
            now += len(block)

    return replace(sound, read=read)


def rolled_sound(clip: Clip, first: int) -> Sound | None:
    """The clip's sound from frame `first` to its end, then what came before."""
    sound = clip.sound
    if sound is None:
        return None
    count = samples_in(clip.frame_count, clip.rate, sound.rate)
    whole = sound.part(0, count)
    cut = samples_in(first, clip.rate, sound.rate)

    def read(start: int, stop: int) -> Iterator[Samples]:
        begin, end = start + cut, stop + cut
        if begin < count:
            yield from whole.blocks(begin, min(end, count))
        if end > count:
            yield from whole.blocks(max(begin, count) - count, end - count)

    return replace(whole, read=read)
