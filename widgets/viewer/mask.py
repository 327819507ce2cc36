"""A mask drawn by hand: marks in order with undo, and the grey picture that they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

Point = tuple[float, float]


@dataclass(frozen=True)
class Drawn:
    """One thing that was drawn, in pixels of the picture: a brush stroke or a filled outline."""

    kind: Literal["stroke", "area"]
    points: tuple[Point, ...]
    radius: float = 0.0
    erases: bool = False


@dataclass(frozen=True)
class Mask:
    """White where the mask is. `drawn` up to `shown` counts; what is beyond was undone."""

    width: int
    height: int
    drawn: tuple[Drawn, ...] = ()
    shown: int = 0
    feather: float = 0.0
    inverted: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn."""
        return self.shown == 0 and not self.inverted

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return self.shown > 0

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return self.shown < len(self.drawn)

    def with_drawn(self, item: Drawn) -> Mask:
        """With one thing more; what was undone is forgotten."""
        kept = (*self.drawn[: self.shown], item)
        return replace(self, drawn=kept, shown=len(kept))

    def undone(self) -> Mask:
        """Without the last thing drawn."""
        return replace(self, shown=max(0, self.shown - 1))

    def redone(self) -> Mask:
        """With the thing that was undone last."""
        return replace(self, shown=min(len(self.drawn), self.shown + 1))

    def cleared(self) -> Mask:
        """With everything drawn erased, which can be undone."""
        edge = ((0.0, 0.0), (self.width, 0.0), (self.width, self.height), (0.0, self.height))
        return self.with_drawn(Drawn("area", edge, erases=True))


def mask_image(mask: Mask, *, longest: int | None = None) -> QImage:
    """The mask as an 8-bit grey picture, at most `longest` pixels a side; for any thread."""
    scale = 1.0 if longest is None else min(1.0, longest / max(mask.width, mask.height))
    size = max(1, round(mask.width * scale)), max(1, round(mask.height * scale))
    image = QImage(*size, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size[0] / mask.width, size[1] / mask.height)
    for item in mask.drawn[: mask.shown]:
        draw(painter, item, QColor("black" if item.erases else "white"))
    painter.end()
    if mask.inverted:
        image.invertPixels()
    if mask.feather * scale >= 0.5:
        pixels = _pixels(image)
        pixels[:] = blurred(pixels, mask.feather * scale)
    return image


def draw(painter: QPainter, item: Drawn, color: QColor) -> None:
    """Paint one thing, in pixels of the picture."""
    points = [QPointF(x, y) for x, y in item.points]
    if item.kind == "area":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF(points), Qt.FillRule.WindingFill)
        return
    if len(points) == 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(points[0], item.radius, item.radius)
        return
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 2 * item.radius, Qt.PenStyle.SolidLine, cap, join))
    painter.drawPolyline(QPolygonF(points))


def mask_array(image: QImage) -> NDArray[np.uint8]:
    """A copy of a grey picture as an array (H, W)."""
    return _pixels(image).copy()


def blurred(pixels: NDArray[np.uint8], radius: float) -> NDArray[np.uint8]:
    """A soft edge about `radius` pixels wide on either side: three box blurs."""
    size = max(1, round(radius * 0.6))
    work = pixels.astype(np.float32)
    for _ in range(3):
        work = _boxed(_boxed(work, size, 0), size, 1)
    return np.asarray(np.clip(np.rint(work), 0, 255), np.uint8)


def _boxed(work: NDArray[Any], size: int, axis: int) -> NDArray[Any]:
    pad = [(size + 1, size) if place == axis else (0, 0) for place in (0, 1)]
    total = np.cumsum(np.pad(work, pad, mode="edge"), axis=axis, dtype=np.float64)
    count = work.shape[axis]
    last = np.take(total, np.arange(2 * size + 1, 2 * size + 1 + count), axis=axis)
    first = np.take(total, np.arange(count), axis=axis)
    return np.asarray((last - first) / (2 * size + 1), np.float32)


def _pixels(image: QImage) -> NDArray[np.uint8]:
    rows = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()]
