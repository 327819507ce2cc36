"""Blade and join: one item becomes two that play the same, and two become one again."""

from __future__ import annotations

from dataclasses import replace

from engine.timeline.editing.joins import active, entering, leaving
from engine.timeline.editing.measure import (
    Items,
    Lengths,
    find,
    floor,
    reshaped,
    span_of,
    title,
    with_head,
    with_tail,
)
from engine.timeline.editing.refusal import RefusedEdit, count
from engine.timeline.items import SequenceItem


def blade(items: Items, lengths: Lengths, frame: int) -> Items:
    """Cut the item at a frame in two. Raises RefusedEdit where there is nothing to cut."""
    index, offset = find(items, lengths, frame)
    if index >= len(items) or items[index].gap is not None:
        raise RefusedEdit("there is no shot to cut here")
    if offset == 0:
        raise RefusedEdit("there is a cut here already", where=title(items[index]))
    span = span_of(items[index], lengths)
    if offset < entering(items, index) or span.frames - offset < leaving(items, index):
        raise RefusedEdit(
            "a transition is here, which a cut would tear",
            where=title(items[index]),
            mend="Remove or shorten the transition first",
        )
    return split(items, lengths, index, offset)


def blade_all(items: Items, lengths: Lengths, frames: tuple[int, ...]) -> Items:
    """Cut at several frames; those where nothing can be cut are left out."""
    made = items
    for frame in frames:
        try:
            made = blade(made, lengths, frame)
        except RefusedEdit:
            continue
    return made


def split(items: Items, lengths: Lengths, index: int, offset: int) -> Items:
    """The item in two, `offset` frames after its first; transitions that this tears are dropped."""
    item, span = items[index], span_of(items[index], lengths)
    left = replace(with_tail(item, span, offset - span.frames), transition=None)
    right = with_head(item, span, offset)
    head = items[:index]
    if offset < entering(items, index):
        head = (*items[: index - 1], replace(items[index - 1], transition=None))
    if span.frames - offset < leaving(items, index):
        right = replace(right, transition=None)
    return (*head, left, right, *items[index + 1 :])


def cut_at(items: Items, lengths: Lengths, frame: int) -> tuple[Items, int]:
    """The items with a cut at a frame, and the number of the item that begins there.

    Past the end a gap fills the way; transitions that a new cut tears are dropped.
    """
    index, offset = find(items, lengths, frame)
    if offset == 0:
        return items, index
    if index >= len(items):
        last = items[-1] if items else None
        if last is not None and last.gap is not None:
            return (*items[:-1], replace(last, gap=last.gap + offset)), len(items)
        return (*items, SequenceItem(gap=offset)), index + 1
    return split(items, lengths, index, offset), index + 1


def join(items: Items, lengths: Lengths, index: int) -> Items:
    """The item and the next as one, when they play on where the cut is. Raises RefusedEdit."""
    if index + 1 >= len(items):
        raise RefusedEdit("there is no cut after the last shot to join")
    left, right = items[index], items[index + 1]
    if left.gap is not None and right.gap is not None:
        joined = left.gap + right.gap
        return (*items[:index], replace(right, gap=joined), *items[index + 2 :])
    if active(left):
        raise RefusedEdit(
            "there is a transition at this cut", where=title(left), mend="Remove it first"
        )
    same = (
        left.gap is None
        and right.gap is None
        and (left.clip, left.speed, left.keep_pitch, left.enabled, left.sound, left.gain)
        == (right.clip, right.speed, right.keep_pitch, right.enabled, right.sound, right.gain)
    )
    if not same:
        raise RefusedEdit("the two sides of this cut are not parts of one shot", where=title(left))
    a, b = span_of(left, lengths), span_of(right, lengths)
    off = b.source - (a.source + floor(a.frames * a.speed))
    if a.speed < 0:
        off = b.end - (a.end - floor(a.frames * -a.speed))
    if off:
        raise RefusedEdit(
            f"{count(abs(off))} of the shot {'are left out' if off > 0 else 'play twice'} here",
            where=title(left),
            mend="Roll or trim the cut so that the shot plays on",
        )
    source = a.source if a.speed >= 0 else b.source
    whole = reshaped(left, source=source, frames=a.frames + b.frames)
    return (*items[:index], replace(whole, transition=right.transition), *items[index + 2 :])
