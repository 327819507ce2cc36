"""The strip below the picture: where the playhead is, what is marked, and keyframes in time."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from widgets import theme
from widgets.viewer.values import Counting, Mark

_SIDE = 8.0  # view units left and right of the first and last frame
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
_KEY = 5.0  # half the width of a keyframe's diamond


class TimeStrip(QWidget):
    """Drag moves the playhead, diamonds are dragged in time, brackets are the in and out marks.

    Keys: arrows step, with Shift ten frames, Home and End go to the ends.
    """

    scrubbed = Signal(int)
    """The playhead is being dragged over this frame."""
    scrub_ended = Signal(int)
    stepped = Signal(int)
    marks_changed = Signal(object, object)
    """First and last marked frame, each None when it was not."""
    mark_moved = Signal(str, int)
    """A keyframe was dropped at a frame."""
    mark_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counting = Counting()
        self._frame = 0
        self._in: int | None = None
        self._out: int | None = None
        self._items: tuple[Mark, ...] = ()
        self._dragged: tuple[str, int] | None = None  # a keyframe and where it is now
        self._drags = ""  # "playhead", "in", "out", "item"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Time"))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(240, round(self.fontMetrics().height() + 24))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(80, self.sizeHint().height())

    def set_counting(self, counting: Counting) -> None:
        """Count like this from now on."""
        self._counting = counting
        self.update()

    def set_frame(self, frame: int) -> None:
        """Put the playhead on a frame."""
        if frame != self._frame:
            before, self._frame = self._frame, frame
            for at in (before, frame):
                self.update(round(self._x(at)) - 7, 0, 14, self.height())

    def set_marks(self, first: int | None, last: int | None) -> None:
        """Show the in and out marks."""
        self._in, self._out = first, last
        self.update()

    def set_items(self, items: Iterable[Mark]) -> None:
        """Show these keyframes."""
        self._items = tuple(items)
        self.update()

    def item_position(self, name: str) -> QPointF:
        """Where a keyframe's diamond lies. Raises StopIteration for an unknown one."""
        item = next(item for item in self._items if item.id == name)
        return QPointF(self._x(item.frame), self._row())

    def frame_position(self, frame: int) -> QPointF:
        """Where a frame lies on the strip."""
        return QPointF(self._x(frame), 6)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colours = theme.current()
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(colours.panel))
        bar = QRectF(0, self._row() - 8, self.width(), 16)
        painter.fillRect(bar, QColor(colours.field))
        if self._counting.frame_count:
            self._paint_range(painter, bar)
            self._paint_ruler(painter)
            for item in self._items:
                self._paint_item(painter, item)
            self._paint_playhead(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_range(self, painter: QPainter, bar: QRectF) -> None:
        if self._in is None and self._out is None:
            return
        colours = theme.current()
        last = self._counting.frame_count - 1
        left = self._x(self._in or 0)
        right = self._x(last if self._out is None else self._out)
        painter.fillRect(
            QRectF(left, bar.y(), right - left, bar.height()), QColor(colours.selection)
        )
        painter.setPen(QPen(QColor(colours.accent), 2))
        for frame, x, inward in ((self._in, left, 4), (self._out, right, -4)):
            if frame is not None:
                painter.drawLine(QLineF(x, bar.top() + 1, x, bar.bottom() - 1))
                for y in (bar.top() + 1, bar.bottom() - 1):
                    painter.drawLine(QLineF(x, y, x + inward, y))

    def _paint_ruler(self, painter: QPainter) -> None:
        colours = theme.current()
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(self._counting.text(0))
        step = self._step(width + 24)
        painter.setPen(QPen(QColor(colours.dim), 0))
        right = 0.0
        for at in range(0, self._counting.frame_count, step):
            x = self._x(at)
            painter.drawLine(QLineF(x, 0, x, 4))
            place = max(2.0, x - width / 2)
            if place >= right and place + width <= self.width() - 2:
                painter.drawText(QPointF(place, 3 + metrics.ascent()), self._counting.text(at))
                right = place + width + 8

    def _paint_item(self, painter: QPainter, item: Mark) -> None:
        colours = theme.current()
        frame = item.frame
        if self._dragged is not None and self._dragged[0] == item.id:
            frame = self._dragged[1]
        middle = QPointF(self._x(frame), self._row())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.field), 1))
        painter.setBrush(QColor(colours.warning))
        painter.drawPolygon(
            QPolygonF(
                [
                    middle + QPointF(0, -_KEY - 1),
                    middle + QPointF(_KEY + 1, 0),
                    middle + QPointF(0, _KEY + 1),
                    middle + QPointF(-_KEY - 1, 0),
                ]
            )
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _paint_playhead(self, painter: QPainter) -> None:
        color = QColor(theme.current().playhead)
        x = round(self._x(self._frame)) + 0.5
        painter.setPen(QPen(color, 1))
        painter.drawLine(QLineF(x, self._row() - 10, x, self.height()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        top = self._row() - 12
        painter.drawPolygon(
            QPolygonF([QPointF(x - 5, top), QPointF(x + 5, top), QPointF(x, top + 6)])
        )

    # Pointer and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton or not self._counting.frame_count:
            super().mousePressEvent(event)
            return
        item = self._item_at(event.position())
        if item is not None:
            self.mark_chosen.emit(item.id)
            self._drags = "item" if item.movable else ""
            self._dragged = (item.id, item.frame) if item.movable else None
            return
        self._drags = self._bracket_at(event.position()) or "playhead"
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        frame = self._frame_at(event.position().x())
        if self._drags == "playhead":
            self.set_frame(frame)
            self.scrubbed.emit(frame)
        elif self._drags == "in":
            self.marks_changed.emit(frame, self._out)
        elif self._drags == "out":
            self.marks_changed.emit(self._in, frame)
        elif self._drags == "item" and self._dragged is not None:
            self._dragged = (self._dragged[0], frame)
            self.update()
        else:
            self._hint(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        drags, self._drags = self._drags, ""
        if drags == "playhead":
            self.scrub_ended.emit(self._frame_at(event.position().x()))
        elif drags == "item" and self._dragged is not None:
            (name, frame), self._dragged = self._dragged, None
            self.update()
            if next((i.frame for i in self._items if i.id == name), frame) != frame:
                self.mark_moved.emit(name, frame)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        ten = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        key = event.key()
        if key == Qt.Key.Key_Escape and self._dragged is not None:
            self._dragged, self._drags = None, ""
            self.update()
        elif key == Qt.Key.Key_Left:
            self.stepped.emit(-ten)
        elif key == Qt.Key.Key_Right:
            self.stepped.emit(ten)
        elif key == Qt.Key.Key_Home:
            self.scrub_ended.emit(0)
        elif key == Qt.Key.Key_End:
            self.scrub_ended.emit(max(0, self._counting.frame_count - 1))
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.updateGeometry()
            self.update()
        super().changeEvent(event)

    def _hint(self, event: QMouseEvent) -> None:
        item = self._item_at(event.position())
        bracket = self._bracket_at(event.position())
        shape = Qt.CursorShape.SizeHorCursor if item or bracket else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)
        if item is not None:
            QToolTip.showText(event.globalPosition().toPoint(), item.label, self)

    # Places

    def _row(self) -> float:
        return self.height() - 10.0

    def _x(self, frame: int) -> float:
        span = max(1, self._counting.frame_count - 1)
        return _SIDE + (self.width() - 2 * _SIDE) * frame / span

    def _frame_at(self, x: float) -> int:
        last = self._counting.frame_count - 1
        share = (x - _SIDE) / max(1.0, self.width() - 2 * _SIDE)
        return max(0, min(round(share * max(1, last)), last))

    def _step(self, needed: float) -> int:
        """Frames from one number to the next: whole seconds, or what divides one."""
        each = (self.width() - 2 * _SIDE) / max(1, self._counting.frame_count - 1)
        second = self._counting.second
        parts = [step for step in (1, 2, 5, 10) if second % step == 0 and step < second]
        steps = sorted({*parts, *(second * count for count in _SECONDS)})
        return next((step for step in steps if step * each >= needed), steps[-1] * 2)

    def _item_at(self, at: QPointF) -> Mark | None:
        for item in reversed(self._items):
            if abs(self._x(item.frame) - at.x()) <= _KEY + 2 and abs(self._row() - at.y()) <= 9:
                return item
        return None

    def _bracket_at(self, at: QPointF) -> str:
        if abs(self._row() - at.y()) > 9:
            return ""
        for name, frame in (("in", self._in), ("out", self._out)):
            if frame is not None and abs(self._x(frame) - at.x()) <= 5:
                return name
        return ""
