"""The picture of the canvas: what is on it, from where it is seen, what of it is out of date."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QFont, QPainter

from widgets import theme
from widgets.canvas.arrays import Ints
from widgets.canvas.camera import Camera
from widgets.canvas.contents import Contents, NodeItem, key_of
from widgets.canvas.painting.backing import Backing
from widgets.canvas.painting.kit import Kit
from widgets.canvas.painting.links import paint_links
from widgets.canvas.painting.pictures import PLATE, Pictures
from widgets.canvas.painting.scene import Look, ScenePainter, Shot
from widgets.canvas.shape import metrics
from widgets.canvas.views import LinkView

BUDGET = 0.007  # seconds of a frame for drawing nodes anew; the rest of them come with the next
ZOOMING = 0.003  # the same while the zoom changes, when all else is drawn anew too
REACH = 22.0  # how far anything of a node is drawn beyond its edge: badges, text of its progress


class Stage:
    """Keeps the picture of the contents up to date with as little drawing as will do."""

    def __init__(self, font: QFont) -> None:
        sizes = metrics(font)
        self.contents = Contents(sizes)
        self.pictures = Pictures(Kit(theme.current(), font), sizes)
        self.scene = ScenePainter(self.contents, self.pictures)
        self.camera = Camera()
        self.ratio = 1.0
        self.is_zooming = False
        self._backing = Backing()
        self._rough = False
        self._late: dict[str, NodeItem] = {}

    @property
    def kit(self) -> Kit:
        return self.pictures.kit

    @property
    def shot(self) -> Shot:
        """Where the picture is taken from."""
        return Shot(self.camera, self.ratio)

    def restyle(self, font: QFont) -> None:
        """Use the theme and the font of now."""
        sizes = metrics(font)
        self.pictures.clear(Kit(theme.current(), font), sizes)
        self.contents.measure_all(sizes)
        self._backing.spoil_all()

    def paint(self, painter: QPainter, size: QSize, ratio: float, *, whole: bool = False) -> bool:
        """Draw the canvas over a widget of `size`; True when a better picture will follow.

        `whole` takes the time that the finished picture needs.
        """
        self.ratio = ratio
        pixels = QSize(round(size.width() * ratio), round(size.height() * ratio))
        if whole and self._rough:
            self._backing.spoil_all()
        if whole:
            self.is_zooming = self._rough = False
        self.scene.budget = np.inf if whole else ZOOMING if self.is_zooming else BUDGET
        shot = self.shot
        self._backing.show(shot, pixels)
        self._catch_up(shot)
        late = self._backing.mend(
            lambda brush, rect: self.scene.paint_region(brush, shot, rect, fast=self.is_zooming)
        )
        self._rough = self._rough or self.is_zooming
        self._backing.pixmap.setDevicePixelRatio(ratio)
        painter.drawPixmap(0, 0, self._backing.pixmap)
        late += self._paint_lifted(painter, shot)
        self._late.update((item.view.id, item) for item in late)
        return bool(self._late)

    def settle(self) -> None:
        """The zoom has come to rest: draw what was drawn roughly as it should be."""
        self.is_zooming = False
        if self._rough:
            self._rough = False
            self._backing.spoil_all()

    def _catch_up(self, shot: Shot) -> None:
        """Make pictures that earlier frames had no time for, and draw where they belong."""
        detailed = shot.camera.zoom >= PLATE
        for name, item in list(self._late.items()):
            if self.scene.budget <= 0:
                return
            del self._late[name]
            if detailed and self.contents.nodes.get(name) is item:
                if self.pictures.ready(item, shot.scale) is None:
                    self.scene.make_picture(item, shot)
                self.spoil_item(item)

    # -- what is out of date

    def spoil_all(self) -> None:
        self._backing.spoil_all()

    def spoil_scene(self, rect: QRectF) -> None:
        """Draw a rectangle of the canvas anew."""
        place = self.shot.to_device(rect.x(), rect.y(), rect.width(), rect.height())
        self._backing.spoil(_outside(place))

    def spoil_item(self, item: NodeItem) -> None:
        """Draw a node anew, without its links."""
        rect = QRectF(*self.contents.boxes[item.row].tolist())
        self.spoil_scene(rect.adjusted(-REACH, -REACH, REACH, REACH))

    def spoil_links(self, names: Iterable[str]) -> None:
        """Draw the links of nodes anew."""
        links = self.contents.links_of(names)
        if len(links) > 40:
            self._backing.spoil_all()
            return
        for link in links:
            self.spoil_link(link.row)

    def spoil_link(self, row: int) -> None:
        left, top, right, low = self.contents.link_boxes[row].tolist()
        self.spoil_scene(QRectF(left - 4, top - 4, right - left + 8, low - top + 8))

    # -- other looks, while a gesture lasts

    def lift(self, rows: Ints, links: Ints) -> None:
        """Draw these over the picture from now on: they move."""
        self.scene.look = Look(lifted=rows, lifted_links=links)
        self._spoil_look(rows, links)

    def put_down(self) -> None:
        """Draw what was lifted as part of the picture again."""
        look, self.scene.look = self.scene.look, Look()
        self._spoil_look(look.lifted, look.lifted_links)

    def dim_all_but(self, legal: NDArray[np.bool_], taken: LinkView | None) -> None:
        """Dim the nodes that a link cannot end at; leave out the link that was taken off."""
        item = self.contents.links.get(key_of(taken)) if taken else None
        self.scene.look = Look(legal=legal, hidden_link=item.row if item else None)
        self._backing.spoil_all()

    def undim(self) -> None:
        self.scene.look = Look()
        self._backing.spoil_all()

    def _spoil_look(self, rows: Ints, links: Ints) -> None:
        if len(rows) + len(links) > 20:
            self._backing.spoil_all()
            return
        for row in rows.tolist():
            item = self.contents.items[row]
            if item is not None:
                self.spoil_item(item)
        for row in links.tolist():
            self.spoil_link(row)

    def _paint_lifted(self, painter: QPainter, shot: Shot) -> list[NodeItem]:
        look = self.scene.look
        if not len(look.lifted):
            return []
        painter.save()
        painter.scale(1 / shot.ratio, 1 / shot.ratio)
        paint_links(
            painter,
            self.contents,
            look.lifted_links,
            scale=shot.scale,
            at=shot.at,
            kit=self.kit,
            ratio=shot.ratio,
            seen=self._seen(),
            fast=True,
        )
        seen = np.isin(look.lifted, self.contents.rows_in(self._seen(), REACH))
        late = self.scene.paint_nodes(painter, shot, look.lifted[seen])
        painter.restore()
        return late

    def _seen(self) -> QRectF:
        size = self._backing.pixmap.size()
        return self.shot.to_scene(QRect(0, 0, size.width(), size.height()))


def _outside(rect: QRectF) -> QRect:
    """The whole pixels that a rectangle touches."""
    return rect.toAlignedRect().adjusted(-1, -1, 1, 1)
