"""Loudness by ITU-R BS.1770-4 and EBU R 128 (Tech 3341 and 3342), measured over a stream."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.audio.k_weighting import KWeighting, channel_weights
from engine.audio.scale import decibels, power_decibels
from engine.audio.true_peak import TruePeakMeter
from engine.media import Sound

_OFFSET = -0.691  # LUFS of a K-weighted mean square of 1
_TICKS_A_SECOND = 100  # windows slide in ticks of 10 ms
_STEP = 10  # ticks between gating blocks: 100 ms
_MOMENTARY = 40  # ticks: 400 ms
_SHORT_TERM = 300  # ticks: 3 s
_ABSOLUTE_GATE = -70.0  # LUFS
_INTEGRATED_GATE = -10.0  # LU below the ungated loudness
_RANGE_GATE = -20.0


@dataclass(frozen=True)
class Loudness:
    """What a sound measures. Loudness in LUFS, range in LU, peaks in dBTP and dBFS.

    Silence, or nothing above the gate of -70 LUFS, is -inf.
    """

    integrated: float
    range: float
    max_momentary: float
    max_short_term: float
    true_peak: float
    sample_peak: float


class LoudnessMeter:
    """Measures a stream as it passes.

    The result does not depend on the sizes of the blocks. A kept measurement takes 16 bytes for
    every 100 ms. Windows that begin before the sound does hold silence there.
    """

    def __init__(self, rate: int, layout: str) -> None:
        self._rate = rate
        self._weights = channel_weights(layout)
        channels = len(self._weights)
        self._filter = KWeighting(rate, channels)
        self._peaks = TruePeakMeter(rate, channels)
        self._pending: list[NDArray[np.floating]] = []
        self._waiting = 0  # samples in `pending`
        self._steps = 0
        self._ticks = np.zeros(_SHORT_TERM)  # mean squares of the last 3 s
        self._energy = 0.0
        self._samples = 0
        self._blocks = array("d")
        self._short_terms = array("d")
        self._max_momentary = 0.0
        self._max_short_term = 0.0

    def push(self, block: NDArray[np.floating]) -> None:
        """Measure the next (n, channels) samples."""
        self._pending.append(block)
        self._waiting += len(block)
        if self._waiting < self._bound(_STEP) - self._bound(0):
            return
        samples = np.concatenate(self._pending)
        done = 0
        while (end := done + self._bound(_STEP) - self._bound(0)) <= len(samples):
            self._step(samples[done:end])
            done = end
        self._pending = [samples[done:]]
        self._waiting = len(samples) - done

    @property
    def momentary(self) -> float:
        """Loudness of the last 400 ms, up to the last whole 100 ms."""
        return _lufs(float(self._ticks[-_MOMENTARY:].mean()))

    @property
    def short_term(self) -> float:
        """Loudness of the last 3 s, up to the last whole 100 ms."""
        return _lufs(float(self._ticks.mean()))

    def result(self) -> Loudness:
        """The measurement so far, up to the last whole 100 ms."""
        blocks = np.array(self._blocks)
        whole = self._energy / self._samples if self._samples else 0.0
        return Loudness(
            integrated=_gated(blocks) if blocks.size else _above_gate(_lufs(whole)),
            range=_loudness_range(np.array(self._short_terms)),
            max_momentary=_lufs(self._max_momentary),
            max_short_term=_lufs(self._max_short_term),
            true_peak=decibels(self._peaks.true_peak),
            sample_peak=decibels(self._peaks.sample_peak),
        )

    def finish(self) -> Loudness:
        """The measurement of the whole sound, which ends here.

        A sound below 400 ms, too short for a gating block, is measured as one block.
        """
        rest = np.concatenate(self._pending) if self._waiting else np.zeros((0, len(self._weights)))
        self._pending, self._waiting = [], 0
        self._peaks.push(rest)
        self._peaks.finish()
        self._energy += float(self._powers(rest).sum())
        self._samples += len(rest)
        return self.result()

    def _bound(self, tick: int) -> int:
        """The first sample of a tick of the current step."""
        return (self._steps * _STEP + tick) * self._rate // _TICKS_A_SECOND

    def _powers(self, samples: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.asarray(np.square(self._filter(samples)) @ self._weights)

    def _step(self, samples: NDArray[np.floating]) -> None:
        self._peaks.push(samples)
        powers = self._powers(samples)
        bounds = np.array([self._bound(tick) for tick in range(_STEP + 1)]) - self._bound(0)
        energies = np.add.reduceat(powers, bounds[:-1])
        self._energy += float(energies.sum())
        self._samples += len(samples)
        ticks = np.concatenate([self._ticks, energies / np.diff(bounds)])
        self._ticks = ticks[_STEP:]
        self._steps += 1
        momentary = _window_means(ticks[-_MOMENTARY - _STEP + 1 :], _MOMENTARY)
        short_term = _window_means(ticks[-_SHORT_TERM - _STEP + 1 :], _SHORT_TERM)
        self._max_momentary = max(self._max_momentary, float(momentary.max()))
        self._max_short_term = max(self._max_short_term, float(short_term.max()))
        if self._steps * _STEP >= _MOMENTARY:
            self._blocks.append(float(momentary[-1]))
        if self._steps * _STEP >= _SHORT_TERM:
            self._short_terms.append(float(short_term[-1]))


def measure(sound: Sound) -> Loudness:
    """The loudness and peaks of a whole sound, read once in blocks."""
    meter = LoudnessMeter(sound.rate, sound.layout)
    for block in sound.blocks():
        meter.push(block)
    return meter.finish()


def _window_means(ticks: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.asarray(sliding_window_view(ticks, size).mean(axis=1))


def _lufs(power: float) -> float:
    return _OFFSET + 10.0 * math.log10(power) if power > 0 else -math.inf


def _above_gate(loudness: float) -> float:
    return loudness if loudness >= _ABSOLUTE_GATE else -math.inf


def _gate(powers: NDArray[np.float64], relative: float) -> NDArray[np.float64]:
    """The powers above -70 LUFS and above `relative` LU from the mean of those."""
    loud = powers[_OFFSET + power_decibels(powers) >= _ABSOLUTE_GATE]
    return loud[loud >= loud.mean() * 10.0 ** (relative / 10.0)] if loud.size else loud


def _gated(blocks: NDArray[np.float64]) -> float:
    loud = _gate(blocks, _INTEGRATED_GATE)
    return _lufs(float(loud.mean())) if loud.size else -math.inf


def _loudness_range(short_terms: NDArray[np.float64]) -> float:
    """From the 10th to the 95th percentile of the gated short-term loudness, in LU."""
    loud = np.sort(_gate(short_terms, _RANGE_GATE))
    if not loud.size:
        return 0.0
    low, high = (loud[round((loud.size - 1) * part)] for part in (0.10, 0.95))
    return float(10.0 * math.log10(high / low))
