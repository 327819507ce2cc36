"""The melody of recorded speech: its fundamental frequency every 10 milliseconds.

YIN (de Cheveigné and Kawahara, J. Acoust. Soc. Am. 111, 2002) finds periods, the likeliest way
through them (Viterbi) keeps octaves together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.models.speech.aiprod.grid import HOP, RATE

LOWEST, HIGHEST = 60.0, 480.0  # Hz
UNVOICED = 0.0

_WINDOW = 800  # samples that are compared: two periods of the lowest voice
_SIZE = 2048
_SMOOTH = np.full(12, 1 / 12, np.float32)  # takes away what lies above 1 kHz: twice
_CANDIDATES = 5
_UNSURE = 0.45  # aperiodicity from which no voice is heard
_QUIET = 10.0 ** (-45.0 / 20.0)  # of the loudest frame
_OCTAVE = 1.6  # what a leap by an octave from one frame to the next costs
_SWITCH = 0.35  # what the begin and the end of a voice cost


def melody(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """Hz of every frame of sound at 24 kHz, shape (samples // 240,); 0 where there is no voice."""
    count = len(wave) // HOP
    if count == 0:
        return np.zeros(0, np.float32)
    frames = _frames(np.asarray(wave, np.float32), count)
    cost, hertz = _candidates(_aperiodicity(frames))
    level = np.sqrt(np.square(frames[:, :_WINDOW]).mean(1))
    cost[level < _QUIET * max(float(level.max()), 1e-9)] += 2.0
    return _smoothest(cost, hertz)


def _frames(wave: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    smooth = np.convolve(np.convolve(wave, _SMOOTH, "same"), _SMOOTH, "same")
    padded = np.pad(smooth.astype(np.float32), (_SIZE // 2, _SIZE))
    begins = np.arange(count) * HOP + (_SIZE - _WINDOW - _longest()) // 2
    views = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW + _longest())
    return np.ascontiguousarray(views[begins])


def _longest() -> int:
    return int(RATE / LOWEST) + 1


def _aperiodicity(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    """YIN's cumulative mean normalised difference, (frames, lags)."""
    lags = _longest() + 1
    head = np.fft.rfft(frames[:, :_WINDOW], _SIZE)
    whole = np.fft.rfft(frames, _SIZE)
    product = np.fft.irfft(whole * head.conj(), _SIZE)[:, :lags]
    power = np.cumsum(np.square(frames, dtype=np.float64), axis=1)
    power = np.concatenate((np.zeros((len(frames), 1)), power), axis=1)
    moving = power[:, _WINDOW : _WINDOW + lags] - power[:, :lags]
    difference = np.maximum(moving[:, :1] + moving - 2 * product, 0)
    mean = np.cumsum(difference[:, 1:], axis=1) / np.arange(1, lags)
    return np.pad(difference[:, 1:] / np.maximum(mean, 1e-9), ((0, 0), (1, 0)), constant_values=1)


def _candidates(
    aperiodic: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cost and Hz (frames, candidates) of the deepest valleys; the last one is no voice."""
    first = int(RATE / HIGHEST)
    part = aperiodic[:, first:]
    valley = np.full(part.shape, np.inf)
    inner = part[:, 1:-1]
    lowest = (inner <= part[:, :-2]) & (inner < part[:, 2:])
    # A later valley is as deep as the first one: multiples of the period cost a little more.
    lean = 0.1 * np.log2(1 + np.arange(part.shape[1]) / first)
    valley[:, 1:-1] = np.where(lowest, inner + lean[1:-1], np.inf)
    best = np.argsort(valley, axis=1)[:, :_CANDIDATES]
    rows = np.arange(len(part))[:, None]
    cost, depth = valley[rows, best], part[rows, best]
    cost = np.where(depth < 2 * _UNSURE, cost, np.inf)
    shift = _vertex(part, rows, np.clip(best, 1, part.shape[1] - 2))
    hertz = RATE / (best + first + shift)
    none = np.full((len(part), 1), _UNSURE)
    return np.concatenate((cost, none), 1), np.concatenate((hertz, 0 * none), 1)


def _vertex(
    part: NDArray[np.float32], rows: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Where between samples the valley is deepest, by the parabola through three of them."""
    before, here, after = part[rows, at - 1], part[rows, at], part[rows, at + 1]
    bend = before - 2 * here + after
    found = np.where(np.abs(bend) > 1e-9, (before - after) / (2 * np.where(bend == 0, 1, bend)), 0)
    return np.clip(found, -0.5, 0.5)


def _smoothest(cost: NDArray[np.float64], hertz: NDArray[np.float64]) -> NDArray[np.float32]:
    octaves = np.log2(np.maximum(hertz, 1.0))
    voiced = hertz > 0
    value, came = cost[0], np.zeros(cost.shape, np.int64)
    for frame in range(1, len(cost)):
        leap = np.abs(octaves[frame][:, None] - octaves[frame - 1][None])
        both = voiced[frame][:, None] & voiced[frame - 1][None]
        other = voiced[frame][:, None] ^ voiced[frame - 1][None]
        total = value[None] + np.where(both, _OCTAVE * leap, 0) + np.where(other, _SWITCH, 0)
        came[frame] = total.argmin(1)
        value = total.min(1) + cost[frame]
    state = int(value.argmin())
    found = np.zeros(len(cost), np.float32)
    for frame in range(len(cost) - 1, -1, -1):
        found[frame] = hertz[frame, state]
        state = int(came[frame, state])
    return found
