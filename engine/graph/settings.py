"""What holds for a whole project: picture, sound, seed and name."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """Frame rate (frames/s), picture size (square pixels), sample rate (Hz), seed and name."""

    rate: Fraction = Fraction(24)
    width: int = 1280
    height: int = 720
    sample_rate: int = 48000
    seed: int = 0
    name: str = "untitled"
