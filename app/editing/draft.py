"""A level of a project while it is changed: edits gather in it and come out as one patch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from app.editing.level import EditError, Level
from app.editing.patch import Patch
from engine.graph import Group, Link, Node

_NUMBER = re.compile(r"_?\d+$")
_STRANGE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_STEM = 48


class Draft:
    """Nodes and links of a level, with the changes so far on top."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.groups: dict[str, Group | None] = {}
        self.extra: dict[str, Any] = {}
        self._nodes: dict[str, Node | None] = {}
        self._into: dict[str, list[Link]] = {}
        self._numbers: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def __iter__(self) -> Iterator[Node]:
        for name, node in self.level.nodes.items():
            if name not in self._nodes:
                yield node
        yield from (node for node in self._nodes.values() if node is not None)

    def get(self, name: str) -> Node | None:
        """The node of that id as it is by now, or None."""
        return self._nodes[name] if name in self._nodes else self.level.nodes.get(name)

    def node(self, name: str) -> Node:
        """The node of that id as it is by now. Raises EditError when there is none."""
        node = self.get(name)
        if node is None:
            raise EditError(f"there is no node {name!r}")
        return node

    def put(self, node: Node) -> Node:
        """Add a node, or change the one of its id."""
        self._nodes[node.id] = node
        return node

    def drop(self, name: str) -> None:
        """Remove a node. Its links are its remover's business."""
        self._nodes[name] = None

    def links_into(self, target: str, name: str | None = None) -> list[Link]:
        """The links that end in a node, or in one of its inputs."""
        links = self._into.get(target)
        if links is None:
            links = list(self.level.feeding.get(target, ()))
        return [link for link in links if name is None or link.input == name]

    def links_from(self, source: str) -> list[Link]:
        """The links that start from a node."""
        kept = [link for link in self.level.fed.get(source, ()) if link.target not in self._into]
        changed = (link for links in self._into.values() for link in links)
        return kept + [link for link in changed if link.source == source]

    def add_link(self, link: Link) -> None:
        """Add a link."""
        self._links(link.target).append(link)

    def remove_link(self, link: Link) -> None:
        """Remove a link, once. Raises EditError when it is not there."""
        try:
            self._links(link.target).remove(link)
        except ValueError:
            raise EditError(
                f"there is no link from {link.source}.{link.output} to {link.target}.{link.input}"
            ) from None

    def set_links(self, target: str, name: str, links: Iterable[Link]) -> None:
        """Have exactly these links at an input."""
        others = [link for link in self._links(target) if link.input != name]
        self._into[target] = [*others, *links]

    def free_id(self, wanted: str) -> str:
        """`wanted` when no node has it, else the next free number behind its stem."""
        clean = _STRANGE.sub("_", wanted)[:64].strip("-") or "node"
        return clean if clean not in self else self.next_id(clean)

    def next_id(self, wanted: str) -> str:
        """A readable id that is free: `shot_3` after `shot_2`."""
        stem = stem_of(wanted)
        number = self._numbers.get(stem, 1)
        while f"{stem}_{number}" in self:
            number += 1
        self._numbers[stem] = number + 1
        return f"{stem}_{number}"

    def free_group_id(self, wanted: str, taken: Iterable[str] = ()) -> str:
        """`wanted` when no group has it, else the next free number behind its stem."""
        others = set(taken)
        wanted = _STRANGE.sub("_", wanted)[:64].strip("-") or "group"

        def is_free(name: str) -> bool:
            known = self.groups[name] if name in self.groups else self.level.groups.get(name)
            return known is None and name not in others

        if is_free(wanted):
            return wanted
        stem, number = stem_of(wanted), 1
        while not is_free(f"{stem}_{number}"):
            number += 1
        return f"{stem}_{number}"

    def patch(self) -> Patch:
        """What changed, and nothing that stayed or came back."""
        nodes = {
            name: node
            for name, node in self._nodes.items()
            if not _is_same(node, self.level.nodes.get(name))
        }
        removed: list[Link] = []
        added: list[Link] = []
        for target, links in self._into.items():
            before, after = Counter(self.level.feeding.get(target, ())), Counter(links)
            removed.extend((before - after).elements())
            added.extend((after - before).elements())
        groups = {
            name: group
            for name, group in self.groups.items()
            if group is not self.level.groups.get(name)
        }
        return Patch(
            nodes, tuple(removed), tuple(added), groups, None, self.extra, self.level.scope
        )

    def _links(self, target: str) -> list[Link]:
        if target not in self._into:
            self._into[target] = list(self.level.feeding.get(target, ()))
        return self._into[target]


def stem_of(name: str) -> str:
    """What ids are numbered behind: `shot` of "shot_12", of "generate.shot" and of "shot"."""
    stem = _STRANGE.sub("_", _NUMBER.sub("", name.rpartition(".")[2]))
    return stem[:_LONGEST_STEM].strip("-_") or "node"


def _is_same(one: Node | None, other: Node | None) -> bool:
    return one is other or (one == other and repr(one) == repr(other))
