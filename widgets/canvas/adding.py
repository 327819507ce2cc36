"""Adding of nodes: what the search offers for a place, a socket or a link, and what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QRect

from widgets.canvas.palette import SearchPalette
from widgets.canvas.views import LinkView, PaletteEntry, Point, SocketRef

if TYPE_CHECKING:
    from widgets.canvas.view import CanvasView


class Adding:
    """The search palette of one canvas and what it was opened for."""

    def __init__(self, view: CanvasView) -> None:
        self._view = view
        self.entries: tuple[PaletteEntry, ...] = ()
        self.palette = SearchPalette(view)
        self.palette.chosen.connect(self._chosen)
        self._place: Point = (0.0, 0.0)
        self._origin: SocketRef | None = None
        self._link: LinkView | None = None

    def open(self, place: Point, origin: SocketRef | None, link: LinkView | None) -> None:
        """Offer what fits the socket `origin`, or into `link`; everything without both."""
        self._place, self._origin, self._link = place, origin, link
        translate = QCoreApplication.translate
        hint = ""
        if link is not None:
            hint = translate("Canvas", "Put a node into the link")
        elif origin is not None:
            hint = translate("Canvas", "Add a node that fits {type}").format(type=origin.type)
        at = self._view.camera.to_view(*place).toPoint()
        offered = [entry for entry in self.entries if self._fits(entry, origin, link)]
        self.palette.open(offered, QRect(at, at), hint)

    def drop(self, name: str, place: Point, link: LinkView | None) -> None:
        """A kind of node was dropped: into the link below it if it fits there."""
        entry = next((entry for entry in self.entries if entry.id == name), None)
        if link is not None and (entry is None or self._fits(entry, None, link)):
            self._view.insert_asked.emit(name, link, place)
        else:
            self._view.add_asked.emit(name, place, None)

    def _chosen(self, name: str) -> None:
        if self._link is not None:
            self._view.insert_asked.emit(name, self._link, self._place)
        else:
            self._view.add_asked.emit(name, self._place, self._origin)

    def _fits(self, entry: PaletteEntry, origin: SocketRef | None, link: LinkView | None) -> bool:
        if link is not None:
            source, target = self._view.contents.link_sockets(link)
            if source is None or target is None:
                return False
            return self._takes(entry, source) and self._feeds(entry, target)
        if origin is None:
            return True
        return self._takes(entry, origin) if origin.output else self._feeds(entry, origin)

    def _takes(self, entry: PaletteEntry, source: SocketRef) -> bool:
        legal = self._view.can_link
        kinds = dict.fromkeys(entry.inputs)
        return any(legal(source, SocketRef("", "", kind, output=False)) for kind in kinds)

    def _feeds(self, entry: PaletteEntry, target: SocketRef) -> bool:
        legal = self._view.can_link
        kinds = dict.fromkeys(entry.outputs)
        return any(legal(SocketRef("", "", kind, output=True), target) for kind in kinds)
