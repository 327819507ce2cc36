"""Edits of nodes: added, removed, moved, renamed, muted, bypassed, disabled."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeAlias

from PySide6.QtCore import QCoreApplication

from app.editing.draft import Draft
from app.editing.level import EditError, Level, Made, Place, group_of
from app.editing.links import cut, first_fit, put_link, takes_list, why_not
from app.editing.patch import Patch, apply_patch
from app.editing.ports import without_ports_of
from engine.graph import Node
from engine.graph.expand import GROUP_PREFIX, REROUTE

State: TypeAlias = Literal["muted", "bypassed", "disabled"]

_LONGEST_TITLE = 500
_FARTHEST = 1e8


def add_node(
    level: Level,
    node_type: str,
    pos: tuple[float, float],
    *,
    params: Mapping[str, Any] | None = None,
    title: str = "",
    of: Place | None = None,
    output: bool = True,
) -> Made:
    """Add a node; `of` is the socket it is linked with: an output of another node, or an input.

    The node is linked with its first socket that fits, or not at all when none does. Raises
    EditError when the type is not there, or is a group that would contain itself.
    """
    node = make_node(level, node_type, pos, params=params, title=title)
    draft = Draft(level)
    draft.put(node)
    if of is not None:
        _link_new(level, draft, node, of, output=output)
    return Made(draft.patch(), (node.id,))


def make_node(
    level: Level,
    node_type: str,
    pos: tuple[float, float],
    *,
    params: Mapping[str, Any] | None = None,
    title: str = "",
) -> Node:
    """A new node with a free id, which is not in the project yet. Raises EditError."""
    version = 1
    spec = level.registry.get(node_type)
    if spec is not None:
        version = spec.version
    elif node_type.startswith(GROUP_PREFIX):
        check_instance(level, node_type.removeprefix(GROUP_PREFIX))
    elif node_type != REROUTE:
        raise EditError(
            QCoreApplication.translate("Editing", "There is no node type “{name}”").format(
                name=node_type
            )
        )
    return Node(
        Draft(level).next_id(node_type),
        node_type,
        version,
        dict(params or {}),
        clean_title(title),
        clean_pos(pos),
    )


def check_instance(level: Level, group: str) -> None:
    """Raises EditError when the group is not there, or contains the level that is edited."""
    if group not in level.groups:
        raise EditError(
            QCoreApplication.translate("Editing", "There is no group “{name}”").format(name=group)
        )
    if level.scope is not None and level.scope in groups_within(level, group):
        raise EditError(QCoreApplication.translate("Editing", "A group cannot contain itself"))


def groups_within(level: Level, group: str) -> set[str]:
    """The group and all groups that are used inside it."""
    seen: set[str] = set()
    waiting = [group]
    while waiting:
        name = waiting.pop()
        if name in seen or name not in level.groups:
            continue
        seen.add(name)
        nodes = level.groups[name].nodes.values()
        waiting.extend(inner for node in nodes if (inner := group_of(node)) is not None)
    return seen


def remove_nodes(level: Level, names: Iterable[str]) -> Patch:
    """Remove nodes with their links; lists close up, group ports that showed them go too."""
    gone = [name for name in dict.fromkeys(names) if name in level.nodes]
    draft = Draft(level)
    take_out(draft, gone)
    return without_ports_of(level, draft.patch(), set(gone))


def take_out(draft: Draft, names: Iterable[str]) -> None:
    """Remove nodes with their links from a draft."""
    gone = list(names)
    lost = set(gone)
    links = [
        link
        for name in gone
        for link in (
            *draft.links_into(name),
            *(link for link in draft.links_from(name) if link.target not in lost),
        )
    ]
    cut(draft, links)
    for name in gone:
        draft.drop(name)


def move_nodes(level: Level, places: Mapping[str, tuple[float, float]]) -> Patch:
    """Put nodes somewhere else."""
    draft = Draft(level)
    for name, pos in places.items():
        node = draft.get(name)
        if node is not None and node.pos != clean_pos(pos):
            draft.put(replace(node, pos=clean_pos(pos)))
    return draft.patch()


def rename_node(level: Level, name: str, title: str) -> Patch:
    """Give a node another title; an empty one, or its type's, gives it back its type's."""
    node = level.node(name)
    spec = level.spec(node)
    title = clean_title(title)
    if spec is not None and title == spec.title:
        title = ""
    draft = Draft(level)
    draft.put(replace(node, title=title))
    return draft.patch()


def set_state(level: Level, names: Iterable[str], state: State, *, on: bool) -> Patch:
    """Mute, bypass or disable nodes, or let them work again."""
    draft = Draft(level)
    for name in names:
        node = draft.get(name)
        if node is not None and getattr(node, state) != on:
            draft.put(_in_state(node, state, on=on))
    return draft.patch()


def toggle_state(level: Level, names: Iterable[str], state: State) -> Patch:
    """Switch the state on for all the nodes; off when all have it."""
    found = [name for name in names if name in level.nodes]
    return set_state(
        level, found, state, on=not all(getattr(level.nodes[name], state) for name in found)
    )


def clean_title(title: str) -> str:
    """A title that a file can hold: one line, whole characters, not too long."""
    text = " ".join(title.encode("utf-8", "ignore").decode().split())
    return text[:_LONGEST_TITLE]


def clean_pos(pos: tuple[float, float]) -> tuple[float, float]:
    """A position that a file can hold, to a tenth of a pixel."""
    x, y = (round(max(-_FARTHEST, min(_FARTHEST, part)), 1) + 0.0 for part in map(_finite, pos))
    return x, y


def _in_state(node: Node, state: State, *, on: bool) -> Node:
    match state:
        case "muted":
            return replace(node, muted=on)
        case "bypassed":
            return replace(node, bypassed=on)
        case "disabled":
            return replace(node, disabled=on)


def _finite(part: float) -> float:
    return float(part) if math.isfinite(part) else 0.0


def _link_new(level: Level, draft: Draft, node: Node, of: Place, *, output: bool) -> None:
    """Link a node that is in the draft with a socket of another."""
    if of[0] not in level.nodes:
        return
    trial = Level(apply_patch(level.project, draft.patch()), level.registry, level.scope)
    name = first_fit(trial, node, of, output=output)
    if name is None:
        return
    source, target = (of, (node.id, name)) if output else ((node.id, name), of)
    if why_not(trial, source, target) is None:
        put_link(draft, source, target, many=takes_list(trial, target))
