"""Painting of thousands of rectangles, points and curves at once, straight from numpy arrays."""

from __future__ import annotations

import struct
from typing import Any, TypeAlias

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, QRectF
from PySide6.QtGui import QPainter, QPainterPath

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.intp]

_ELEMENT = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])


def draw_rects(painter: QPainter, rects: Floats) -> None:
    """Draw rectangles (N, 4) of x, y, width, height with the pen and brush of the painter."""
    if len(rects):
        flat = np.ascontiguousarray(rects, dtype=np.float64)
        # Four doubles in a row are a QRectF: Qt reads the array itself, nothing is converted.
        first: Any = shiboken6.wrapInstance(flat.ctypes.data, QRectF)
        painter.drawRects(first, len(flat))


def reach(ends: Floats) -> Floats:
    """How far the curve of each link (N, 4: x1, y1, x2, y2) runs level at both of its ends."""
    across = ends[:, 2] - ends[:, 0]
    down = np.abs(ends[:, 3] - ends[:, 1])
    level: Floats = np.where(across >= 0, across * 0.5, np.minimum(-across, 320.0) * 0.6)
    least: Floats = np.minimum(60.0, 12.0 + down * 0.5 + np.abs(across) * 0.25)
    return np.minimum(np.maximum(level, least), 240.0)


def bounds(ends: Floats) -> Floats:
    """Boxes (N, 4: left, top, right, bottom) that hold the curves."""
    far = reach(ends)
    x1, y1, x2, y2 = ends.T
    return np.stack(
        [
            np.minimum(x1, x2 - far) - 3,
            np.minimum(y1, y2) - 3,
            np.maximum(x1 + far, x2) + 3,
            np.maximum(y1, y2) + 3,
        ],
        axis=1,
    )


def curves(ends: Floats, scale: float, x: float, y: float) -> QPainterPath:
    """One path of all the curves, at place * scale + (x, y)."""
    far = reach(ends) * scale
    elements = np.empty((len(ends), 4), _ELEMENT)
    elements["kind"] = (0, 2, 3, 3)  # move to, curve to, and its two further points
    x1, y1, x2, y2 = (ends * scale + (x, y, x, y)).T
    elements["x"] = np.stack([x1, x1 + far, x2 - far, x2], axis=1)
    elements["y"] = np.stack([y1, y1, y2, y2], axis=1)
    raw = struct.pack(">i", elements.size) + elements.tobytes() + struct.pack(">ii", 0, 1)
    path = QPainterPath()
    stream = QDataStream(QByteArray(raw))
    stream >> path
    return path


def seen_parts(ends: Floats, box: tuple[float, float, float, float]) -> Floats:
    """Control points (M, 4, 2) of the parts of the curves that may touch a box.

    `box` is left, top, right, bottom. Of a curve that passes by nothing is left; of one that
    comes back it is the part from where it first enters to where it last leaves.
    """
    points = along(ends)
    low = np.minimum(points[:, :-1], points[:, 1:])
    high = np.maximum(points[:, :-1], points[:, 1:])
    near = (high[..., 0] >= box[0]) & (low[..., 0] <= box[2])
    near &= (high[..., 1] >= box[1]) & (low[..., 1] <= box[3])
    some = np.flatnonzero(np.count_nonzero(near, axis=1))
    near, ends = near[some], ends[some]
    steps = near.shape[1]
    first = np.argmax(near, axis=1) / steps
    last = 1.0 - np.argmax(near[:, ::-1], axis=1) / steps
    far = reach(ends)
    x1, y1, x2, y2 = ends.T
    controls = np.stack(
        [
            np.stack([x1, y1], axis=1),
            np.stack([x1 + far, y1], axis=1),
            np.stack([x2 - far, y2], axis=1),
            np.stack([x2, y2], axis=1),
        ]
    )
    corners = ((first, first, first), (first, first, last), (first, last, last), (last, last, last))
    return np.stack([_blossom(controls, at) for at in corners], axis=1)


def _blossom(controls: Floats, at: tuple[Floats, Floats, Floats]) -> Floats:
    """De Casteljau's scheme with a parameter of its own in each round."""
    for part in at:
        share = part[None, :, None]
        controls = controls[:-1] * (1 - share) + controls[1:] * share
    point: Floats = controls[0]
    return point


def along(ends: Floats, steps: int = 24) -> Floats:
    """Points (N, steps + 1, 2) on the curves, from their start to their end."""
    far = reach(ends)[:, None]
    t = np.linspace(0.0, 1.0, steps + 1)[None, :]
    a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
    x1, y1, x2, y2 = (ends[:, [i]] for i in range(4))
    return np.stack(
        [a * x1 + b * (x1 + far) + c * (x2 - far) + d * x2, (a + b) * y1 + (c + d) * y2], axis=2
    )
