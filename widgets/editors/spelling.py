"""How numbers are written in fields and read back: plain numbers in the user's notation."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QLocale

from widgets.editors.shapes import NumberShape

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")


def number_text(value: float, *, whole: bool = False) -> str:
    """A number as short as it can be said, with the user's decimal mark."""
    if whole:
        return str(int(value))
    text = f"{value:.6g}"
    if "e" in text and abs(value) < 1e15:
        text = f"{value:.6f}".rstrip("0").rstrip(".")
    return text.replace(".", QLocale().decimalPoint())


def read_number(text: str, unit: str = "") -> float | None:
    """The number that a text is, with or without its unit; None for anything else.

    Sums and the like are not worked out: what is typed is what is stored.
    """
    text = text.strip().replace("−", "-").replace(" ", "").replace(" ", "")
    if unit and text.lower().endswith(unit.lower()):
        text = text[: -len(unit)].strip()
    plain = text.replace(",", ".")
    if not _PLAIN.fullmatch(plain):
        return None
    value = float(plain)
    return value if math.isfinite(value) else None


def step_of(shape: NumberShape) -> float:
    """How far one step goes: as the shape says, or a hundredth of its range, rounded."""
    if shape.step:
        return shape.step
    if shape.whole:
        return 1.0
    if shape.lo is None or shape.hi is None:
        return 0.1
    exponent = math.floor(math.log10((shape.hi - shape.lo) / 100 or 0.01))
    return float(10.0**exponent)


def on_step(shape: NumberShape, value: float, step: float) -> float:
    """`value` within the limits, and on a multiple of `step` from the lowest value."""
    origin = shape.lo if shape.lo is not None and shape.step is None else 0.0
    value = origin + round((value - origin) / step) * step
    return within(shape, round(value, 9))


def within(shape: NumberShape, value: float) -> float:
    """`value`, or the limit that it is beyond."""
    if shape.lo is not None:
        value = max(value, shape.lo)
    if shape.hi is not None:
        value = min(value, shape.hi)
    return float(round(value)) if shape.whole else value


class Scale:
    """Where values lie along a slider, 0 to 1: evenly, or by ratio over a wide range.

    `useful` is False when no slider would help: an open range, or one of too many decades.
    """

    def __init__(self, shape: NumberShape) -> None:
        self.lo, self.hi = shape.lo or 0.0, shape.hi or 0.0
        bounded = shape.lo is not None and shape.hi is not None and self.hi > self.lo
        steps = (self.hi - self.lo) / step_of(shape) if bounded else 0
        self.by_ratio = bounded and self.lo > 0 and self.hi / self.lo >= 100 and steps > 400
        decades = math.log10(self.hi / self.lo) if self.by_ratio else 0
        self.useful = bounded and decades <= 4.5 and (self.by_ratio or steps <= 4000)

    def place(self, value: float) -> float:
        """Where a value lies."""
        value = min(max(value, self.lo), self.hi)
        if self.by_ratio:
            return math.log(value / self.lo) / math.log(self.hi / self.lo)
        return (value - self.lo) / ((self.hi - self.lo) or 1.0)

    def value(self, place: float) -> float:
        """The value at a place."""
        if self.by_ratio:
            return float(self.lo * (self.hi / self.lo) ** place)
        return self.lo + place * (self.hi - self.lo)
