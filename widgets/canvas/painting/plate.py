"""A node seen from afar: its colour, its picture, and its title as large as there is room for."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from widgets.canvas.contents import NodeItem
from widgets.canvas.painting.kit import Kit
from widgets.canvas.painting.node import (
    CORNER,
    STATE_OPACITY,
    paint_badge,
    paint_card,
    paint_reroute,
    paint_thumbnail,
)
from widgets.canvas.shape import SOCKET

TITLE = 10.5  # pixels: the least height of letters that are read without effort


def paint_plate(painter: QPainter, item: NodeItem, kit: Kit, zoom: float) -> None:
    """Draw the node with its upper left corner at 0, 0, for a view at `zoom`."""
    view, shape = item.view, item.shape
    if view.kind == "reroute":
        paint_reroute(painter, item, kit)
        return
    painter.setOpacity(STATE_OPACITY.get(view.state, 1.0))
    paint_card(painter, item, kit)
    letters = TITLE / zoom
    room = QRectF(8, 3, shape.width - 16, min(shape.height - 4, letters * 2.9))
    if item.thumbnail is not None:
        room.setHeight(letters * 1.5)
        box = QRectF(0, room.bottom(), shape.width, shape.height - room.bottom())
        if box.height() > letters:
            paint_thumbnail(painter, box.adjusted(4, 2, -4, -4), item.thumbnail, kit)
    elif shape.header < room.height():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(kit.header(view.color))
        painter.drawRoundedRect(QRectF(1, 3, shape.width - 2, room.height()), CORNER, CORNER)
    font = QFont(kit.title_font)
    font.setPixelSize(max(1, round(letters)))
    painter.setFont(font)
    painter.setPen(kit.text)
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    title = view.title
    if item.thumbnail is None and "\n" not in title:
        flags |= int(Qt.TextFlag.TextWordWrap)
    else:
        right = Qt.TextElideMode.ElideRight
        title = QFontMetricsF(font).elidedText(title, right, room.width())
    painter.save()
    painter.setClipRect(room)
    painter.drawText(room, flags, title)
    painter.restore()
    painter.setPen(QPen(kit.ground, 1.0))
    for sockets, places, x in (
        (view.inputs, shape.inputs, 0.0),
        (view.outputs, shape.outputs, shape.width),
    ):
        for socket, y in zip(sockets, places, strict=True):
            painter.setBrush(kit.wire(socket.color))
            painter.drawRect(QRectF(x - SOCKET, y - SOCKET, 2 * SOCKET, 2 * SOCKET))
    painter.setOpacity(1.0)
    if view.problems or item.run == "failed":
        painter.save()
        painter.translate(shape.width - 3, 3)
        painter.scale(1.4, 1.4)
        paint_badge(painter, QRectF().topLeft(), len(view.problems), kit)
        painter.restore()
