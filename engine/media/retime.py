"""Clips in other time: cut, conformed to a rate, slower, backwards. Streamed, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import Literal

import numpy as np
from av import VideoFrame
from av.video.reformatter import VideoReformatter

from engine.errors import UsageError
from engine.media.clip import Clip
from engine.media.pixels import SMOOTH
from engine.media.planes import blank_like, layout_of, views, workable_format
from engine.media.rates import frames_in, samples_in
from engine.media.sound import Samples, Sound
from engine.media.stretch import stretch_sound

RateMethod = Literal["nearest", "blend"]

_BACKWARDS_BYTES = 128 << 20
_HALF = Fraction(1, 2)


def trim(clip: Clip, start: int = 0, stop: int | None = None) -> Clip:
    """Frames `start` to `stop` (excluded) of a clip, with the sound under them.

    Raises UsageError when nothing would be left.
    """
    stop = clip.frame_count if stop is None else min(stop, clip.frame_count)
    if not 0 <= start < stop:
        raise UsageError(
            f"frames {start} to {stop} of {clip.frame_count} are nothing",
            where=clip.name or None,
            mend="Let the end come after the start, inside the clip",
        )
    sound = clip.sound and clip.sound.part(
        samples_in(start, clip.rate, clip.sound.rate), samples_in(stop, clip.rate, clip.sound.rate)
    )
    return replace(
        clip,
        frame_count=stop - start,
        read=lambda begin, end: clip.read(begin + start, end + start),
        sound=sound,
        start=clip.start + start,
    )


def conform_rate(clip: Clip, rate: Fraction, method: RateMethod = "nearest") -> Clip:
    """The clip at another frame rate, equally long; its sound stays as it is.

    nearest: each frame is the one on screen at its middle (8 to 24 holds each three times).
    blend: faster rates fade between neighbours, slower ones mix what falls into each frame.
    """
    if rate == clip.rate:
        return clip
    count = max(1, frames_in(clip.duration, rate))
    start = frames_in(clip.start / clip.rate, rate)
    if method == "nearest":
        picked = replace(clip, rate=rate, frame_count=count, start=start)
        step = clip.rate / rate
        last = clip.frame_count - 1

        def read(begin: int, end: int) -> Iterator[VideoFrame]:
            wanted = [min(int((n + _HALF) * step), last) for n in range(begin, end)]
            return _held(clip, wanted)

        return replace(picked, read=read)
    return _blended(clip, rate, count, start)


def slow_motion(
    clip: Clip, factor: Fraction, method: RateMethod = "blend", *, keep_sound: bool = True
) -> Clip:
    """The clip `factor` times slower (faster below 1), at its own rate.

    With `keep_sound`, its sound is stretched and keeps its pitch; else it is left out.
    """
    if not Fraction(1, 100) <= factor <= 100:
        raise UsageError(f"a clip cannot play {float(factor):g} times slower")
    if factor == 1:
        return clip
    slow = replace(clip, rate=clip.rate / factor, start=0, sound=None)
    sound = stretch_sound(clip.sound, factor) if keep_sound and clip.sound else None
    return replace(conform_rate(slow, clip.rate, method), start=clip.start, sound=sound)


def reverse(clip: Clip) -> Clip:
    """The clip backwards, its sound too."""
    chunk = max(1, min(64, _BACKWARDS_BYTES // (4 * clip.geometry.width * clip.geometry.height)))

    def read(begin: int, end: int) -> Iterator[VideoFrame]:
        first, stop = clip.frame_count - end, clip.frame_count - begin
        while stop > first:
            start = max(first, stop - chunk)
            yield from reversed(list(clip.read(start, stop)))
            stop = start

    return replace(clip, read=read, sound=clip.sound and reverse_sound(clip.sound))


def reverse_sound(sound: Sound, *, block: int = 65536) -> Sound:
    """The sound backwards."""

    def read(begin: int, end: int) -> Iterator[Samples]:
        first, stop = sound.sample_count - end, sound.sample_count - begin
        while stop > first:
            start = max(first, stop - block)
            yield sound.array(start, stop)[::-1]
            stop = start

    return replace(sound, read=read)


def _held(clip: Clip, wanted: Sequence[int]) -> Iterator[VideoFrame]:
    """Stored frames of those rising numbers; what lies between is decoded and dropped."""
    frames = clip.stored(wanted[0], wanted[-1] + 1)
    at = wanted[0] - 1
    for number, run in groupby(wanted):
        while at < number:
            frame = next(frames)
            at += 1
        for _ in run:
            yield frame


@dataclass(frozen=True)
class _Mix:
    """What goes into one frame: source frames from `first` on, with weights that add up to 1."""

    first: int
    weights: tuple[Fraction, ...]


def _blended(clip: Clip, rate: Fraction, count: int, start: int) -> Clip:
    pixel_format = workable_format(clip.pixel_format)

    def read(begin: int, end: int) -> Iterator[VideoFrame]:
        mixes = [_mix(number, clip.rate / rate, clip.frame_count) for number in range(begin, end)]
        return _mixed(clip, mixes, pixel_format)

    return replace(
        clip, rate=rate, frame_count=count, start=start, pixel_format=pixel_format, read=read
    )


def _mix(number: int, step: Fraction, count: int) -> _Mix:
    """The source frames of output frame `number`, which lasts `step` source frames."""
    if step <= 1:
        place = (number + _HALF) * step - _HALF
        place = min(max(place, Fraction(0)), Fraction(count - 1))
        first = place.numerator // place.denominator
        part = place - first
        return _Mix(first, (1 - part, part) if part else (Fraction(1),))
    begin, end = number * step, min((number + 1) * step, Fraction(count))
    first = min(begin.numerator // begin.denominator, count - 1)
    stop = max(first + 1, -(-end.numerator // end.denominator))
    shares = [_overlap(begin, end, at) for at in range(first, stop)]
    total = sum(shares, Fraction(0))
    if total <= 0:
        return _Mix(first, (Fraction(1),))
    return _Mix(first, tuple(share / total for share in shares))


def _overlap(begin: Fraction, end: Fraction, at: int) -> Fraction:
    """How much of the source frame `at` lies between `begin` and `end`."""
    return min(end, Fraction(at + 1)) - max(begin, Fraction(at))


def _mixed(clip: Clip, mixes: Sequence[_Mix], pixel_format: str) -> Iterator[VideoFrame]:
    stop = max(mix.first + len(mix.weights) for mix in mixes)
    frames = clip.stored(mixes[0].first, stop)
    scaler = VideoReformatter()
    held: dict[int, VideoFrame] = {}
    ahead = mixes[0].first
    for mix in mixes:
        for gone in [number for number in held if number < mix.first]:
            del held[gone]
        while ahead < mix.first + len(mix.weights):
            held[ahead] = scaler.reformat(
                next(frames), format=pixel_format, interpolation=SMOOTH, threads=1
            )
            ahead += 1
        parts = [held[mix.first + index] for index in range(len(mix.weights))]
        yield parts[0] if len(parts) == 1 else _average(parts, mix.weights)


def _average(frames: Sequence[VideoFrame], weights: Sequence[Fraction]) -> VideoFrame:
    new = blank_like(frames[0], frames[0].width, frames[0].height)
    layout = layout_of(new.format.name)
    top = (1 << layout.bits) - 1 if layout else 255
    for planes in zip(views(new), *map(views, frames), strict=True):
        total = np.zeros(planes[0].shape, np.float32)
        for plane, weight in zip(planes[1:], weights, strict=True):
            total += plane * np.float32(float(weight))
        planes[0][:] = np.clip(np.rint(total), 0, top)
    return new
