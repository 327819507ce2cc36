"""Flattens a graph: groups become their nodes, named "group/inner"; switched-off nodes leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from engine.errors import Problem
from engine.graph.document import Graph, Group, Link, Node, Port
from engine.graph.registry import Registry

GROUP_PREFIX = "group."
REROUTE = "graph.reroute"
"""Type of a node that only bends a link: its input "value" leaves as "out"."""

MAX_NODES = 100_000
_MAX_DEPTH = 16

Place: TypeAlias = tuple[str, str]
"""A node and the name of one of its sockets."""


@dataclass(slots=True)
class Flat:
    """The graph without groups.

    `off` says why nodes make nothing ("muted", "disabled"). `ways` holds, for each output of a
    bypassed group, the group's inputs of the same type. `outward` and `inward` lead from the
    sockets that a group shows to those inside it.
    """

    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    off: dict[str, str] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    outward: dict[Place, Place] = field(default_factory=dict)
    inward: dict[Place, list[Place]] = field(default_factory=dict)
    ways: dict[Place, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def expand(graph: Graph, registry: Registry) -> Flat:
    """The graph with its groups replaced by what is in them; mistakes are in `problems`."""
    flat = Flat()
    _Expansion(flat, graph.groups, registry).add("", graph.nodes, graph.links, ())
    return flat


class _Expansion:
    """One expansion in the making: where its results go, and what it looks things up in."""

    def __init__(self, flat: Flat, groups: Mapping[str, Group], registry: Registry) -> None:
        self.flat = flat
        self.groups = groups
        self.registry = registry
        self._sizes: dict[tuple[str, int], int] = {}

    def add(
        self,
        prefix: str,
        nodes: Mapping[str, Node],
        links: Iterable[Link],
        inside: tuple[str, ...],
    ) -> None:
        """Add the nodes and links of one level; `inside` are the groups that it is part of."""
        flat = self.flat
        for node in nodes.values():
            path = prefix + node.id
            if node.disabled or node.muted:
                flat.off[path] = "disabled" if node.disabled else "muted"
            elif node.type.startswith(GROUP_PREFIX):
                self._add_group(path, node, inside)
            else:
                flat.nodes[path] = node if not prefix else replace(node, id=path)
        if prefix:
            links = [
                replace(link, source=prefix + link.source, target=prefix + link.target)
                for link in links
            ]
        flat.links.extend(links)

    def _add_group(self, path: str, node: Node, inside: tuple[str, ...]) -> None:
        name = node.type.removeprefix(GROUP_PREFIX)
        group = self.groups.get(name)
        problems = self.flat.problems
        if group is None:
            problems.append(Problem(f"there is no group {name!r} in the project", path))
            self.flat.off[path] = "missing"
        elif name in inside:
            chain = " → ".join((*inside[inside.index(name) :], name))
            problems.append(Problem(f"the group contains itself: {chain}", path))
            self.flat.off[path] = "missing"
        elif len(inside) >= _MAX_DEPTH:
            problems.append(Problem(f"groups are nested deeper than {_MAX_DEPTH}", path))
            self.flat.off[path] = "missing"
        elif len(self.flat.nodes) + self._size(name, len(inside)) > MAX_NODES:
            problems.append(Problem(f"the group unfolds to more than {MAX_NODES} nodes", path))
            self.flat.off[path] = "missing"
        elif node.bypassed:
            self.flat.groups[path] = group
            for port in group.outputs:
                kind = self._port_type(group, port, output=True)
                ways = [
                    entry.name
                    for entry in group.inputs
                    if kind is not None and self._port_type(group, entry, output=False) == kind
                ]
                self.flat.ways[path, port.name] = ways
        else:
            self.flat.groups[path] = group
            self._connect(path, group)
            inner = _with_params(path, node, group, problems)
            self.add(path + "/", inner, group.links, (*inside, name))

    def _size(self, name: str, depth: int) -> int:
        """How many nodes a group unfolds to, `depth` groups down."""
        group = self.groups.get(name)
        if group is None or depth >= _MAX_DEPTH:
            return 0
        if (name, depth) not in self._sizes:
            self._sizes[name, depth] = sum(
                self._size(node.type.removeprefix(GROUP_PREFIX), depth + 1)
                if node.type.startswith(GROUP_PREFIX)
                else 1
                for node in group.nodes.values()
            )
        return self._sizes[name, depth]

    def _connect(self, path: str, group: Group) -> None:
        for port in group.outputs:
            self.flat.outward[path, port.name] = (f"{path}/{port.node}", port.field)
        for port in (*group.inputs, *group.params):
            inner = (f"{path}/{port.node}", port.field)
            self.flat.inward.setdefault((path, port.name), []).append(inner)

    def _port_type(self, group: Group, port: Port, *, output: bool) -> str | None:
        """Socket type behind a port; follows ports of groups inside the group."""
        for _ in range(_MAX_DEPTH):
            node = group.nodes.get(port.node)
            if node is None:
                return None
            if not node.type.startswith(GROUP_PREFIX):
                break
            inner = self.groups.get(node.type.removeprefix(GROUP_PREFIX))
            ports = () if inner is None else inner.outputs if output else inner.inputs
            found = next((entry for entry in ports if entry.name == port.field), None)
            if inner is None or found is None:
                return None
            group, port = inner, found
        else:
            return None
        spec = self.registry.get(node.type)
        if spec is None:
            return None
        named = spec.output_named.get(port.field) if output else spec.input_named.get(port.field)
        return named.type if named else None


def _with_params(
    path: str, node: Node, group: Group, problems: list[Problem]
) -> Mapping[str, Node]:
    """The group's nodes, with the parameters that this instance of the group sets."""
    changes: dict[str, dict[str, Any]] = {}
    names = {port.name for port in group.params}
    problems.extend(
        Problem(f"the group has no parameter {name!r}", path, name)
        for name in node.params
        if name not in names
    )
    problems.extend(
        Problem(f"the group shows a socket of a node {port.node!r} that it has not", path)
        for port in (*group.inputs, *group.outputs, *group.params)
        if port.node not in group.nodes
    )
    for port in group.params:
        if port.name in node.params and port.node in group.nodes:
            changes.setdefault(port.node, {})[port.field] = node.params[port.name]
    if not changes:
        return group.nodes
    return {
        name: inner.with_params(**changes[name]) if name in changes else inner
        for name, inner in group.nodes.items()
    }
