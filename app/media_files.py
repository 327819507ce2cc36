"""The media files that a project refers to: who uses them, whether they are there, where they went.

Everything but `media_of` and `relinked` reads the disk: not for the window's thread.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from app.editing.media import media_params, portable
from app.editing.patch import Patch
from engine.graph import Cache, Group, Node, Registry
from engine.graph.fingerprints import files_of, missing_file, sha256_of
from engine.project import Project

PRESENT, MISSING, OFFLINE = "present", "missing", "offline"

Known: TypeAlias = Callable[[Path], tuple[int, str] | None]
"""Size and SHA-256 that a file had when it was last read; None when it never was."""

_MOST_FILES = 200_000  # that a search for missing media looks at
_SKIPPED = {"node_modules", "__pycache__"}


@dataclass(frozen=True)
class Use:
    """A parameter of a node; `scope` is the group that it is inside of."""

    scope: str | None
    node: str
    param: str
    title: str


@dataclass(frozen=True)
class MediaFile:
    """A file as the project names it, its kind, and who uses it."""

    name: str
    kind: str
    uses: tuple[Use, ...]

    def path(self, base_dir: Path) -> Path:
        """Where it lies."""
        return base_dir / self.name


def media_of(project: Project, registry: Registry) -> dict[str, MediaFile]:
    """Every media file that the project refers to, by its name there."""
    found: dict[str, MediaFile] = {}
    graph = project.graph
    levels: list[tuple[str | None, Mapping[str, Node]]] = [(None, graph.nodes)]
    levels += [(name, group.nodes) for name, group in graph.groups.items()]
    for scope, nodes in levels:
        for node in nodes.values():
            for param, value, kind in media_params(project, registry, node):
                use = Use(scope, node.id, param, node.title or node.id)
                before = found.get(value, MediaFile(value, kind, ()))
                found[value] = replace(before, uses=(*before.uses, use))
    return found


def state_of(path: Path) -> str:
    """Whether a file is there, gone, or on a disk that is not connected."""
    if missing_file(path) is None:
        return PRESENT
    return OFFLINE if _is_offline(path) else MISSING


def find_missing(
    wanted: Iterable[Path],
    folder: Path,
    *,
    known: Known,
    check_cancelled: Callable[[], None] = lambda: None,
) -> dict[Path, Path]:
    """Where the wanted files are in or under `folder`: by name, then by size and content.

    Of several files of one name the one with the known size and content is taken, else the one
    whose folders are named alike most. Raises what `check_cancelled` raises.
    """
    names: dict[str, list[Path]] = {}
    sizes: dict[int, list[Path]] = {}
    for path in _files_under(folder, check_cancelled):
        names.setdefault(path.name.casefold(), []).append(path)
        try:
            sizes.setdefault(path.stat().st_size, []).append(path)
        except OSError:
            continue
    found: dict[Path, Path] = {}
    for path in wanted:
        check_cancelled()
        match = _find(path, names, sizes, known(path)) or _find_sequence(path, names)
        if match is not None:
            found[path] = match
    return found


def relinked(
    project: Project,
    registry: Registry,
    changes: Mapping[str, Path],
    base_dir: Path | None,
) -> Patch:
    """The patch that lets every node that uses one of these files, by name, use another."""

    def moved(node: Node) -> Node:
        new = {
            param: portable(changes[value], base_dir)
            for param, value, _ in media_params(project, registry, node)
            if value in changes
        }
        return node.with_params(**new) if new else node

    graph = project.graph
    nodes: dict[str, Node | None] = {
        name: made for name, node in graph.nodes.items() if (made := moved(node)) is not node
    }
    groups: dict[str, Group | None] = {}
    for key, group in graph.groups.items():
        inner = {name: moved(node) for name, node in group.nodes.items()}
        if any(inner[name] is not node for name, node in group.nodes.items()):
            groups[key] = replace(group, nodes=inner)
    return Patch(nodes=nodes, groups=groups)


def known_by(cache: Cache) -> Known:
    """What the cache remembers of files that it has read."""

    def known(path: Path) -> tuple[int, str] | None:
        found = cache.index.file(f"{sha256_of.__name__}:{path.resolve()}")
        return None if found is None else (found[0], found[2])

    return known


def _is_offline(path: Path) -> bool:
    """Whether the whole disk or share that a path is on is not there."""
    parts = path.absolute().parts
    if os.name == "nt":
        return not Path(parts[0]).exists()
    depth = {"Volumes": 3, "mnt": 3, "media": 4, "net": 3, "srv": 3}.get(
        parts[1] if len(parts) > 1 else "", 0
    )
    if parts[1:3] == ("run", "media"):
        depth = 5
    return 0 < depth < len(parts) and not Path(*parts[:depth]).exists()


def _find(
    path: Path,
    names: Mapping[str, list[Path]],
    sizes: Mapping[int, list[Path]],
    facts: tuple[int, str] | None,
) -> Path | None:
    same_name = names.get(path.name.casefold(), [])
    if facts is None:
        return max(same_name, key=lambda other: _likeness(path, other), default=None)
    size, sha = facts
    same_size = sizes.get(size, [])
    for other in sorted(same_size, key=lambda other: other not in same_name):
        try:
            if sha256_of(other) == sha:
                return other
        except OSError:
            continue
    return max(same_name, key=lambda other: _likeness(path, other), default=None)


def _find_sequence(path: Path, names: Mapping[str, list[Path]]) -> Path | None:
    """Numbered pictures ("shot_####.png"): the folder in which most of them are."""
    if not re.search(r"#|%0?\d*d|\*", path.name):
        return None
    folders = {other.parent for paths in names.values() for other in paths}
    found = [(len(files_of(folder / path.name)), folder) for folder in folders]
    count, folder = max(found, key=lambda item: (item[0], item[1].as_posix()), default=(0, path))
    return folder / path.name if count else None


def _likeness(path: Path, other: Path) -> tuple[int, int, str]:
    """How many folders are named alike, from the file on; then the shorter path, then its name."""
    alike = 0
    pairs = zip(reversed(path.parent.parts), reversed(other.parent.parts), strict=False)
    for one, two in pairs:
        if one.casefold() != two.casefold():
            break
        alike += 1
    return alike, -len(other.parts), other.as_posix()


def _files_under(folder: Path, check_cancelled: Callable[[], None]) -> Iterable[Path]:
    count = 0
    for root, folders, names in os.walk(folder):
        check_cancelled()
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _SKIPPED]
        for name in names:
            count += 1
            if count > _MOST_FILES:
                return
            yield Path(root, name)
