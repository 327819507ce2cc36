"""Finds the constant frame rate of a stream, and which stored frame each frame of it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media.rates import frames_in, nearest_rate

_MOST = 20_000_000  # frames, 46 hours at 120 a second: beyond it the times are damaged
_HIGHEST = 120  # frames a second; what is reported above it is a unit of time, not a rate


@dataclass(frozen=True, eq=False)
class Timing:
    """A rate, and for each frame at that rate the stored frame it shows; None when each its own.

    A stream of varying rate is shown at its nominal rate: each frame shows the stored frame that
    is on screen at its time.
    """

    rate: Fraction
    frame_count: int
    shows: NDArray[np.int64] | None = None

    @property
    def varies(self) -> bool:
        """Whether the stored frames are not evenly spaced."""
        return self.shows is not None


def timing_of(
    times: NDArray[np.int64],
    time_base: Fraction,
    last: int,
    guesses: Iterable[Fraction],
    *,
    counted: bool = False,
) -> Timing:
    """The timing of sorted presentation times in `time_base`; the last frame lasts `last`.

    `guesses` are the rates that the container states, best first. Raises MediaError when the
    times make no sense.
    """
    guesses = [Fraction(guess) for guess in guesses]
    count = len(times)
    stated = [nearest_rate(guess) for guess in guesses if guess <= _HIGHEST]
    if counted or count < 2:
        rate = stated[0] if stated else Fraction(25)
        return Timing(rate, count)
    span = int(times[-1] - times[0]) * time_base
    measured = (count - 1) / span
    for rate in [*stated, *guesses, nearest_rate(measured), measured.limit_denominator(1001)]:
        if rate > 0 and _is_constant(times, time_base, rate):
            return Timing(rate, count)
    rate = _nominal(times, time_base, stated)
    whole = span + (last * time_base if last else 1 / rate)
    shown = max(1, frames_in(whole, rate))
    if shown > _MOST:
        raise MediaError(f"its frames are spread over {float(whole) / 3600:.0f} hours")
    shows = _shows(times, time_base, rate, shown)
    each_its_own = shown == count and bool(np.all(shows == np.arange(count)))
    return Timing(rate, shown, None if each_its_own else shows)


def _is_constant(times: NDArray[np.int64], time_base: Fraction, rate: Fraction) -> bool:
    """Whether each time is within one tick of where the rate puts it."""
    ideal = np.arange(len(times)) * float(1 / (rate * time_base))
    tolerance = 1.01 if 1 / (rate * time_base) > 4 else 0.51
    return bool(np.all(np.abs((times - times[0]) - ideal) <= tolerance))


def _nominal(times: NDArray[np.int64], time_base: Fraction, stated: list[Fraction]) -> Fraction:
    """The rate of a stream of varying rate: that of its typical step, else the stated one."""
    typical = int(np.median(np.diff(times))) * time_base
    rate = nearest_rate(1 / typical, tolerance=Fraction(3, 100)) if typical else Fraction(0)
    if 1 <= rate <= _HIGHEST:
        return rate
    return stated[0] if stated else Fraction(25)


def _shows(
    times: NDArray[np.int64], time_base: Fraction, rate: Fraction, count: int
) -> NDArray[np.int64]:
    """The last stored frame that begins before the middle of each frame's time."""
    middle = (np.arange(count) + 0.5) * float(1 / (rate * time_base)) + float(times[0])
    found = np.searchsorted(times, middle, side="right") - 1
    return np.clip(found, 0, len(times) - 1)
