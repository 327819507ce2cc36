"""Where a dragged rectangle wants to stand: in line with its neighbours, else on the grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF

from widgets.canvas.arrays import Floats
from widgets.canvas.shape import GRID


@dataclass(frozen=True, slots=True)
class Guide:
    """A line that shows what the dragged thing is in line with."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Snap:
    """How far to move on, and the guides that say why."""

    dx: float = 0.0
    dy: float = 0.0
    guides: tuple[Guide, ...] = ()


def snap(rect: QRectF, neighbours: Floats, reach: float, *, grid: float = GRID) -> Snap:
    """`neighbours` (N, 4: x, y, width, height) attract within `reach`, the grid always."""
    dx, along_x = _line(rect.left(), rect.right(), neighbours[:, 0], neighbours[:, 2], reach)
    dy, along_y = _line(rect.top(), rect.bottom(), neighbours[:, 1], neighbours[:, 3], reach)
    if dx is None:
        dx = round(rect.left() / grid) * grid - rect.left()
    if dy is None:
        dy = round(rect.top() / grid) * grid - rect.top()
    moved = rect.translated(dx, dy)
    guides = []
    if along_x is not None:
        index, x = along_x
        _, top, _, height = neighbours[index].tolist()
        low, high = min(top, moved.top()), max(top + height, moved.bottom())
        guides.append(Guide(x, low, x, high))
    if along_y is not None:
        index, y = along_y
        left, _, width, _ = neighbours[index].tolist()
        low, high = min(left, moved.left()), max(left + width, moved.right())
        guides.append(Guide(low, y, high, y))
    return Snap(dx, dy, tuple(guides))


def _line(
    low: float, high: float, starts: Floats, sizes: Floats, reach: float
) -> tuple[float | None, tuple[int, float] | None]:
    """The way to the nearest line of the same kind (start, middle, end), and whose line it is."""
    if not len(starts):
        return None, None
    own = np.array([low, (low + high) / 2, high])
    lines = np.stack([starts, starts + sizes / 2, starts + sizes])
    ways = lines - own[:, None]
    kind, index = np.unravel_index(int(np.argmin(np.abs(ways))), ways.shape)
    way = float(ways[kind, index])
    if abs(way) > reach:
        return None, None
    return way, (int(index), float(lines[kind, index]))
