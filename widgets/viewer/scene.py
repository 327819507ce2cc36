"""Everything that the picture view shows, as one value, and what lies where in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage

from widgets.viewer import drawing
from widgets.viewer.camera import Camera
from widgets.viewer.values import Compare, Overlays, Placement, Skin

NEAR = 6.0
"""View units from a line or a corner that still catch it."""


@dataclass(frozen=True)
class Scene:
    """The picture and what lies over it. `size` is that of the source, in pixels."""

    image: QImage = field(default_factory=QImage)
    other: QImage | None = None
    size: QSizeF = field(default_factory=QSizeF)
    camera: Camera = field(default_factory=lambda: Camera(QSizeF(), QSizeF(), margin=8))
    overlays: Overlays = field(default_factory=Overlays)
    compare: Compare = field(default_factory=Compare)
    skins: tuple[Skin, ...] = ()
    tint: QImage | None = None  # the mask, transparent red
    placement: Placement | None = None
    text: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is no picture."""
        return self.image.isNull() or self.size.isEmpty()

    @property
    def reduced(self) -> float:
        """Pixels of the source a pixel of the picture."""
        return self.size.width() / max(1, self.image.width())

    @property
    def shows_wipe(self) -> bool:
        """Whether a second picture lies on the far side of a line."""
        return self.compare.mode == "wipe" and self.other is not None

    def color_at(self, view: QPointF) -> tuple[int, int, QColor] | None:
        """The pixel of the source under a point of the view, and its colour."""
        at = self.camera.to_picture(view)
        if self.is_empty or not QRectF(QPointF(), self.size).contains(at):
            return None
        x = min(int(at.x() / self.reduced), self.image.width() - 1)
        y = min(int(at.y() / self.reduced), self.image.height() - 1)
        return int(at.x()), int(at.y()), self.image.pixelColor(x, y)

    def wipe_handles(self) -> tuple[QPointF, QPointF]:
        """The point that the wipe's line goes through, and the one that turns it."""
        rect = self.camera.rect
        line = drawing.wipe_line(self.compare, rect)
        middle = line.center()
        unit = QLineF(middle, line.p2()).unitVector()
        reach = min(rect.width(), rect.height()) / 4
        return middle, middle + QPointF(unit.dx(), unit.dy()) * reach

    def wipe_at(self, view: QPointF) -> Literal["line", "turn"] | None:
        """The part of the wipe that a point of the view is near."""
        if not self.shows_wipe:
            return None
        rect = self.camera.rect
        _, turn = self.wipe_handles()
        if QLineF(view, turn).length() <= NEAR + 2:
            return "turn"
        line = drawing.wipe_line(self.compare, rect)
        across = line.normalVector().unitVector()
        away = view - line.p1()
        near = abs(away.x() * across.dx() + away.y() * across.dy()) <= NEAR
        return "line" if near and rect.contains(view) else None

    def guide_at(self, view: QPointF) -> int | None:
        """The number of the guide that a point of the view is near."""
        rect = self.camera.rect
        if not rect.adjusted(-NEAR, -NEAR, NEAR, NEAR).contains(view):
            return None
        for index, item in enumerate(self.overlays.guides):
            line = drawing.guide_line(item, rect)
            away = view.x() - line.x1() if item.vertical else view.y() - line.y1()
            if abs(away) <= NEAR:
                return index
        return None

    def placed_rect(self) -> QRectF:
        """Where the placed picture lies in the view; nowhere when there is none."""
        if self.placement is None:
            return QRectF()
        share, rect = self.placement.rect, self.camera.rect
        return QRectF(
            rect.x() + share.x() * rect.width(),
            rect.y() + share.y() * rect.height(),
            share.width() * rect.width(),
            share.height() * rect.height(),
        )

    def placement_at(self, view: QPointF) -> int | None:
        """0 to 3 for a corner of the placed picture, -1 for its inside."""
        if self.placement is None:
            return None
        place = self.placed_rect()
        for index, corner in enumerate(corners(place)):
            if QLineF(view, corner).length() <= NEAR + 3:
                return index
        return -1 if place.contains(view) else None


def corners(rect: QRectF) -> tuple[QPointF, ...]:
    """The corners, clockwise from the upper left."""
    return rect.topLeft(), rect.topRight(), rect.bottomRight(), rect.bottomLeft()
