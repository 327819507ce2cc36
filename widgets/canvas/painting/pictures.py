"""Pictures of nodes, kept while there is room, so that moving over the canvas only copies them."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap

from widgets.canvas.contents import NodeItem
from widgets.canvas.painting.kit import Kit
from widgets.canvas.painting.node import MARGIN, paint_node
from widgets.canvas.painting.plate import paint_plate
from widgets.canvas.shape import Metrics

DETAIL, PLATE = 0.45, 0.18  # zooms from which nodes are drawn whole, and with a title
ROOM = 96 * 2**20  # bytes


@dataclass(slots=True)
class Picture:
    """A picture of a node at a scale, `MARGIN` larger than the node on each side."""

    pixmap: QPixmap
    scale: float
    revision: int


class Pictures:
    """The last picture of each node that was seen; those not seen for longest go first."""

    def __init__(self, kit: Kit, sizes: Metrics) -> None:
        self.kit = kit
        self.sizes = sizes
        self._kept: OrderedDict[str, Picture] = OrderedDict()
        self._bytes = 0

    def ready(self, item: NodeItem, scale: float) -> Picture | None:
        """The picture of the node as it is now and at this scale, if there is one."""
        found = self._kept.get(item.view.id)
        if found is None or found.scale != scale or found.revision != item.revision:
            return None
        self._kept.move_to_end(item.view.id)
        return found

    def stale(self, item: NodeItem) -> Picture | None:
        """The last picture of the node, of another scale or of how it was."""
        return self._kept.get(item.view.id)

    def make(self, item: NodeItem, scale: float, zoom: float) -> Picture:
        """Draw the node anew."""
        shape = item.shape
        width = math.ceil((shape.width + 2 * MARGIN) * scale)
        height = math.ceil((shape.height + 2 * MARGIN) * scale)
        pixmap = QPixmap(max(1, width), max(1, height))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
        )
        inset = round(MARGIN * scale)
        painter.translate(inset, inset)
        painter.scale(scale, scale)
        if zoom >= DETAIL:
            paint_node(painter, item, self.kit, row=self.sizes.row, small=self.sizes.small)
        else:
            paint_plate(painter, item, self.kit, zoom)
        painter.end()
        made = Picture(pixmap, scale, item.revision)
        self._keep(item.view.id, made)
        return made

    def forget(self, name: str) -> None:
        """The node is gone."""
        gone = self._kept.pop(name, None)
        if gone is not None:
            self._bytes -= _size(gone)

    def clear(self, kit: Kit, sizes: Metrics) -> None:
        """Draw all nodes anew, with other colours or fonts."""
        self.kit, self.sizes = kit, sizes
        self._kept.clear()
        self._bytes = 0

    def _keep(self, name: str, picture: Picture) -> None:
        self.forget(name)
        self._kept[name] = picture
        self._bytes += _size(picture)
        while self._bytes > ROOM and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= _size(gone)


def _size(picture: Picture) -> int:
    return picture.pixmap.width() * picture.pixmap.height() * 4
