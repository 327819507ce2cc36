"""Draws what lies under and over the picture: ground, guides, safe areas, masks, grid, text."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)

from widgets.viewer.values import ACTION_SAFE, TITLE_SAFE, Compare, Guide

_CELL = 8  # view units a field of the checkerboard
_GRID_FROM = 8.0  # view units a pixel, from where the grid of pixels is drawn
_LIGHT, _SHADE = QColor(255, 255, 255, 190), QColor(0, 0, 0, 150)


def ground(painter: QPainter, rect: QRectF, kind: str) -> None:
    """What is seen through a picture with alpha."""
    if kind in ("black", "white"):
        painter.fillRect(rect, QColor(kind))
        return
    cell = _CELL
    tile = QImage(2 * cell, 2 * cell, QImage.Format.Format_RGB32)
    tile.fill(QColor(84, 84, 84))
    painted = QPainter(tile)
    for corner in (0, cell):
        painted.fillRect(corner, corner, cell, cell, QColor(120, 120, 120))
    painted.end()
    brush = QBrush(tile)
    brush.setTransform(QTransform.fromTranslate(rect.x(), rect.y()))
    painter.fillRect(rect, brush)


def crisp(painter: QPainter, lines: Iterable[QLineF], *, dashed: bool = False) -> None:
    """Lines one device pixel wide, seen on every ground: light on a dark shadow."""
    ratio = painter.device().devicePixelRatioF()
    lines = [_snapped(line, ratio) for line in lines]
    for color, shift in ((_SHADE, 1 / ratio), (_LIGHT, 0.0)):
        pen = QPen(color, 0)
        if dashed:
            pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawLines([line.translated(shift, shift) for line in lines])


def frame(painter: QPainter, rect: QRectF, *, dashed: bool = False) -> None:
    """A rectangle of crisp lines."""
    corners = [rect.topLeft(), rect.topRight(), rect.bottomRight(), rect.bottomLeft()]
    sides = [QLineF(corners[i], corners[(i + 1) % 4]) for i in range(4)]
    crisp(painter, sides, dashed=dashed)


def safe_areas(painter: QPainter, rect: QRectF) -> None:
    """The areas of action and titles by EBU R 95 and SMPTE ST 2046-1."""
    frame(painter, _share(rect, ACTION_SAFE))
    frame(painter, _share(rect, TITLE_SAFE), dashed=True)
    cross = min(rect.width(), rect.height()) * 0.02
    middle = rect.center()
    crisp(
        painter,
        [
            QLineF(middle - QPointF(cross, 0), middle + QPointF(cross, 0)),
            QLineF(middle - QPointF(0, cross), middle + QPointF(0, cross)),
        ],
    )


def thirds(painter: QPainter, rect: QRectF) -> None:
    """Lines at the thirds of the picture."""
    shares = [Guide(vertical, at) for vertical in (False, True) for at in (1 / 3, 2 / 3)]
    crisp(painter, [guide_line(item, rect) for item in shares])


def centre(painter: QPainter, rect: QRectF) -> None:
    """Lines through the middle of the picture."""
    halves = (Guide(vertical=True, at=0.5), Guide(vertical=False, at=0.5))
    crisp(painter, [guide_line(item, rect) for item in halves], dashed=True)


def guides(painter: QPainter, rect: QRectF, items: Iterable[Guide], color: str) -> None:
    """The user's own lines."""
    ratio = painter.device().devicePixelRatioF()
    painter.setPen(QPen(QColor(color), 0))
    painter.drawLines([_snapped(guide_line(item, rect), ratio) for item in items])


def guide_line(guide: Guide, rect: QRectF) -> QLineF:
    """Where a guide lies in the view."""
    if guide.vertical:
        x = rect.x() + guide.at * rect.width()
        return QLineF(x, rect.top(), x, rect.bottom())
    y = rect.y() + guide.at * rect.height()
    return QLineF(rect.left(), y, rect.right(), y)


