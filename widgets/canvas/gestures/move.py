"""Moves the selected nodes, or copies of them; one node dropped on a link is put into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from widgets.canvas.gestures.gesture import Pointer
from widgets.canvas.painting.links import curve, paint_curve
from widgets.canvas.picking import link_at
from widgets.canvas.snapping import Guide, snap
from widgets.canvas.views import LinkView, SocketRef

if TYPE_CHECKING:
    from widgets.canvas.view import CanvasView

SNAP_REACH = 6.0  # pixels


class MoveNodes:
    """Alt at the press drags copies (with their links while Shift is held); Ctrl does not snap."""

    pans_at_edges = True
    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self._names = view.selected()
        self._guides: tuple[Guide, ...] = ()
        self._onto: LinkView | None = None
        self._way = (0.0, 0.0)

    def start(self, pointer: Pointer) -> None:
        contents = self._view.contents
        self._from = pointer.place
        self._copies = pointer.alt
        self._rows = np.array([contents.nodes[n].row for n in self._names], np.intp)
        links = [link.row for link in contents.links_of(self._names)]
        self._links = np.array(links, np.intp)
        self._places = contents.boxes[self._rows, :2].copy()
        self._around = contents.bounding(self._names)
        near = contents.rows_in(self._view.seen())
        self._neighbours = contents.boxes[near[~np.isin(near, self._rows)]]
        if not self._copies:
            self._view.lift(self._rows, self._links)

    def move(self, pointer: Pointer) -> None:
        view = self._view
        dx, dy = pointer.place[0] - self._from[0], pointer.place[1] - self._from[1]
        self._guides = ()
        self._with_links = pointer.shift
        if view.snaps and not pointer.control:
            found = snap(
                self._around.translated(dx, dy), self._neighbours, SNAP_REACH / view.camera.zoom
            )
            dx, dy, self._guides = dx + found.dx, dy + found.dy, found.guides
        self._way = (dx, dy)
        if not self._copies:
            view.contents.shift(self._rows, self._links, self._places + self._way)
            self._onto = self._link_below()
        view.update()

    def end(self, pointer: Pointer) -> None:
        self.move(pointer)
        view, way, onto = self._view, self._way, self._onto
        self.cancel()
        if self._copies:
            view.duplicate_asked.emit(self._names, pointer.shift, way)
            return
        moved = (self._places + way).tolist()
        places = {n: (x, y) for n, (x, y) in zip(self._names, moved, strict=True)}
        if onto is not None:
            view.insert_asked.emit(self._names[0], onto, places[self._names[0]])
        elif way != (0.0, 0.0):
            view.nodes_moved.emit(places)

    def cancel(self) -> None:
        if not self._copies:
            self._view.contents.shift(self._rows, self._links, self._places)
            self._view.put_down()
        self._view.update()

    def paint(self, painter: QPainter) -> None:
        view = self._view
        if self._copies:
            view.paint_copies(painter, self._rows, self._way)
        if self._onto is not None:
            path = curve(view.contents.link_ends(self._onto))
            painter.save()
            painter.setTransform(view.transform(), True)
            paint_curve(painter, path, view.kit.accent, 4 / max(0.4, view.camera.zoom))
            painter.restore()
        pen = QPen(view.kit.accent, 1)
        painter.setPen(pen)
        for guide in self._guides:
            painter.drawLine(
                view.camera.to_view(guide.x1, guide.y1), view.camera.to_view(guide.x2, guide.y2)
            )

    def _link_below(self) -> LinkView | None:
        """The link that a single node would be put into if it were dropped now."""
        view = self._view
        if len(self._names) != 1:
            return None
        name = self._names[0]
        rect: QRectF = view.contents.rect(name)
        for part in (0.5, 0.25, 0.75):
            place = (rect.center().x(), rect.top() + rect.height() * part)
            link = link_at(view.contents, place, 10.0 / view.camera.zoom)
            if link and name not in {link.source, link.target} and self._takes(name, link):
                return link
        return None

    def _takes(self, name: str, link: LinkView) -> bool:
        """Whether the node has an input and an output for this link, both of them free."""
        contents, legal = self._view.contents, self._view.can_link
        source, target = contents.link_sockets(link)
        if source is None or target is None or contents.links_of([name]):
            return False
        sockets = contents.sockets(name)
        inputs: list[SocketRef] = [ref for ref in sockets if not ref.output]
        outputs: list[SocketRef] = [ref for ref in sockets if ref.output]
        return any(legal(source, ref) for ref in inputs) and any(
            legal(ref, target) for ref in outputs
        )
