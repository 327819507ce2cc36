"""The geometry of a node: how large it is and where its parts and sockets are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from widgets.canvas.views import NodeView

GRID = 20.0
SOCKET = 5.0  # radius
REROUTE = 20.0  # width and height
RIM = 7.0  # radius of the dot


@dataclass(frozen=True, slots=True)
class Metrics:
    """Sizes that follow from the font: all nodes of a canvas share them."""

    row: float
    small: float
    width: float

    @property
    def pad(self) -> float:
        """The space between the edge of a node and its text."""
        return 12.0


def metrics(font: QFont) -> Metrics:
    """Sizes for a font; rows are even, so that nodes stand on the grid."""
    height = QFontMetricsF(font).height()
    row = max(20.0, 2 * round((height + 5) / 2))
    return Metrics(row=row, small=max(18.0, row - 2), width=GRID * round(row * 10 / GRID))


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of one node; heights of sockets are from its top. `preview` is None without one."""

    width: float
    height: float
    header: float
    inputs: tuple[float, ...]
    outputs: tuple[float, ...]
    summary: float
    preview: QRectF | None


@lru_cache(maxsize=4096)
def _shape(
    sizes: Metrics, inputs: int, outputs: int, lines: int, *, subtitle: bool, preview: bool
) -> Shape:
    top = header = sizes.row + 6 + (sizes.small - 4 if subtitle else 0)
    rows = max(inputs, outputs)
    top += 6 if rows else 0
    middles = tuple(top + sizes.row * (i + 0.5) for i in range(rows))
    top += sizes.row * rows + (4 if rows else 0)
    summary = top
    top += lines * sizes.small + (6 if lines else 0)
    box = None
    if preview:
        wide = sizes.width - 16
        box = QRectF(8, top + 2, wide, round(wide * 9 / 16))
        top = box.bottom() + 8
    return Shape(
        sizes.width, max(top, header + 8), header, middles[:inputs], middles[:outputs], summary, box
    )


def shape_of(view: NodeView, sizes: Metrics, *, thumbnail: bool) -> Shape:
    """The geometry of a node; equal nodes share one value."""
    if view.kind == "reroute":
        middle = (REROUTE / 2,)
        return Shape(REROUTE, REROUTE, 0.0, middle, middle, 0.0, None)
    return _shape(
        sizes,
        len(view.inputs),
        len(view.outputs),
        len(view.summary),
        subtitle=bool(view.subtitle),
        preview=view.preview or thumbnail,
    )
