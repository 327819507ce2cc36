"""What is dropped on the canvas: media, projects, finished films with their project, text.

Reading a file takes time: `read_drops` belongs on a worker thread, `add_drops` is the edit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QCoreApplication

from app.editing.draft import Draft
from app.editing.level import EditError, Level, Made
from app.editing.media import portable
from app.editing.nodes import add_node, clean_pos, clean_title
from engine.errors import AiprodError, ProjectError
from engine.graph import Node
from engine.project import SUFFIX, loads

VIDEO = {
    *(".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mxf", ".mpg", ".mpeg", ".ts", ".mts"),
    *(".m2ts", ".ogv", ".wmv", ".flv", ".3gp", ".y4m"),
}
SOUND = {
    *(".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".wma"),
    *(".mka", ".w64", ".caf"),
}
IMAGE = {
    *(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".tga", ".ppm", ".pgm"),
    *(".exr", ".dpx"),
}
EDIT = {".otio", ".fcpxml", ".edl"}
"""Suffixes, as `engine.media` reads them; here so that a name can be judged without the reader."""

TAG = "aiprod_project"
_NODES = {
    "video": "media.load_clip",
    "image": "media.load_image",
    "sound": "media.load_sound",
    "edit": "editorial.import_edit",
}
_NUMBERED = re.compile(r"^(.*?)(\d{2,})$")
_MOST_FILES = 500
_LEAST_NUMBERED = 3
_LARGEST_JSON = 32 * 2**20
_STEP = 160.0


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A project, to be opened."""

    path: Path


@dataclass(frozen=True, slots=True)
class ProjectInside:
    """A finished file that carries the project that made it."""

    path: Path
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Media:
    """A film, picture, sound or edit that a node loads, or numbered pictures ("shot_####.png")."""

    path: Path
    kind: str


@dataclass(frozen=True, slots=True)
class PluginFile:
    """A Python file, which may hold nodes."""

    path: Path


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file that nothing can be made of, and why."""

    path: Path
    why: str


Drop: TypeAlias = ProjectFile | ProjectInside | Media | PluginFile | Unusable


def read_drops(paths: Iterable[Path]) -> tuple[Drop, ...]:
    """What the files are. Of a folder, those in it; pictures with numbers in a row are a clip."""
    files: list[Path] = []
    unusable: list[Drop] = []
    for path in paths:
        try:
            if path.is_dir():
                found = sorted(item for item in path.iterdir() if not item.name.startswith("."))
                files.extend(item for item in found if item.is_file())
            else:
                files.append(path)
        except OSError as error:  # a folder that may not be read
            unusable.append(Unusable(path, error.strerror or str(error)))
    sequences, single = _numbered(files[:_MOST_FILES])
    media = (Media(path, "video") for path in sequences)
    return (*media, *(read_drop(path) for path in single), *unusable)


def read_drop(path: Path) -> Drop:
    """What a file is, by its name and what is in it. Never raises for what is in the file."""
    suffix = path.suffix.lower()
    if not path.is_file():
        return Unusable(path, QCoreApplication.translate("Editing", "There is no such file"))
    if suffix == SUFFIX:
        return ProjectFile(path)
    if suffix == ".py":
        return PluginFile(path)
    if suffix == ".json":
        text = _project_of_sidecar(path)
        if text is not None:
            return ProjectInside(path, text, "sidecar")
    kind = kind_of(path)
    if kind is None:
        return Unusable(
            path,
            QCoreApplication.translate("Editing", "It is no film, picture, sound or project"),
        )
    if kind == "edit":
        return Media(path, kind)
    try:
        found = _texts(path, kind).get(TAG)
    except (AiprodError, OSError) as error:
        return Unusable(path, str(error))
    if found is not None and _is_project(found):
        return ProjectInside(path, found, kind)
    return Media(path, kind)


def kind_of(path: Path) -> str | None:
    """ "video", "image", "sound" or "edit", by the suffix; None for others."""
    suffix = path.suffix.lower()
    kinds = (("video", VIDEO), ("image", IMAGE), ("sound", SOUND), ("edit", EDIT))
    for kind, suffixes in kinds:
        if suffix in suffixes:
            return kind
    return None


def add_drops(
    level: Level,
    drops: Iterable[Drop],
    pos: tuple[float, float],
    *,
    base_dir: Path | None,
    as_media: bool = False,
) -> Made:
    """A node for each of the media, one under another; other drops are left out.

    `as_media` takes finished files as media too, and leaves the project inside them alone.
    `base_dir` is the folder of the project's file, if it has one.
    """
    draft = Draft(level)
    made: list[str] = []
    for drop in drops:
        inside = as_media and isinstance(drop, ProjectInside) and drop.kind in _NODES
        if not isinstance(drop, Media | ProjectInside) or (
            isinstance(drop, ProjectInside) and not inside
        ):
            continue
        spec = level.registry[_NODES[drop.kind]]
        node = Node(
            draft.free_id(_id_of(drop.path)),
            spec.id,
            spec.version,
            {"file": portable(drop.path, base_dir)},
            clean_title(drop.path.name),
            clean_pos((pos[0], pos[1] + _STEP * len(made))),
        )
        draft.put(node)
        made.append(node.id)
    return Made(draft.patch(), tuple(made))


def add_text(level: Level, text: str, pos: tuple[float, float]) -> Made:
    """A prompt node that says the text. Raises EditError for an empty one."""
    words = text.encode("utf-8", "ignore").decode().replace("\0", "").strip()
    if not words:
        raise EditError(QCoreApplication.translate("Editing", "The text is empty"))
    return add_node(level, "values.prompt", pos, params={"text": words[:20_000]})


def _id_of(path: Path) -> str:
    stem = path.stem.rstrip("#").strip("._- ").lower()
    return stem or "media"


def _numbered(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Patterns of pictures that are numbered in a row, and the files that are not."""
    runs: dict[tuple[Path, str, int, str], list[tuple[int, Path]]] = {}
    for path in files:
        found = _NUMBERED.match(path.stem)
        if found and path.suffix.lower() in IMAGE:
            head, digits = found.groups()
            key = (path.parent, head, len(digits), path.suffix)
            runs.setdefault(key, []).append((int(digits), path))
    patterns: list[Path] = []
    taken: set[Path] = set()
    for (parent, head, digits, suffix), items in runs.items():
        numbers = sorted(number for number, _ in items)
        in_a_row = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        if len(items) >= _LEAST_NUMBERED and in_a_row:
            patterns.append(parent / f"{head}{'#' * digits}{suffix}")
            taken.update(path for _, path in items)
    return patterns, [path for path in files if path not in taken]


def _texts(path: Path, kind: str) -> Mapping[str, str]:
    """What is written into a media file about it; reads no more of it than it must."""
    if kind == "image":
        from engine.media.still import image_metadata

        return image_metadata(path) if path.suffix.lower() == ".png" else {}
    from engine.media.container import opened
    from engine.media.riff import read_texts

    with opened(path) as container:
        texts = [container.metadata, *(stream.metadata for stream in container.streams)]
    found = {key.lower(): value for table in reversed(texts) for key, value in table.items()}
    return found | read_texts(path)


def _project_of_sidecar(path: Path) -> str | None:
    """The project in the JSON file beside a film; None when it is another JSON file."""
    try:
        if path.stat().st_size > _LARGEST_JSON:
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    project = content.get("project") if isinstance(content, dict) else None
    text = json.dumps(project) if isinstance(project, dict) else ""
    return text if text and _is_project(text) else None


def _is_project(text: str) -> bool:
    try:
        loads(text)
    except ProjectError:
        return False
    return True
