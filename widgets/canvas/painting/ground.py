"""What lies behind the nodes: the grid of dots, and frames with their titles."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from widgets.canvas.arrays import draw_rects
from widgets.canvas.painting.kit import Kit, faded, mixed
from widgets.canvas.shape import GRID
from widgets.canvas.views import FrameView

TITLE = 26.0  # height of a frame's title, in units of the canvas


def paint_grid(
    painter: QPainter, rect: QRect, scale: float, at: tuple[float, float], kit: Kit, ratio: float
) -> None:
    """Dots on the grid, farther apart when seen from afar, on the device pixels of `rect`."""
    step = GRID
    while step * scale < 18 * ratio:
        step *= 5
    if step > 25 * GRID:
        return
    first_x = math.floor((rect.left() - at[0]) / (scale * step))
    first_y = math.floor((rect.top() - at[1]) / (scale * step))
    last_x = math.ceil((rect.right() - at[0]) / (scale * step))
    last_y = math.ceil((rect.bottom() - at[1]) / (scale * step))
    across = np.arange(first_x, last_x + 1) * (step * scale) + at[0]
    down = np.arange(first_y, last_y + 1) * (step * scale) + at[1]
    size = max(1, round(ratio * (1.4 if scale > ratio else 1.0)))
    dots = np.empty((len(across) * len(down), 4))
    dots[:, 0] = np.tile(np.round(across), len(down))
    dots[:, 1] = np.repeat(np.round(down), len(across))
    dots[:, 2:] = size
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(kit.dots)
    draw_rects(painter, dots)


def paint_frame(
    painter: QPainter,
    frame: FrameView,
    place: QRectF,
    *,
    scale: float,
    ratio: float,
    kit: Kit,
    selected: bool,
) -> None:
    """A frame in its `place` in device pixels, of which there are `ratio` in a pixel."""
    color = QColor(frame.color)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    corner = max(2.0, 8 * scale)
    painter.setPen(QPen(kit.accent if selected else faded(color, 0.7), 2.0 if selected else 1.0))
    painter.setBrush(faded(color, 0.13 if kit.theme.dark else 0.14))
    painter.drawRoundedRect(place, corner, corner)
    font = QFont(kit.title_font)
    letters = max(13.0 * scale, 10.5 * ratio)
    height = title_height(scale / ratio) * ratio
    if letters * 1.4 > place.height() or place.width() < 30:
        return
    font.setPixelSize(max(1, round(letters)))
    painter.setFont(font)
    painter.setPen(mixed(kit.text, color, 0.15))
    inset = min(12 * scale, place.width() / 6)
    room = QRectF(place.x() + inset, place.y(), place.width() - 2 * inset, height)
    painter.setClipRect(room, Qt.ClipOperation.IntersectClip)
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, frame.title)


def title_height(zoom: float) -> float:
    """Pixels that the title of a frame takes; from afar it stays readable."""
    return max(TITLE * zoom, 15.0)
