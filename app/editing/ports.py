"""Edits of what a group shows: sockets and parameters, with the links and values of its users."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from PySide6.QtCore import QCoreApplication

from app.editing.draft import Draft
from app.editing.level import EditError, Level, group_of, input_of, output_of
from app.editing.links import cut
from app.editing.patch import Patch, apply_patch, difference
from engine.graph import Group, Link, Node, Port
from engine.render.overrides import params_of

Part: TypeAlias = Literal["inputs", "outputs", "params"]
PARTS: tuple[Part, ...] = ("inputs", "outputs", "params")

_STRANGE = re.compile(r"[^A-Za-z0-9_]+")


def show_port(level: Level, part: Part, node: str, field: str, *, name: str = "") -> Patch:
    """Let the group whose inside `level` is show a socket or parameter of an inner node.

    Raises EditError when there is no such socket, or it is shown already.
    """
    group = _own_group(level)
    inner = level.nodes.get(node)
    found = (
        None
        if inner is None
        else (output_of if part == "outputs" else input_of)(level, inner, field)
    )
    is_param = (
        part == "params"
        and inner is not None
        and field in params_of(level.project.graph, inner, level.registry)
    )
    if found is None and not is_param:
        raise EditError(
            QCoreApplication.translate("Editing", "There is no “{name}” to show").format(name=field)
        )
    if any((port.node, port.field) == (node, field) for port in getattr(group, part)):
        raise EditError(
            QCoreApplication.translate("Editing", "“{name}” is shown already").format(name=field)
        )
    made = Port(free_port(group, part, name or field), node, field)
    shown = _with(group, part, (*getattr(group, part), made))
    return Patch(groups={level.scope or "": shown})


def hide_port(level: Level, part: Part, name: str) -> Patch:
    """Let the group no longer show a socket or parameter; links to it and values of it go."""
    group = _own_group(level)
    left = tuple(port for port in getattr(group, part) if port.name != name)
    return reshaped(level, _with(group, part, left))


def rename_port(level: Level, part: Part, name: str, new: str) -> Patch:
    """Call a port of the group otherwise, with the links and values of all its users."""
    group = _own_group(level)
    if all(port.name != name for port in getattr(group, part)):
        raise EditError(
            QCoreApplication.translate("Editing", "There is no “{name}” to rename").format(
                name=name
            )
        )
    if clean_name(new) == name:
        return Patch()
    new = free_port(group, part, new)
    ports = tuple(replace(p, name=new) if p.name == name else p for p in getattr(group, part))
    return reshaped(level, _with(group, part, ports), renamed={(part, name): new})


def order_ports(level: Level, part: Part, names: Sequence[str]) -> Patch:
    """Bring the ports of the group into the order of these names; others come after."""
    group = _own_group(level)
    rank = {name: number for number, name in enumerate(dict.fromkeys(names))}
    ports = sorted(getattr(group, part), key=lambda port: rank.get(port.name, len(rank)))
    if tuple(ports) == getattr(group, part):
        return Patch()
    return Patch(groups={level.scope or "": _with(group, part, tuple(ports))})


def rename_group(level: Level, group: str, title: str) -> Patch:
    """Give a group another title, which all nodes of it show."""
    title = " ".join(title.encode("utf-8", "ignore").decode().split())[:500]
    if group not in level.groups or level.groups[group].title == title:
        return Patch()
    return Patch(groups={group: replace(level.groups[group], title=title)})


def without_ports_of(level: Level, patch: Patch, gone: set[str]) -> Patch:
    """The patch that removes inner nodes, and with them the ports of the group that show them."""
    if level.scope is None:
        return patch
    group = level.groups[level.scope]
    changed = apply_patch(level.project, patch).graph.groups[level.scope]
    for part in PARTS:
        left = tuple(port for port in getattr(group, part) if port.node not in gone)
        if len(left) != len(getattr(group, part)):
            changed = _with(changed, part, left)
    same = all(getattr(changed, part) is getattr(group, part) for part in PARTS)
    return patch if same else reshaped(level, changed)


def reshaped(
    level: Level, group: Group, *, renamed: Mapping[tuple[str, str], str] | None = None
) -> Patch:
    """The group of the level's scope becomes `group`, everywhere: users lose what is not shown.

    `renamed` leads from ports ("inputs", name) to their new names. Groups that show a port of it
    on are changed as well, and so on.
    """
    project = apply_patch(level.project, Patch(groups={level.scope or "": group}))
    waiting: list[tuple[str, Mapping[tuple[str, str], str]]] = [(level.scope or "", renamed or {})]
    while waiting:
        name, names = waiting.pop()
        for scope in (None, *project.graph.groups):
            now = Level(project, level.registry, scope)
            users = {node.id for node in now.nodes.values() if group_of(node) == name}
            if not users or scope == name:
                continue
            draft = Draft(now)
            _follow(draft, users, project.graph.groups[name], names)
            project = apply_patch(project, draft.patch())
            if scope is not None:
                outer = project.graph.groups[scope]
                led = _led_ports(outer, users, project.graph.groups[name], names)
                if led != outer:
                    project = apply_patch(project, Patch(groups={scope: led}))
                    waiting.append((scope, {}))
    return difference(level.project, project)


def free_port(group: Group, part: Part, wanted: str) -> str:
    """A name that no other port has that it could be taken for."""
    ports = group.outputs if part == "outputs" else (*group.inputs, *group.params)
    taken = {port.name for port in ports}
    return free_name(wanted, taken)


def free_name(wanted: str, taken: set[str]) -> str:
    """`wanted` as a port's name, with a number when it is taken."""
    stem = clean_name(wanted)
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem[:58]}_{number}", number + 1
    return name


