"""The curve of a training's loss: as rows of text for a terminal, and as a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.runtime.files import atomic_path

_BARS = " ▁▂▃▄▅▆▇█"
_SIZE = (800, 450)
_EDGE = (76, 18, 20, 44)  # left, top, right, bottom
_PAPER, _INK, _GRID, _LINE = (250, 250, 250), (60, 60, 60), (224, 224, 224), (38, 98, 196)


def rows_of_text(values: Sequence[float], width: int = 60, height: int = 6) -> list[str]:
    """The values over time as rows of blocks, the latest at the right; means where room is short.

    The scale is logarithmic when all values are above 0.
    """
    points = _thinned(_scaled(values), width)
    low, high = min(points), max(points)
    span = (high - low) or 1.0
    filled = [round((point - low) / span * (height * 8 - 1)) + 1 for point in points]
    return [
        "".join(_BARS[max(0, min(8, level - 8 * row))] for level in filled)
        for row in range(height - 1, -1, -1)
    ]


def draw_curve(entries: Sequence[Mapping[str, float]], path: Path, *, title: str) -> None:
    """Draw the loss of a log's entries (`step`, `loss`) as a PNG, over a logarithmic scale."""
    steps = [entry["step"] for entry in entries]
    losses = [entry["loss"] for entry in entries]
    image = Image.new("RGB", _SIZE, _PAPER)
    draw = ImageDraw.Draw(image)
    low, high = min(losses), max(losses)
    marks = _marks(low, high)
    low, high = min(low, *marks), max(high, *marks)
    left, top, right, bottom = _EDGE[0], _EDGE[1], _SIZE[0] - _EDGE[2], _SIZE[1] - _EDGE[3]

    def place(step: float, loss: float) -> tuple[float, float]:
        across = step / steps[-1]
        floor, ceiling, here = (_scaled([value])[0] for value in (low, high, loss))
        up = (here - floor) / ((ceiling - floor) or 1.0)
        return left + across * (right - left), bottom - up * (bottom - top)

    font = ImageFont.load_default(14)
    for mark in marks:
        _, y = place(0, mark)
        draw.line([(left, y), (right, y)], _GRID)
        draw.text((left - 8, y), f"{mark:g}", _INK, font, anchor="rm")
    for part in range(5):
        step = steps[-1] * part / 4
        draw.text((place(step, low)[0], bottom + 8), f"{step:.0f}", _INK, font, anchor="mt")
    draw.line([place(s, v) for s, v in zip(steps, losses, strict=True)], _LINE, 2, joint="curve")
    draw.text((left, _SIZE[1] - 6), f"{title}: loss {losses[-1]:.4g}", _INK, font, anchor="lb")
    with atomic_path(path) as temporary:
        image.save(temporary)


def _scaled(values: Sequence[float]) -> list[float]:
    return [math.log(value) for value in values] if min(values) > 0 else list(values)


def _thinned(values: Sequence[float], width: int) -> list[float]:
    """At most `width` means of neighbours."""
    count = min(width, len(values))
    ends = [round(index * len(values) / count) for index in range(count + 1)]
    parts = [values[a:b] for a, b in pairwise(ends)]
    return [sum(part) / len(part) for part in parts]


def _marks(low: float, high: float) -> list[float]:
    """Round values from below the lowest to above the highest: 1, 2 and 5 times a power of ten."""
    if low <= 0:
        return [low, (low + high) / 2, high] if high > low else [low, low + 1]
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    round_ones = [part * 10.0**power for power in range(first, last + 1) for part in (1, 2, 5)]
    below = max(value for value in round_ones if value <= low)
    above = min((value for value in round_ones if value >= high), default=10.0 ** (last + 1))
    inside = [value for value in round_ones if below <= value <= above]
    return inside if len(inside) > 1 else [below, 2 * below]
