"""A change of a project as a value, which can be applied and undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine.graph import Graph, Group, Link, Node, ProjectSettings
from engine.project import Project


class _Null:
    def __repr__(self) -> str:
        return "NULL"


NULL: Final = _Null()
"""In `Patch.extra`, the JSON value null, where None would remove the field."""


@dataclass(frozen=True)
class Patch:
    """What changes: nodes and groups by id (None removes), links, settings, fields of the file.

    `nodes` and links belong to the graph, or to the inside of the group `scope`, after the groups
    are changed. `extra` holds fields of the project beside its graph, such as `canvas` (frames,
    bookmarks); None removes. A link that is there twice is removed as often as it is listed.
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

    @property
    def is_local(self) -> bool:
        """Whether it touches the nodes or links of its scope."""
        return bool(self.nodes or self.remove_links or self.add_links)


def apply_patch(project: Project, patch: Patch) -> Project:
    """The project with the patch in it; the given one stays as it is.

    Whole containers are copied, nodes are shared: 10,000 nodes take about a millisecond. Raises
    ValueError for a link to remove that is not there, KeyError for a scope that is not there.
    """
    groups = dict(project.graph.groups)
    _update(groups, patch.groups)
    nodes, links = dict(project.graph.nodes), list(project.graph.links)
    if patch.scope is None:
        nodes, links = _patched(nodes, links, patch)
    elif patch.is_local:
        group = groups[patch.scope]
        inner, inner_links = _patched(dict(group.nodes), list(group.links), patch)
        groups[patch.scope] = replace(group, nodes=inner, links=tuple(inner_links))
    extra = dict(project.extra)
    _update(extra, patch.extra)
    return Project(Graph(nodes, links, groups), patch.settings or project.settings, extra)


def inverse(project: Project, patch: Patch) -> Patch:
    """The patch that undoes `patch` after it was applied to `project`."""
    groups = project.graph.groups
    local = patch.is_local and (patch.scope is None or patch.scope not in patch.groups)
    nodes: Mapping[str, Node] = project.graph.nodes
    if patch.scope is not None and local:
        nodes = groups[patch.scope].nodes
    return Patch(
        nodes={name: nodes.get(name) for name in patch.nodes} if local else {},
        remove_links=patch.add_links if local else (),
        add_links=patch.remove_links if local else (),
        groups={name: groups.get(name) for name in patch.groups},
        settings=project.settings if patch.settings else None,
        extra={name: _field(project.extra, name) for name in patch.extra},
        scope=patch.scope,
    )


def difference(before: Project, after: Project) -> Patch:
    """The patch that leads from one project to another, which shares what did not change."""
    old, new = before.graph, after.graph
    old_links, new_links = Counter(old.links), Counter(new.links)
    return Patch(
        nodes=_changes(old.nodes, new.nodes),
        remove_links=tuple((old_links - new_links).elements()),
        add_links=tuple((new_links - old_links).elements()),
        groups=_changes(old.groups, new.groups),
        settings=None if after.settings == before.settings else after.settings,
        extra={
            name: _field(after.extra, name)
            for name in {**before.extra, **after.extra}
            if name not in after.extra
            or name not in before.extra
            or after.extra[name] is not before.extra[name]
        },
    )


def groups_after(patch: Patch) -> Mapping[str, Group | None]:
    """What the groups of a patch are once it is applied, the changes in its scope among them."""
    group = patch.groups.get(patch.scope) if patch.scope is not None else None
    if group is None or patch.scope is None or not patch.is_local:
        return patch.groups
    nodes, links = _patched(dict(group.nodes), list(group.links), patch)
    return {**patch.groups, patch.scope: replace(group, nodes=nodes, links=tuple(links))}


def scope_of(project: Project, scope: str | None) -> tuple[Mapping[str, Node], Iterable[Link]]:
    """Nodes and links of the graph, or of the inside of a group."""
    if scope is None:
        return project.graph.nodes, project.graph.links
    group = project.graph.groups[scope]
    return group.nodes, group.links


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    gone = {name: None for name in old if name not in new}
    return gone | {name: value for name, value in new.items() if value is not old.get(name)}


def _field(table: Mapping[str, Any], name: str) -> Any:
    value = table.get(name)
    return NULL if value is None and name in table else value


def _patched(
    nodes: dict[str, Node], links: list[Link], patch: Patch
) -> tuple[dict[str, Node], list[Link]]:
    _update(nodes, patch.nodes)
    return nodes, [*_without(links, patch.remove_links), *patch.add_links]


def _without(links: list[Link], gone: tuple[Link, ...]) -> list[Link]:
    """The links but those gone. Only links into the same nodes are compared: most are not."""
    if not gone:
        return links
    left = Counter(gone)
    targets = {link.target for link in gone}
    kept = []
    for link in links:
        if link.target in targets and left[link] > 0:
            left[link] -= 1
        else:
            kept.append(link)
    if missing := +left:
        raise ValueError(f"there is no link {min(missing, key=repr)}")
    return kept


def _update(target: dict[str, Any], changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = None if value is NULL else value
