"""What the canvas is given to show, as frozen values: nodes, sockets, links, frames, palette."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Point: TypeAlias = tuple[float, float]
"""A place on the canvas, in its own units: pixels at a zoom of 1."""

NodeState: TypeAlias = Literal["", "muted", "bypassed", "disabled", "missing"]
NodeKind: TypeAlias = Literal["node", "reroute", "group"]
RunState: TypeAlias = Literal["", "queued", "running", "done", "cached", "failed"]


@dataclass(frozen=True, slots=True)
class SocketView:
    """A socket: its name, what is written beside it, and the type and colour of its values.

    many: it takes several links. optional: it may be left without one.
    """

    name: str
    label: str
    type: str
    color: str
    many: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node as it is drawn. `pos` is its upper left corner.

    problems: what is wrong with it, one text each, shown by a badge. summary: lines of a label and
    a value. preview: room is kept for a thumbnail before there is one, so that the node does not
    grow when it arrives.
    """

    id: str
    title: str
    subtitle: str = ""
    category: str = ""
    color: str = "#7f8792"
    inputs: tuple[SocketView, ...] = ()
    outputs: tuple[SocketView, ...] = ()
    pos: Point = (0.0, 0.0)
    state: NodeState = ""
    problems: tuple[str, ...] = ()
    kind: NodeKind = "node"
    summary: tuple[tuple[str, str], ...] = ()
    preview: bool = False


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link from an output to an input; `index` orders the links of an input that takes many."""

    source: str
    output: str
    target: str
    input: str
    index: int = 0
    muted: bool = False


@dataclass(frozen=True, slots=True)
class FrameView:
    """A titled ground behind nodes; `rect` is x, y, width, height."""

    id: str
    title: str
    rect: tuple[float, float, float, float]
    color: str = "#5b6472"


@dataclass(frozen=True, slots=True)
class SocketRef:
    """A socket of a node; of one that is yet to be made when `node` is empty: only its type counts.

    `output` tells which side of the node it is on.
    """

    node: str
    socket: str
    type: str
    output: bool


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """A thing that the search palette can add: types of its inputs and outputs filter it."""

    id: str
    title: str
    category: str = ""
    keywords: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    doc: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True)
class ViewState:
    """Which part of the canvas is seen: the place in the middle of the view, and the zoom."""

    x: float
    y: float
    zoom: float
