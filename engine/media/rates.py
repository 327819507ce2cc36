"""Frame rates as exact fractions, and timecode at them."""

from __future__ import annotations

import re
from fractions import Fraction

from engine.errors import UsageError

NTSC_RATES = tuple(Fraction(nominal * 1000, 1001) for nominal in (24, 30, 48, 60, 120))
STANDARD_RATES = tuple(
    sorted([*map(Fraction, (8, 12, 15, 24, 25, 30, 48, 50, 60, 100, 120)), *NTSC_RATES])
)
"""Rates that cameras and editors use, in frames a second."""

DROP_FRAME_RATES = (Fraction(30000, 1001), Fraction(60000, 1001))

_TIMECODE = re.compile(r"(\d{2}):([0-5]\d):([0-5]\d)([:;.,])(\d{2,3})")
_CLOSE = Fraction(1, 1000)  # relative; 24 and 23.976 are this far apart


def rate(value: str | float | Fraction) -> Fraction:
    """The exact frame rate that a text or number means: "23.976" is 24000/1001.

    Takes "24", "29.97", "30000/1001", 25, 23.98. Raises UsageError for what is no rate above 0.
    """
    try:
        exact = Fraction(value)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise UsageError(f"{value!r} is no frame rate", mend="Give one such as 24") from None
    if exact <= 0 or exact > 100_000:
        raise UsageError(f"{value!r} is no frame rate", mend="Give one above 0, such as 24")
    if isinstance(value, Fraction) or exact.denominator == 1:
        return exact
    return nearest_rate(exact, tolerance=Fraction(1, 4000))


def nearest_rate(value: float | Fraction, *, tolerance: Fraction = _CLOSE / 2) -> Fraction:
    """The standard rate within `tolerance` (relative) of `value`; else `value` as a fraction.

    The default tolerance parts 24 from 23.976 at their middle.
    """
    exact = Fraction(value)
    best = min(STANDARD_RATES, key=lambda known: abs(known - exact))
    if abs(best - exact) <= best * tolerance:
        return best
    return exact.limit_denominator(1001)


def nominal_rate(value: Fraction) -> int:
    """Frames that one second of timecode counts: 30 at 29.97, 24 at 23.976."""
    return max(1, round(value))


def frames_in(seconds: Fraction, at: Fraction) -> int:
    """Frames of a duration at a rate, to the nearest; halves go up."""
    exact = seconds * at + Fraction(1, 2)
    return exact.numerator // exact.denominator


def samples_in(frames: int, frame_rate: Fraction, sample_rate: int) -> int:
    """Samples that `frames` last, to the nearest; halves go up."""
    return frames_in(Fraction(frames) / frame_rate, Fraction(sample_rate))


def timecode_text(frame: int, at: Fraction, *, drop: bool = False) -> str:
    """`HH:MM:SS:FF` of a frame, or `HH:MM:SS;FF` in drop-frame (29.97 and 59.94 only).

    Drop-frame skips the numbers 0-1 (0-3 at 59.94) in every minute but each tenth (SMPTE 12M).
    Wraps at 24 hours.
    """
    base = nominal_rate(at)
    if drop:
        skip = _dropped(at)
        tens, rest = divmod(frame, 600 * base - 9 * skip)
        frame += 9 * skip * tens
        if rest >= 60 * base:
            frame += skip * (1 + (rest - 60 * base) // (60 * base - skip))
    seconds, number = divmod(frame % (86400 * base), base)
    mark = ";" if drop else ":"
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{number:02}"


def timecode_frame(text: str, at: Fraction) -> int:
    """The frame that a timecode names; `;` before the frames means drop-frame.

    Raises UsageError for a text that is no timecode at this rate.
    """
    match = _TIMECODE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is no timecode", mend="Write it as HH:MM:SS:FF")
    hours, minutes, seconds, number = (int(match[group]) for group in (1, 2, 3, 5))
    base = nominal_rate(at)
    if number >= base:
        raise UsageError(f"timecode {text}: a second has {base} frames at this rate")
    frame = (hours * 3600 + minutes * 60 + seconds) * base + number
    if match[4] not in ";.":
        return frame
    skip = _dropped(at)
    if seconds == 0 and number < skip and minutes % 10:
        raise UsageError(f"timecode {text} does not exist in drop-frame")
    total = hours * 60 + minutes
    return frame - skip * (total - total // 10)


def _dropped(at: Fraction) -> int:
    if at not in DROP_FRAME_RATES:
        raise UsageError(
            f"drop-frame timecode does not exist at {float(at):.5g} frames a second",
            mend="Use HH:MM:SS:FF",
        )
    return nominal_rate(at) // 15
