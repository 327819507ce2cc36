"""Links: wide curves near, hairlines from afar, all of a colour at once."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from widgets.canvas.arrays import Floats, Ints, curves, reach
from widgets.canvas.contents import Contents
from widgets.canvas.painting.kit import Kit, faded

WIDTH = 2.2
HAIRLINE = 1.7  # device pixels of width from which a curve is drawn as wide as it is
SMOOTH = 4_000  # hairlines that are smoothed; more of them are a texture, and smoothing takes long


def paint_links(
    painter: QPainter,
    contents: Contents,
    rows: Ints,
    *,
    scale: float,
    at: tuple[float, float],
    kit: Kit,
    ratio: float,
    fast: bool = False,
    opacity: float = 1.0,
) -> None:
    """Draw links by their rows, at place * scale + `at` in device pixels."""
    if not len(rows):
        return
    wide = WIDTH * scale >= HAIRLINE
    smooth = not fast and len(rows) <= SMOOTH
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth or wide)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    groups = contents.link_color[rows] * 2 + contents.link_muted[rows]
    for group in np.unique(groups).tolist():
        color = kit.wire(contents.colors[group // 2])
        muted = bool(group % 2)
        strength = opacity * (0.45 if muted else 0.9)
        ends = contents.ends[rows[groups == group]]
        pen = QPen(faded(color, strength), WIDTH * scale if wide else 1.0)
        pen.setCosmetic(not wide)
        if muted and scale > 0.2:
            pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        if wide:
            _paint_wide(painter, ends, scale, at)
            continue
        painter.drawPath(curves(ends, scale, *at))
        if ratio >= 1.5:  # Qt draws lines of one device pixel fast; two of them are one of two
            painter.drawPath(curves(ends, scale, at[0], at[1] + 1))


def _paint_wide(painter: QPainter, ends: Floats, scale: float, at: tuple[float, float]) -> None:
    """One by one: the outline of a path of many curves takes Qt far longer to fill."""
    far = (reach(ends) * scale).tolist()
    for (x1, y1, x2, y2), level in zip((ends * scale + at * 2).tolist(), far, strict=True):
        path = QPainterPath(QPointF(x1, y1))
        path.cubicTo(x1 + level, y1, x2 - level, y2, x2, y2)
        painter.drawPath(path)


def curve(ends: tuple[float, float, float, float]) -> QPainterPath:
    """The curve of one link, on the canvas."""
    return curves(np.array([ends]), 1.0, 0.0, 0.0)


def paint_curve(painter: QPainter, path: QPainterPath, color: QColor, width: float) -> None:
    """One curve, such as that of a link that is being made."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.drawPath(path)
