"""True peaks: the cases of EBU Tech 3341."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.audio import Sound, measure


def test_true_peaks_of_tech_3341() -> None:
    def sine(per_period: float, degrees: float, level: float = 0.5) -> float:
        n = np.arange(48000)
        wave = level * np.sin(2 * np.pi * n / per_period + math.radians(degrees))
        wave *= np.clip(np.minimum(n, n[::-1]) / 960, 0, 1)
        return measure(Sound.from_array(np.stack([wave, wave], 1), 48000)).true_peak

    for found, target in (
        (sine(4, 0.0), -6.0),
        (sine(4, 45.0), -6.0),
        (sine(6, 60.0), -6.0),
        (sine(8, 67.5), -6.0),
        (sine(4, 45.0, 1.41), 3.0),
    ):
        assert target - 0.4 <= found <= target + 0.2


@pytest.mark.parametrize("shift", range(4))
def test_true_peaks_between_samples_are_found_at_any_shift(shift: int) -> None:
    """Cases 20 to 23: a pulse that peaks at 0 dBTP at four times the rate, then decimated."""
    n = np.arange(-24000, 24000)
    fine = np.sin(2 * np.pi * n / 16) * 0.25 + np.sinc(n / 4.8) * np.exp(-((n / 60) ** 2)) * 0.9
    wave = fine[shift::4] / np.abs(fine).max()
    found = measure(Sound.from_array(np.stack([wave, wave], 1), 48000)).true_peak
    assert -0.4 <= found <= 0.2
