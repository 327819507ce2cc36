"""Points over an axis and the line through them: drawn, dragged, and reached by keys."""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.editors.numbers import pace
from widgets.editors.spelling import number_text
from widgets.theme import current

LINEAR, SMOOTH, HOLD = "linear", "smooth", "hold"
REACH = 9.0  # pixels around a point that take hold of it
_MARGIN = 10.0
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


@dataclass(frozen=True)
class Point:
    """A point, and the way that the line takes from it to the next."""

    x: float
    y: float
    way: str = LINEAR


@dataclass(frozen=True)
class Axis:
    """What one direction shows: its limits (None follows the points), its step, whole or not."""

    lo: float | None = None
    hi: float | None = None
    step: float = 0.01
    whole: bool = False

    def fit(self, value: float) -> float:
        """`value` within the limits, whole when it must be."""
        value = value if self.lo is None else max(value, self.lo)
        value = value if self.hi is None else min(value, self.hi)
        return float(round(value)) if self.whole else round(value, 6)

    def span(self, values: list[float]) -> tuple[float, float]:
        """What is shown so that all values are in sight."""
        lo = min(values, default=0.0) if self.lo is None else self.lo
        hi = max(values, default=1.0) if self.hi is None else self.hi
        if hi - lo < 1e-9:
            lo, hi = lo - (0.5 if self.lo is None else 0.0), hi + 0.5
        room = 0.08 * (hi - lo)
        return (lo if self.lo is not None else lo - room, hi if self.hi is not None else hi + room)


def value_at(points: list[Point], x: float) -> float:
    """The height of the line through points in order of x; level before the first, after the last.

    A smooth stretch eases out of one point and into the next without going beyond either.
    """
    if not points:
        return 0.0
    at = bisect.bisect_right([point.x for point in points], x)
    if at == 0:
        return points[0].y
    if at == len(points):
        return points[-1].y
    one, two = points[at - 1], points[at]
    if one.way == HOLD or two.x <= one.x:
        return one.y
    part = (x - one.x) / (two.x - one.x)
    if one.way == SMOOTH:
        part = part * part * (3 - 2 * part)
    return one.y + (two.y - one.y) * part


