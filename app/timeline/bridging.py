"""New shots between and inside others: bridge two shots, generate a range of one anew."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from app.editing.draft import Draft
from app.editing.level import Level
from app.editing.nodes import make_node
from app.strip_pictures import MediaFacts
from app.timeline.changing import Changing
from app.timeline.cut import VideoRow
from app.timeline.scene import Scene
from app.timeline.verbs import Verb
from engine.graph import Link, Node
from engine.timeline import editing as ed
from engine.timeline.items import SequenceItem

SHOT, KEYFRAME, FRAME, PROMPT = (
    "generate.shot",
    "generate.keyframe",
    "media.frame",
    "values.prompt",
)
_BRIDGE_SECONDS = 1.0  # of a bridge where there is no gap to fill

Facts = Callable[[str], MediaFacts | None]


@dataclass(frozen=True)
class _Still:
    """A frame of a result: counted from its first or its last, in frames of its own rate."""

    source: str
    output: str
    number: int
    which: str


def bridge(clip_before: str, facts: Facts, make_name: Callable[[str, str], str]) -> Verb:
    """A shot that leads from one clip to the next, in the gap between them or at their cut.

    It begins with the last frame that the one shows and ends with the first of the other.
    """

    def verb(changing: Changing, scene: Scene) -> None:
        track, number = scene.find(clip_before)
        row = scene.video(track)
        lengths = scene.lengths[row.sequence]
        after = number + 1
        gap = 0
        if after < len(row.items) and row.items[after].gap is not None:
            gap, after = row.items[after].gap or 0, after + 1
        if after >= len(row.items):
            raise ed.RefusedEdit("no shot lies after it", mend="Place one after it first")
        outgoing, incoming = row.items[number], row.items[after]
        first = _shown(scene, row, outgoing, lengths, facts, last=True)
        last = _shown(scene, row, incoming, lengths, facts, last=False)
        wanted = gap or max(1, round(Fraction(_BRIDGE_SECONDS) * scene.cut.rate))
        name = make_name(_name(scene, row, outgoing), _name(scene, row, incoming))
        shot, frames = _make_shot(changing, scene, row, outgoing, (first, last), wanted, name)
        item = _item(changing, row, shot, frames, wanted, name)
        start = scene.starts(row)[number + 1]
        known = [*lengths, frames]
        mode = "overwrite" if gap else "insert"
        changing.items[row.sequence] = ed.place(row.items, known, start, (item,), mode)  # type: ignore[arg-type]

    return verb


def retake(clip: str, start: int, stop: int, facts: Facts, name: str) -> Verb:
    """Generate the part of a shot between two frames of the timeline anew.

    The new shot begins and ends with the frames that are there, and lies in their place.
    """

    def verb(changing: Changing, scene: Scene) -> None:
        track, number = scene.find(clip)
        row = scene.video(track)
        lengths = scene.lengths[row.sequence]
        at = scene.starts(row)[number]
        item = row.items[number]
        length = ed.frames_of(item, lengths)
        begin = max(0, start - row.settings.at - at)
        end = min(length, stop - row.settings.at - at)
        if end - begin < 2:
            raise ed.RefusedEdit(
                "the range does not lie in the shot", mend="Set an in and an out point inside it"
            )
        stills = (
            _still(scene, row, item, lengths, facts, offset=begin),
            _still(scene, row, item, lengths, facts, offset=end - 1),
        )
        shot, frames = _make_shot(changing, scene, row, item, stills, end - begin, name)
        new = _item(changing, row, shot, frames, end - begin, name)
        new = replace(new, enabled=item.enabled)
        known = [*lengths, frames]
        changing.items[row.sequence] = ed.overwrite(row.items, known, at + begin, (new,))

    return verb


def _shown(
    scene: Scene,
    row: VideoRow,
    item: SequenceItem,
    lengths: ed.Lengths,
    facts: Facts,
    *,
    last: bool,
) -> _Still:
    if item.gap is not None:
        raise ed.RefusedEdit("there is no shot on this side of the gap")
    offset = ed.frames_of(item, lengths) - 1 if last else 0
    return _still(scene, row, item, lengths, facts, offset=offset)


def _still(
    scene: Scene,
    row: VideoRow,
    item: SequenceItem,
    lengths: ed.Lengths,
    facts: Facts,
    *,
    offset: int,
) -> _Still:
    """The frame of its result that an item shows `offset` frames after its first."""
    link = row.feeds[item.clip]
    span = ed.span_of(item, lengths)
    if span.speed < 0:
        frame = span.end - 1 - math.floor(offset * -span.speed)
    else:
        frame = span.source + math.floor(offset * span.speed)
    if frame == 0:
        return _Still(link.source, link.output, 0, "first")
    if span.media == frame + 1:
        return _Still(link.source, link.output, 0, "last")
    known = facts(link.source)
    rate = Fraction(known.rate) if known is not None and known.frames else scene.cut.rate
    own = math.floor(frame * rate / scene.cut.rate)
    if known is not None and known.frames:
        own = min(own, known.frames - 1)
    return _Still(link.source, link.output, own, "first")


def _make_shot(
    changing: Changing,
    scene: Scene,
    row: VideoRow,
    like: SequenceItem,
    stills: tuple[_Still, _Still],
    wanted: int,
    name: str,
) -> tuple[Node, int]:
    """A shot node with a prompt and two keyframes, and its promised length in frames."""
    draft, level = changing.draft, scene.level
    source = level.nodes.get(row.feeds[like.clip].source)
    x, y = source.pos if source is not None else scene.node.pos
    y += 320
    seconds = _seconds(level, Fraction(wanted) / scene.cut.rate)
    params: dict[str, Any] = {"seconds": float(seconds)}
    if source is not None and source.type == SHOT:
        kept = ("width", "height", "steps", "guidance")
        params = {key: source.params[key] for key in kept if key in source.params} | params
    else:
        settings = level.project.settings
        params |= {"width": settings.width, "height": settings.height}
    shot = _put(draft, level, SHOT, (x + 560, y), params, name)
    _feed_like(draft, level, source, shot, (x + 280, y - 120), name)
    for number, (still, side) in enumerate(zip(stills, ("first", "last"), strict=True)):
        place = y + 140 * number
        values = {"number": still.number, "which": still.which}
        frame = _put(draft, level, FRAME, (x, place), values, "")
        key = _put(draft, level, KEYFRAME, (x + 280, place), {"frame": side}, "")
        draft.add_link(Link(still.source, still.output, frame.id, "clip"))
        draft.add_link(Link(frame.id, "out", key.id, "image"))
        draft.add_link(Link(key.id, "out", shot.id, "conditions", number))
    frames = max(1, math.floor(seconds * scene.cut.rate + Fraction(1, 2)))
    return shot, frames


def _feed_like(
    draft: Draft,
    level: Level,
    source: Node | None,
    shot: Node,
    pos: tuple[float, float],
    name: str,
) -> None:
    """Give the shot the model of the one it follows, and a prompt of its own with its text."""
    text: Any = ""
    negative: Any = ""
    for link in level.feeding.get(source.id, ()) if source is not None else ():
        if link.input == "model":
            draft.add_link(replace(link, target=shot.id))
        prompt = level.nodes.get(link.source)
        if link.input == "prompt" and prompt is not None:
            text = prompt.params.get("text", "")
            negative = prompt.params.get("negative", "")
    values = {"text": text or name} | ({"negative": negative} if negative else {})
    prompt = _put(draft, level, PROMPT, pos, values, "")
    draft.add_link(Link(prompt.id, "out", shot.id, "prompt"))


def _put(
    draft: Draft,
    level: Level,
    node_type: str,
    pos: tuple[float, float],
    params: dict[str, Any],
    title: str,
) -> Node:
    node = make_node(level, node_type, pos, params=params, title=title)
    return draft.put(replace(node, id=draft.free_id(node.id)))


def _seconds(level: Level, wanted: Fraction) -> Fraction:
    """The nearest length that a shot can have."""
    spec = level.registry.get(SHOT)
    limits = spec.param_named["seconds"].range if spec is not None else None
    low = Fraction(str(limits.lo)) if limits and limits.lo is not None else Fraction(1, 10)
    high = Fraction(str(limits.hi)) if limits and limits.hi is not None else wanted
    return min(max(wanted, low), high)


def _item(
    changing: Changing, row: VideoRow, shot: Node, frames: int, wanted: int, name: str
) -> SequenceItem:
    """The shot's item, slowed down or sped up to fill exactly what is wanted."""
    number = changing.clip_number(row.sequence, shot.id)
    if frames == wanted:
        return SequenceItem(clip=number, out_frame=frames, name=name)
    speed = Fraction(frames, wanted)
    return SequenceItem(
        clip=number, out_frame=frames, frames=wanted, speed=speed, name=name, sound=False
    )


def _name(scene: Scene, row: VideoRow, item: SequenceItem) -> str:
    node = scene.level.nodes.get(row.feeds[item.clip].source)
    return item.name or (node.title if node is not None and node.title else "") or "…"
