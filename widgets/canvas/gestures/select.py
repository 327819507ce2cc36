"""Selects nodes by a box or by a lasso around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from widgets.canvas.gestures.gesture import Pointer
from widgets.canvas.painting.kit import faded
from widgets.canvas.picking import nodes_in, nodes_in_lasso
from widgets.canvas.views import Point

if TYPE_CHECKING:
    from widgets.canvas.view import CanvasView


class _Selecting:
    """What box and lasso share is only how the found nodes join the selection."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view
        self.before = view.selected()

    def show(self, found: list[str], pointer: Pointer) -> None:
        """Shift adds to the selection, Ctrl takes from it; else it is replaced."""
        if pointer.control:
            gone = set(found)
            chosen = [name for name in self.before if name not in gone]
        elif pointer.shift:
            chosen = [*self.before, *found]
        else:
            chosen = found
        self.view.show_selected(chosen)


class SelectBox:
    """A box: all nodes that it touches."""

    pans_at_edges = True
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView) -> None:
        self._selecting = _Selecting(view)
        self._view = view

    def start(self, pointer: Pointer) -> None:
        self._from = self._to = pointer.place

    def move(self, pointer: Pointer) -> None:
        self._to = pointer.place
        self._selecting.show(nodes_in(self._view.contents, self._rect()), pointer)

    def end(self, pointer: Pointer) -> None:
        self.move(pointer)
        self._view.tell_selected()

    def cancel(self) -> None:
        self._view.show_selected(self._selecting.before)

    def paint(self, painter: QPainter) -> None:
        accent = self._view.kit.accent
        painter.setPen(QPen(accent, 1))
        painter.setBrush(faded(accent, 0.12))
        place = self._view.camera.rect_to_view(self._rect()).toRect()
        painter.drawRect(place)

    def _rect(self) -> QRectF:
        return QRectF(QPointF(*self._from), QPointF(*self._to)).normalized()


class SelectLasso:
    """A line drawn around nodes: those whose middle is inside."""

    pans_at_edges = True
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView) -> None:
        self._selecting = _Selecting(view)
        self._view = view
        self._outline: list[Point] = []

    def start(self, pointer: Pointer) -> None:
        self._outline = [pointer.place]

    def move(self, pointer: Pointer) -> None:
        self._outline.append(pointer.place)
        self._selecting.show(nodes_in_lasso(self._view.contents, self._outline), pointer)

    def end(self, pointer: Pointer) -> None:
        self.move(pointer)
        self._view.tell_selected()

    def cancel(self) -> None:
        self._view.show_selected(self._selecting.before)

    def paint(self, painter: QPainter) -> None:
        accent = self._view.kit.accent
        painter.setPen(QPen(accent, 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(faded(accent, 0.12))
        points = [self._view.camera.to_view(x, y) for x, y in self._outline]
        painter.drawPolygon(QPolygonF(points))
