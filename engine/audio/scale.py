"""Decibels and amplitudes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def amplitude(decibels: float) -> float:
    """The factor that `decibels` mean; -inf is 0."""
    return float(10.0 ** (decibels / 20.0))


def decibels(amplitude: float) -> float:
    """The level of an amplitude in dB; 0 is -inf."""
    return 20.0 * math.log10(amplitude) if amplitude > 0 else -math.inf


def power_decibels(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    """The levels of powers in dB; 0 is -inf."""
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(powers), np.float64)
