"""What lies under the pointer, and what a box or a lasso takes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

from widgets.canvas.arrays import Floats, along
from widgets.canvas.contents import Contents
from widgets.canvas.painting.ground import title_height
from widgets.canvas.shape import REROUTE
from widgets.canvas.views import LinkView, Point, SocketRef

Part: TypeAlias = Literal["ground", "node", "title", "badge", "socket", "link", "frame", "edge"]

SOCKET_REACH = 11.0  # pixels from the middle of a socket
LINK_REACH = 6.0
EDGE_REACH = 6.0
SOCKETS_FROM = 0.3  # zoom from which sockets are large enough to be hit


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under the pointer; `edges` of a frame are two signs: -1 left or top, 1 right, low."""

    part: Part = "ground"
    node: str = ""
    socket: SocketRef | None = None
    link: LinkView | None = None
    frame: str = ""
    edges: tuple[int, int] = (0, 0)


def pick(contents: Contents, place: Point, zoom: float) -> Hit:
    """The thing at `place` that is drawn over all others there."""
    if zoom >= SOCKETS_FROM:
        socket = socket_near(contents, place, SOCKET_REACH / max(zoom, 0.6))
        if socket is not None:
            return Hit("socket", node=socket.node, socket=socket)
    node = node_at(contents, place)
    if node is not None:
        return _part_of(contents, node, place)
    link = link_at(contents, place, LINK_REACH / zoom)
    if link is not None:
        return Hit("link", link=link)
    return frame_at(contents, place, zoom)


def node_at(contents: Contents, place: Point) -> str | None:
    """The uppermost node there."""
    x, y = place
    rows = contents.rows_in(QRectF(x, y, 0, 0), 1e-6)
    if not len(rows):
        return None
    item = contents.items[int(rows[-1])]
    return item.view.id if item else None


def socket_near(
    contents: Contents,
    place: Point,
    reach: float,
    fits: Callable[[SocketRef], bool] | None = None,
) -> SocketRef | None:
    """The nearest socket within `reach`, of those that `fits` accepts."""
    x, y = place
    around = QRectF(x - reach, y - reach, 2 * reach, 2 * reach)
    found, nearest = None, reach * reach
    for row in contents.rows_in(around).tolist():
        item = contents.items[row]
        if item is None:
            continue
        if item.view.kind == "reroute":
            ref = _reroute_socket(contents, item.view.id, place)
            candidates = [ref] if ref else []
        else:
            candidates = contents.sockets(item.view.id)
        for ref in candidates:
            there = contents.socket_place(ref)
            distance = (there[0] - x) ** 2 + (there[1] - y) ** 2
            if distance <= nearest and (fits is None or fits(ref)):
                found, nearest = ref, distance
    return found


def link_at(contents: Contents, place: Point, reach: float) -> LinkView | None:
    """The link whose curve passes within `reach`."""
    x, y = place
    rows = contents.link_rows_in(QRectF(x, y, 0, 0), reach)
    if not len(rows):
        return None
    distances = _distances(along(contents.ends[rows]), place)
    best = int(np.argmin(distances))
    item = contents.link_items[int(rows[best])]
    return item.view if item is not None and distances[best] <= reach else None


def links_across(contents: Contents, start: Point, end: Point) -> list[LinkView]:
    """The links that a straight cut crosses."""
    box = QRectF(QPointF(*start), QPointF(*end)).normalized()
    rows = contents.link_rows_in(box, 1.0)
    if not len(rows):
        return []
    points = along(contents.ends[rows])
    a, b = np.array(start), np.array(end)

    def side(p: Floats, q: Floats, r: Floats) -> Floats:
        u, v = q - p, r - p
        return np.sign(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0])

    p, q = points[:, :-1], points[:, 1:]
    crossed = (side(a, b, p) != side(a, b, q)) & (side(p, q, a) != side(p, q, b))
    items = (contents.link_items[int(row)] for row in rows[crossed.any(axis=1)])
    return [item.view for item in items if item is not None]


def frame_at(contents: Contents, place: Point, zoom: float) -> Hit:
    """The title or the edge of a frame there; the inside of a frame is ground."""
    point, reach = QPointF(*place), EDGE_REACH / zoom
    for frame in reversed(contents.frames.values()):
        rect = QRectF(*frame.rect)
        if not rect.adjusted(-reach, -reach, reach, reach).contains(point):
            continue
        sides = (
            _side(point.x(), rect.left(), rect.right(), reach),
            _side(point.y(), rect.top(), rect.bottom(), reach),
        )
        if sides != (0, 0):
            return Hit("edge", frame=frame.id, edges=sides)
        if point.y() - rect.top() <= title_height(zoom) / zoom:
            return Hit("frame", frame=frame.id)
    return Hit()


def nodes_in(contents: Contents, rect: QRectF, *, whole: bool = False) -> list[str]:
    """Nodes that a box touches; those wholly inside when `whole`."""
    items = [contents.items[row] for row in contents.rows_in(rect).tolist()]
    names = [item.view.id for item in items if item is not None]
    return [n for n in names if not whole or rect.contains(contents.rect(n))]


def nodes_in_lasso(contents: Contents, outline: list[Point]) -> list[str]:
    """Nodes whose middle is inside an outline."""
    shape = QPolygonF([QPointF(x, y) for x, y in outline])
    return [
        name
        for name in nodes_in(contents, shape.boundingRect())
        if shape.containsPoint(contents.rect(name).center(), Qt.FillRule.OddEvenFill)
    ]


def _part_of(contents: Contents, name: str, place: Point) -> Hit:
    item = contents.nodes[name]
    x, y, width, _ = contents.boxes[item.row].tolist()
    dx, dy = place[0] - x, place[1] - y
    if item.view.problems and (dx - width + 3) ** 2 + (dy - 3) ** 2 <= 11**2:
        return Hit("badge", node=name)
    return Hit("title" if dy <= item.shape.header else "node", node=name)


def _reroute_socket(contents: Contents, name: str, place: Point) -> SocketRef | None:
    """A reroute is one dot: its left rim is the input, its right rim the output."""
    rect = contents.rect(name)
    offset = place[0] - rect.center().x()
    if abs(offset) < REROUTE / 4:
        return None
    refs = [ref for ref in contents.sockets(name) if ref.output == (offset > 0)]
    return refs[0] if refs else None


def _side(value: float, low: float, high: float, reach: float) -> int:
    if abs(value - low) <= reach:
        return -1
    return 1 if abs(value - high) <= reach else 0


def _distances(points: Floats, place: Point) -> Floats:
    """How far each polyline (N, M, 2) passes from a place."""
    p, q = points[:, :-1], points[:, 1:]
    step = q - p
    length = np.maximum((step**2).sum(axis=2), 1e-9)
    part = np.clip(((np.array(place) - p) * step).sum(axis=2) / length, 0.0, 1.0)
    nearest = p + part[..., None] * step
    found: Floats = np.sqrt(((nearest - np.array(place)) ** 2).sum(axis=2)).min(axis=1)
    return found
