"""What is on the canvas: nodes, links and frames, with their geometry in arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from widgets.canvas.arrays import Floats, Ints, bounds
from widgets.canvas.shape import REROUTE, RIM, Metrics, Shape, shape_of
from widgets.canvas.views import (
    FrameView,
    LinkView,
    NodeView,
    Point,
    RunState,
    SocketRef,
    SocketView,
)

LinkKey: TypeAlias = tuple[str, str, str, str, int]
Kind = TypeVar("Kind", bound=np.generic)

ROOM = 256  # rows to start with
PLAIN = "#7f8792"  # colour of a link whose output is not known


@dataclass(slots=True)
class NodeItem:
    """A node on the canvas: its view, geometry, and what came to it while it was shown.

    `revision` changes with everything that its picture is drawn from.
    """

    view: NodeView
    shape: Shape
    row: int
    revision: int = 0
    thumbnail: QImage | None = None
    run: RunState = ""
    progress: float | None = None
    doing: str = ""


@dataclass(slots=True)
class LinkItem:
    """A link on the canvas; its row in the arrays."""

    view: LinkView
    row: int
    color: str


def key_of(link: LinkView) -> LinkKey:
    """What makes a link the same link, muted or not."""
    return (link.source, link.output, link.target, link.input, link.index)


class Contents:
    """The things on the canvas by id, and arrays for finding and drawing many of them.

    `boxes` holds x, y, width, height of each node row; `ends` holds x1, y1, x2, y2 of each link
    row. Rows of what was removed are empty (width 0; `link_used` false) until used again.
    """

    def __init__(self, sizes: Metrics) -> None:
        self.sizes = sizes
        self.nodes: dict[str, NodeItem] = {}
        self.links: dict[LinkKey, LinkItem] = {}
        self.frames: dict[str, FrameView] = {}
        self.colors: list[str] = []
        self.items: list[NodeItem | None] = []
        self.link_items: list[LinkItem | None] = []
        self._touching: dict[str, set[LinkKey]] = {}
        self._waiting: dict[str, set[LinkView]] = {}
        self._color_ids: dict[str, int] = {}
        self._free: list[int] = []
        self._free_links: list[int] = []
        self._top = 0
        self.boxes: Floats = np.zeros((ROOM, 4))
        self.order = np.zeros(ROOM, np.intp)
        self.color = np.zeros(ROOM, np.intp)
        self.selected = np.zeros(ROOM, np.bool_)
        self.troubled = np.zeros(ROOM, np.bool_)
        self.faint = np.zeros(ROOM, np.bool_)
        self.ends: Floats = np.zeros((ROOM, 4))
        self.link_boxes: Floats = np.zeros((ROOM, 4))
        self.link_offsets: Floats = np.zeros((ROOM, 4))
        self.link_nodes = np.zeros((ROOM, 2), np.intp)
        self.link_color = np.zeros(ROOM, np.intp)
        self.link_used = np.zeros(ROOM, np.bool_)
        self.link_muted = np.zeros(ROOM, np.bool_)

    # -- nodes

    def put_node(self, view: NodeView) -> NodeItem:
        """Show a node, or show it anew; its links follow."""
        item = self.nodes.get(view.id)
        if item is None:
            row = self._free.pop() if self._free else self._new_row()
            item = NodeItem(view, shape_of(view, self.sizes, thumbnail=False), row)
            self.nodes[view.id] = item
            self.items[row] = item
            self._top += 1
            self.order[row] = self._top
        else:
            if item.view == view:
                return item
            item.view = view
            item.revision += 1
        self.boxes[item.row, :2] = view.pos
        self._measure(item)
        self.color[item.row] = self.color_id(view.color)
        self.troubled[item.row] = bool(view.problems) or item.run == "failed"
        self.faint[item.row] = view.state in {"muted", "bypassed", "disabled"}
        self.put_links(self._waiting.pop(view.id, ()))
        return item

    def remove_node(self, name: str) -> None:
        """Remove a node and its links; an unknown one is ignored."""
        item = self.nodes.pop(name, None)
        if item is None:
            return
        for key in list(self._touching.get(name, ())):
            self.remove_link(key)
        self._touching.pop(name, None)
        self.boxes[item.row] = 0.0
        self.selected[item.row] = False
        self.items[item.row] = None
        self._free.append(item.row)

    def move(self, places: dict[str, Point]) -> None:
        """Put nodes elsewhere; their links follow."""
        for name, place in places.items():
            item = self.nodes[name]
            item.view = replace(item.view, pos=place)
            self.boxes[item.row, :2] = place
        self._follow(places)

    def shift(self, rows: Ints, link_rows: Ints, places: Floats) -> None:
        """Show nodes at `places` (N, 2) while they are dragged: their views stay as they were."""
        self.boxes[rows, :2] = places
        self._place_links(link_rows)

    def set_run(self, name: str, run: RunState) -> None:
        """Show how far the last render came with a node."""
        item = self.nodes[name]
        item.run = run
        item.revision += 1
        self.troubled[item.row] = bool(item.view.problems) or run == "failed"

    def set_problems(self, name: str, texts: tuple[str, ...]) -> None:
        """Say what is wrong with a node."""
        item = self.nodes[name]
        item.view = replace(item.view, problems=texts)
        item.revision += 1
        self.troubled[item.row] = bool(texts) or item.run == "failed"

    def set_thumbnail(self, name: str, picture: QImage | None) -> None:
        """Show a picture on a node, or none."""
        item = self.nodes[name]
        item.thumbnail = picture
        item.revision += 1
        self._measure(item)

    def raise_nodes(self, names: Iterable[str]) -> None:
        """Draw these over all others."""
        for name in names:
            self._top += 1
            self.order[self.nodes[name].row] = self._top

    def rect(self, name: str) -> QRectF:
        """The rectangle of a node, as it is shown."""
        return QRectF(*self.boxes[self.nodes[name].row].tolist())

    def bounding(self, names: Iterable[str] | None = None) -> QRectF:
        """The rectangle around these nodes; around all nodes and frames by default."""
        chosen = self.nodes.values() if names is None else [self.nodes[n] for n in names]
        rows = [item.row for item in chosen]
        around = QRectF()
        if rows:
            boxes = self.boxes[rows]
            left, top = boxes[:, 0].min(), boxes[:, 1].min()
            right, low = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
            around = QRectF(left, top, right - left, low - top)
        if names is None:
            for frame in self.frames.values():
                around = around.united(QRectF(*frame.rect))
        return around

    def measure_all(self, sizes: Metrics) -> None:
        """Use other sizes, after the font changed."""
        self.sizes = sizes
        for item in self.nodes.values():
            item.revision += 1
            self._measure(item)

    # -- links

    def put_links(self, views: Iterable[LinkView]) -> None:
        """Show links; one whose nodes are not there yet is shown when they are."""
        rows = []
        for view in views:
            missing = next((e for e in (view.source, view.target) if e not in self.nodes), None)
            if missing is not None:
                self._waiting.setdefault(missing, set()).add(view)
                continue
            key = key_of(view)
            item = self.links.get(key)
            if item is None:
                row = self._free_links.pop() if self._free_links else self._new_link_row()
                item = self.links[key] = self.link_items[row] = LinkItem(view, row, "")
                self.link_used[row] = True
                for end in (view.source, view.target):
                    self._touching.setdefault(end, set()).add(key)
            item.view = view
            self.link_muted[item.row] = view.muted
            self._attach(item)
            rows.append(item.row)
        self._place_links(np.array(rows, np.intp))

    def remove_link(self, key: LinkKey) -> None:
        """Remove a link; an unknown one is ignored."""
        for end in (key[0], key[2]):
            waiting = self._waiting.get(end)
            if waiting:
                self._waiting[end] = {link for link in waiting if key_of(link) != key}
        item = self.links.pop(key, None)
        if item is None:
            return
        self.link_used[item.row] = False
        self.link_items[item.row] = None
        self._free_links.append(item.row)
        for end in (key[0], key[2]):
            self._touching.get(end, set()).discard(key)

    def links_of(self, names: Iterable[str]) -> list[LinkItem]:
        """The links that start or end at one of these nodes."""
        keys = dict.fromkeys(key for name in names for key in self._touching.get(name, ()))
        return [self.links[key] for key in keys]

    # -- finding

    def rows_in(self, rect: QRectF, margin: float = 0.0) -> Ints:
        """Rows of the nodes that touch a rectangle, in the order in which they are drawn."""
        box = self.boxes[: len(self.items)]
        x, y = box[:, 0], box[:, 1]
        seen = (x < rect.right() + margin) & (x + box[:, 2] > rect.left() - margin)
        seen &= (y < rect.bottom() + margin) & (y + box[:, 3] > rect.top() - margin)
        seen &= box[:, 2] > 0
        rows: Ints = np.flatnonzero(seen)
        return rows[np.argsort(self.order[rows], kind="stable")]

    def link_rows_in(self, rect: QRectF, margin: float = 0.0) -> Ints:
        """Rows of the links whose box touches a rectangle."""
        box = self.link_boxes[: len(self.link_items)]
        seen = (box[:, 0] < rect.right() + margin) & (box[:, 2] > rect.left() - margin)
        seen &= (box[:, 1] < rect.bottom() + margin) & (box[:, 3] > rect.top() - margin)
        seen &= self.link_used[: len(self.link_items)]
        return np.flatnonzero(seen)

    def socket_place(self, ref: SocketRef) -> Point:
        """Where a socket is on the canvas."""
        item = self.nodes[ref.node]
        x, y, width, _ = self.boxes[item.row].tolist()
        if item.view.kind == "reroute":
            return (x + width / 2 + (RIM if ref.output else -RIM), y + REROUTE / 2)
        if ref.output:
            return (x + width, y + _height(item, ref.socket, output=True))
        return (x, y + _height(item, ref.socket, output=False))

    def socket_view(self, ref: SocketRef) -> SocketView:
        """What is shown of a socket."""
        view = self.nodes[ref.node].view
        sockets = view.outputs if ref.output else view.inputs
        return next(socket for socket in sockets if socket.name == ref.socket)

    def link_ends(self, link: LinkView) -> tuple[float, float, float, float]:
        """Where a link starts and ends."""
        x1, y1, x2, y2 = self.ends[self.links[key_of(link)].row].tolist()
        return (x1, y1, x2, y2)

    def link_sockets(self, link: LinkView) -> tuple[SocketRef | None, SocketRef | None]:
        """The output and the input of a link; None for one that its node does not show."""
        return (
            next(
                (r for r in self.sockets(link.source) if r.output and r.socket == link.output), None
            ),
            next(
                (r for r in self.sockets(link.target) if not r.output and r.socket == link.input),
                None,
            ),
        )

    def sockets(self, name: str) -> list[SocketRef]:
        """All sockets of a node, inputs first."""
        view = self.nodes[name].view
        return [
            *(SocketRef(name, s.name, s.type, output=False) for s in view.inputs),
            *(SocketRef(name, s.name, s.type, output=True) for s in view.outputs),
        ]

    def color_id(self, color: str) -> int:
        """A small number for a colour, for the arrays."""
        found = self._color_ids.get(color)
        if found is None:
            found = self._color_ids[color] = len(self.colors)
            self.colors.append(color)
        return found

    # -- rows

    def _measure(self, item: NodeItem) -> None:
        shape = shape_of(item.view, self.sizes, thumbnail=item.thumbnail is not None)
        item.shape = shape
        self.boxes[item.row, 2:] = (shape.width, shape.height)
        for link in self.links_of([item.view.id]):
            self._attach(link)
        self._follow([item.view.id])

    def _attach(self, link: LinkItem) -> None:
        source, target = self.nodes[link.view.source], self.nodes[link.view.target]
        start = next((s for s in source.view.outputs if s.name == link.view.output), None)
        link.color = start.color if start else PLAIN
        self.link_color[link.row] = self.color_id(link.color)
        self.link_nodes[link.row] = (source.row, target.row)
        inset = REROUTE / 2 if source.view.kind == "reroute" else 0.0
        into = REROUTE / 2 if target.view.kind == "reroute" else 0.0
        self.link_offsets[link.row] = (
            source.shape.width - inset,
            _height(source, link.view.output, output=True),
            into,
            _height(target, link.view.input, output=False),
        )

    def _follow(self, names: Iterable[str]) -> None:
        self._place_links(np.array([link.row for link in self.links_of(names)], np.intp))

    def _place_links(self, rows: Ints) -> None:
        if not len(rows):
            return
        ends = self.link_offsets[rows].copy()
        ends[:, :2] += self.boxes[self.link_nodes[rows, 0], :2]
        ends[:, 2:] += self.boxes[self.link_nodes[rows, 1], :2]
        self.ends[rows] = ends
        self.link_boxes[rows] = bounds(ends)

    def _new_row(self) -> int:
        row = len(self.items)
        self.items.append(None)
        if row >= len(self.boxes):
            self.boxes, self.order = _doubled(self.boxes), _doubled(self.order)
            self.color, self.selected = _doubled(self.color), _doubled(self.selected)
            self.troubled, self.faint = _doubled(self.troubled), _doubled(self.faint)
        return row

    def _new_link_row(self) -> int:
        row = len(self.link_items)
        self.link_items.append(None)
        if row >= len(self.ends):
            self.ends, self.link_boxes = _doubled(self.ends), _doubled(self.link_boxes)
            self.link_offsets = _doubled(self.link_offsets)
            self.link_nodes, self.link_color = _doubled(self.link_nodes), _doubled(self.link_color)
            self.link_used, self.link_muted = _doubled(self.link_used), _doubled(self.link_muted)
        return row


def _height(item: NodeItem, socket: str, *, output: bool) -> float:
    """How far below the top of its node a socket is; a socket that is not there, at the title."""
    sockets = item.view.outputs if output else item.view.inputs
    places = item.shape.outputs if output else item.shape.inputs
    if item.view.kind == "reroute":
        return REROUTE / 2
    for socket_view, place in zip(sockets, places, strict=True):
        if socket_view.name == socket:
            return place
    return item.shape.header / 2


def _doubled(array: NDArray[Kind]) -> NDArray[Kind]:
    return np.concatenate([array, np.zeros_like(array)])
