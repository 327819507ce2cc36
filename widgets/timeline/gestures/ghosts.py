"""Ghosts: what a gesture would bring about, drawn over the lanes."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from widgets import theme


def paint_blocks(painter: QPainter, boxes: Iterable[QRectF], *, good: bool = True) -> None:
    """Clips where they would come to lie."""
    colors = theme.current()
    color = QColor(colors.accent if good else colors.danger)
    wash = QColor(color)
    wash.setAlpha(70)
    painter.setBrush(wash)
    painter.setPen(QPen(color, 1.5))
    painter.drawRects(list(boxes))


def paint_media(painter: QPainter, media: QRectF, used: QRectF) -> None:
    """All of a clip's media, hatched where it would not play, around the part that would."""
    colors = theme.current()
    hatch = QColor(colors.text)
    hatch.setAlpha(90)
    painter.setPen(QPen(hatch, 1, Qt.PenStyle.DashLine))
    painter.setBrush(QBrush(hatch, Qt.BrushStyle.BDiagPattern))
    for part in (
        QRectF(media.left(), media.top(), used.left() - media.left(), media.height()),
        QRectF(used.right(), media.top(), media.right() - used.right(), media.height()),
    ):
        if part.width() > 1:
            painter.drawRect(part)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colors.accent), 2))
    painter.drawRect(used)


def paint_line(painter: QPainter, x: float, top: float, bottom: float) -> None:
    """An edge that is dragged, or a place to insert at."""
    painter.setPen(QPen(QColor(theme.current().accent), 2))
    painter.drawLine(round(x), round(top), round(x), round(bottom))
