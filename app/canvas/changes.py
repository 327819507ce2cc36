"""What changes on the canvas with an edit: only that is drawn anew."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from app.editing.level import Level, group_of
from app.editing.patch import Patch
from engine.graph import Link, Node
from engine.graph.expand import REROUTE


@dataclass(frozen=True)
class Changes:
    """Nodes to show (anew), nodes and links that go, links that come; whether frames may differ.

    `moved` are nodes of which nothing but the place is another.
    """

    nodes: tuple[Node, ...] = ()
    moved: tuple[Node, ...] = ()
    gone: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    cut: tuple[Link, ...] = ()
    frames: bool = False
    palette: bool = False


def changes(before: Level, after: Level, patch: Patch) -> Changes:
    """What is to be shown anew of a level, from the patch that led from `before` to `after`."""
    cut: tuple[Link, ...] = ()
    new: tuple[Link, ...] = ()
    nodes: dict[str, Node | None] = {}
    if after.scope is not None and after.scope in patch.groups:
        nodes = _differing(before, after)
        old_links, new_links = Counter(before.links), Counter(after.links)
        cut = tuple((old_links - new_links).elements())
        new = tuple((new_links - old_links).elements())
    elif patch.scope == after.scope:
        nodes = {name: after.nodes.get(name) for name in patch.nodes}
        cut, new = patch.remove_links, patch.add_links
    touched = {end for link in (*cut, *new) for end in (link.source, link.target)}
    if touched or any(name not in before.nodes or node is None for name, node in nodes.items()):
        around = touched | nodes.keys()
        touched |= _reroutes(before, around) | _reroutes(after, around)
    if patch.groups or patch.scope is not None:
        touched |= {node.id for node in after.nodes.values() if group_of(node) is not None}
    shown = {name: node for name in touched if (node := after.nodes.get(name)) is not None}
    moved = {}
    for name, node in nodes.items():
        if node is None:
            continue
        if name not in shown and _only_moved(before.nodes.get(name), node):
            moved[name] = node
        else:
            shown[name] = node
    return Changes(
        nodes=tuple(shown.values()),
        moved=tuple(moved.values()),
        gone=tuple(name for name, node in nodes.items() if node is None),
        links=new,
        cut=cut,
        frames=bool(patch.extra) or after.scope in patch.groups,
        palette=bool(patch.groups) or patch.scope is not None,
    )


def _only_moved(before: Node | None, after: Node) -> bool:
    return before is not None and replace(before, pos=after.pos) == after


def _differing(before: Level, after: Level) -> dict[str, Node | None]:
    old, new = before.nodes, after.nodes
    gone: dict[str, Node | None] = {name: None for name in old if name not in new}
    return gone | {name: node for name, node in new.items() if old.get(name) is not node}


def _reroutes(level: Level, names: set[str]) -> set[str]:
    """The reroutes that hang together with these nodes: their colour follows what runs there."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        near = [link.source for link in level.feeding.get(name, ())]
        near += [link.target for link in level.fed.get(name, ())]
        for other in (name, *near):
            node = level.nodes.get(other)
            if node is not None and node.type == REROUTE and other not in found:
                found.add(other)
                waiting.append(other)
    return found
