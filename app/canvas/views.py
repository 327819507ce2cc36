"""What the canvas shows of a project: nodes, links, frames and palette entries as plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.editing.frames import Frame, frames_of
from app.editing.level import Level, Socket, group_of, inputs_of, outputs_of
from app.said import said
from engine.errors import Problem
from engine.graph import Link, Node, Param, Registry
from engine.graph.expand import GROUP_PREFIX, REROUTE
from engine.graph.sockets import socket_types
from engine.project import Project
from engine.render.overrides import params_of
from widgets.canvas import FrameView, LinkView, NodeView, PaletteEntry, SocketView

PLAIN = "#7f8792"
GROUP_COLOR = "#8b95a5"
CATEGORY_COLORS: Mapping[str, str] = {
    "Generate": "#9b6fd6",
    "Media": "#4f8fe6",
    "Edit": "#c95a5a",
    "Sound": "#5fb35f",
    "Values": "#d9a441",
    "Deliver": "#58b8a8",
}
_OTHERS = ("#d97b41", "#d65f9e", "#8a9c3f", "#4aa3c7", "#b0788f")
_PICTURES = {"Clip", "FaceCurves", "Image", "Sequence", "Timeline"}
_LINES = 3  # of a node's summary
_LONGEST = 60


def translated(text: str) -> str:
    """A text of a node's spec, in the user's language."""
    return QCoreApplication.translate("nodes", text) if text else ""


def category_color(category: str) -> str:
    """The colour of a category; categories of plugins each have one of a few."""
    known = CATEGORY_COLORS.get(category)
    if known is not None:
        return known
    return _OTHERS[hashlib.sha256(category.encode()).digest()[0] % len(_OTHERS)]


def node_view(level: Level, node: Node, problems: Iterable[Problem] = ()) -> NodeView:
    """A node as the canvas draws it."""
    if node.type == REROUTE:
        sockets = inputs_of(level, node)
        color = _color_of(sockets[0].type)
        return NodeView(
            node.id,
            "",
            color=color,
            inputs=tuple(_socket_view(socket) for socket in sockets),
            outputs=tuple(_socket_view(socket) for socket in outputs_of(level, node)),
            pos=node.pos,
            state=_state(level, node),
            problems=tuple(problem_text(problem) for problem in problems),
            kind="reroute",
        )
    spec, group = level.spec(node), group_of(node)
    outputs = outputs_of(level, node)
    kind_title = type_title(level, node)
    return NodeView(
        node.id,
        node.title or kind_title,
        subtitle=kind_title if node.title and node.title != kind_title else "",
        category=spec.category if spec else "",
        color=category_color(spec.category) if spec else GROUP_COLOR if group else PLAIN,
        inputs=tuple(_socket_view(socket) for socket in inputs_of(level, node)),
        outputs=tuple(_socket_view(socket) for socket in outputs),
        pos=node.pos,
        state=_state(level, node),
        problems=tuple(problem_text(problem) for problem in problems),
        kind="group" if group is not None else "node",
        summary=_summary(level, node),
        preview=bool(outputs) and outputs[0].type in _PICTURES,
    )


def type_title(level: Level, node: Node) -> str:
    """The title that the type of a node has: of its spec, or of its group."""
    spec = level.spec(node)
    if spec is not None:
        return translated(spec.title)
    name = group_of(node)
    if name is None:
        return node.type
    group = level.groups.get(name)
    return group.title if group is not None and group.title else name


def link_view(link: Link) -> LinkView:
    """A link as the canvas draws it."""
    return LinkView(link.source, link.output, link.target, link.input, link.index, link.muted)


def link_of(view: LinkView) -> Link:
    """The link that a view stands for."""
    return Link(view.source, view.output, view.target, view.input, view.index, view.muted)


def frame_view(frame: Frame) -> FrameView:
    """A frame as the canvas draws it."""
    return FrameView(frame.id, frame.title, frame.rect, frame.color)


def frame_views(level: Level) -> tuple[FrameView, ...]:
    """The frames of a level."""
    return tuple(frame_view(frame) for frame in frames_of(level))


def problem_text(problem: Problem) -> str:
    """A problem in a sentence, with the field and the mend; the node is where it is shown."""
    text = said(problem.message)
    text = f"{problem.field}: {text}" if problem.field else text
    return f"{text}. {said(problem.mend)}" if problem.mend else text


def palette_entries(project: Project, registry: Registry) -> list[PaletteEntry]:
    """Everything that can be added: node types, the groups of the project, a reroute."""
    entries = [
        PaletteEntry(
            spec.id,
            translated(spec.title),
            translated(spec.category),
            (spec.title, spec.id.replace(".", " ").replace("_", " ")),
            tuple(item.type for item in spec.inputs)
            + tuple(param.socket for param in spec.params if param.socket),
            tuple(item.type for item in spec.outputs if not item.many),
            translated(spec.doc),
            category_color(spec.category),
        )
        for spec in registry
    ]
    graph = Level(project, registry)
    groups = QCoreApplication.translate("Canvas", "Groups")
    for name, group in project.graph.groups.items():
        probe = Node(name, GROUP_PREFIX + name)
        entries.append(
            PaletteEntry(
                probe.type,
                group.title or name,
                groups,
                (name,),
                tuple(socket.type for socket in inputs_of(graph, probe)),
                tuple(socket.type for socket in outputs_of(graph, probe)),
                color=GROUP_COLOR,
            )
        )
    kinds = tuple(kind.name for kind in socket_types())
    entries.append(
        PaletteEntry(
            REROUTE,
            QCoreApplication.translate("Canvas", "Reroute"),
            QCoreApplication.translate("Canvas", "Layout"),
            ("dot", "bend"),
            kinds,
            kinds,
            QCoreApplication.translate("Canvas", "A point that a link runs through."),
        )
    )
    return entries


def _socket_view(socket: Socket) -> SocketView:
    return SocketView(
        socket.name,
        translated(socket.label),
        socket.type,
        _color_of(socket.type),
        many=socket.many,
        optional=socket.optional,
    )


def _color_of(kind: str) -> str:
    return next((item.color for item in socket_types() if item.name == kind), PLAIN)


def _state(level: Level, node: Node) -> Any:
    group = group_of(node)
    if node.type != REROUTE and level.spec(node) is None and group not in level.groups:
        return "missing"
    states = (
        ("disabled", node.disabled),
        ("muted", node.muted),
        ("bypassed", node.bypassed),
    )
    return next((name for name, is_on in states if is_on), "")


def _summary(level: Level, node: Node) -> tuple[tuple[str, str], ...]:
    """The first parameters that say something: those that are set, in the order of the spec."""
    params = params_of(level.project.graph, node, level.registry)
    linked = {link.input for link in level.feeding.get(node.id, ())}
    lines: list[tuple[str, str]] = []
    for name, param in params.items():
        value = node.params.get(name)
        if value is None or name in linked or len(lines) == _LINES:
            continue
        text = value_text(param, value)
        if text:
            lines.append((translated(param.label), text))
    return tuple(lines)


def value_text(param: Param, value: Any) -> str:
    """A parameter's value in a few words; "" for one that has none."""
    if isinstance(value, bool):
        return (
            QCoreApplication.translate("Canvas", "yes")
            if value
            else QCoreApplication.translate("Canvas", "no")
        )
    if isinstance(value, (int, float)):
        unit = f" {param.range.unit}" if param.range and param.range.unit else ""
        return f"{value:g}{unit}" if isinstance(value, float) else f"{value}{unit}"
    if isinstance(value, (list, tuple, dict)):
        if not value:
            return ""
        return QCoreApplication.translate("Canvas", "%n entries", None, len(value))
    text = " ".join(str(value).split())
    if param.kind == "path":
        text = text.rpartition("/")[2]
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
