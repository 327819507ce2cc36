"""Lowers a bed of sound while somebody speaks."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from engine.audio.lazy import GRID, through_windows
from engine.audio.process import multiply
from engine.audio.scale import power_decibels
from engine.errors import UsageError
from engine.media.sound import Samples, Sound

_HOP = 512  # samples between points of the gain curve
_KNEE = 6.0  # dB over which a voice counts more and more


def duck(
    bed: Sound,
    voice: Sound,
    *,
    depth: float = 9.0,
    threshold: float = -42.0,
    attack: float = 0.3,
    hold: float = 0.5,
    release: float = 0.9,
) -> Sound:
    """`bed` lowered by `depth` dB wherever `voice` is heard; the voice itself is not mixed in.

    threshold: dBFS (RMS over 11 ms) above which the voice counts. The bed falls during the
    `attack` seconds before a word, stays low for `hold` seconds after it, so that it does not
    pump between words, and rises within `release` seconds.
    """
    if bed.rate != voice.rate:
        raise UsageError(
            f"a bed at {bed.rate} Hz cannot follow a voice at {voice.rate} Hz",
            mend="Convert both to one sample rate first",
        )
    if depth < 0 or min(attack, hold, release) < 0:
        raise UsageError("ducking needs a depth and times of 0 or more")
    return multiply(
        bed, _curve(voice.part(0, bed.sample_count), -depth, threshold, attack, hold, release)
    )


def _curve(
    voice: Sound, depth: float, threshold: float, attack: float, hold: float, release: float
) -> Sound:
    """The gain over time, as a mono sound."""
    early, stay, late = (max(1, round(t * voice.rate / _HOP)) for t in (attack, hold, release))
    rise = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, early + 1) / (early + 1))
    fall = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, late + 1) / (late + 1))
    reach = np.concatenate([rise, np.ones(stay + 1), fall])  # of one hop's voice over the hops
    before, after = stay + late + 1, early + 1

    def process(window: Samples, _: int) -> Samples:
        powers = np.square(window, dtype=np.float64).max(axis=1).reshape(-1, _HOP).mean(axis=1)
        heard = np.clip((power_decibels(powers) - threshold) / _KNEE + 0.5, 0.0, 1.0)
        windows = sliding_window_view(heard, len(reach))
        points = (windows * reach[::-1]).max(axis=1)  # one hop before the chunk to one after
        places = (np.arange(GRID) + 0.5) / _HOP + 0.5
        levels = depth * np.interp(places, np.arange(len(points)), points)
        return np.asarray(10.0 ** (levels[:, None] / 20.0), np.float32)

    return through_windows(voice, process, before=before * _HOP, after=after * _HOP, layout="mono")
