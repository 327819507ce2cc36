"""Where the view stands: between places on the canvas and pixels of the widget."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

MIN_ZOOM, MAX_ZOOM = 0.02, 4.0


@dataclass(frozen=True, slots=True)
class Camera:
    """pixel = place * zoom + (x, y), in device-independent pixels of the widget."""

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0

    def to_view(self, x: float, y: float) -> QPointF:
        """The pixel at which a place of the canvas is shown."""
        return QPointF(x * self.zoom + self.x, y * self.zoom + self.y)

    def to_scene(self, point: QPointF) -> tuple[float, float]:
        """The place of the canvas under a pixel."""
        return ((point.x() - self.x) / self.zoom, (point.y() - self.y) / self.zoom)

    def rect_to_view(self, rect: QRectF) -> QRectF:
        """A rectangle of the canvas in pixels."""
        corner = self.to_view(rect.x(), rect.y())
        return QRectF(corner.x(), corner.y(), rect.width() * self.zoom, rect.height() * self.zoom)

    def rect_to_scene(self, rect: QRectF) -> QRectF:
        """A rectangle of pixels on the canvas."""
        x, y = self.to_scene(rect.topLeft())
        return QRectF(x, y, rect.width() / self.zoom, rect.height() / self.zoom)

    def panned(self, dx: float, dy: float) -> Camera:
        """Moved by pixels."""
        return Camera(self.x + dx, self.y + dy, self.zoom)

    def zoomed(self, factor: float, around: QPointF) -> Camera:
        """Zoomed, with the place under the pixel `around` staying there."""
        zoom = min(MAX_ZOOM, max(MIN_ZOOM, self.zoom * factor))
        grown = zoom / self.zoom
        return Camera(
            around.x() - (around.x() - self.x) * grown,
            around.y() - (around.y() - self.y) * grown,
            zoom,
        )

    def on_pixels(self, ratio: float) -> Camera:
        """On whole device pixels, so that pictures of nodes are copied without blur."""
        return Camera(round(self.x * ratio) / ratio, round(self.y * ratio) / ratio, self.zoom)


def fitted(rect: QRectF, width: float, height: float, *, most: float = 1.0) -> Camera:
    """The camera that shows `rect` in the middle of a view, no larger than at zoom `most`."""
    margin = min(40.0, width / 8, height / 8)
    room_x, room_y = max(1.0, width - 2 * margin), max(1.0, height - 2 * margin)
    zoom = min(most, room_x / max(1.0, rect.width()), room_y / max(1.0, rect.height()))
    zoom = min(MAX_ZOOM, max(MIN_ZOOM, zoom))
    middle = rect.center()
    return Camera(width / 2 - middle.x() * zoom, height / 2 - middle.y() * zoom, zoom)
