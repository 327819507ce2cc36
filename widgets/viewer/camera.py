"""Where the picture lies in the view: fitted, or at a zoom around a centre."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF

SMALLEST, LARGEST = 1 / 64, 64.0
STEPS = (1 / 16, 1 / 8, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32)


@dataclass(frozen=True)
class Camera:
    """`zoom` is view units a pixel of the picture; None fits it. `centre` is in its pixels."""

    picture: QSizeF
    view: QSizeF
    zoom: float | None = None
    centre: QPointF | None = None
    margin: float = 0.0

    @property
    def scale(self) -> float:
        """View units a pixel of the picture."""
        if self.zoom is not None:
            return self.zoom
        if self.picture.isEmpty() or self.view.isEmpty():
            return 1.0
        width = max(1.0, self.view.width() - 2 * self.margin) / self.picture.width()
        height = max(1.0, self.view.height() - 2 * self.margin) / self.picture.height()
        return min(width, height)

    @property
    def rect(self) -> QRectF:
        """Where the picture lies in the view."""
        scale = self.scale
        size = QSizeF(self.picture.width() * scale, self.picture.height() * scale)
        middle = QPointF(self.view.width() / 2, self.view.height() / 2)
        if self.zoom is None or self.centre is None:
            corner = middle - QPointF(size.width() / 2, size.height() / 2)
        else:
            corner = middle - self.centre * scale
        return QRectF(corner, size)

    def to_picture(self, point: QPointF) -> QPointF:
        """A point of the view in pixels of the picture."""
        return (point - self.rect.topLeft()) / self.scale

    def to_view(self, point: QPointF) -> QPointF:
        """A point of the picture in the view."""
        return self.rect.topLeft() + point * self.scale

    def zoomed(self, zoom: float, around: QPointF) -> Camera:
        """At another zoom, with what lies at `around` of the view staying there."""
        zoom = max(SMALLEST, min(zoom, LARGEST))
        fixed = self.to_picture(around)
        middle = QPointF(self.view.width() / 2, self.view.height() / 2)
        return replace(self, zoom=zoom, centre=fixed + (middle - around) / zoom)._held()

    def moved(self, by: QPointF) -> Camera:
        """With the picture moved by some units of the view."""
        middle = QPointF(self.view.width() / 2, self.view.height() / 2)
        return replace(self, zoom=self.scale, centre=self.to_picture(middle - by))._held()

    def _held(self) -> Camera:
        """The centre stays on the picture, so that it cannot be lost."""
        assert self.centre is not None
        x = min(max(self.centre.x(), 0.0), self.picture.width())
        y = min(max(self.centre.y(), 0.0), self.picture.height())
        return replace(self, centre=QPointF(x, y))


def next_step(scale: float, direction: int) -> float:
    """The next of the usual zooms above or below."""
    if direction > 0:
        return next((step for step in STEPS if step > scale * 1.001), STEPS[-1])
    return next((step for step in reversed(STEPS) if step < scale * 0.999), STEPS[0])