class PointGraph(QWidget):
    """The points in order of x; one of them is current.

    Double click adds, Delete or a right press removes, drags and arrow keys move (Shift fine, Ctrl
    coarse), Page keys and Home/End choose, Insert adds after the current one, W changes its way.
    """

    changed = Signal(object)  # list[Point], during a gesture
    settled = Signal()
    chosen = Signal(int)

    def __init__(
        self, x: Axis, y: Axis, ways: tuple[str, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.across, self.upward, self.ways = x, y, ways
        self.points: list[Point] = []
        self.index = -1
        self._held = False
        self._frozen: tuple[tuple[float, float], tuple[float, float]] | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("Double click adds a point, Delete removes the current one."))
        self.setAccessibleDescription(
            self.tr(
                "Page keys choose a point, arrows move it, Insert adds, Delete removes, "
                "W changes its way to the next."
            )
        )

    def show_points(self, points: list[Point]) -> None:
        """Show points, which are in order of x."""
        self.points = points
        self.index = min(self.index, len(points) - 1)
        if self.index < 0 and points:
            self.index = 0
        self.update()

    def choose(self, index: int) -> None:
        """Make a point the current one."""
        if self.points and index != self.index:
            self.index = min(max(index, 0), len(self.points) - 1)
            self.chosen.emit(self.index)
            self.update()

    def move_current(self, x: float, y: float) -> None:
        """Put the current point elsewhere; it does not pass its neighbours."""
        if not 0 <= self.index < len(self.points):
            return
        gap = self.across.step if self.across.whole else 1e-6
        before = self.points[self.index - 1].x + gap if self.index > 0 else -float("inf")
        last = self.index == len(self.points) - 1
        after = float("inf") if last else self.points[self.index + 1].x - gap
        x = self.across.fit(min(max(x, before), after))
        moved = replace(self.points[self.index], x=x, y=self.upward.fit(y))
        self._put([*self.points[: self.index], moved, *self.points[self.index + 1 :]])

    def add(self, x: float, y: float) -> None:
        """Add a point and make it current; one that has this x already is moved to y."""
        x, y = self.across.fit(x), self.upward.fit(y)
        places = [point.x for point in self.points]
        at = bisect.bisect_left(places, x)
        if at < len(places) and places[at] == x:
            self.index = at
            self.move_current(x, y)
        else:
            way = self.points[at - 1].way if at else next(iter(self.ways), LINEAR)
            self.index = at
            self._put([*self.points[:at], Point(x, y, way), *self.points[at:]])
        self.chosen.emit(self.index)
        self.settled.emit()

    def add_after(self) -> None:
        """Add a point half-way to the next one, on the line."""
        if not self.points:
            (lo, hi), (bottom, top) = self._spans()
            self.add((lo + hi) / 2, (bottom + top) / 2)
            return
        here = self.points[self.index]
        if self.index + 1 < len(self.points):
            x = (here.x + self.points[self.index + 1].x) / 2
        else:
            lo, hi = self._spans()[0]
            x = here.x + max(self.across.step, (hi - lo) / 8)
        self.add(x, value_at(self.points, self.across.fit(x)))

    def remove_current(self) -> None:
        """Take the current point away."""
        if 0 <= self.index < len(self.points):
            rest = [*self.points[: self.index], *self.points[self.index + 1 :]]
            self.index = min(self.index, len(rest) - 1)
            self._put(rest)
            self.chosen.emit(self.index)
            self.settled.emit()

    def set_way(self, way: str) -> None:
        """Change the way from the current point to the next."""
        if 0 <= self.index < len(self.points):
            made = replace(self.points[self.index], way=way)
            self._put([*self.points[: self.index], made, *self.points[self.index + 1 :]])
            self.settled.emit()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, 120)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(100, 120)

    def place_of(self, point: Point) -> QPointF:
        """Where a point is drawn."""
        (left, right), (bottom, top) = self._spans()
        box = self._box()
        return QPointF(
            box.left() + box.width() * (point.x - left) / (right - left),
            box.bottom() - box.height() * (point.y - bottom) / (top - bottom),
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        near = self._near(event.position())
        if near >= 0:
            self.choose(near)
        if event.button() == Qt.MouseButton.RightButton and near >= 0:
            self.remove_current()
        elif event.button() == Qt.MouseButton.LeftButton and near >= 0:
            self._held = True
            self._frozen = self._spans()  # what is in sight stays put while a point is dragged

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._near(event.position()) < 0:
            self.add(*self._value(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._held:
            self.move_current(*self._value(event.position()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        if self._held:
            self._held, self._frozen = False, None
            self.settled.emit()
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        way = _ARROWS.get(key)
        if way is not None and 0 <= self.index < len(self.points):
            speed, here = pace(event.modifiers()), self.points[self.index]
            x_step = self.across.step * (max(1.0, speed) if self.across.whole else speed)
            self.move_current(here.x + way[0] * x_step, here.y + way[1] * self.upward.step * speed)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.choose(self.index + (1 if key == Qt.Key.Key_PageDown else -1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.choose(0 if key == Qt.Key.Key_Home else len(self.points) - 1)
        elif key in (Qt.Key.Key_Insert, Qt.Key.Key_Plus):
            self.add_after()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_current()
        elif key == Qt.Key.Key_W and self.ways and self.points:
            now = self.points[self.index].way
            at = self.ways.index(now) if now in self.ways else -1
            self.set_way(self.ways[(at + 1) % len(self.ways)])
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in _ARROWS and not event.isAutoRepeat():
            self.settled.emit()
        super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(theme.field))
        tint = QColor(theme.accent if self.hasFocus() else theme.border)
        painter.setPen(QPen(tint, 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        box = self._box()
        painter.setPen(QPen(QColor(theme.border), 1, Qt.PenStyle.DotLine))
        for part in range(1, 4):
            x = box.left() + box.width() * part / 4
            y = box.top() + box.height() * part / 4
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        self._paint_limits(painter)
        if self.points:
            painter.setPen(QPen(QColor(theme.accent if self.isEnabled() else theme.dim), 1.8))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self._line())
        for index, point in enumerate(self.points):
            at, now = self.place_of(point), index == self.index
            painter.setPen(QPen(QColor(theme.accent), 1.6))
            painter.setBrush(QColor(theme.accent if now else theme.field))
            painter.drawEllipse(at, 5.0 if now else 4.0, 5.0 if now else 4.0)
        painter.end()

    def _paint_limits(self, painter: QPainter) -> None:
        bottom, top = self._spans()[1]
        painter.setPen(QColor(current().dim))
        small = painter.font()
        small.setPointSizeF(max(6.0, small.pointSizeF() * 0.85))
        painter.setFont(small)
        box = self.rect().adjusted(6, 3, -6, -3)
        left = Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, left | Qt.AlignmentFlag.AlignTop, number_text(top))
        painter.drawText(box, left | Qt.AlignmentFlag.AlignBottom, number_text(bottom))

    def _line(self) -> QPainterPath:
        places = [self.place_of(point) for point in self.points]
        path = QPainterPath(QPointF(self._box().left(), places[0].y()))
        path.lineTo(places[0])
        for point, (one, two) in zip(self.points, itertools.pairwise(places), strict=False):
            if point.way == HOLD:
                path.lineTo(two.x(), one.y())
                path.lineTo(two)
            elif point.way == SMOOTH:
                middle = (one.x() + two.x()) / 2  # as a cubic: drawn, it is near 3t² - 2t³
                path.cubicTo(QPointF(middle, one.y()), QPointF(middle, two.y()), two)
            else:
                path.lineTo(two)
        path.lineTo(self._box().right(), places[-1].y())
        return path

    def _put(self, points: list[Point]) -> None:
        if points != self.points:
            self.points = points
            self.update()
            self.changed.emit(points)

    def _near(self, at: QPointF) -> int:
        ways = [(self.place_of(point) - at).manhattanLength() for point in self.points]
        best = min(range(len(ways)), key=ways.__getitem__, default=-1)
        return best if best >= 0 and ways[best] <= 1.5 * REACH else -1

    def _value(self, at: QPointF) -> tuple[float, float]:
        (left, right), (bottom, top) = self._spans()
        box = self._box()
        x = left + (right - left) * (at.x() - box.left()) / box.width()
        return x, bottom + (top - bottom) * (box.bottom() - at.y()) / box.height()

    def _spans(self) -> tuple[tuple[float, float], tuple[float, float]]:
        if self._frozen is not None:
            return self._frozen
        return (
            self.across.span([point.x for point in self.points]),
            self.upward.span([point.y for point in self.points]),
        )

    def _box(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
