"""How long what feeds a timeline is: as measured, or else as its parameters promise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from app.editing.level import Level, links_in_order
from app.strips import Strips
from app.timeline.cut import AudioRow, VideoRow
from engine.graph import Link, Node
from engine.timeline.items import SequenceItem

_MAX_DEPTH = 64


def clip_lengths(row: VideoRow, strips: Strips, level: Level, rate: Fraction) -> list[int | None]:
    """Frames of each clip of a row; None when nobody knows.

    A promised length is never shorter than what the items play: the result will tell.
    """
    lengths = [_length(link, strips, level, rate) for link in row.feeds]
    unsure = {n for n, link in enumerate(row.feeds) if strips.facts(link.source) is None}
    for item in row.items if unsure else ():
        if item.gap is None and item.clip in unsure and item.clip < len(lengths):
            end = _played_to(item)
            known = lengths[item.clip]
            if end is not None and known is not None and end > known:
                lengths[item.clip] = end
    return lengths


def sound_lengths(
    feeds: Sequence[Link], rows: Sequence[AudioRow], strips: Strips, level: Level, rate: Fraction
) -> list[int | None]:
    """Frames of each sound; None when nobody knows."""
    lengths = [_length(link, strips, level, rate) for link in feeds]
    for row in rows:
        for clip in row.clips:
            if clip.sound >= len(feeds) or clip.out_frame is None:
                continue
            known = lengths[clip.sound]
            unsure = strips.facts(feeds[clip.sound].source) is None
            if unsure and known is not None and clip.out_frame > known:
                lengths[clip.sound] = clip.out_frame
    return lengths


def _length(link: Link, strips: Strips, level: Level, rate: Fraction) -> int | None:
    facts = strips.facts(link.source)
    if facts is not None and (facts.frames or facts.samples):
        return facts.frames_at(rate)
    seconds = promised_seconds(level, link.source)
    return None if seconds is None else max(1, math.floor(seconds * rate + Fraction(1, 2)))


def promised_seconds(level: Level, name: str, depth: int = 0) -> Fraction | None:
    """How long a node's result will be by its parameters, or by those of what it works on."""
    node = level.nodes.get(name)
    if node is None or depth > _MAX_DEPTH:
        return None
    spec = level.spec(node)
    own = (
        _number(node, "seconds", spec.param_named["seconds"].default)
        if (spec is not None and "seconds" in spec.param_named)
        else None
    )
    if own is not None:
        return own
    if node.type == "sound.mix":
        return _mixed(level, node, depth)
    for link in links_in_order(level.feeding.get(name, ())):
        source = promised_seconds(level, link.source, depth + 1)
        if source is not None:
            return source * _factor(node)
    return None


def _mixed(level: Level, node: Node, depth: int) -> Fraction | None:
    """A mix ends with the last of its sounds; unknown when one of them is."""
    starts = node.params.get("starts") or ()
    ends = []
    for number, link in enumerate(links_in_order(level.feeding.get(node.id, ()))):
        seconds = promised_seconds(level, link.source, depth + 1)
        if seconds is None:
            return None
        start = starts[number] if number < len(starts) else 0
        ends.append(seconds + Fraction(str(start)))
    return max(ends, default=None)


def _factor(node: Node) -> Fraction:
    if node.type == "media.slow_motion":
        return _number(node, "factor", 2.0) or Fraction(1)
    return Fraction(1)


def _number(node: Node, name: str, default: Any) -> Fraction | None:
    value = node.params.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return Fraction(str(value))


def _played_to(item: SequenceItem) -> int | None:
    if item.frames is not None:
        return item.in_frame + max(1, math.ceil(item.frames * abs(item.speed)))
    return item.out_frame
