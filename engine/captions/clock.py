"""Times of caption files: hours, minutes, seconds and a decimal part, exact."""

from __future__ import annotations

import re
from fractions import Fraction

_TIME = re.compile(r"(?:(\d{1,4}):)?([0-5]?\d):([0-5]?\d)(?:[.,](\d{1,9}))?")


def read_clock(text: str) -> Fraction | None:
    """Seconds of "01:02:03,456", "02:03.456" and the like; None for what is no time."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds, part = found.groups()
    decimal = Fraction(int(part), 10 ** len(part)) if part else Fraction(0)
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + decimal


def write_clock(seconds: Fraction, *, point: str = ".", digits: int = 3) -> str:
    """A time as "01:02:03.456", rounded to the nearest unit of its last digit."""
    units = int(seconds * 10**digits + Fraction(1, 2))
    whole, part = divmod(units, 10**digits)
    hours, rest = divmod(whole, 3600)
    return f"{hours:02}:{rest // 60:02}:{rest % 60:02}{point}{part:0{digits}}"


def written_span(start: Fraction, stop: Fraction, *, digits: int = 3) -> tuple[Fraction, Fraction]:
    """Start and stop as a file can hold them, at least one unit of its last digit apart."""
    unit = Fraction(1, 10**digits)
    first = int(start / unit + Fraction(1, 2)) * unit
    return first, max(first + unit, int(stop / unit + Fraction(1, 2)) * unit)
