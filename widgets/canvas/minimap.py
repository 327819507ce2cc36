"""The whole canvas in a corner of the view: shows where one is, and goes elsewhere by a drag."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QWheelEvent
from PySide6.QtWidgets import QWidget

from widgets.canvas.arrays import draw_rects
from widgets.canvas.painting.kit import faded

if TYPE_CHECKING:
    from widgets.canvas.surface import CanvasSurface

SIZE = QSize(208, 132)
DELAY = 60  # milliseconds: edits in a row are drawn once


class MiniMap(QWidget):
    """A child of the view in its lower right corner. `refresh` says that the contents changed.

    It hides where the view is small, and while all there is can be seen anyway.
    """

    def __init__(self, view: CanvasSurface) -> None:
        super().__init__(view)
        self._view = view
        self._picture: QPixmap | None = None
        self._area = QRectF()  # what the picture shows
        self._whole: QRectF | None = None  # what there is; None when it has to be measured
        self._timer = QTimer(self, singleShot=True, interval=DELAY)
        self._timer.timeout.connect(self.renew)
        self.setFixedSize(SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Map of the canvas"))
        self.setToolTip(self.tr("Map: click or drag to go elsewhere"))

    def refresh(self) -> None:
        """Draw the contents anew, soon."""
        self._whole = None
        if not self._timer.isActive():
            self._timer.start()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        del event
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = self._drawn(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        kit = self._view.kit
        if not self._area.isEmpty():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            seen = self._to_map(self._view.seen()).intersected(QRectF(self.rect()))
            painter.setPen(QPen(kit.accent, 1.2))
            painter.setBrush(faded(kit.accent, 0.12))
            painter.drawRoundedRect(seen.adjusted(1, 1, -1, -1), 2, 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(kit.border)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self._view.zoom_by(1.2 ** (event.angleDelta().y() / 120))

    def _go(self, point: QPointF) -> None:
        if self._area.isEmpty():
            return
        scale, x, y = self._placing()
        self._view.centre_on(((point.x() - x) / scale, (point.y() - y) / scale))

    def renew(self) -> None:
        """Draw the contents anew with the next frame."""
        self._picture = self._whole = None
        self.place()
        self.update()

    def place(self) -> None:
        """Lie in the corner, or hide."""
        view = self._view
        corner = view.rect().bottomRight() - self.rect().bottomRight()
        self.move(corner.x() - 10, corner.y() - 10)
        roomy = view.width() > 2.4 * self.width() and view.height() > 2.4 * self.height()
        if self._whole is None:
            self._whole = view.contents.bounding()
        self.setVisible(roomy and not view.seen().contains(self._whole))

    def _placing(self) -> tuple[float, float, float]:
        """Scale and offset that put the area into the middle of the map."""
        room = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        scale = min(room.width() / self._area.width(), room.height() / self._area.height(), 0.2)
        middle = self._area.center()
        return scale, room.center().x() - middle.x() * scale, room.center().y() - middle.y() * scale

    def _to_map(self, rect: QRectF) -> QRectF:
        scale, x, y = self._placing()
        return QRectF(
            rect.x() * scale + x, rect.y() * scale + y, rect.width() * scale, rect.height() * scale
        )

    def _drawn(self, ratio: float) -> QPixmap:
        contents, kit = self._view.contents, self._view.kit
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(kit.well)
        self._area = contents.bounding()
        if self._area.isEmpty():
            return picture
        painter = QPainter(picture)
        painter.setPen(Qt.PenStyle.NoPen)
        for frame in contents.frames.values():
            painter.setBrush(faded(QColor(frame.color), 0.3))
            painter.drawRect(self._to_map(QRectF(*frame.rect)))
        scale, x, y = self._placing()
        rows = np.array([item.row for item in contents.nodes.values()], np.intp)
        places = contents.boxes[rows] * scale
        places[:, :2] += (x, y)
        places[:, 2:] = np.maximum(places[:, 2:], 1.5)
        colors = contents.color[rows]
        for color in np.unique(colors).tolist():
            painter.setBrush(faded(kit.wire(contents.colors[color]), 0.9))
            draw_rects(painter, places[colors == color])
        painter.end()
        return picture
