"""Changes the sample rate of sounds with a windowed-sinc polyphase filter.

Each output sample depends on its place alone, so that any part can be made by itself and equals
the same part of the whole. Ripple and aliases are about 100 dB down; the pass band ends at 0.45
of the lower rate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from math import gcd

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.media.rates import frames_in
from engine.media.sound import Samples, Sound

_CROSSINGS = 64  # zero crossings of the sinc on either side
_CUTOFF = 0.475  # of the lower rate
_BETA = 10.0  # of the Kaiser window
_BLOCK = 32768


def conform_sample_rate(sound: Sound, rate: int) -> Sound:
    """The sound at another sample rate, equally long."""
    if rate == sound.rate:
        return sound
    if not 1000 <= rate <= 768_000:
        raise UsageError(f"{rate} Hz is no sample rate", mend="Use 48000")
    common = gcd(rate, sound.rate)
    up, down = rate // common, sound.rate // common
    count = frames_in(Fraction(sound.sample_count * rate, sound.rate), Fraction(1))

    def read(start: int, stop: int) -> Iterator[Samples]:
        return resampled(sound, up, down, start, stop)

    return replace(sound, rate=rate, sample_count=count, read=read)


def resampled(sound: Sound, up: int, down: int, start: int, stop: int) -> Iterator[Samples]:
    """Samples `start` to `stop` of the sound at up / down times its rate."""
    from scipy.signal import upfirdn

    taps, half = _filter(up, down)
    reach = half // up + 1  # input samples on either side of an output sample
    window = _Window(sound, _first_input(start, up, down, reach), stop * down // up + reach + 1)
    for begin in range(start, stop, _BLOCK):
        end = min(begin + _BLOCK, stop)
        first = _first_input(begin, up, down, reach)
        block = window.take(first, end * down // up + reach + 1).astype(np.float64)
        offset = begin + (half - first * up) // down
        made = upfirdn(taps, block, up, down, axis=0)
        yield np.ascontiguousarray(made[offset : offset + end - begin], np.float32)


def _first_input(output: int, up: int, down: int, reach: int) -> int:
    """The first input sample that is read for an output sample: a multiple of `down`."""
    return (output * down // up - reach) // down * down


@lru_cache(maxsize=16)
def _filter(up: int, down: int) -> tuple[NDArray[np.float64], int]:
    """The filter at `up` times the input rate, and its middle, which is a multiple of `down`."""
    slower = max(up, down)
    half = -(-_CROSSINGS * slower // down) * down
    at = np.arange(-half, half + 1) / slower
    inside = np.clip(1 - (at / _CROSSINGS) ** 2, 0, None)
    window = np.i0(_BETA * np.sqrt(inside)) / np.i0(_BETA) * (inside > 0)
    taps = 2 * _CUTOFF * np.sinc(2 * _CUTOFF * at) * window
    return taps * (up / taps.sum()), half


class _Window:
    """Reads a sound once, forward, and hands out overlapping stretches of it."""

    def __init__(self, sound: Sound, start: int, stop: int) -> None:
        self._blocks = sound.part(start, max(start, stop)).blocks()
        self._held = np.zeros((0, sound.channels), np.float32)
        self._at = start

    def take(self, start: int, stop: int) -> Samples:
        """Samples `start` to `stop`; no later call may begin before `start`."""
        self._held = self._held[start - self._at :]
        self._at = start
        parts, have = [self._held], len(self._held)
        while have < stop - start:
            block = next(self._blocks)
            parts.append(block)
            have += len(block)
        self._held = np.concatenate(parts)
        return self._held[: stop - start]
