"""Paints the lanes: all tracks at once, and what lies over them for a moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from widgets import theme
from widgets.timeline.filmstrips import Filmstrips
from widgets.timeline.gestures.ghosts import paint_blocks, paint_line
from widgets.timeline.intents import Mode
from widgets.timeline.paint_clips import Brushes, paint_lane
from widgets.timeline.rows import Rows
from widgets.timeline.scale import Scale


@dataclass(frozen=True)
class Ground:
    """What the tracks are painted from, and how: the widget's size, the y it shows first."""

    rows: Rows
    scale: Scale
    strips: Filmstrips
    selected: Collection[str]
    elided: dict[tuple[str, int], str]
    size: tuple[int, int]
    top: int
    ratio: float
    font: QFont


def paint_base(ground: Ground) -> QPixmap:
    """All tracks, without playhead and ghosts."""
    width, height = ground.size
    ratio = ground.ratio
    base = QPixmap(max(1, round(width * ratio)), max(1, round(height * ratio)))
    base.setDevicePixelRatio(ratio)
    _paint(base, ground, QRect(0, 0, width, height))
    return base


def scroll_base(base: QPixmap, ground: Ground, by: int) -> bool:
    """Move what is painted `by` pixels to the left and paint what came into view.

    False when nothing would be gained: then it must be painted anew.
    """
    width, height = ground.size
    step = by * ground.ratio
    if abs(by) > width // 2 or step != int(step):
        return False
    base.scroll(-int(step), 0, base.rect())
    held = _name_width(ground) + abs(by) + 8
    if by > 0:
        _paint(base, ground, QRect(width - by, 0, by, height))
        _paint(base, ground, QRect(0, 0, min(width, held), height))
    else:
        _paint(base, ground, QRect(0, 0, min(width, held), height))
    return True


def _name_width(ground: Ground) -> int:
    """How far names of clips reach that begin left of the view: these stay at its edge."""
    metrics = QFontMetrics(ground.font)
    reach = 0
    for lane in ground.rows.lanes.values():
        number = lane.at(int(ground.scale.first))
        if number is not None:
            clip = lane.clips[number]
            end = int(ground.scale.x(lane.stops[number]))
            text = metrics.horizontalAdvance(f"{clip.name}  {clip.note}  ")
            reach = max(reach, min(end, text + 24))
    return reach


def _paint(base: QPixmap, ground: Ground, part: QRect) -> None:
    colors = theme.current()
    painter = QPainter(base)
    painter.setClipRect(part)
    painter.fillRect(part, QColor(colors.field))
    painter.setFont(ground.font)
    brushes = Brushes(colors, ground.font)
    rows, top = ground.rows, ground.top
    stripe, veil = QColor(colors.panel), QColor(colors.field)
    veil.setAlpha(110)
    for number, track in enumerate(rows.tracks):
        y = rows.top(number) - top
        if y > part.bottom() or y + track.height < 0:
            continue
        row = QRect(part.left(), y, part.width(), track.height)
        painter.fillRect(row, stripe)
        paint_lane(
            painter,
            rows.lanes[track.id],
            track,
            y,
            ground.scale,
            part,
            brushes,
            ground.strips,
            ground.selected,
            ground.elided,
        )
        if track.locked or track.note:
            painter.fillRect(row, veil)
    divider = rows.divider()
    if divider is not None:
        painter.fillRect(QRect(part.left(), divider - top, part.width(), 1), QColor(colors.border))
    painter.end()


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
