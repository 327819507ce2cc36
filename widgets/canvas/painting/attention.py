"""What draws attention over the canvas: the thing under the pointer, selected links, the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.canvas.contents import key_of
from widgets.canvas.painting.kit import faded
from widgets.canvas.painting.links import curve, paint_curve
from widgets.canvas.painting.node import CORNER
from widgets.canvas.picking import Hit

if TYPE_CHECKING:
    from widgets.canvas.view import CanvasView


def paint_attention(painter: QPainter, view: CanvasView, hit: Hit) -> None:
    """Draw it in pixels of the view, for a pointer that is over `hit`."""
    contents, kit = view.contents, view.kit
    painter.save()
    painter.setTransform(view.transform(), True)
    chosen = view.selected_links()
    for link in (*chosen, *([hit.link] if hit.link else [])):
        if key_of(link) in contents.links:
            width = (3.4 if link in chosen else 3.0) / max(0.5, min(1.0, view.zoom))
            color = kit.accent if link in chosen else faded(kit.text, 0.7)
            paint_curve(painter, curve(contents.link_ends(link)), color, width)
    if hit.socket is not None and hit.node in contents.nodes:
        color = view.socket_color(hit.socket)
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(faded(color, 0.35))
        painter.drawEllipse(QPointF(*contents.socket_place(hit.socket)), 9.0, 9.0)
    painter.restore()
    if hit.node in contents.nodes and hit.node not in view.selected():
        place = view.camera.rect_to_view(contents.rect(hit.node))
        _outline(painter, place, faded(kit.text, 0.45), view.zoom)
    current = view.current
    if view.hasFocus() and current in contents.nodes and len(view.selected()) > 1:
        place = view.camera.rect_to_view(contents.rect(current))
        grown = 3 + 2 * view.zoom
        _outline(painter, place.adjusted(-grown, -grown, grown, grown), kit.accent, view.zoom)


def _outline(painter: QPainter, place: QRectF, color: QColor, zoom: float) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 1.2))
    corner = (CORNER + 1) * zoom
    painter.drawRoundedRect(place.adjusted(-1, -1, 1, 1), corner, corner)
