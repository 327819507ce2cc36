"""Small projects to edit, and the edit of one."""

from __future__ import annotations

from collections.abc import Iterable

from app.editing import Patch, apply_patch
from app.editing.level import Level
from engine.graph import Graph, Link, Node
from engine.nodes import builtin_registry
from engine.project import Project

REGISTRY = builtin_registry()


def level(nodes: Iterable[Node], links: Iterable[Link] = (), *, scope: str | None = None) -> Level:
    """A level of a project with these nodes."""
    return Level(Project(Graph({n.id: n for n in nodes}, list(links))), REGISTRY, scope)


def after(level: Level, patch: Patch, *, scope: str | None = None) -> Level:
    """The level, or another of the project, once the patch is applied."""
    return Level(apply_patch(level.project, patch), level.registry, scope or level.scope)


def shots(count: int) -> Level:
    """Clips a, b, c… in this order in the sequence `cut`."""
    names = "abcdefgh"[:count]
    nodes = [Node(name, "media.solid", pos=(0, 100.0 * n)) for n, name in enumerate(names)]
    cut = Node("cut", "editorial.sequence", pos=(400, 0))
    links = [Link(name, "out", "cut", "clips", n) for n, name in enumerate(names)]
    return level([*nodes, cut], links)


def order(level: Level, node: str, name: str) -> list[str]:
    """What feeds a list, in its order."""
    found = [link for link in level.feeding.get(node, ()) if link.input == name]
    assert sorted(link.index for link in found) == list(range(len(found)))
    return [link.source for link in sorted(found, key=lambda link: link.index)]
