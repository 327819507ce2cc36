"""What the inspector shows of the selected nodes, as values that can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.editing.level import ANY, Level, group_of, inputs_of
from app.inspector.shapes import translated
from engine.graph import Link, Node, NodeSpec, Param
from engine.graph.checks import ParamError
from engine.graph.expand import REROUTE
from widgets.editors import MIXED

_MAX_DEPTH = 16


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: a node (None outside the group) and what to call it."""

    node: str | None
    text: str


@dataclass(frozen=True)
class Inlet:
    """An input of a node and what feeds it."""

    name: str
    label: str
    type: str
    many: bool
    optional: bool
    origins: tuple[Origin, ...]


@dataclass(frozen=True)
class Setting:
    """A parameter of the selected nodes: its value (or MIXED), and all that is said of it.

    `declared` is the node type whose function has the parameter, `place` "node.param" of it.
    """

    name: str
    label: str
    param: Param
    declared: NodeSpec | None
    value: Any
    default: Any
    is_changed: bool
    problem: str
    origin: Origin | None
    socket: bool | None  # None: cannot be one
    shown_as: str  # the name under which the group shows it


@dataclass(frozen=True)
class Subject:
    """The selected nodes: which, of what types, their settings and inputs."""

    nodes: tuple[Node, ...] = ()
    specs: tuple[NodeSpec | None, ...] = ()
    title: str = ""
    settings: tuple[Setting, ...] = ()
    inlets: tuple[Inlet, ...] = ()
    raw: Mapping[str, Any] | None = None  # parameters of a node whose type is missing

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the nodes."""
        return tuple(node.id for node in self.nodes)

    @property
    def spec(self) -> NodeSpec | None:
        """The type that all of the nodes are of."""
        return self.specs[0] if len({id(spec) for spec in self.specs}) == 1 else None

    @property
    def layout(self) -> object:
        """What the form is built from: while it stays equal, values alone have changed."""
        return (
            len(self.nodes) > 1,
            tuple(dict.fromkeys(node.type for node in self.nodes)),
            tuple((item.name, item.label, id(item.param)) for item in self.settings),
            tuple(
                (inlet.name, inlet.label, inlet.type, len(inlet.origins)) for inlet in self.inlets
            ),
            None if self.raw is None else tuple(self.raw),
        )


def subject_of(level: Level, ids: tuple[str, ...]) -> Subject:
    """What is selected: the parameters that all of the nodes share."""
    nodes = tuple(level.nodes[name] for name in ids if name in level.nodes)
    if not nodes:
        return Subject()
    specs = tuple(level.spec(node) for node in nodes)
    by_type = {node.type: node for node in nodes}
    params = {kind: _params(level, node) for kind, node in by_type.items()}
    known = [params[node.type] for node in nodes]
    last = nodes[-1]
    is_missing = specs[-1] is None and group_of(last) not in level.groups and last.type != REROUTE
    return Subject(
        nodes,
        specs,
        title=type_title(level, last),
        settings=tuple(
            _setting(level, nodes, known, name)
            for name, shown in known[-1].items()
            if all(_is_alike(shown.param, other.get(name)) for other in params.values())
        ),
        inlets=_inlets(level, last) if len(nodes) == 1 else (),
        raw=dict(last.params) if is_missing and len(nodes) == 1 else None,
    )


def type_title(level: Level, node: Node) -> str:
    """What kind of node it is."""
    spec = level.spec(node)
    if spec is not None:
        return translated(spec.title)
    group = level.groups.get(group_of(node) or "")
    if group is not None:
        return group.title or group_of(node) or ""
    return "" if node.type == REROUTE else node.type


def title_of(level: Level, node: Node) -> str:
    """The node's title, or its type's."""
    return node.title or type_title(level, node) or node.id


@dataclass(frozen=True)
class _Shown:
    param: Param
    declared: NodeSpec | None
    label: str
    default: Any


def _params(level: Level, node: Node) -> dict[str, _Shown]:
    """The parameters of a node; those of a group are the ones it shows, as they are inside."""
    spec = level.spec(node)
    if spec is not None:
        return {
            param.name: _Shown(param, spec, translated(param.label), param.default)
            for param in spec.params
        }
    found: dict[str, _Shown] = {}
    group = level.groups.get(group_of(node) or "")
    for port in group.params if group is not None else ():
        shown = _inner(level, group_of(node) or "", port.node, port.field, _MAX_DEPTH)
        if shown is not None:
            label = shown.label if port.name == port.field else _label(port.name)
            found.setdefault(port.name, replace(shown, label=label))
    return found


def _inner(level: Level, group: str, name: str, field: str, depth: int) -> _Shown | None:
    node = level.groups[group].nodes.get(name)
    if node is None or depth == 0:
        return None
    spec = level.registry.get(node.type)
    if spec is not None:
        param = spec.param_named.get(field)
        if param is None:
            return None
        default = node.params.get(field, param.default)
        return _Shown(param, spec, translated(param.label), default)
    inner = level.groups.get(group_of(node) or "")
    port = next((port for port in inner.params if port.name == field), None) if inner else None
    if port is None:
        return None
    shown = _inner(level, group_of(node) or "", port.node, port.field, depth - 1)
    if shown is None:
        return None
    return replace(shown, default=node.params.get(field, shown.default))


def _is_alike(one: Param, other: _Shown | None) -> bool:
    if other is None:
        return False
    two = other.param
    return (one.kind, one.choices, one.file, one.seed, one.optional) == (
        *(two.kind, two.choices, two.file, two.seed),
        two.optional,
    )


def _setting(
    level: Level, nodes: tuple[Node, ...], known: list[dict[str, _Shown]], name: str
) -> Setting:
    shown = known[-1][name]
    values = [
        node.params.get(name, own[name].default) for node, own in zip(nodes, known, strict=True)
    ]
    same = all(is_same(value, values[0]) for value in values[1:])
    changed = any(
        name in node.params and not is_same(node.params[name], own[name].default)
        for node, own in zip(nodes, known, strict=True)
    )
    sockets = {name in node.promoted for node in nodes}
    return Setting(
        name=name,
        label=shown.label,
        param=shown.param,
        declared=shown.declared,
        value=values[0] if same else MIXED,
        default=shown.default,
        is_changed=changed and not shown.param.required,
        problem=_problem(shown.param, values[0]) if same else "",
        origin=_origin(level, nodes, name),
        socket=None if shown.param.socket is None else True in sockets,
        shown_as=_shown_as(level, nodes, name),
    )


def _problem(param: Param, value: Any) -> str:
    if value is None and param.required:
        return ""  # nothing was put in yet; validation says so where it matters
    try:
        param.check(value)
    except ParamError as error:
        return plain_problem(error)
    return ""


def plain_problem(error: Exception) -> str:
    """The message of a refused value, with the place inside it in words."""
    place, _, message = str(error).partition("\t")
    return f"{place.lstrip('.')}: {message}" if message else place


def is_same(one: Any, other: Any) -> bool:
    """Equal, and not just as True equals 1."""
    return one is other or (one == other and isinstance(one, bool) is isinstance(other, bool))


def _origin(level: Level, nodes: tuple[Node, ...], name: str) -> Origin | None:
    for node in nodes:
        for link in level.feeding.get(node.id, ()):
            if link.input == name:
                return origin_of(level, link)
    return None


def origin_of(level: Level, link: Link) -> Origin:
    """The node that a link comes from, seen through reroutes."""
    for _ in range(1000):
        source = level.nodes.get(link.source)
        before = next(iter(level.feeding.get(link.source, ())), None)
        if source is None or source.type != REROUTE or before is None:
            break
        link = before
    source = level.nodes.get(link.source)
    if source is None:
        return Origin(None, link.source)
    title = title_of(level, source)
    return Origin(source.id, title if link.output == "out" else f"{title} · {link.output}")


def _shown_as(level: Level, nodes: tuple[Node, ...], name: str) -> str:
    group = level.groups.get(level.scope or "")
    if group is None or len(nodes) != 1:
        return ""
    places = {(port.node, port.field): port.name for port in group.params}
    return places.get((nodes[0].id, name), "")


def _inlets(level: Level, node: Node) -> tuple[Inlet, ...]:
    links = level.feeding.get(node.id, ())
    group = level.groups.get(level.scope or "")
    made = []
    for socket in inputs_of(level, node):
        if socket.param:
            continue
        ours = sorted(
            (link for link in links if link.input == socket.name),
            key=lambda link: (link.index, link.source),
        )
        origins = [origin_of(level, link) for link in ours]
        origins += [
            Origin(None, port.name)
            for port in (group.inputs if group is not None else ())
            if (port.node, port.field) == (node.id, socket.name)
        ]
        label = translated(socket.label) or socket.name
        made.append(
            Inlet(
                *(socket.name, label, "" if socket.type == ANY else socket.type),
                *(socket.many, socket.optional, tuple(origins)),
            )
        )
    return tuple(made)


def _label(name: str) -> str:
    words = name.strip("_").replace("_", " ")
    return words[:1].upper() + words[1:]
