"""Sounds slower or faster as a tape is: their pitch goes with their speed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from engine.errors import UsageError
from engine.media.rates import frames_in
from engine.media.resample import resampled
from engine.media.sound import Samples, Sound

_LARGEST = 2048  # of the numbers of a ratio: the filter is as long as the larger of them


def varispeed(sound: Sound, speed: Fraction) -> Sound:
    """The sound `speed` times as fast, and that much higher; any part can be made by itself.

    A speed of large numbers is taken as the nearest of smaller ones: it is less than a
    millisecond off in an hour.
    """
    if speed == 1:
        return sound
    if not Fraction(1, 100) <= speed <= 100:
        raise UsageError(f"a sound cannot play {float(speed):g} times as fast")
    near = _simple(speed)
    count = frames_in(sound.sample_count / speed, Fraction(1))

    def read(start: int, stop: int) -> Iterator[Samples]:
        return resampled(sound, near.denominator, near.numerator, start, stop)

    return replace(sound, sample_count=count, read=read)


def _simple(speed: Fraction) -> Fraction:
    if speed > 1:
        return 1 / (1 / speed).limit_denominator(_LARGEST)
    return speed.limit_denominator(_LARGEST)
