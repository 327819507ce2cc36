"""The ruler: timecode, markers, in and out points, and the head of the playhead to drag."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QLineF, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from widgets import theme
from widgets.timeline.scale import Scale, tick_steps
from widgets.timeline.values import MarkerView

HEIGHT = 40
_REACH = 6


class Ruler(QWidget):
    """Shows time; a press or drag seeks, markers can be dragged.

    `seeked` tells the frame under the mouse; `marker_moved` an id and frames, at the end of a
    drag; `marker_asked` an id that was double-clicked; `scrolled` passes the wheel on.
    """

    seeked = Signal(int)
    marker_moved = Signal(str, int)
    marker_asked = Signal(str)
    menu_asked = Signal(str, int, QPoint)
    scrolled = Signal(object)

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self.rate = 24
        self.timecode: Callable[[int], str] = str
        self.playhead = 0
        self.marks: tuple[int | None, int | None] = (None, None)
        self.markers: Sequence[MarkerView] = ()
        self._dragged: tuple[MarkerView, int] | None = None
        self._by = 0
        self._scrubbing = False
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Timeline ruler"))
        self.setAccessibleDescription(
            self.tr("Shows the timecode. Click to move the playhead there.")
        )

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(400, HEIGHT)

    def marker_at(self, x: float, y: float) -> MarkerView | None:
        """The marker whose flag lies under a point."""
        if y < HEIGHT / 2:
            return None
        near = [
            (abs(self._scale.x(item.at) - x), item)
            for item in self.markers
            if self._scale.x(item.at) - _REACH <= x <= self._scale.x(item.at + item.frames)
            or abs(self._scale.x(item.at) - x) <= _REACH
        ]
        return min(near, key=lambda pair: pair[0])[1] if near else None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colors = theme.current()
        painter = QPainter(self)
        area = event.rect()
        painter.fillRect(area, QColor(colors.panel))
        self._paint_range(painter, colors)
        self._paint_ticks(painter, colors, area.left(), area.right())
        self._paint_markers(painter, colors)
        painter.setPen(QColor(colors.border))
        painter.drawLine(area.left(), HEIGHT - 1, area.right(), HEIGHT - 1)
        x = round(self._scale.x(self.playhead)) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colors.playhead))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x - 6, HEIGHT - 16),
                    QPointF(x + 6, HEIGHT - 16),
                    QPointF(x + 6, HEIGHT - 9),
                    QPointF(x, HEIGHT - 1),
                    QPointF(x - 6, HEIGHT - 9),
                ]
            )
        )
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _paint_range(self, painter: QPainter, colors: theme.Theme) -> None:
        start, stop = self.marks
        if start is None and stop is None:
            return
        left = self._scale.x(start) if start is not None else 0.0
        right = self._scale.x(stop) if stop is not None else float(self.width())
        ground = QColor(colors.accent)
        ground.setAlpha(70)
        painter.fillRect(QRectF(left, 0, right - left, HEIGHT - 1), ground)
        painter.setPen(QPen(QColor(colors.accent), 2))
        for edge, way in ((start, 1), (stop, -1)):
            if edge is not None:
                x = self._scale.x(edge) + way
                painter.drawLine(QLineF(x, 1, x, HEIGHT - 2))
                painter.drawLine(QLineF(x, 1, x + 5 * way, 1))
                painter.drawLine(QLineF(x, HEIGHT - 2, x + 5 * way, HEIGHT - 2))

    def _paint_ticks(
        self, painter: QPainter, colors: theme.Theme, left: float, right: float
    ) -> None:
        scale = self._scale
        metrics = self.fontMetrics()
        room = metrics.horizontalAdvance("00:00:00:00") + 18
        major, minor = tick_steps(scale.pixels, self.rate, room)
        first = max(0, scale.frame(left - room) // major * major)
        last = scale.frame(right) + 1
        painter.setPen(QColor(colors.border))
        painter.drawLines(
            [
                QLineF(x, HEIGHT - (10 if frame % major == 0 else 5), x, HEIGHT - 2)
                for frame in range(first, last + 1, minor)
                for x in (round(scale.x(frame)) + 0.5,)
            ]
        )
        painter.setPen(QColor(colors.dim))
        for frame in range(first, last + 1, major):
            text, x = self.timecode(frame), round(scale.x(frame)) + 4
            if x + metrics.horizontalAdvance(text) <= self.width():
                painter.drawText(QPointF(x, metrics.ascent() + 4), text)

    def _paint_markers(self, painter: QPainter, colors: theme.Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = self.fontMetrics()
        for item in self.markers:
            at = item.at
            if self._dragged and self._dragged[0].id == item.id:
                at = max(0, at + self._by)
            x = self._scale.x(at)
            end = self._scale.x(at + item.frames)
            if end < -200 or x > self.width():
                continue
            color = QColor(item.color)
            if item.frames > 1:
                wash = QColor(color)
                wash.setAlpha(90)
                painter.fillRect(QRectF(x, HEIGHT - 12, end - x, 10), wash)
            painter.setPen(QPen(QColor(colors.panel), 1))
            painter.setBrush(color)
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(x - 5, HEIGHT - 18),
                        QPointF(x + 5, HEIGHT - 18),
                        QPointF(x + 5, HEIGHT - 10),
                        QPointF(x, HEIGHT - 4),
                        QPointF(x - 5, HEIGHT - 10),
                    ]
                )
            )
            if item.name and metrics.height() < HEIGHT / 2:
                painter.setPen(QColor(colors.text))
                room = 110
                text = metrics.elidedText(item.name, Qt.TextElideMode.ElideRight, room)
                painter.drawText(QPointF(x + 8, HEIGHT - 8), text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        place = event.position()
        marker = self.marker_at(place.x(), place.y())
        if event.button() == Qt.MouseButton.RightButton:
            frame = self._scale.nearest(place.x())
            name = marker.id if marker else ""
            self.menu_asked.emit(name, frame, event.globalPosition().toPoint())
        elif event.button() == Qt.MouseButton.LeftButton and marker:
            self._dragged, self._by = (marker, self._scale.nearest(place.x())), 0
        elif event.button() == Qt.MouseButton.LeftButton:
            self._scrubbing = True
            self.seeked.emit(max(0, self._scale.frame(place.x())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        x = event.position().x()
        if self._dragged:
            self._by = self._scale.nearest(x) - self._dragged[1]
            self.update()
        elif self._scrubbing:
            self.seeked.emit(max(0, self._scale.frame(x)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        del event
        dragged, by = self._dragged, self._by
        self._dragged, self._by, self._scrubbing = None, 0, False
        if dragged and by:
            self.marker_moved.emit(dragged[0].id, by)
        elif dragged:
            self.seeked.emit(dragged[0].at)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        marker = self.marker_at(event.position().x(), event.position().y())
        if marker:
            self._dragged = None
            self.marker_asked.emit(marker.id)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self.scrolled.emit(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            marker = self.marker_at(event.pos().x(), event.pos().y())
            frame = self._scale.frame(event.pos().x())
            text = self.timecode(max(0, frame))
            if marker:
                lines = [marker.name or self.tr("Marker"), self.timecode(marker.at), marker.note]
                text = "\n".join(line for line in lines if line)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        if event.type() == QEvent.Type.PaletteChange:
            self.update()
        return super().event(event)
