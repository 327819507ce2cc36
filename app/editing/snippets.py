"""Nodes as text: copied, pasted into the same or another project, duplicated.

The text is a small project with a mark: the reader of projects, which trusts nothing, reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.editing.draft import Draft
from app.editing.level import EditError, Level, Made, group_of, links_in_order
from app.editing.links import takes_list, why_not
from app.editing.lists import recounted
from app.editing.nodes import clean_pos, groups_within
from app.editing.patch import apply_patch
from engine.errors import ProjectError
from engine.graph import Graph, Group, Link, Node
from engine.graph.expand import GROUP_PREFIX
from engine.graph.upgrading import upgrade
from engine.project import Project, dumps, loads

MARK = "snippet"
_LONGEST = 16 * 2**20


@dataclass(frozen=True)
class Snippet:
    """Copied nodes: with the links between them, those that led to them, and their groups."""

    nodes: Mapping[str, Node]
    links: tuple[Link, ...]
    incoming: tuple[Link, ...]
    groups: Mapping[str, Group]


def copy_nodes(level: Level, names: Iterable[str]) -> str:
    """The nodes as text, with all that is needed to paste them elsewhere. "" for none."""
    nodes = {name: level.nodes[name] for name in dict.fromkeys(names) if name in level.nodes}
    if not nodes:
        return ""
    into = [link for name in nodes for link in level.feeding.get(name, ())]
    links = [link for link in into if link.source in nodes]
    incoming = [_as_json(link) for link in links_in_order(into) if link.source not in nodes]
    groups: dict[str, Group] = {}
    for node in nodes.values():
        group = group_of(node)
        if group is not None and group not in groups:
            groups |= {name: level.groups[name] for name in groups_within(level, group)}
    mark: dict[str, Any] = {"incoming": incoming} if incoming else {}
    return dumps(Project(Graph(nodes, links, groups), extra={MARK: mark}))


def read_snippet(text: str) -> Snippet:
    """The nodes in a text: of a snippet, or of a whole project. Raises EditError for others.

    What stands before and after the JSON, as when it comes out of a mail, is left out.
    """
    start, end = text.find("{"), text.rfind("}")
    if len(text) > _LONGEST or start < 0 or '"aiprod"' not in text:
        raise EditError(QCoreApplication.translate("Editing", "The text holds no nodes"))
    try:
        project = loads(text[start : end + 1])
    except ProjectError as error:
        raise EditError(
            QCoreApplication.translate("Editing", "The nodes cannot be read: {why}").format(
                why=error
            )
        ) from None
    graph = project.graph
    links = [link for link in graph.links if {link.source, link.target} <= graph.nodes.keys()]
    mark = project.extra.get(MARK)
    found = mark.get("incoming", []) if isinstance(mark, dict) else []
    incoming = [link for item in found if (link := _from_json(item)) and link.target in graph.nodes]
    return Snippet(graph.nodes, tuple(links), tuple(incoming), graph.groups)


def paste(
    level: Level,
    snippet: Snippet,
    pos: tuple[float, float] | None = None,
    *,
    offset: tuple[float, float] = (40.0, 40.0),
    with_links: bool = False,
) -> Made:
    """Add the nodes of a snippet under ids that are free: their middle at `pos`, or moved a bit.

    `with_links` links them with what led to them where that is there. Groups that the project has
    alike are shared, others come along. Raises EditError when a group would contain itself.
    """
    if not snippet.nodes:
        raise EditError(QCoreApplication.translate("Editing", "The text holds no nodes"))
    draft = Draft(level)
    names = _bring_groups(level, draft, snippet)
    old = upgrade(
        Graph(dict(snippet.nodes), list(snippet.links), dict(snippet.groups)), level.registry
    )
    shift = offset if pos is None else _shift_to(pos, old.nodes.values())
    ids: dict[str, str] = {}
    for name, node in old.nodes.items():
        ids[name] = draft.free_id(name)
        x, y = node.pos
        draft.put(
            replace(
                _retyped(node, names),
                id=ids[name],
                pos=clean_pos((x + shift[0], y + shift[1])),
            )
        )
    _check_groups(level, draft, ids.values())
    _link(level, draft, old.links, snippet.incoming if with_links else (), ids)
    _count_anew(draft, old.links, snippet.incoming, ids)
    return Made(draft.patch(), tuple(ids.values()))


def duplicate(
    level: Level,
    names: Iterable[str],
    *,
    with_links: bool,
    offset: tuple[float, float] = (40.0, 40.0),
) -> Made:
    """Nodes once more, with the links between them, and with those that lead to them if wanted."""
    nodes = {name: level.nodes[name] for name in dict.fromkeys(names) if name in level.nodes}
    into = [link for name in nodes for link in level.feeding.get(name, ())]
    snippet = Snippet(
        nodes,
        tuple(link for link in into if link.source in nodes),
        tuple(link for link in into if link.source not in nodes),
        level.groups,
    )
    return paste(level, snippet, offset=offset, with_links=with_links)


def _bring_groups(level: Level, draft: Draft, snippet: Snippet) -> dict[str, str]:
    """Add the snippet's groups to the draft; leads from their names to those they have now."""
    names: dict[str, str] = {}
    new: list[str] = []
    for name in snippet.groups:
        if name in level.groups and _is_alike(level, snippet, name):
            names[name] = name
        else:
            names[name] = draft.free_group_id(name, names.values())
            new.append(name)
    upgraded = upgrade(Graph(groups=dict(snippet.groups)), level.registry).groups
    for name in new:
        group = upgraded[name]
        nodes = {inner: _retyped(node, names) for inner, node in group.nodes.items()}
        draft.groups[names[name]] = replace(group, nodes=nodes)
    return names


