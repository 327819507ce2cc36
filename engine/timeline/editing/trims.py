"""Trims: ripple, roll, slip, slide, the plain trim that leaves a gap, and trim to the playhead."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from engine.timeline.editing.joins import (
    entering,
    fitted,
    free_after,
    free_before,
    head_needed,
    leaving,
    shortest,
    tail_needed,
)
from engine.timeline.editing.measure import (
    UNLIMITED,
    Items,
    Lengths,
    Span,
    ceil,
    find,
    reshaped,
    span_of,
    title,
    used_frames,
    with_head,
    with_tail,
)
from engine.timeline.editing.refusal import RefusedEdit, check_between, count
from engine.timeline.items import SequenceItem

Edge: TypeAlias = Literal["in", "out"]


def ripple(items: Items, lengths: Lengths, index: int, edge: Edge, by: int) -> Items:
    """Move an edge of an item `by` frames (later when positive); what follows moves along.

    An in point that comes later, or an out point that comes earlier, makes the item shorter.
    Raises RefusedEdit when the media or a transition does not allow it.
    """
    item, span = items[index], span_of(items[index], lengths)
    least = shortest(items, index)
    if edge == "in":
        check_between(
            by,
            -free_before(items, index, span),
            span.frames - least,
            lambda most: f"{title(item)} has {count(-most)} more before its in point",
            _too_short(items, index),
        )
        return _with(items, index, with_head(item, span, by))
    check_between(
        by,
        least - span.frames,
        free_after(items, index, span),
        _too_short(items, index),
        lambda most: f"{title(item)} has {count(most)} more after its out point",
    )
    return _with(items, index, with_tail(item, span, by))


def trim(items: Items, lengths: Lengths, index: int, edge: Edge, by: int) -> Items:
    """Move an edge of an item `by` frames; nothing else moves: a gap grows or shrinks.

    A transition at that edge goes when the edge leaves its cut. Raises RefusedEdit when the media
    ends, or another item is in the way.
    """
    if by == 0:
        return items
    return (
        _trim_in(items, lengths, index, by)
        if edge == "in"
        else _trim_out(items, lengths, index, by)
    )


def roll(items: Items, lengths: Lengths, index: int, by: int) -> Items:
    """Move the cut between the item `index` and the next `by` frames; the length stays.

    Raises RefusedEdit when one of the two has too little media or would vanish.
    """
    if index + 1 >= len(items):
        raise RefusedEdit("there is no cut after the last shot to roll", nearest=0)
    left, right = items[index], items[index + 1]
    a, b = span_of(left, lengths), span_of(right, lengths)
    room_left, room_right = free_after(items, index, a), free_before(items, index + 1, b)
    keep_left, keep_right = shortest(items, index), shortest(items, index + 1)
    shrink_left, shrink_right = a.frames - keep_left, b.frames - keep_right
    check_between(
        by,
        -min(room_right, shrink_left),
        min(room_left, shrink_right),
        lambda most: (
            f"{title(right)} has {count(-most)} more before its in point"
            if room_right <= shrink_left
            else _too_short(items, index)
        ),
        lambda most: (
            f"{title(left)} has {count(most)} more after its out point"
            if room_left <= shrink_right
            else _too_short(items, index + 1)
        ),
    )
    return (*items[:index], with_tail(left, a, by), with_head(right, b, by), *items[index + 2 :])


def slip(items: Items, lengths: Lengths, index: int, by: int) -> Items:
    """Show media `by` frames later (earlier when negative) in the same place of the sequence.

    Raises RefusedEdit when the media ends.
    """
    item, span = items[index], span_of(items[index], lengths)
    if span.is_gap:
        raise RefusedEdit("a gap has no media to slip", nearest=0)
    below, above = _handles(items, index, span)
    low = below - span.source
    high = span.media - above - span.end if span.media != UNLIMITED else UNLIMITED
    check_between(
        by,
        min(0, low),
        max(0, high),
        lambda most: f"{title(item)} has {count(-most)} more before the part that plays",
        lambda most: f"{title(item)} has {count(most)} more after the part that plays",
    )
    return _with(items, index, reshaped(item, source=span.source + by, frames=span.frames))


def slide(items: Items, lengths: Lengths, index: int, by: int) -> Items:
    """Move an item `by` frames between its neighbours, which give and take the room.

    Raises RefusedEdit when a neighbour has too little media or would vanish.
    """
    if index == 0:
        raise RefusedEdit(
            "nothing lies before it that could take up the room",
            where=title(items[index]),
            mend="Move it instead",
            nearest=0,
        )
    before = items[index - 1]
    a = span_of(before, lengths)
    grow, shrink = free_after(items, index - 1, a), _spare(items, index - 1, a)
    has_next = index + 1 < len(items)
    b = span_of(items[index + 1], lengths) if has_next else None
    grow_next = free_before(items, index + 1, b) if b else UNLIMITED
    shrink_next = _spare(items, index + 1, b) if b else UNLIMITED
    check_between(
        by,
        -min(shrink, grow_next),
        min(grow, shrink_next),
        lambda most: (
            f"{title(before)} has {count(-most)} to give"
            if shrink <= grow_next
            else f"{title(items[index + 1])} has {count(-most)} more before its in point"
        ),
        lambda most: (
            f"{title(before)} has {count(most)} more after its out point"
            if grow <= shrink_next
            else f"{title(items[index + 1])} has {count(most)} to give"
        ),
    )
    made = [*items[: index - 1], *_grown(before, a, by), items[index]]
    if b is not None:
        made += _shortened(items[index + 1], b, by)
    return (*made, *items[index + 2 :])


def trim_to(items: Items, lengths: Lengths, frame: int, edge: Edge, *, rippling: bool) -> Items:
    """Trim the item at a frame so that it begins ("in") or ends ("out") there.

    Raises RefusedEdit when there is no item, or nothing to trim away.
    """
    index, offset = find(items, lengths, frame)
    if index >= len(items) or items[index].gap is not None:
        raise RefusedEdit("there is no shot at the playhead")
    if offset == 0:
        raise RefusedEdit("the playhead is at the shot's first frame already")
    by = offset if edge == "in" else offset - span_of(items[index], lengths).frames
    return (ripple if rippling else trim)(items, lengths, index, edge, by)


def _trim_in(items: Items, lengths: Lengths, index: int, by: int) -> Items:
    item, span = items[index], span_of(items[index], lengths)
    before = items[index - 1] if index else None
    gap = before.gap if before is not None and before.gap is not None else 0
    room = min(free_before(items, index, span) if gap else 0, gap)
    check_between(
        by,
        -room,
        span.frames - max(1, leaving(items, index)),
        _no_room(before, gap, span.longest_head, "before its in point", title(item)),
        _too_short(items, index),
    )
    trimmed = with_head(item, span, by)
    if before is not None and gap:
        kept = [replace(before, gap=gap + by, transition=None)] if gap + by else []
        made = (*items[: index - 1], *kept, trimmed, *items[index + 1 :])
        return fitted(made, lengths, range(index - 2, index + 1))
    head = items[:index]
    if before is not None:
        head = (*items[: index - 1], replace(before, transition=None))
    return (*head, SequenceItem(gap=by), trimmed, *items[index + 1 :])


def _trim_out(items: Items, lengths: Lengths, index: int, by: int) -> Items:
    item, span = items[index], span_of(items[index], lengths)
    after = items[index + 1] if index + 1 < len(items) else None
    gap = after.gap if after is not None and after.gap is not None else 0
    free = min(span.longest_tail, span.tail_room)
    room = free if after is None else min(free, gap)
    check_between(
        by,
        max(1, entering(items, index)) - span.frames,
        room,
        _too_short(items, index),
        _no_room(after, gap if after else UNLIMITED, free, "after its out point", title(item)),
    )
    trimmed = replace(with_tail(item, span, by), transition=None)
    if after is None:
        made: Items = (*items[:index], trimmed)
    elif after.gap is not None:
        kept = [replace(after, gap=gap - by)] if gap - by else []
        made = (*items[:index], trimmed, *kept, *items[index + 2 :])
    else:
        made = (*items[:index], trimmed, SequenceItem(gap=-by), *items[index + 1 :])
    return fitted(made, lengths, range(index - 1, index + 2))


def _no_room(neighbour: SequenceItem | None, gap: int, media: int, side: str, name: str) -> str:
    if media < gap or (neighbour is None and gap):
        return f"{name} has {count(media)} more {side}"
    if neighbour is None:
        return "the track begins here"
    if gap:
        return f"the gap beside it has {count(gap)}"
    return f"{title(neighbour)} is in the way: roll the cut, or ripple"


def _handles(items: Items, index: int, span: Span) -> tuple[int, int]:
    """Media frames below and above those of the item that its transitions show."""
    if span.speed == 0:
        return 0, 0
    speed = abs(span.speed)
    head = ceil(head_needed(items, index) * speed)
    after = tail_needed(items, index)
    tail = used_frames(span.frames + after, span.speed) - span.used if after else 0
    return (head, tail) if span.speed > 0 else (tail, head)


def _spare(items: Items, index: int, span: Span) -> int:
    """Frames that a neighbour can lose: all of a gap, unless a transition needs it."""
    covered = entering(items, index) + leaving(items, index)
    return span.frames - (covered if span.is_gap else max(1, covered))


def _grown(item: SequenceItem, span: Span, by: int) -> list[SequenceItem]:
    return [] if span.is_gap and span.frames + by == 0 else [with_tail(item, span, by)]


def _shortened(item: SequenceItem, span: Span, by: int) -> list[SequenceItem]:
    return [] if span.is_gap and span.frames - by == 0 else [with_head(item, span, by)]


def _too_short(items: Items, index: int) -> str:
    covered = entering(items, index) + leaving(items, index)
    if covered > 1:
        return f"the transitions of {title(items[index])} need {count(covered)} of it"
    return f"one frame of {title(items[index])} must stay"


def _with(items: Items, index: int, item: SequenceItem) -> Items:
    return (*items[:index], item, *items[index + 1 :])
