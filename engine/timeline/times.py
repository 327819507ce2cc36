"""Editorial time: whole frames at exact rates, timecode, and rational seconds as text.

Frames are plain `int`s counted at a rate that is a `Fraction` of frames per second; they become
`opentimelineio.opentime.RationalTime` at the border to OTIO, whose rate is a float.
"""

from __future__ import annotations

import re
from fractions import Fraction

from opentimelineio.opentime import RationalTime, TimeRange

from engine.errors import AiprodError
from engine.media.rates import DROP_FRAME_RATES, nominal_rate
from engine.media.rates import rate as exact_rate
from engine.media.rates import timecode_frame as frame_of_timecode
from engine.media.rates import timecode_text as timecode

__all__ = [
    "ceil",
    "exact_rate",
    "floor",
    "fraction_seconds_text",
    "frame_of_timecode",
    "frames_of",
    "frames_of_seconds",
    "has_drop_frame",
    "nominal_rate",
    "rate_text",
    "rational_time",
    "seconds_of_text",
    "seconds_text",
    "time_range",
    "timecode",
    "whole_frames_of",
]

_SECONDS = re.compile(r"(-?\d+)(?:/(\d+))?s")
_DECIMAL_SECONDS = re.compile(r"(-?\d+\.\d+)s")


def rate_text(rate: Fraction) -> str:
    """`24`, or `24000/1001`: exact, and read back by `exact_rate`."""
    return str(rate)


def has_drop_frame(rate: Fraction) -> bool:
    """Whether drop-frame timecode exists at this rate: 29.97 and 59.94 only."""
    return rate in DROP_FRAME_RATES


def rational_time(frames: int, rate: Fraction) -> RationalTime:
    """OTIO's value for a number of frames."""
    return RationalTime(frames, float(rate))


def time_range(start: int, frames: int, rate: Fraction) -> TimeRange:
    """OTIO's range from `start`, `frames` long."""
    return TimeRange(rational_time(start, rate), rational_time(frames, rate))


def frames_of(time: RationalTime, rate: Fraction) -> int:
    """The frame at `rate` nearest to an OTIO time of any rate; halves go up."""
    own = exact_rate(time.rate)
    value = Fraction(time.value)
    exact = value if own == rate else value / own * rate
    return floor(exact + Fraction(1, 2))


def whole_frames_of(time: RationalTime, rate: Fraction) -> int:
    """Whole frames at `rate` that fit in an OTIO duration, a thousandth of a frame forgiven."""
    exact = Fraction(time.value) / exact_rate(time.rate) * rate
    return floor(exact + Fraction(1, 1000))


def floor(value: Fraction) -> int:
    """The largest whole number that is not above `value`."""
    return value.numerator // value.denominator


def ceil(value: Fraction) -> int:
    """The smallest whole number that is not below `value`."""
    return -((-value.numerator) // value.denominator)


def seconds_text(frames: int, rate: Fraction) -> str:
    """Frames as FCPXML's rational seconds, on the grid of the frame: `1001/24000s`, `5s`."""
    top = frames * rate.denominator
    whole, rest = divmod(top, rate.numerator)
    return f"{top}/{rate.numerator}s" if rest else f"{whole}s"


def fraction_seconds_text(seconds: Fraction) -> str:
    """Any rational number of seconds as FCPXML text, in lowest terms."""
    if seconds.denominator == 1:
        return f"{seconds.numerator}s"
    return f"{seconds.numerator}/{seconds.denominator}s"


def seconds_of_text(text: str) -> Fraction:
    """Rational seconds from FCPXML text: `1001/24000s`, `5s`, also `0.5s`."""
    match = _SECONDS.fullmatch(text.strip())
    if match and int(match[2] or 1) != 0:
        return Fraction(int(match[1]), int(match[2] or 1))
    decimal = _DECIMAL_SECONDS.fullmatch(text.strip())
    if decimal:
        return Fraction(decimal[1])
    raise AiprodError(f"{text!r} is no time", mend="FCPXML times look like 1001/24000s or 5s")


def frames_of_seconds(seconds: Fraction, rate: Fraction) -> int:
    """The nearest frame to a rational time; halves go up."""
    return floor(seconds * rate + Fraction(1, 2))
