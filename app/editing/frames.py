"""Frames (comments) and bookmarks of a level: kept in the project beside its graph.

Both are read tolerantly; entries that are not understood stay in the file as they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from app.editing.level import Level
from app.editing.nodes import clean_title
from app.editing.patch import Patch
from engine.graph import Registry
from engine.project import Project

Rect: TypeAlias = tuple[float, float, float, float]

FIELD = "canvas"
COLOR = "#5b6472"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_LARGEST = 1e8
_NO_NODES = Registry()  # bookmarks need none


@dataclass(frozen=True, slots=True)
class Frame:
    """A titled ground behind nodes; `rect` is x, y, width, height."""

    id: str
    title: str
    rect: Rect
    color: str = COLOR


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A named view: the middle of the picture, the zoom, and the group that is looked into."""

    name: str
    x: float
    y: float
    zoom: float
    scope: str | None = None


def frames_of(level: Level) -> tuple[Frame, ...]:
    """The frames of a level."""
    found = (_frame(item) for item in _items(_canvas(level), "frames"))
    return tuple(frame for frame in found if frame is not None)


def bookmarks_of(project: Project) -> tuple[Bookmark, ...]:
    """The bookmarks of a project, which are kept with its graph."""
    canvas = project.extra.get(FIELD)
    found = (_bookmark(item) for item in _items(canvas, "bookmarks"))
    return tuple(mark for mark in found if mark is not None)


def add_frame(level: Level, rect: Rect, title: str, *, color: str = COLOR) -> tuple[Patch, str]:
    """Put a frame behind everything; gives its id with the patch."""
    taken = {frame.id for frame in frames_of(level)}
    number = next(n for n in range(1, len(taken) + 2) if f"frame_{n}" not in taken)
    frame = Frame(f"frame_{number}", clean_title(title), _clean(rect), _clean_color(color))
    items = [*_items(_canvas(level), "frames"), _as_json(frame)]
    return _with(level, "frames", items), frame.id


def change_frame(
    level: Level,
    name: str,
    *,
    rect: Rect | None = None,
    title: str | None = None,
    color: str | None = None,
) -> Patch:
    """Move, resize, retitle or recolour a frame."""

    def changed(frame: Frame) -> Frame:
        return replace(
            frame,
            rect=frame.rect if rect is None else _clean(rect),
            title=frame.title if title is None else clean_title(title),
            color=frame.color if color is None else _clean_color(color),
        )

    return _change_frames(level, {name}, changed)


def move_frames(level: Level, places: Mapping[str, tuple[float, float]]) -> Patch:
    """Put frames somewhere else."""
    return _change_frames(
        level,
        set(places),
        lambda frame: replace(frame, rect=_clean((*places[frame.id], *frame.rect[2:]))),
    )


def remove_frames(level: Level, names: Iterable[str]) -> Patch:
    """Remove frames; what lies in them stays."""
    gone = set(names)
    items = _items(_canvas(level), "frames")
    left = [item for item in items if (frame := _frame(item)) is None or frame.id not in gone]
    return _with(level, "frames", left) if len(left) != len(items) else Patch()


def set_bookmark(project: Project, mark: Bookmark) -> Patch:
    """Remember a view under its name, in place of an earlier one of that name."""
    mark = replace(mark, name=clean_title(mark.name))
    items = _items(project.extra.get(FIELD), "bookmarks")
    made = {"name": mark.name, "x": mark.x, "y": mark.y, "zoom": mark.zoom, "scope": mark.scope}
    kept = [item for item in items if not _is_called(item, mark.name)]
    return _with(Level(project, _NO_NODES), "bookmarks", [*kept, made])


def remove_bookmark(project: Project, name: str) -> Patch:
    """Forget a bookmark."""
    items = _items(project.extra.get(FIELD), "bookmarks")
    kept = [item for item in items if not _is_called(item, name)]
    return _with(Level(project, _NO_NODES), "bookmarks", kept) if kept != items else Patch()


def rect_around(rects: Sequence[Rect], *, margin: float = 40, head: float = 36) -> Rect:
    """The rectangle of a frame around others, with room for its title."""
    left = min(x for x, _, _, _ in rects) - margin
    top = min(y for _, y, _, _ in rects) - margin - head
    right = max(x + width for x, _, width, _ in rects) + margin
    bottom = max(y + height for _, y, _, height in rects) + margin
    return left, top, right - left, bottom - top


def _canvas(level: Level) -> Any:
    if level.scope is None:
        return level.project.extra.get(FIELD)
    return level.groups[level.scope].extra.get(FIELD)


def _items(canvas: Any, name: str) -> list[Any]:
    found = canvas.get(name) if isinstance(canvas, Mapping) else None
    return list(found) if isinstance(found, list | tuple) else []


def _with(level: Level, name: str, items: list[Any]) -> Patch:
    """The patch that keeps these items; an empty canvas leaves the file."""
    canvas = _canvas(level)
    table = dict(canvas) if isinstance(canvas, Mapping) else {}
    table[name] = items
    table = {key: value for key, value in table.items() if value not in ([], ())}
    if level.scope is None:
        return Patch(extra={FIELD: table or None})
    group = level.groups[level.scope]
    extra = {key: value for key, value in group.extra.items() if key != FIELD}
    if table:
        extra[FIELD] = table
    return Patch(groups={level.scope: replace(group, extra=extra)})


def _change_frames(level: Level, names: set[str], change: Callable[[Frame], Frame]) -> Patch:
    items = _items(_canvas(level), "frames")
    made = []
    for item in items:
        frame = _frame(item)
        if frame is not None and frame.id in names and (new := change(frame)) != frame:
            item = {**item, **_as_json(new)}
        made.append(item)
    return _with(level, "frames", made) if made != items else Patch()


def _frame(item: Any) -> Frame | None:
    if not isinstance(item, Mapping):
        return None
    name, title = item.get("id"), item.get("title", "")
    rect = _numbers(item.get("rect"), 4)
    if not isinstance(name, str) or not isinstance(title, str) or rect is None:
        return None
    x, y, width, height = rect
    return Frame(name, title, (x, y, width, height), _clean_color(item.get("color", COLOR)))


def _bookmark(item: Any) -> Bookmark | None:
    if not isinstance(item, Mapping):
        return None
    name, scope = item.get("name"), item.get("scope")
    place = _numbers([item.get("x"), item.get("y"), item.get("zoom")], 3)
    if not isinstance(name, str) or place is None:
        return None
    x, y, zoom = place
    return Bookmark(name, x, y, zoom, scope if isinstance(scope, str) else None)


def _as_json(frame: Frame) -> dict[str, Any]:
    return {
        "id": frame.id,
        "title": frame.title,
        "rect": list(frame.rect),
        "color": frame.color,
    }


def _is_called(item: Any, name: str) -> bool:
    return isinstance(item, Mapping) and item.get("name") == name


def _clean(rect: Rect) -> Rect:
    x, y, width, height = (
        round(max(-_LARGEST, min(_LARGEST, part)), 1) if math.isfinite(part) else 0.0
        for part in rect
    )
    return x, y, max(1.0, width), max(1.0, height)


def _clean_color(color: Any) -> str:
    return color.lower() if isinstance(color, str) and _COLOR.fullmatch(color) else COLOR


def _numbers(value: Any, count: int) -> list[float] | None:
    """So many numbers that can be drawn with; None for anything else."""
    if not isinstance(value, list | tuple) or len(value) != count:
        return None
    if not all(type(part) in (int, float) and math.isfinite(part) for part in value):
        return None
    return [float(part) for part in value]