def _is_alike(level: Level, snippet: Snippet, name: str) -> bool:
    """Whether the project has the same group, with the same groups in it."""
    waiting, seen = [name], set()
    while waiting:
        current = waiting.pop()
        if current in seen or current not in snippet.groups:
            continue
        seen.add(current)
        if snippet.groups[current] is not level.groups.get(current) and snippet.groups[
            current
        ] != level.groups.get(current):
            return False
        nodes = snippet.groups[current].nodes.values()
        waiting.extend(inner for node in nodes if (inner := group_of(node)) is not None)
    return True


def _retyped(node: Node, names: Mapping[str, str]) -> Node:
    group = group_of(node)
    if group is None or names.get(group, group) == group:
        return node
    return replace(node, type=GROUP_PREFIX + names[group])


def _check_groups(level: Level, draft: Draft, ids: Iterable[str]) -> None:
    if level.scope is None:
        return
    project = apply_patch(level.project, draft.patch())
    trial = Level(project, level.registry, level.scope)
    for name in ids:
        group = group_of(trial.nodes[name])
        if group is not None and level.scope in groups_within(trial, group):
            raise EditError(QCoreApplication.translate("Editing", "A group cannot contain itself"))


def _link(
    level: Level,
    draft: Draft,
    links: Iterable[Link],
    incoming: Iterable[Link],
    ids: Mapping[str, str],
) -> None:
    """Add the links between the new nodes, and those that lead to them where they are legal."""
    for link in links:
        draft.add_link(replace(link, source=ids[link.source], target=ids[link.target]))
    incoming = list(incoming)
    if not incoming:
        return
    trial = Level(apply_patch(level.project, draft.patch()), level.registry, level.scope)
    for link in incoming:
        made = replace(link, target=ids[link.target])
        target = (made.target, made.input)
        if link.source not in level.nodes or why_not(trial, (link.source, link.output), target):
            continue
        if takes_list(trial, target) or not draft.links_into(*target):
            draft.add_link(made)


def _count_anew(
    draft: Draft, links: Iterable[Link], incoming: Iterable[Link], ids: Mapping[str, str]
) -> None:
    """Number the links of lists without gaps, where some that were copied are not here."""
    copied: dict[tuple[str, str], list[Link]] = {}
    for link in (*links, *incoming):
        copied.setdefault((ids[link.target], link.input), []).append(link)
    for (target, name), found in copied.items():
        here = links_in_order(draft.links_into(target, name))
        numbers: dict[tuple[str, str, int], int] = {}
        for number, link in enumerate(here):
            numbers.setdefault((link.source, link.output, link.index), number)
        moves: dict[int, int | None] = {}
        counted = links_in_order(found)
        for number, link in enumerate(counted):
            source = ids.get(link.source, link.source)
            moves[number] = numbers.get((source, link.output, link.index))
        draft.set_links(target, name, [replace(link, index=n) for n, link in enumerate(here)])
        if any(number != place for number, place in moves.items()):
            draft.put(recounted(draft.node(target), name, moves))


def _shift_to(pos: tuple[float, float], nodes: Iterable[Node]) -> tuple[float, float]:
    places = [node.pos for node in nodes]
    left, right = min(x for x, _ in places), max(x for x, _ in places)
    top, bottom = min(y for _, y in places), max(y for _, y in places)
    return pos[0] - (left + right) / 2, pos[1] - (top + bottom) / 2


def _as_json(link: Link) -> dict[str, Any]:
    return {
        "from": f"{link.source}.{link.output}",
        "to": f"{link.target}.{link.input}",
        "index": link.index,
    }


def _from_json(item: Any) -> Link | None:
    if not isinstance(item, dict):
        return None
    source, target, index = item.get("from"), item.get("to"), item.get("index", 0)
    if not (isinstance(source, str) and isinstance(target, str) and isinstance(index, int)):
        return None
    origin, _, output = source.partition(".")
    end, _, name = target.partition(".")
    ok = origin and output and end and name and 0 <= index < 2**31
    return Link(origin, output, end, name, index) if ok else None
