"""What an undo leaves alone: facts that were written to the same nodes after the edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

from app.editing.patch import NULL, Patch, groups_after
from engine.graph import Group, Link, Node
from engine.project import Project

_ABSENT: Final = object()


def keeping_facts(project: Project, back: Patch, forth: Patch) -> Patch:
    """`back`, which undoes `forth`, without losing what `project` got since in other fields.

    A take that is noted on a node stays on it when an older edit of the node is undone.
    """
    nodes: Mapping[str, Node] = project.graph.nodes
    groups = project.graph.groups
    if back.scope is not None:
        group = groups.get(back.scope)
        nodes = group.nodes if group else {}
    return replace(
        back,
        nodes=_table(back.nodes, forth.nodes, nodes),
        groups=_table(back.groups, groups_after(forth), groups),
        extra=_table(back.extra, forth.extra, project.extra),
    )


def _table(
    back: Mapping[str, Any], forth: Mapping[str, Any], now: Mapping[str, Any]
) -> dict[str, Any]:
    """The values of a patch, where None means that there is none."""
    made = {}
    for name, before in back.items():
        after, current = forth.get(name), now.get(name)
        whole = before is None or after is None or current is None or current is after
        made[name] = before if whole or NULL in (before, after) else _merged(before, after, current)
    return made


def _merged(before: Any, after: Any, now: Any) -> Any:
    """`now` with the change from `after` back to `before`; _ABSENT where there is no value."""
    if now is after:
        return before
    values = (before, after, now)
    for kind in (Node, Group):
        if all(isinstance(value, kind) for value in values):
            return replace(
                before,
                **{
                    part.name: _merged(*(getattr(value, part.name) for value in values))
                    for part in fields(kind)
                },
            )
    if all(isinstance(value, Mapping) for value in values):
        made = {
            name: _merged(*(value.get(name, _ABSENT) for value in values))
            for name in dict.fromkeys((*before, *now))
        }
        return {name: value for name, value in made.items() if value is not _ABSENT}
    if all(_are_links(value) for value in values):
        added = [link for link in now if link not in after]
        return (*(link for link in before if link in now or link not in after), *added)
    return now if _alike(before, after) else before


def _alike(one: Any, other: Any) -> bool:
    """Whether both are written alike: 1, 1.0 and true are equal to Python, and not in a file."""
    return one is other or (one == other and repr(one) == repr(other))


def _are_links(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, Link) for item in value)
