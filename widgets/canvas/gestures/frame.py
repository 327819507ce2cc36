"""Moves a frame with all that stands in it, and resizes it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from widgets.canvas.gestures.gesture import Pointer
from widgets.canvas.picking import nodes_in
from widgets.canvas.shape import GRID
from widgets.canvas.views import FrameView

if TYPE_CHECKING:
    from widgets.canvas.view import CanvasView

LEAST = (6 * GRID, 4 * GRID)


class MoveFrame:
    """The frame, the frames inside it, and the nodes that stand wholly in it."""

    pans_at_edges = True
    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: CanvasView, name: str) -> None:
        self._view = view
        self._frame = view.contents.frames[name]

    def start(self, pointer: Pointer) -> None:
        contents = self._view.contents
        self._from = pointer.place
        self._way = (0.0, 0.0)
        around = QRectF(*self._frame.rect)
        self._frames = [f for f in contents.frames.values() if around.contains(QRectF(*f.rect))]
        self._names = [] if pointer.alt else nodes_in(contents, around, whole=True)
        self._rows = np.array([contents.nodes[n].row for n in self._names], np.intp)
        links = [link.row for link in contents.links_of(self._names)]
        self._links = np.array(links, np.intp)
        self._places = contents.boxes[self._rows, :2].copy()
        self._view.lift(self._rows, self._links)

    def move(self, pointer: Pointer) -> None:
        x, y = self._frame.rect[:2]
        dx, dy = pointer.place[0] - self._from[0], pointer.place[1] - self._from[1]
        if self._view.snaps and not pointer.control:
            dx, dy = round((x + dx) / GRID) * GRID - x, round((y + dy) / GRID) * GRID - y
        self._show((dx, dy))

    def end(self, pointer: Pointer) -> None:
        self.move(pointer)
        view, way = self._view, self._way
        frames = tuple(_moved(frame, way) for frame in self._frames)
        places = (self._places + way).tolist()
        moved = {n: (x, y) for n, (x, y) in zip(self._names, places, strict=True)}
        self.cancel()
        if way != (0.0, 0.0):
            view.frame_changed.emit(frames, moved)

    def cancel(self) -> None:
        self._show((0.0, 0.0))
        self._view.put_down()

    def paint(self, painter: QPainter) -> None:
        """The view draws what is lifted."""

    def _show(self, way: tuple[float, float]) -> None:
        view = self._view
        for frame in self._frames:
            view.show_frame(_moved(frame, way))
        view.contents.shift(self._rows, self._links, self._places + way)
        self._way = way
        view.update()


class ResizeFrame:
    """By an edge or a corner; `edges` are two signs: -1 left or top, 1 right or low."""

    pans_at_edges = True

    def __init__(self, view: CanvasView, name: str, edges: tuple[int, int]) -> None:
        self._view = view
        self._frame = view.contents.frames[name]
        self._edges = edges
        self.cursor = edge_cursor(edges)

    def start(self, pointer: Pointer) -> None:
        self._from = pointer.place
        self._now = self._frame

    def move(self, pointer: Pointer) -> None:
        x, y, width, height = self._frame.rect
        left, right = self._edge(0, x, x + width, pointer)
        top, low = self._edge(1, y, y + height, pointer)
        self._now = replace(self._frame, rect=(left, top, right - left, low - top))
        self._view.show_frame(self._now)

    def end(self, pointer: Pointer) -> None:
        self.move(pointer)
        now = self._now
        self.cancel()
        if now.rect != self._frame.rect:
            self._view.frame_changed.emit((now,), {})

    def cancel(self) -> None:
        self._view.show_frame(self._frame)

    def paint(self, painter: QPainter) -> None:
        """The canvas shows the frame itself."""

    def _edge(self, axis: int, low: float, high: float, pointer: Pointer) -> tuple[float, float]:
        way = pointer.place[axis] - self._from[axis]
        snaps = self._view.snaps and not pointer.control

        def at(value: float) -> float:
            return round(value / GRID) * GRID if snaps else value

        if self._edges[axis] < 0:
            return min(at(low + way), high - LEAST[axis]), high
        if self._edges[axis] > 0:
            return low, max(at(high + way), low + LEAST[axis])
        return low, high


def edge_cursor(edges: tuple[int, int]) -> Qt.CursorShape:
    """The cursor that shows which way an edge can be dragged."""
    if edges[0] == 0:
        return Qt.CursorShape.SizeVerCursor
    if edges[1] == 0:
        return Qt.CursorShape.SizeHorCursor
    same = edges[0] == edges[1]
    return Qt.CursorShape.SizeFDiagCursor if same else Qt.CursorShape.SizeBDiagCursor


def _moved(frame: FrameView, way: tuple[float, float]) -> FrameView:
    x, y, width, height = frame.rect
    return replace(frame, rect=(x + way[0], y + way[1], width, height))
