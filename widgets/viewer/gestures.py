"""What a drag on the picture does: one class a gesture, with press, move, release and cancel."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from widgets.viewer.mask import Drawn
from widgets.viewer.values import Compare, Guide

_STEP = 0.5  # pixels of the picture between points that are kept


class Gesture(Protocol):
    """Positions are given in the view and in pixels of the picture."""

    def move(self, view: QPointF, picture: QPointF) -> None:
        """The pointer moved."""

    def release(self, view: QPointF, picture: QPointF) -> bool:
        """The button was let go; False when the gesture goes on (corners set by clicks)."""

    def cancel(self) -> None:
        """Take back what it did."""


class Pan:
    """Moves the picture in the view."""

    def __init__(self, start: QPointF, moved: Callable[[QPointF], None]) -> None:
        self._last = start
        self._moved = moved

    def move(self, view: QPointF, picture: QPointF) -> None:  # noqa: ARG002
        self._moved(view - self._last)
        self._last = view

    def release(self, view: QPointF, picture: QPointF) -> bool:  # noqa: ARG002
        return True

    def cancel(self) -> None:
        pass


class MoveWipe:
    """Moves the line of the wipe, or turns it around its handle."""

    def __init__(
        self,
        compare: Compare,
        rect: QRectF,
        start: QPointF,
        changed: Callable[[Compare], None],
        *,
        turns: bool,
    ) -> None:
        self._before = compare
        self._rect = rect
        self._start = start
        self._changed = changed
        self._turns = turns

    def move(self, view: QPointF, picture: QPointF) -> None:  # noqa: ARG002
        before, rect = self._before, self._rect
        if self._turns:
            middle = rect.topLeft() + QPointF(before.x * rect.width(), before.y * rect.height())
            away = view - middle
            angle = math.degrees(math.atan2(away.x(), -away.y()))
            first = self._start - middle
            angle -= math.degrees(math.atan2(first.x(), -first.y()))
            turned = (before.angle + angle) % 360
            nearest = round(turned / 45) * 45
            turned = nearest % 360 if abs(turned - nearest) < 2 else turned
            self._changed(replace(before, angle=turned))
            return
        by = view - self._start
        x = min(1.0, max(0.0, before.x + by.x() / rect.width()))
        y = min(1.0, max(0.0, before.y + by.y() / rect.height()))
        self._changed(replace(before, x=x, y=y))

    def release(self, view: QPointF, picture: QPointF) -> bool:  # noqa: ARG002
        return True

    def cancel(self) -> None:
        self._changed(self._before)


class MoveGuide:
    """Moves a guide; one that is let go outside of the picture is removed."""

    def __init__(self, guide: Guide, rect: QRectF, changed: Callable[[Guide | None], None]) -> None:
        self._guide = guide
        self._rect = rect
        self._changed = changed

    def move(self, view: QPointF, picture: QPointF) -> None:  # noqa: ARG002
        self._changed(replace(self._guide, at=self._at(view)))

    def release(self, view: QPointF, picture: QPointF) -> bool:  # noqa: ARG002
        at = self._at(view)
        self._changed(replace(self._guide, at=at) if 0 <= at <= 1 else None)
        return True

    def cancel(self) -> None:
        self._changed(self._guide)

    def _at(self, view: QPointF) -> float:
        rect = self._rect
        if self._guide.vertical:
            return (view.x() - rect.x()) / rect.width()
        return (view.y() - rect.y()) / rect.height()


class Draw(Protocol):
    """A gesture that draws on the mask shows what it would add."""

    @property
    def preview(self) -> Drawn | None:
        """What letting go now would draw."""


class Brush:
    """Paints along the way of the pointer."""

    def __init__(
        self, start: QPointF, radius: float, drawn: Callable[[Drawn], None], *, erases: bool
    ) -> None:
        self._points = [(start.x(), start.y())]
        self._radius = radius
        self._drawn = drawn
        self._erases = erases

    @property
    def preview(self) -> Drawn | None:
        """The stroke so far."""
        return Drawn("stroke", tuple(self._points), self._radius, self._erases)

    def move(self, view: QPointF, picture: QPointF) -> None:  # noqa: ARG002
        x, y = self._points[-1]
        if math.hypot(picture.x() - x, picture.y() - y) >= _STEP:
            self._points.append((picture.x(), picture.y()))

    def release(self, view: QPointF, picture: QPointF) -> bool:
        self.move(view, picture)
        assert self.preview is not None
        self._drawn(self.preview)
        return True

    def cancel(self) -> None:
        self._points.clear()


class Rectangle:
    """Fills from corner to corner."""

    def __init__(self, start: QPointF, drawn: Callable[[Drawn], None], *, erases: bool) -> None:
        self._start = self._end = start
        self._drawn = drawn
        self._erases = erases

    @property
    def preview(self) -> Drawn | None:
        """The rectangle so far; None while it has no area."""
        rect = QRectF(self._start, self._end).normalized()
        if rect.width() < 1 or rect.height() < 1:
            return None
        corners = (rect.topLeft(), rect.topRight(), rect.bottomRight(), rect.bottomLeft())
        points = tuple((corner.x(), corner.y()) for corner in corners)
        return Drawn("area", points, erases=self._erases)

    def move(self, view: QPointF, picture: QPointF) -> None:  # noqa: ARG002
        self._end = picture

    def release(self, view: QPointF, picture: QPointF) -> bool:
        self.move(view, picture)
        if self.preview is not None:
            self._drawn(self.preview)
        return True

    def cancel(self) -> None:
        self._end = self._start


class Outline:
    """A polygon by clicks, a lasso by dragging; a click on the first corner closes it."""

    def __init__(
        self,
        start: QPointF,
        drawn: Callable[[Drawn], None],
        *,
        erases: bool,
        near: float,
    ) -> None:
        self._points = [(start.x(), start.y())]
        self._loose: QPointF | None = None
        self._pressed = True
        self._dragged = False
        self._drawn = drawn
        self._erases = erases
        self._near = near

    @property
    def preview(self) -> Drawn | None:
        """The outline so far, closed."""
        points = list(self._points)
        if self._loose is not None:
            points.append((self._loose.x(), self._loose.y()))
        return Drawn("area", tuple(points), erases=self._erases) if len(points) > 1 else None

    def press(self, picture: QPointF) -> bool:
        """Another corner; True when it closed the outline."""
        self._pressed = True
        x, y = self._points[0]
        if len(self._points) > 2 and math.hypot(picture.x() - x, picture.y() - y) <= self._near:
            self.close()
            return True
        self._points.append((picture.x(), picture.y()))
        return False

    def move(self, view: QPointF, picture: QPointF) -> None:  # noqa: ARG002
        x, y = self._points[-1]
        if not self._pressed:
            self._loose = picture
        elif math.hypot(picture.x() - x, picture.y() - y) >= max(_STEP, self._near / 4):
            self._points.append((picture.x(), picture.y()))
            self._dragged = self._dragged or len(self._points) > 8

    def release(self, view: QPointF, picture: QPointF) -> bool:  # noqa: ARG002
        self._pressed = False
        if self._dragged:
            self.close()
            return True
        return False

    def close(self) -> None:
        """Fill the outline."""
        self._loose = None
        if len(self._points) > 2:
            self._drawn(Drawn("area", tuple(self._points), erases=self._erases))

    def cancel(self) -> None:
        self._points.clear()


class MovePlaced:
    """Moves a placed picture, or drags one of its corners; its shape is kept."""

    def __init__(
        self,
        rect: QRectF,
        start: QPointF,
        picture: QRectF,
        changed: Callable[[QRectF], None],
        *,
        corner: int | None,
    ) -> None:
        self._before = rect
        self._start = start
        self._picture = picture
        self._changed = changed
        self._corner = corner

    def move(self, view: QPointF, picture: QPointF) -> None:  # noqa: ARG002
        x = (view.x() - self._start.x()) / self._picture.width()
        y = (view.y() - self._start.y()) / self._picture.height()
        before = self._before
        if self._corner is None:
            self._changed(before.translated(x, y))
            return
        left, top = self._corner in (0, 3), self._corner in (0, 1)
        width = max(0.02, before.width() + (-x if left else x))
        height = before.height() * width / before.width()
        rect = QRectF(before.x(), before.y(), width, height)
        if left:
            rect.moveRight(before.right())
        if top:
            rect.moveBottom(before.bottom())
        self._changed(rect)

    def release(self, view: QPointF, picture: QPointF) -> bool:  # noqa: ARG002
        return True

    def cancel(self) -> None:
        self._changed(self._before)


def paint_outline(painter: QPainter, item: Drawn, to_view: Callable[[QPointF], QPointF]) -> None:
    """The corners of an outline that is being drawn, as lines in the view."""
    from PySide6.QtCore import QLineF

    from widgets.viewer.drawing import crisp

    points = [to_view(QPointF(x, y)) for x, y in item.points]
    crisp(painter, [QLineF(a, b) for a, b in zip(points, [*points[1:], points[0]], strict=True)])
