"""What meters show of sound: peak and mean level of each channel, and loudness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Levels:
    """Largest sample and root of the mean square of each channel, full scale 1."""

    layout: str
    peaks: tuple[float, ...]
    rms: tuple[float, ...]


@dataclass(frozen=True)
class Reading:
    """Loudness so far by EBU R 128, in LUFS, LU and dBTP; -inf for silence."""

    momentary: float
    short_term: float
    integrated: float
    range: float
    true_peak: float


def levels_of(samples: NDArray[np.float32], layout: str) -> Levels:
    """The levels of a block of shape (samples, channels)."""
    if not len(samples):
        nothing = (0.0,) * samples.shape[1]
        return Levels(layout, nothing, nothing)
    peaks = np.abs(samples).max(axis=0)
    rms = np.sqrt(np.einsum("nc,nc->c", samples, samples) / len(samples))
    return Levels(layout, tuple(map(float, peaks)), tuple(map(float, rms)))


def loudest(levels: Sequence[Levels]) -> Levels | None:
    """The levels of blocks in a row as one; None of none. Blocks of another layout are left out."""
    if not levels:
        return None
    layout = levels[-1].layout
    alike = [item for item in levels if item.layout == layout]
    peaks = np.array([item.peaks for item in alike]).max(axis=0)
    rms = np.sqrt(np.square([item.rms for item in alike]).mean(axis=0))
    return Levels(layout, tuple(map(float, peaks)), tuple(map(float, rms)))