def aspect_mask(painter: QPainter, rect: QRectF, aspect: float) -> QRectF:
    """Darken what lies outside of a ratio of width to height; gives what is left."""
    size = QSizeF(aspect, 1.0).scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
    inner = QRectF(QPointF(), size)
    inner.moveCenter(rect.center())
    path = QPainterPath()
    path.addRect(rect)
    hole = QPainterPath()
    hole.addRect(inner)
    painter.fillPath(path.subtracted(hole), QColor(0, 0, 0, 200))
    return inner


def pixel_grid(painter: QPainter, rect: QRectF, scale: float, visible: QRectF) -> None:
    """Lines between pixels where they are large enough to be told apart."""
    if scale < _GRID_FROM:
        return
    ratio = painter.device().devicePixelRatioF()
    painter.setPen(QPen(QColor(128, 128, 128, 90), 0))
    part = rect.intersected(visible)
    lines = []
    for column in range(
        int((part.left() - rect.left()) / scale), int((part.right() - rect.left()) / scale) + 2
    ):
        x = rect.left() + column * scale
        lines.append(_snapped(QLineF(x, part.top(), x, part.bottom()), ratio))
    for row in range(
        int((part.top() - rect.top()) / scale), int((part.bottom() - rect.top()) / scale) + 2
    ):
        y = rect.top() + row * scale
        lines.append(_snapped(QLineF(part.left(), y, part.right(), y), ratio))
    painter.drawLines(lines)


def wipe_line(compare: Compare, rect: QRectF) -> QLineF:
    """The wipe's line across the whole picture, from one end to the other."""
    middle = rect.topLeft() + QPointF(compare.x * rect.width(), compare.y * rect.height())
    along = math.radians(compare.angle)
    reach = math.hypot(rect.width(), rect.height())
    way = QPointF(math.sin(along), -math.cos(along)) * reach
    return QLineF(middle - way, middle + way)


def wipe_side(compare: Compare, rect: QRectF) -> QPainterPath:
    """The side of the wipe's line that shows the second picture."""
    line = wipe_line(compare, rect)
    along = math.radians(compare.angle)
    reach = 2 * math.hypot(rect.width(), rect.height())
    away = QPointF(math.cos(along), math.sin(along)) * reach
    half = QPainterPath()
    half.addPolygon(QPolygonF([line.p1(), line.p2(), line.p2() + away, line.p1() + away]))
    whole = QPainterPath()
    whole.addRect(rect)
    return whole.intersected(half)


def label(
    painter: QPainter, corner: QPointF, text: str, font: QFont, *, right: bool = False
) -> QRectF:
    """Text on a plate that is read on every picture; `corner` is its upper left (or right)."""
    metrics = QFontMetricsF(font)
    size = QSizeF(metrics.horizontalAdvance(text) + 12, metrics.height() + 4)
    x = corner.x() - size.width() if right else corner.x()
    plate = QRectF(QPointF(round(x), round(corner.y())), size)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 170))
    painter.drawRoundedRect(plate, 3, 3)
    painter.setPen(QColor("#ffffff"))
    painter.setFont(font)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return plate


def _share(rect: QRectF, share: float) -> QRectF:
    inner = QRectF(0, 0, rect.width() * share, rect.height() * share)
    inner.moveCenter(rect.center())
    return inner


def _snapped(line: QLineF, ratio: float) -> QLineF:
    """Upright and level lines on the middle of device pixels, so that they stay sharp."""

    def snap(value: float) -> float:
        return (math.floor(value * ratio) + 0.5) / ratio

    x1, y1, x2, y2 = line.x1(), line.y1(), line.x2(), line.y2()
    if x1 == x2:
        x1 = x2 = snap(x1)
    if y1 == y2:
        y1 = y2 = snap(y1)
    return QLineF(x1, y1, x2, y2)
