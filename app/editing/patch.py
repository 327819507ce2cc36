"""A change of a project as a value, which can be applied, undone and joined with the next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.graph import Graph, Group, Link, Node, ProjectSettings
from engine.project import Project


@dataclass(frozen=True)
class Patch:
    """What changes: nodes and groups by id (None removes), links, settings, fields of the file.

    `nodes` and links belong to the graph, or to the inside of the group `scope`. `extra` holds
    fields of the project beside its graph, such as `canvas` (frames, bookmarks); None removes.
    """

    nodes: Mapping[str, Node | None] = field(default_factory=dict)
    remove_links: tuple[Link, ...] = ()
    add_links: tuple[Link, ...] = ()
    groups: Mapping[str, Group | None] = field(default_factory=dict)
    settings: ProjectSettings | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    scope: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it changes nothing."""
        return not (
            self.nodes
            or self.remove_links
            or self.add_links
            or self.groups
            or self.settings
            or self.extra
        )


def apply_patch(project: Project, patch: Patch) -> Project:
    """The project with the patch in it; the given one stays as it is. Raises KeyError, ValueError.

    Whole containers are copied, nodes are shared: 10,000 nodes take about a millisecond.
    """
    groups = dict(project.graph.groups)
    _update(groups, patch.groups)
    nodes, links = dict(project.graph.nodes), list(project.graph.links)
    if patch.scope is None:
        nodes, links = _patched(nodes, links, patch)
    else:
        group = groups[patch.scope]
        inner, inner_links = _patched(dict(group.nodes), list(group.links), patch)
        groups[patch.scope] = replace(group, nodes=inner, links=tuple(inner_links))
    extra = dict(project.extra)
    _update(extra, patch.extra)
    return Project(Graph(nodes, links, groups), patch.settings or project.settings, extra)


def inverse(project: Project, patch: Patch) -> Patch:
    """The patch that undoes `patch` after it was applied to `project`."""
    groups = project.graph.groups
    nodes: Mapping[str, Node] = project.graph.nodes
    if patch.scope is not None and patch.scope in groups:
        nodes = groups[patch.scope].nodes
    return Patch(
        nodes={name: nodes.get(name) for name in patch.nodes},
        remove_links=patch.add_links,
        add_links=patch.remove_links,
        groups={name: groups.get(name) for name in patch.groups},
        settings=project.settings if patch.settings else None,
        extra={name: project.extra.get(name) for name in patch.extra},
        scope=patch.scope,
    )


def scope_of(project: Project, scope: str | None) -> tuple[Mapping[str, Node], Iterable[Link]]:
    """Nodes and links of the graph, or of the inside of a group."""
    if scope is None:
        return project.graph.nodes, project.graph.links
    group = project.graph.groups[scope]
    return group.nodes, group.links


def _patched(
    nodes: dict[str, Node], links: list[Link], patch: Patch
) -> tuple[dict[str, Node], list[Link]]:
    _update(nodes, patch.nodes)
    gone = set(patch.remove_links)
    if missing := gone.difference(links):
        raise ValueError(f"there is no link {min(missing, key=repr)}")
    return nodes, [link for link in links if link not in gone] + list(patch.add_links)


def _update(target: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = value
