"""Dragging over the timeline without an edit: rubber band, hand, zoom box."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets import theme
from widgets.timeline.gestures.protocol import Pointer, Stage

_ADD = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier


class Band:
    """Selects what a rubber band touches; with Shift or Ctrl more of them."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, stage: Stage, pointer: Pointer) -> None:
        self._stage = stage
        self._start = pointer
        self._first = stage.scale.first + pointer.pos.x() / stage.scale.pixels
        self._before = tuple(stage.selected) if pointer.holds(_ADD) else ()
        self._was = tuple(stage.selected)
        self._box = QRectF(pointer.pos, pointer.pos)

    def move(self, pointer: Pointer) -> None:
        stage = self._stage
        start = QPointF(stage.scale.x(self._first), self._start.pos.y())
        self._box = QRectF(start, pointer.pos).normalized()
        left = stage.scale.first + self._box.left() / stage.scale.pixels
        right = stage.scale.first + self._box.right() / stage.scale.pixels
        found: list[str] = []
        for number, track in enumerate(stage.rows.tracks):
            top = stage.rows.top(number)
            if track.locked or top > self._box.bottom() or top + track.height < self._box.top():
                continue
            lane = stage.rows.lanes[track.id]
            found += (lane.clips[item].id for item in lane.between(left, right))
        stage.select((*self._before, *found))
        stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        del pointer
        if self._box.isEmpty():
            self._stage.select(self._before)

    def cancel(self) -> None:
        self._stage.select(self._was)

    def paint(self, painter: QPainter) -> None:
        color = QColor(theme.current().accent)
        wash = QColor(color)
        wash.setAlpha(40)
        painter.setPen(QPen(color, 1))
        painter.setBrush(wash)
        painter.drawRect(self._box)


class Hand:
    """Drags the timeline along."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, pointer: Pointer) -> None:
        self._stage = stage
        self._last = pointer.pos

    def move(self, pointer: Pointer) -> None:
        step = self._last - pointer.pos
        before = self._stage.area().top()
        self._stage.scroll_by(step.x(), step.y())
        moved = self._stage.area().top() - before
        self._last = pointer.pos + QPointF(0, moved)

    def end(self, pointer: Pointer) -> None:
        """It is where it was dragged to."""

    def cancel(self) -> None:
        """It stays where it was dragged to."""

    def paint(self, painter: QPainter) -> None:
        """Nothing to show."""


class ZoomBox:
    """Zooms to the frames that are dragged over; a click zooms in, with Alt out."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, pointer: Pointer) -> None:
        self._stage = stage
        self._start = pointer.pos
        self._end = pointer.pos

    def move(self, pointer: Pointer) -> None:
        self._end = pointer.pos
        self._stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        scale = self._stage.scale
        left, right = sorted((self._start.x(), pointer.pos.x()))
        start, stop = (scale.first + x / scale.pixels for x in (left, right))
        if right - left < 5:
            wide = self._stage.area().width() / scale.pixels
            wide = wide * 2 if pointer.holds(Qt.KeyboardModifier.AltModifier) else wide / 2
            start, stop = start - wide / 2, start + wide / 2
        self._stage.show_frames(start, stop)

    def cancel(self) -> None:
        """Nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        area = self._stage.area()
        left, right = sorted((self._start.x(), self._end.x()))
        color = QColor(theme.current().accent)
        wash = QColor(color)
        wash.setAlpha(40)
        painter.setPen(QPen(color, 1))
        painter.setBrush(wash)
        painter.drawRect(QRectF(left, area.top(), right - left, area.height()))
