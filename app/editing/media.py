"""Paths of media in a project: relative to its folder where that is near, so that both can move."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.editing.patch import Patch
from engine.graph import Group, Node, Registry
from engine.project import Project
from engine.render.overrides import params_of

_MOST_UP = 2  # folders above the project's that a relative path may begin in


def portable(path: Path, base_dir: Path | None) -> str:
    """A path as a project keeps it: from the project's folder if that is near, else whole.

    Without a folder, as in a project that was never saved, it is whole.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are
    if base_dir is None:
        return path.as_posix()
    try:
        found = Path(os.path.relpath(path, os.path.abspath(base_dir)))  # noqa: PTH100
    except ValueError:  # another drive
        return path.as_posix()
    ups = sum(part == ".." for part in found.parts)
    return found.as_posix() if ups <= _MOST_UP else path.as_posix()


def rebased(project: Project, registry: Registry, *, before: Path | None, after: Path) -> Patch:
    """The patch for a project that moves to the folder `after`, so that its media stay found.

    `before` is the folder its relative paths start from; None when it was never saved, and its
    paths are whole.
    """
    nodes: dict[str, Node | None] = {}
    groups: dict[str, Group | None] = {}
    for name, node in project.graph.nodes.items():
        changed = _moved(project, registry, node, before, after)
        if changed is not node:
            nodes[name] = changed
    for key, group in project.graph.groups.items():
        inner = {
            name: _moved(project, registry, node, before, after)
            for name, node in group.nodes.items()
        }
        if any(inner[name] is not node for name, node in group.nodes.items()):
            groups[key] = replace(group, nodes=inner)
    return Patch(nodes=nodes, groups=groups)


def media_params(
    project: Project, registry: Registry, node: Node
) -> Iterator[tuple[str, str, str]]:
    """The files that a node reads: each parameter, its path in the project, its kind."""
    for name, param in params_of(project.graph, node, registry).items():
        value = node.params.get(name)
        if param.file is not None and not param.file.save and isinstance(value, str) and value:
            yield name, value, param.file.kind


def _moved(
    project: Project, registry: Registry, node: Node, before: Path | None, after: Path
) -> Node:
    changes: Mapping[str, Any] = {
        name: new
        for name, value, _ in media_params(project, registry, node)
        if (new := _path(value, before, after)) != value
    }
    return node.with_params(**changes) if changes else node


def _path(value: str, before: Path | None, after: Path) -> str:
    path = Path(value)
    if path.is_absolute():
        return portable(path, after) if before is None else value
    return portable((before or Path.cwd()) / path, after)
