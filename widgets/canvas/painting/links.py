"""Links: wide curves near, hairlines from afar, all of a colour at once."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from widgets.canvas.arrays import Floats, Ints, curves, seen_parts
from widgets.canvas.contents import Contents
from widgets.canvas.painting.kit import Kit, mixed

WIDTH = 2.2
HAIRLINE = 1.7  # device pixels of width from which a curve is drawn as wide as it is
MANY_WIDE = 40  # wide curves that are drawn as hairlines while they move
SMOOTH_MOVING = 600
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
    seen: QRectF,
    fast: bool = False,
    opacity: float = 1.0,
) -> None:
    """Draw links by their rows, at place * scale + `at` in device pixels.

    Only what may be inside of `seen`, on the canvas, is drawn. Colours are opaque, mixed with the
    ground: Qt takes twice the time for a curve that is seen through.
    """
    if not len(rows):
        return
    wide = WIDTH * scale >= HAIRLINE and not (fast and len(rows) > MANY_WIDE)
    smooth = len(rows) <= (SMOOTH_MOVING if fast else SMOOTH)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth or wide)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    groups = contents.link_color[rows] * 2 + contents.link_muted[rows]
    for group in np.unique(groups).tolist():
        color = kit.wire(contents.colors[group // 2])
        muted = bool(group % 2)
        strength = opacity * (0.45 if muted else 0.9)
        ends = contents.ends[rows[groups == group]]
        pen = QPen(mixed(kit.ground, color, strength), WIDTH * scale if wide else 1.0)
        pen.setCosmetic(not wide)
        if muted and scale > 0.2:
            pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        if wide:
            _paint_wide(painter, ends, scale, at, seen)
            continue
        painter.drawPath(curves(ends, scale, *at))
        if ratio >= 1.5:  # Qt draws lines of one device pixel fast; two of them are one of two
            painter.drawPath(curves(ends, scale, at[0], at[1] + 1))


def _paint_wide(
    painter: QPainter, ends: Floats, scale: float, at: tuple[float, float], seen: QRectF
) -> None:
    """One by one: the outline of a path of many curves takes Qt far longer to fill."""
    box = (seen.left() - WIDTH, seen.top() - WIDTH, seen.right() + WIDTH, seen.bottom() + WIDTH)
    for start, first, second, end in (seen_parts(ends, box) * scale + at).tolist():
        path = QPainterPath(QPointF(*start))
        path.cubicTo(*first, *second, *end)
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
