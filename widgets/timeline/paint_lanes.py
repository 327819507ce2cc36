"""Paints the lanes: all tracks at once, and what lies over them for a moment."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap

from widgets import theme
from widgets.timeline.filmstrips import Filmstrips
from widgets.timeline.gestures.ghosts import paint_blocks, paint_line
from widgets.timeline.intents import Mode
from widgets.timeline.paint_clips import Brushes, paint_lane
from widgets.timeline.rows import Rows
from widgets.timeline.scale import Scale


def paint_base(
    rows: Rows,
    scale: Scale,
    strips: Filmstrips,
    selected: Collection[str],
    elided: dict[tuple[str, int], str],
    *,
    size: tuple[int, int],
    top: int,
    ratio: float,
    font: QFont,
) -> QPixmap:
    """All tracks, from the y `top` on, without playhead and ghosts."""
    width, height = size
    base = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    base.setDevicePixelRatio(ratio)
    colors = theme.current()
    base.fill(QColor(colors.field))
    painter = QPainter(base)
    painter.setFont(font)
    brushes = Brushes(colors, font)
    shown = QRect(0, 0, width, height)
    stripe, veil = QColor(colors.panel), QColor(colors.field)
    veil.setAlpha(110)
    for number, track in enumerate(rows.tracks):
        y = rows.top(number) - top
        if y > height or y + track.height < 0:
            continue
        row = QRect(0, y, width, track.height)
        painter.fillRect(row, stripe)
        lane = rows.lanes[track.id]
        paint_lane(painter, lane, track, y, scale, shown, brushes, strips, selected, elided)
        if track.locked or track.note:
            painter.fillRect(row, veil)
    divider = rows.divider()
    if divider is not None:
        painter.fillRect(QRect(0, divider - top, width, 1), QColor(colors.border))
    painter.end()
    return base


def paint_range(
    painter: QPainter, scale: Scale, marks: tuple[int | None, int | None], size: QSize
) -> None:
    """A wash from the in point to the out point."""
    start, stop = marks
    if start is None and stop is None:
        return
    wash = QColor(theme.current().accent)
    wash.setAlpha(26)
    left = scale.x(start) if start is not None else 0.0
    right = scale.x(stop) if stop is not None else float(size.width())
    painter.fillRect(QRectF(left, 0, right - left, size.height()), wash)


def paint_drop(painter: QPainter, box: QRectF, x: float, area: QRectF, mode: Mode) -> None:
    """Where a drag from elsewhere would go."""
    if not box.isEmpty():
        paint_blocks(painter, [box])
    if mode == "insert" or box.isEmpty():
        paint_line(painter, x, area.top(), area.bottom())


def paint_said(painter: QPainter, words: str, mouse: QPointF, size: QSize) -> None:
    """A word beside the mouse, inside the widget."""
    colors = theme.current()
    metrics = painter.fontMetrics()
    limit = min(460, size.width() - 16)
    text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, limit - 16)
    width, height = metrics.horizontalAdvance(text) + 16, metrics.height() + 8
    x = min(mouse.x() + 14, size.width() - width - 4)
    y = mouse.y() - height - 10
    if y < 4:
        y = mouse.y() + 18
    box = QRectF(max(4.0, x), min(y, size.height() - height - 4.0), width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colors.border), 1))
    painter.setBrush(QColor(colors.raised))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(colors.text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
