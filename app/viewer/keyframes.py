"""Keyframes of a shot: which there are, where in time, new ones, moved ones; masks as nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.editing.draft import Draft
from app.editing.level import Level, Made
from app.editing.links import is_upstream, put_link
from app.editing.media import portable
from app.editing.nodes import make_node
from app.editing.params import set_params
from app.editing.patch import Patch
from app.viewer.subject import KEYFRAME, condition_input, mask_input

_LEFT = 260.0  # canvas units that a new node lies before the one it feeds
_BELOW = 130.0


@dataclass(frozen=True)
class Keyframe:
    """A keyframe node of a shot; `frame` is where it is held, `image` the node of its picture."""

    node: str
    frame: int
    title: str
    image: str


def keyframes_of(level: Level, shot: str, frame_count: int) -> tuple[Keyframe, ...]:
    """The keyframes that feed a shot, in the order of their links."""
    name = condition_input(level, shot) if shot in level.nodes else ""
    found = []
    for link in sorted(level.feeding.get(shot, ()), key=lambda item: item.index):
        node = level.nodes.get(link.source)
        if link.input != name or node is None or node.type != KEYFRAME:
            continue
        image = next((i.source for i in level.feeding.get(node.id, ()) if i.input == "image"), "")
        spec = level.spec(node)
        title = node.title or (spec.title if spec else node.id)
        found.append(Keyframe(node.id, frame_of(node.params, frame_count), title, image))
    return tuple(found)


def frame_of(params: Mapping[str, Any], frame_count: int) -> int:
    """The frame of the shot that the parameters of a keyframe name."""
    which = params.get("frame", "first")
    if which == "last":
        return max(0, frame_count - 1)
    number = params.get("number", 0)
    return number if which == "number" and isinstance(number, int) else 0


def params_at(level: Level, frame: int, frame_count: int) -> dict[str, object]:
    """The parameters that hold a keyframe at a frame: the ends by name, others by number.

    A keyframe node that knows the ends only takes the nearer one.
    """
    if frame <= 0:
        return {"frame": "first"}
    if frame >= frame_count - 1:
        return {"frame": "last"}
    spec = level.registry.get(KEYFRAME)
    choices = spec.param_named["frame"].choices if spec is not None else ()
    if "number" in choices:
        return {"frame": "number", "number": frame}
    return {"frame": "first" if frame < frame_count / 2 else "last"}


def move_keyframe(level: Level, node: str, frame: int, frame_count: int) -> Patch:
    """Hold a keyframe at another frame."""
    return set_params(level, {node: params_at(level, frame, frame_count)})


def add_keyframe(
    level: Level,
    shot: str,
    *,
    frame: int,
    frame_count: int,
    picture: Path | None = None,
    base_dir: Path | None = None,
    clip: tuple[str, str, int] | None = None,
) -> Made:
    """A keyframe of a shot from a picture file, or from a frame of a clip: (node, output, number).

    Without a shot (an empty name) the nodes are linked with nothing.
    """
    place = _place_before(level, shot or (clip[0] if clip else ""))
    draft = Draft(level)
    if clip is not None:
        image = make_node(level, "media.frame", place, params={"number": clip[2]})
        draft.put(image)
        put_link(draft, clip[:2], (image.id, "clip"), many=False)
    else:
        assert picture is not None
        params = {"file": portable(picture, base_dir)}
        image = make_node(level, "media.load_image", place, params=params, title=picture.stem)
        draft.put(image)
    at = (place[0] + _LEFT, place[1])
    key = make_node(level, KEYFRAME, at, params=params_at(level, frame, frame_count))
    draft.put(key)
    put_link(draft, (image.id, "out"), (key.id, "image"), many=False)
    if shot:
        put_link(draft, (key.id, "out"), (shot, condition_input(level, shot)), many=True)
    return Made(draft.patch(), (image.id, key.id))


def can_link_frame(level: Level, source: str, shot: str) -> bool:
    """Whether a frame of `source` may feed the shot without a circle."""
    return source != shot and not (shot and is_upstream(level, shot, source))


def add_mask(level: Level, node: str, picture: Path, base_dir: Path | None, title: str) -> Made:
    """A node that loads a mask, linked where `node` takes one."""
    place = _place_before(level, node)
    params = {"file": portable(picture, base_dir)}
    image = make_node(level, "media.load_image", place, params=params, title=title)
    draft = Draft(level)
    draft.put(image)
    wanted = mask_input(level, node) if node in level.nodes else ""
    if wanted:
        put_link(draft, (image.id, "out"), (node, wanted), many=False)
    return Made(draft.patch(), (image.id,))


def _place_before(level: Level, name: str) -> tuple[float, float]:
    """Where a new node lies before another, below those that are there."""
    node = level.nodes.get(name)
    x, y = node.pos if node is not None else (0.0, 0.0)
    x -= 2 * _LEFT
    taken = [item.pos for item in level.nodes.values() if abs(item.pos[0] - x) < _LEFT]
    while any(abs(other[1] - y) < _BELOW for other in taken):
        y += _BELOW
    return x, y
