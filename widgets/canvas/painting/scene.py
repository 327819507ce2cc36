"""Draws a part of the canvas: ground, frames, links, nodes, each as the zoom asks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.canvas.arrays import Floats, Ints, draw_rects
from widgets.canvas.camera import Camera
from widgets.canvas.contents import Contents, NodeItem
from widgets.canvas.painting.ground import paint_frame, paint_grid
from widgets.canvas.painting.kit import Kit, faded
from widgets.canvas.painting.links import paint_links
from widgets.canvas.painting.node import CORNER, MARGIN
from widgets.canvas.painting.pictures import DETAIL, PLATE, Picture, Pictures

DIMMED = 0.3  # opacity of what a link that is being made cannot end at
BLOCK_PICTURE = 0.07  # zoom from which thumbnails are drawn


@dataclass
class Look:
    """What the kept picture shows in another way while a gesture lasts.

    lifted: nodes that are drawn over the picture and left out of it, with their links.
    legal: the rows that a link may end at; the others are dimmed. None: none is dimmed.
    """

    lifted: Ints = field(default_factory=lambda: np.zeros(0, np.intp))
    lifted_links: Ints = field(default_factory=lambda: np.zeros(0, np.intp))
    legal: NDArray[np.bool_] | None = None
    hidden_link: int | None = None


@dataclass(frozen=True, slots=True)
class Shot:
    """Where the canvas is drawn: device pixel = place * scale + at."""

    camera: Camera
    ratio: float

    @property
    def scale(self) -> float:
        return self.camera.zoom * self.ratio

    @property
    def at(self) -> tuple[float, float]:
        return (round(self.camera.x * self.ratio), round(self.camera.y * self.ratio))

    def to_scene(self, rect: QRect) -> QRectF:
        """A rectangle of device pixels on the canvas."""
        (x, y), scale = self.at, self.scale
        return QRectF(
            (rect.x() - x) / scale,
            (rect.y() - y) / scale,
            rect.width() / scale,
            rect.height() / scale,
        )

    def to_device(self, x: float, y: float, width: float, height: float) -> QRectF:
        """A rectangle of the canvas in device pixels."""
        (left, top), scale = self.at, self.scale
        return QRectF(x * scale + left, y * scale + top, width * scale, height * scale)


class ScenePainter:
    """Draws the contents; nodes whose pictures are not made in time are drawn simpler first."""

    def __init__(self, contents: Contents, pictures: Pictures) -> None:
        self.contents = contents
        self.pictures = pictures
        self.look = Look()
        self.selected_frames: Collection[str] = ()
        self.budget = 0.0

    @property
    def kit(self) -> Kit:
        return self.pictures.kit

    def paint_region(
        self, painter: QPainter, shot: Shot, rect: QRect, *, fast: bool
    ) -> list[NodeItem]:
        """Draw all that is in `rect` (device pixels). Returns nodes that want to be drawn anew."""
        contents, look = self.contents, self.look
        painter.save()
        painter.setClipRect(rect)
        painter.fillRect(rect, self.kit.ground)
        paint_grid(painter, rect, shot.scale, shot.at, self.kit, shot.ratio)
        seen = shot.to_scene(rect)
        self._paint_frames(painter, shot, seen)
        links = contents.link_rows_in(seen, 2.0)
        if len(look.lifted_links):
            links = np.setdiff1d(links, look.lifted_links, assume_unique=True)
        if look.hidden_link is not None:
            links = links[links != look.hidden_link]
        paint_links(
            painter, contents, links, scale=shot.scale, at=shot.at, kit=self.kit,
            ratio=shot.ratio, seen=seen, fast=fast, opacity=1.0 if look.legal is None else 0.35,
        )  # fmt: skip
        rows = contents.rows_in(seen, MARGIN)
        if len(look.lifted):
            rows = rows[~np.isin(rows, look.lifted)]
        if look.legal is None:
            late = self.paint_nodes(painter, shot, rows)
        else:
            legal = look.legal[rows]
            painter.setOpacity(DIMMED)
            late = self.paint_nodes(painter, shot, rows[~legal])
            painter.setOpacity(1.0)
            late += self.paint_nodes(painter, shot, rows[legal])
        painter.restore()
        return late

    def paint_nodes(self, painter: QPainter, shot: Shot, rows: Ints) -> list[NodeItem]:
        """Draw nodes by their rows; returns those that want to be drawn anew."""
        if not len(rows):
            return []
        if shot.camera.zoom < PLATE:
            self._paint_blocks(painter, shot, rows)
            return []
        late = []
        items = self.contents.items
        (left, top), scale = shot.at, shot.scale
        inset = round(MARGIN * scale)
        for row, (x, y, width, height) in zip(
            rows.tolist(), self.contents.boxes[rows].tolist(), strict=True
        ):
            item = items[row]
            assert item is not None
            picture = self.pictures.ready(item, scale)
            dx, dy = round(x * scale) + left, round(y * scale) + top
            if picture is None and self.budget > 0:
                picture = self.make_picture(item, shot)
            if picture is not None:
                painter.drawPixmap(dx - inset, dy - inset, picture.pixmap)
            else:
                late.append(item)
                self._paint_stale(painter, item, QRectF(dx, dy, width * scale, height * scale))
            if self.contents.selected[row] or item.progress is not None:
                place = QRectF(dx, dy, width * scale, height * scale)
                self._paint_live(painter, item, place, shot)
        return late

    def make_picture(self, item: NodeItem, shot: Shot) -> Picture:
        """Draw the picture of a node, which takes from the time that the frame has for it."""
        started = perf_counter()
        made = self.pictures.make(item, shot.scale, shot.camera.zoom)
        self.budget -= perf_counter() - started
        return made

    def outline(self, painter: QPainter, place: QRectF, shot: Shot, color: QColor) -> None:
        """The line around a node that is selected, hovered or current."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(color, max(1.5 * shot.ratio, 2.0 * shot.scale)))
        corner = max(1.0, (CORNER + 1) * shot.scale)
        grown = max(1.0, 1.5 * shot.scale)
        painter.drawRoundedRect(place.adjusted(-grown, -grown, grown, grown), corner, corner)

    def _paint_live(self, painter: QPainter, item: NodeItem, place: QRectF, shot: Shot) -> None:
        if item.progress is not None:
            if shot.camera.zoom >= DETAIL and item.doing:
                self._paint_doing(painter, item, place, shot)
            detailed = shot.camera.zoom >= DETAIL
            low = (item.shape.header - 3) * shot.scale if detailed else place.height() - 3
            bar = QRectF(
                place.x(),
                place.y() + low,
                place.width(),
                max(2.0, 3 * shot.scale),
            )
            painter.fillRect(bar, self.kit.well)
            bar.setWidth(place.width() * min(1.0, max(0.0, item.progress)))
            painter.fillRect(bar, self.kit.accent)
        if self.contents.selected[item.row]:
            self.outline(painter, place, shot, self.kit.accent)

    def _paint_doing(self, painter: QPainter, item: NodeItem, place: QRectF, shot: Shot) -> None:
        """A few words on what is done, above the node."""
        painter.save()
        painter.translate(place.x(), place.y())
        painter.scale(shot.scale, shot.scale)
        painter.setFont(self.kit.small_font)
        painter.setPen(self.kit.accent)
        room = QRectF(2, -19, item.shape.width - 16, 16)
        text = self.kit.elided(item.doing, room.width(), "small")
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_stale(self, painter: QPainter, item: NodeItem, place: QRectF) -> None:
        """The last picture at the size of now, or a plain card when there was none."""
        old = self.pictures.stale(item)
        if old is None:
            painter.fillRect(place, self.kit.header(item.view.color))
            return
        margin = MARGIN * place.width() / item.shape.width
        around = place.adjusted(-margin, -margin, margin, margin)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        painter.drawPixmap(around, old.pixmap, QRectF(old.pixmap.rect()))

    def _paint_frames(self, painter: QPainter, shot: Shot, seen: QRectF) -> None:
        for frame in self.contents.frames.values():
            if QRectF(*frame.rect).intersects(seen):
                painter.save()
                place = shot.to_device(*frame.rect)
                chosen = frame.id in self.selected_frames
                paint_frame(
                    painter, frame, place, scale=shot.scale, ratio=shot.ratio, kit=self.kit,
                    selected=chosen,
                )  # fmt: skip
                painter.restore()

    def _paint_blocks(self, painter: QPainter, shot: Shot, rows: Ints) -> None:
        """Nodes as small blocks of their colour: all of a colour are one call of Qt."""
        contents, kit = self.contents, self.kit
        places = _snapped(contents.boxes[rows], shot)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(Qt.PenStyle.NoPen)
        strips = places.copy()
        strips[:, 3] = np.minimum(places[:, 3], max(2.0, round(22 * shot.scale)))
        groups = contents.color[rows] * 2 + contents.faint[rows]
        for group in np.unique(groups).tolist():
            chosen, color = groups == group, contents.colors[group // 2]
            strength = 0.45 if group % 2 else 1.0
            painter.setBrush(faded(kit.header(color), strength))
            draw_rects(painter, places[chosen])
            painter.setBrush(faded(kit.wire(color), strength))
            draw_rects(painter, strips[chosen])
        if shot.camera.zoom >= BLOCK_PICTURE:
            self._paint_block_pictures(painter, rows, places, strips)
        self._paint_block_marks(painter, rows, places, shot)

    def _paint_block_pictures(
        self, painter: QPainter, rows: Ints, places: Floats, strips: Floats
    ) -> None:
        for index, row in enumerate(rows.tolist()):
            item = self.contents.items[row]
            if item is not None and item.thumbnail is not None:
                x, y, width, height = places[index].tolist()
                strip = strips[index, 3]
                room = QRectF(x + 1, y + strip, width - 2, max(1.0, height - strip - 1))
                painter.drawImage(room, item.thumbnail)

    def _paint_block_marks(self, painter: QPainter, rows: Ints, places: Floats, shot: Shot) -> None:
        trouble = places[self.contents.troubled[rows]]
        if len(trouble):
            size = max(3.0, 4 * shot.ratio)
            dots = np.empty_like(trouble)
            dots[:, 0] = trouble[:, 0] + trouble[:, 2] - size / 2
            dots[:, 1] = trouble[:, 1] - size / 2
            dots[:, 2:] = size
            painter.setBrush(self.kit.danger)
            draw_rects(painter, dots)
        chosen = places[self.contents.selected[rows]]
        if len(chosen):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            pen = QPen(self.kit.accent, max(1, round(shot.ratio)))
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            draw_rects(painter, chosen + np.array([-1.0, -1.0, 1.0, 1.0]))


def _snapped(boxes: Floats, shot: Shot) -> Floats:
    """Boxes on whole device pixels, at least two of them large."""
    places: Floats = boxes * shot.scale
    places[:, :2] += shot.at
    corner = np.round(places[:, :2] + places[:, 2:])
    places[:, :2] = np.round(places[:, :2])
    places[:, 2:] = np.maximum(2.0, corner - places[:, :2])
    return places
