"""Peaks between samples: the signal oversampled to at least 192 kHz, as ITU-R BS.1770-4 asks."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

TAPS = 32  # a phase; flat to 0.86 of half the sample rate
BEFORE = TAPS // 2 - 1  # samples that an interpolated point needs before the sample it follows
AFTER = TAPS // 2  # and after it
_KAISER = 7.0
_BLOCK = 4096


def oversampling(rate: int) -> int:
    """How many points a sample are looked at: 4 below 96 kHz, 2 below 192 kHz, else 1."""
    return 4 if rate < 96_000 else 2 if rate < 192_000 else 1


@cache
def phases(factor: int) -> NDArray[np.float64]:
    """The interpolators (factor - 1, TAPS) for the points between two samples."""
    centre = BEFORE + np.arange(1, factor)[:, None] / factor
    distance = np.arange(TAPS)[None, :] - centre
    window = np.i0(_KAISER * np.sqrt(np.maximum(1 - (distance / (TAPS / 2)) ** 2, 0)))
    taps = np.sinc(distance) * window
    return np.asarray(taps / taps.sum(axis=1, keepdims=True))


def peak_curve(window: NDArray[np.floating], rate: int) -> NDArray[np.float64]:
    """The largest magnitude around every sample, in all channels.

    `window` holds BEFORE + 1 samples before the first and AFTER samples after the last one that
    are asked for; shape (n + TAPS, channels) gives (n,). The points on both sides of a sample
    count for it.
    """
    count = len(window) - TAPS
    middle = np.abs(window[BEFORE + 1 : BEFORE + 1 + count]).max(axis=1).astype(np.float64)
    between = np.zeros(count + 1)
    for channel in np.asarray(window, np.float64).T:
        for taps in phases(oversampling(rate)):
            points = np.convolve(channel, taps[::-1], mode="valid")
            np.maximum(between, np.abs(points, out=points), out=between)
    return np.asarray(np.maximum(middle, np.maximum(between[:-1], between[1:])))


class TruePeakMeter:
    """The largest true peak and sample peak of a stream, as amplitudes; 1.0 is full scale."""

    def __init__(self, rate: int, channels: int) -> None:
        self.true_peak = 0.0
        self.sample_peak = 0.0
        self._rate = rate
        self._bound = float(np.abs(phases(4)).sum(axis=1).max())
        self._tail = np.zeros((TAPS, channels))

    def push(self, block: NDArray[np.floating]) -> None:
        """Look at the next (n, channels) samples."""
        for start in range(0, len(block), _BLOCK):
            self._push(block[start : start + _BLOCK])

    def finish(self) -> None:
        """Let the signal end in silence, so that its last samples count."""
        self._push(np.zeros((TAPS, self._tail.shape[1])))

    def _push(self, block: NDArray[np.floating]) -> None:
        window = np.concatenate([self._tail, block])
        self._tail = window[-TAPS:]
        if not window.size:
            return
        self.sample_peak = max(self.sample_peak, float(np.abs(block).max(initial=0.0)))
        # Interpolation can raise the largest sample by no more than the sum of its taps.
        if float(np.abs(window).max()) * self._bound > self.true_peak:
            self.true_peak = max(self.true_peak, float(peak_curve(window, self._rate).max()))