def clean_name(text: str) -> str:
    """What a port may be called: letters, digits and _, beginning with no digit."""
    name = _STRANGE.sub("_", text.strip())[:64].strip("_") or "value"
    return f"_{name[:63]}" if name[0].isdigit() else name


def _with(group: Group, part: Part, ports: tuple[Port, ...]) -> Group:
    match part:
        case "inputs":
            return replace(group, inputs=ports)
        case "outputs":
            return replace(group, outputs=ports)
        case "params":
            return replace(group, params=ports)


def _own_group(level: Level) -> Group:
    if level.scope is None or level.scope not in level.groups:
        raise EditError(QCoreApplication.translate("Editing", "Only groups have ports"))
    return level.groups[level.scope]


def _follow(
    draft: Draft, users: set[str], group: Group, renamed: Mapping[tuple[str, str], str]
) -> None:
    """Bring links and values of a group's users on one level up to what the group shows now."""
    into = {port.name for port in (*group.inputs, *group.params)}
    params = {port.name for port in group.params}
    outputs = {port.name for port in group.outputs}
    for name in users:
        node = draft.node(name)
        for link in draft.links_into(name):
            _replace(draft, link, replace(link, input=_renamed_input(link.input, renamed)))
        for link in draft.links_from(name):
            output = renamed.get(("outputs", link.output), link.output)
            _replace(draft, link, replace(link, output=output))
        cut(draft, [link for link in draft.links_into(name) if link.input not in into])
        cut(draft, [link for link in draft.links_from(name) if link.output not in outputs])
        draft.put(_refit(node, params, renamed))


def _led_ports(
    outer: Group, users: set[str], group: Group, renamed: Mapping[tuple[str, str], str]
) -> Group:
    """The ports of a group that show ports of a group inside it, as those are now."""

    def led(port: Port, names: set[str], *, output: bool) -> Port | None:
        if port.node not in users:
            return port
        field = (
            renamed.get(("outputs", port.field), port.field)
            if output
            else _renamed_input(port.field, renamed)
        )
        return replace(port, field=field) if field in names else None

    into = {port.name for port in (*group.inputs, *group.params)}
    params = {port.name for port in group.params}
    outputs = {port.name for port in group.outputs}
    return replace(
        outer,
        inputs=tuple(p for port in outer.inputs if (p := led(port, into, output=False))),
        outputs=tuple(p for port in outer.outputs if (p := led(port, outputs, output=True))),
        params=tuple(p for port in outer.params if (p := led(port, params, output=False))),
    )


def _renamed_input(name: str, renamed: Mapping[tuple[str, str], str]) -> str:
    return renamed.get(("inputs", name)) or renamed.get(("params", name)) or name


def _replace(draft: Draft, link: Link, made: Link) -> None:
    if made != link:
        draft.remove_link(link)
        draft.add_link(made)


def _refit(node: Node, params: set[str], renamed: Mapping[tuple[str, str], str]) -> Node:
    """A user with the values and promoted parameters that it can still have."""
    values = {
        new: value
        for name, value in node.params.items()
        if (new := renamed.get(("params", name), name)) in params
    }
    named = (renamed.get(("params", name), name) for name in node.promoted)
    promoted = tuple(name for name in named if name in params)
    if (values, promoted) == (dict(node.params), node.promoted):
        return node
    return replace(node, params=values, promoted=promoted)
