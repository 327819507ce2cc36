"""Tells who speaks, by nothing of ours: a Gaussian of cepstra for every voice.

Gish and Schmidt, Text-independent speaker identification, IEEE Signal Processing Magazine, 1994.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

Mel = NDArray[np.float32]
"""Natural log-mel picture (80, N)."""

_COEFFICIENTS = 19
_QUIET = 4.0  # nepers under the loudest frame: from there on it is a pause


@dataclass(frozen=True)
class Speaker:
    """The cepstra of a voice: their mean, the inverse of their covariance, its log determinant."""

    mean: NDArray[np.float64]
    precision: NDArray[np.float64]
    volume: float

    @classmethod
    def of(cls, recordings: Sequence[Mel]) -> Speaker:
        """Known from recordings of at least a few seconds."""
        frames = np.concatenate([cepstra(mel) for mel in recordings])
        spread = np.cov(frames.T) + 1e-3 * np.eye(_COEFFICIENTS)
        return cls(frames.mean(0), np.linalg.inv(spread), float(np.linalg.slogdet(spread)[1]))

    def likelihood(self, mel: Mel) -> float:
        """Mean log likelihood of the frames, but for a constant."""
        off = cepstra(mel) - self.mean
        return float(
            -0.5 * (np.einsum("ni,ij,nj->n", off, self.precision, off).mean() + self.volume)
        )


def cepstra(mel: Mel) -> NDArray[np.float64]:
    """Coefficients (N', 19) of the frames in which somebody speaks, without the level."""
    loud = mel.mean(0)
    spoken = mel[:, loud > loud.max() - _QUIET].astype(np.float64)
    return dct(spoken, axis=0, norm="ortho")[1 : _COEFFICIENTS + 1].T


def who(mel: Mel, speakers: Mapping[str, Speaker]) -> str:
    """The likeliest of some voices."""
    return max(speakers, key=lambda name: speakers[name].likelihood(mel))


def identified(made: Sequence[Mel], name: str, recordings: Mapping[str, Sequence[Mel]]) -> float:
    """Which part of what a voice said (sentence by sentence) is taken for `name`, 0..1.

    recordings: of all voices; `name` is known from every other of them, and asked about the rest,
    then the other way round, so that no sentence is compared with itself.
    """
    right = 0
    for fold in (0, 1):
        speakers = {
            other: Speaker.of([mel for at, mel in enumerate(rows) if at % 2 != fold])
            for other, rows in recordings.items()
        }
        right += sum(who(mel, speakers) == name for at, mel in enumerate(made) if at % 2 == fold)
    return right / max(1, len(made))
