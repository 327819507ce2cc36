"""Draws a link from a socket to another, takes one off its input, and cuts across links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from widgets.canvas.gestures.gesture import Pointer
from widgets.canvas.painting.kit import faded
from widgets.canvas.painting.links import curve, paint_curve
from widgets.canvas.picking import links_across, node_at, socket_near
from widgets.canvas.shape import SOCKET
from widgets.canvas.views import LinkView, Point, SocketRef

if TYPE_CHECKING:
    from widgets.canvas.view import CanvasView

REACH = 26.0  # pixels within which a link springs to a legal socket
LIT = 500  # legal sockets that are lit at once


class DragLink:
    """From `origin` to a legal socket; over a node it goes to the first that fits.

    With `taken` the link is one that was there, held by the end that it had at another socket.
    Dropped on empty ground it asks for a node that fits, or to take the taken link away.
    """

    pans_at_edges = True
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView, origin: SocketRef, taken: LinkView | None = None) -> None:
        self._view = view
        self._origin = origin
        self._taken = taken
        self._legal: dict[str, list[SocketRef]] = {}
        self._target: SocketRef | None = None
        self._place: Point = (0.0, 0.0)

    def start(self, pointer: Pointer) -> None:
        contents = self._view.contents
        self._place = pointer.place
        mask = np.zeros(len(contents.boxes), np.bool_)
        for name, item in contents.nodes.items():
            fitting = [ref for ref in contents.sockets(name) if self._fits(ref)]
            if fitting:
                self._legal[name] = fitting
                mask[item.row] = True
        mask[contents.nodes[self._origin.node].row] = True
        self._view.dim_all_but(mask, self._taken)

    def move(self, pointer: Pointer) -> None:
        self._place = pointer.place
        self._target = self._found(pointer.place)
        self._view.update()

    def end(self, pointer: Pointer) -> None:
        self.move(pointer)
        view, target, taken = self._view, self._target, self._taken
        self.cancel()
        if target is None:
            if node_at(view.contents, pointer.place) is not None:
                return
            if taken is not None:
                view.unlink_asked.emit((taken,))
            else:
                view.open_palette(pointer.place, origin=self._origin)
            return
        source, goal = (self._origin, target) if self._origin.output else (target, self._origin)
        ends = (source.node, source.socket, goal.node, goal.socket)
        if taken is None:
            view.link_asked.emit(*ends)
        elif ends != (taken.source, taken.output, taken.target, taken.input):
            view.relink_asked.emit(taken, *ends)

    def cancel(self) -> None:
        self._view.undim()

    def paint(self, painter: QPainter) -> None:
        view = self._view
        painter.save()
        painter.setTransform(view.transform(), True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_lit(painter)
        start = view.contents.socket_place(self._origin)
        end = view.contents.socket_place(self._target) if self._target else self._place
        ends = (*start, *end) if self._origin.output else (*end, *start)
        color = view.socket_color(self._origin)
        zoom = max(0.35, view.camera.zoom)
        paint_curve(painter, curve(ends), color, 3.0 / zoom * min(1.0, zoom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(QPointF(*end), SOCKET / zoom, SOCKET / zoom)
        painter.restore()

    def _paint_lit(self, painter: QPainter) -> None:
        view = self._view
        zoom = max(0.35, view.camera.zoom)
        lit = 0
        for row in view.contents.rows_in(view.seen(), 10.0).tolist():
            item = view.contents.items[row]
            for ref in self._legal.get(item.view.id, ()) if item else ():
                chosen = ref == self._target
                radius = (SOCKET + (6 if chosen else 3.5)) / max(zoom, 0.6)
                color = view.socket_color(ref)
                painter.setPen(QPen(color, (2.2 if chosen else 1.4) / zoom))
                painter.setBrush(faded(color, 0.45 if chosen else 0.2))
                painter.drawEllipse(QPointF(*view.contents.socket_place(ref)), radius, radius)
                lit += 1
                if lit > LIT:
                    return

    def _fits(self, ref: SocketRef) -> bool:
        if ref.output == self._origin.output or ref.node == self._origin.node:
            return False
        if self._origin.output:
            return self._view.can_link(self._origin, ref)
        return self._view.can_link(ref, self._origin)

    def _found(self, place: Point) -> SocketRef | None:
        contents = self._view.contents
        reach = REACH / max(0.5, self._view.camera.zoom)
        near = socket_near(contents, place, reach, lambda ref: ref in self._legal.get(ref.node, ()))
        if near is not None:
            return near
        over = node_at(contents, place)
        fitting = self._legal.get(over, []) if over else []
        taken = {(link.target, link.input) for link in self._links_into(over)}
        free = [ref for ref in fitting if (ref.node, ref.socket) not in taken or ref.output]
        return next(iter(free or fitting), None)

    def _links_into(self, name: str | None) -> list[LinkView]:
        return [link.view for link in self._view.contents.links_of([name])] if name else []


class CutLinks:
    """A line drawn across links asks to remove them."""

    pans_at_edges = False
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._line: list[Point] = []
        self._cut: dict[LinkView, None] = {}

    def start(self, pointer: Pointer) -> None:
        self._line = [pointer.place]

    def move(self, pointer: Pointer) -> None:
        crossed = links_across(self._view.contents, self._line[-1], pointer.place)
        self._cut.update(dict.fromkeys(crossed))
        self._line.append(pointer.place)
        self._view.update()

    def end(self, pointer: Pointer) -> None:
        self.move(pointer)
        self._view.update()
        if self._cut:
            self._view.unlink_asked.emit(tuple(self._cut))

    def cancel(self) -> None:
        self._view.update()

    def paint(self, painter: QPainter) -> None:
        view = self._view
        painter.save()
        painter.setTransform(view.transform(), True)
        for link in self._cut:
            ends = view.contents.link_ends(link)
            paint_curve(painter, curve(ends), view.kit.danger, 3 / view.camera.zoom)
        path = QPainterPath(QPointF(*self._line[0]))
        for place in self._line[1:]:
            path.lineTo(*place)
        paint_curve(painter, path, view.kit.danger, 1.5 / view.camera.zoom)
        painter.restore()
