"""One level of a project as edits see it: the graph or the inside of a group, and its sockets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from app.editing.patch import Patch, scope_of
from engine.errors import AiprodError
from engine.graph import Group, Link, Node, NodeSpec, Port, Registry
from engine.graph.expand import GROUP_PREFIX, REROUTE
from engine.project import Project

ANY = ""
"""The type of a socket that is not known: of missing nodes, and of reroutes without links."""

Place: TypeAlias = tuple[str, str]
"""A node and the name of one of its sockets."""

_MAX_DEPTH = 16
_MOST_WAYS = 1000


class EditError(AiprodError):
    """An edit is refused; the message says why."""


@dataclass(frozen=True)
class Made:
    """An edit that makes nodes: its patch and the ids of the new nodes."""

    patch: Patch
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Socket:
    """A socket of a node; `param` when it is a parameter that a link may feed."""

    name: str
    type: str
    label: str
    many: bool = False
    optional: bool = False
    param: bool = False


@dataclass(frozen=True)
class Level:
    """The graph (scope None) or the inside of a group, to be read and edited."""

    project: Project
    registry: Registry
    scope: str | None = None

    @cached_property
    def nodes(self) -> Mapping[str, Node]:
        """The nodes by id."""
        return scope_of(self.project, self.scope)[0]

    @property
    def links(self) -> Iterable[Link]:
        """The links, in no order that means anything."""
        return scope_of(self.project, self.scope)[1]

    @cached_property
    def feeding(self) -> Mapping[str, list[Link]]:
        """The links by the node that they end in."""
        return _by(self.links, "target")

    @cached_property
    def fed(self) -> Mapping[str, list[Link]]:
        """The links by the node that they start from."""
        return _by(self.links, "source")

    @property
    def groups(self) -> Mapping[str, Group]:
        """The groups of the project."""
        return self.project.graph.groups

    def inside(self, group: str) -> Level:
        """The inside of a group of the same project. Raises KeyError when there is none."""
        if group not in self.groups:
            raise KeyError(group)
        return Level(self.project, self.registry, group)

    def node(self, name: str) -> Node:
        """The node of that id. Raises KeyError."""
        return self.nodes[name]

    def spec(self, node: Node) -> NodeSpec | None:
        """The type of a node; None for groups, reroutes and types that are missing."""
        return self.registry.get(node.type)


def group_of(node: Node) -> str | None:
    """The id of the group that a node is an instance of; None when it is none."""
    return node.type[len(GROUP_PREFIX) :] if node.type.startswith(GROUP_PREFIX) else None


def way_to(project: Project, scope: str | None) -> tuple[list[str], list[str]] | None:
    """Groups and the nodes that lead into a group, by the shortest way; None when none does."""
    graph = project.graph
    waiting: list[tuple[list[str], list[str]]] = [([], [])]
    seen: set[str | None] = set()
    while waiting:
        groups, names = waiting.pop(0)
        here = groups[-1] if groups else None
        if here == scope:
            return groups, names
        if here in seen:
            continue
        seen.add(here)
        for node in scope_of(project, here)[0].values():
            inner = group_of(node)
            if inner is not None and inner in graph.groups:
                waiting.append(([*groups, inner], [*names, node.id]))
    return None


def instances_on(project: Project, scopes: Iterable[str]) -> list[str]:
    """The first node of each group on a way through groups; fewer where there is none."""
    found: list[str] = []
    here: str | None = None
    for scope in scopes:
        nodes = scope_of(project, here)[0].values()
        name = next((node.id for node in nodes if group_of(node) == scope), None)
        if name is None:
            break
        found.append(name)
        here = scope
    return found


def level_at(level: Level, names: Sequence[str]) -> Level | None:
    """The level that nodes of groups lead to, from this one on; None when one is no group."""
    for name in names:
        node = level.nodes.get(name)
        group = group_of(node) if node is not None else None
        if group is None or group not in level.groups:
            return None
        level = level.inside(group)
    return level


def ways_to(project: Project, node_type: str) -> list[str]:
    """Nodes of a type by their names in the flat graph, "group/inner" in groups: those of the
    graph first, then those inside of its groups."""
    found: list[str] = []
    waiting: list[tuple[str, str | None, int]] = [("", None, 0)]
    while waiting and len(found) < _MOST_WAYS:
        prefix, scope, depth = waiting.pop(0)
        for name, node in scope_of(project, scope)[0].items():
            inner = group_of(node)
            if node.type == node_type:
                found.append(prefix + name)
            elif inner in project.graph.groups and depth < _MAX_DEPTH:
                waiting.append((f"{prefix}{name}/", inner, depth + 1))
    return found


def links_in_order(links: Iterable[Link]) -> list[Link]:
    """The links of one input, as the engine orders the values of a list."""
    return sorted(links, key=lambda link: (link.index, link.source, link.output))


def inputs_of(level: Level, node: Node) -> tuple[Socket, ...]:
    """The sockets that take values: inputs, then promoted parameters and those that are linked."""
    if node.type == REROUTE:
        return (Socket("value", reroute_type(level, node.id), "", optional=True),)
    linked = [link.input for link in level.feeding.get(node.id, ())]
    sockets = list(_own_inputs(level, node))
    known = {socket.name for socket in sockets}
    for name in dict.fromkeys((*node.promoted, *linked)):
        if name not in known:
            found = _promoted(level, node, name)
            missing = level.spec(node) is None and group_of(node) is None
            if found is not None:
                sockets.append(found)
            elif missing or name in linked:
                sockets.append(Socket(name, ANY, name, many=linked.count(name) > 1, optional=True))
    return tuple(sockets)


def outputs_of(level: Level, node: Node) -> tuple[Socket, ...]:
    """The sockets that give values."""
    if node.type == REROUTE:
        return (Socket("out", reroute_type(level, node.id), ""),)
    spec = level.spec(node)
    if spec is not None:
        return tuple(Socket(o.name, o.type, o.label, many=o.many) for o in spec.outputs)
    name = group_of(node)
    if name is not None:
        group = level.groups.get(name)
        return tuple(
            _port(level, name, port, output=True) for port in (group.outputs if group else ())
        )
    linked = dict.fromkeys(link.output for link in level.fed.get(node.id, ()))
    return tuple(Socket(output, ANY, output) for output in linked)


def input_of(level: Level, node: Node, name: str) -> Socket | None:
    """The input of that name, or the parameter that becomes one when it is linked."""
    if node.type == REROUTE:
        return inputs_of(level, node)[0] if name == "value" else None
    found = next((socket for socket in _own_inputs(level, node) if socket.name == name), None)
    if found is not None:
        return found
    if level.spec(node) is None and group_of(node) is None:
        return next((socket for socket in inputs_of(level, node) if socket.name == name), None)
    return _promoted(level, node, name)


def output_of(level: Level, node: Node, name: str) -> Socket | None:
    """The output of that name."""
    return next((socket for socket in outputs_of(level, node) if socket.name == name), None)


def reroute_type(level: Level, name: str) -> str:
    """The type that runs through a reroute: that of its source, else what it leads to."""
    return _source_type(level, name, _MAX_DEPTH * 64) or _target_type(level, name, set())


def _source_type(level: Level, name: str, steps: int) -> str:
    for _ in range(steps):
        link = next(iter(level.feeding.get(name, ())), None)
        source = level.nodes.get(link.source) if link else None
        if link is None or source is None:
            return ANY
        if source.type != REROUTE:
            found = output_of(level, source, link.output)
            return found.type if found else ANY
        name = source.id
    return ANY


def _target_type(level: Level, name: str, seen: set[str]) -> str:
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for link in level.fed.get(current, ()):
            target = level.nodes.get(link.target)
            if target is None:
                continue
            if target.type == REROUTE:
                waiting.append(target.id)
                continue
            found = input_of(level, target, link.input)
            if found is not None and found.type:
                return found.type
    return ANY


def _own_inputs(level: Level, node: Node) -> tuple[Socket, ...]:
    spec = level.spec(node)
    if spec is not None:
        return tuple(
            Socket(item.name, item.type, item.label, many=item.many, optional=item.optional)
            for item in spec.inputs
        )
    name = group_of(node)
    group = level.groups.get(name) if name is not None else None
    if name is None or group is None:
        return ()
    ports: dict[str, Socket] = {}
    for port in group.inputs:
        socket = _port(level, name, port, output=False)
        known = ports.get(port.name)
        if known is not None:  # it feeds several: a list only where all of them take one
            socket = Socket(
                port.name,
                known.type or socket.type,
                known.label,
                many=known.many and socket.many,
                optional=known.optional and socket.optional,
            )
        ports[port.name] = socket
    return tuple(ports.values())


def _promoted(level: Level, node: Node, name: str) -> Socket | None:
    spec = level.spec(node)
    if spec is not None:
        param = spec.param_named.get(name)
        if param is None or param.socket is None:
            return None
        return Socket(name, param.socket, param.label, optional=True, param=True)
    group_id = group_of(node)
    group = level.groups.get(group_id) if group_id is not None else None
    port = next((port for port in group.params if port.name == name), None) if group else None
    if port is None or group_id is None:
        return None
    found = _port(level, group_id, port, output=False)
    if not found.type:
        return None
    return Socket(name, found.type, found.label, optional=True, param=True)


def _port(level: Level, group: str, port: Port, *, output: bool) -> Socket:
    """The socket that a group shows for one of its ports; its type is that of what is behind."""
    inside = level
    field, node = port.field, None
    for _ in range(_MAX_DEPTH):
        inside = Level(level.project, level.registry, group)
        node = inside.nodes.get(port.node)
        inner = group_of(node) if node is not None else None
        if inner is None or inner not in level.groups:
            break
        ports = level.groups[inner]
        named = ports.outputs if output else (*ports.inputs, *ports.params)
        found = next((entry for entry in named if entry.name == field), None)
        if found is None:
            break
        group, field = inner, found.field
        port = Port(port.name, found.node, found.field)
    label = port.name.replace("_", " ")
    label = label[:1].upper() + label[1:]
    if node is None:
        return Socket(port.name, ANY, label, optional=True)
    if node.type == REROUTE:
        kind = reroute_type(inside, node.id)
        return Socket(port.name, kind, label, optional=True)
    socket = output_of(inside, node, field) if output else input_of(inside, node, field)
    if socket is None:
        return Socket(port.name, ANY, label, optional=True)
    filled = any(link.input == field for link in inside.feeding.get(node.id, ()))
    return Socket(
        port.name, socket.type, label, many=socket.many, optional=socket.optional or filled
    )


def _by(links: Iterable[Link], end: str) -> dict[str, list[Link]]:
    made: dict[str, list[Link]] = {}
    if end == "target":
        for link in links:
            made.setdefault(link.target, []).append(link)
    else:
        for link in links:
            made.setdefault(link.source, []).append(link)
    return made
