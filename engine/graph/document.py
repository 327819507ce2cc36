"""The graph as the user made it: nodes, links between them, and groups of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """One node: its type and version, parameters (JSON values), and how the canvas shows it.

    muted: it makes nothing, and what takes its result goes without. bypassed: each output passes
    on the first input of the same type. disabled: as if it and its links were not there.
    promoted: parameters that are shown as sockets. extra: fields of the file that are not ours.
    """

    id: str
    type: str
    version: int = 1
    params: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    pos: tuple[float, float] = (0.0, 0.0)
    muted: bool = False
    bypassed: bool = False
    disabled: bool = False
    promoted: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def with_params(self, **changes: Any) -> Node:
        """The node with some parameters set anew."""
        return replace(self, params={**self.params, **changes})


@dataclass(frozen=True, slots=True)
class Link:
    """The result `output` of node `source` feeds `input` of node `target`.

    `index` orders the links of an input that takes a list, and then the id of the source. A muted
    link carries nothing.
    """

    source: str
    output: str
    target: str
    input: str
    index: int = 0
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Port:
    """A socket or parameter that a group shows: the group's `name` for `field` of inner `node`."""

    name: str
    node: str
    field: str


@dataclass(frozen=True)
class Group:
    """A subgraph that is used as a node of type `group.<id>`.

    Several inputs or parameters of the same name feed several inner fields.
    """

    title: str = ""
    nodes: Mapping[str, Node] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    params: tuple[Port, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "links", tuple(sorted(self.links, key=link_order)))


@dataclass
class Graph:
    """Nodes by id, their links, and the groups that nodes may be instances of."""

    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    groups: dict[str, Group] = field(default_factory=dict)

    def add(self, node: Node) -> Node:
        """Add a node. Raises ValueError when its id is taken."""
        if node.id in self.nodes:
            raise ValueError(f"there is a node {node.id!r} already")
        self.nodes[node.id] = node
        return node

    def connect(self, source: str, target: str, *, index: int = 0) -> Link:
        """Link "node.output" (or "node", for "node.out") to "node.input"."""
        origin, _, output = source.partition(".")
        destination, _, name = target.partition(".")
        link = Link(origin, output or "out", destination, name, index)
        self.links.append(link)
        return link

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Graph):
            return NotImplemented
        return (
            self.nodes == other.nodes
            and self.groups == other.groups
            and sorted(self.links, key=link_order) == sorted(other.links, key=link_order)
        )


def link_order(link: Link) -> tuple[str, str, int, str, str, bool]:
    """Sort key of links: by the input they feed, then by their index."""
    return (link.target, link.input, link.index, link.source, link.output, link.muted)
