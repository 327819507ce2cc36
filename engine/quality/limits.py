"""What counts as a fault: the limits of all checks in one place."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Limits:
    """Times in seconds; levels in dBFS, LUFS and dBTP; picture values from 0 (black) to 1.

    A pixel is black below `black_level`; a picture is black when `black_share` of its pixels are.
    A picture is frozen when no part of it (a 160th of its width) changed by more than
    `frozen_most` since the stretch began, and all of it on average by less than `frozen_mean`.
    """

    black_level: float = 0.06
    black_share: float = 0.995
    black_seconds: Fraction = Fraction(1)
    frozen_most: float = 0.025
    frozen_mean: float = 0.002
    frozen_seconds: Fraction = Fraction(2)
    silence_level: float = -70.0
    silence_seconds: Fraction = Fraction(2)
    clip_level: float = 0.9995
    clip_run: int = 4
    offset: float = 0.01
    duration_warning: Fraction = Fraction(1, 10)
    duration_error: Fraction = Fraction(1, 2)
    quietest: float = -24.5
    loudest: float = -13.0
    true_peak: float = -1.0
