"""Placing: insert, overwrite, three-point edits, lift, extract, move and reorder, gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from engine.timeline.editing.cuts import cut_at
from engine.timeline.editing.joins import fitted
from engine.timeline.editing.measure import (
    Items,
    Lengths,
    frames_of,
    starts_of,
    title,
    total,
)
from engine.timeline.editing.refusal import RefusedEdit, count
from engine.timeline.items import SequenceItem

Mode: TypeAlias = Literal["insert", "overwrite"]


@dataclass(frozen=True, slots=True)
class Placed:
    """Items in a row, and the frame at which the first begins."""

    at: int
    items: Items


def insert(items: Items, lengths: Lengths, frame: int, new: Sequence[SequenceItem]) -> Items:
    """Put items in at a frame; what lies at and after it moves later by their length."""
    _check_frame(frame)
    if not new:
        return items
    made, index = cut_at(items, lengths, frame)
    head = _ending_in_cut(made[:index])
    whole = (*head, *_ending_in_cut(tuple(new)), *made[index:])
    return tidy(fitted(whole, lengths, range(len(head) - 1, len(head) + len(new))))


def overwrite(items: Items, lengths: Lengths, frame: int, new: Sequence[SequenceItem]) -> Items:
    """Put items in at a frame, in place of what lies there; nothing moves."""
    _check_frame(frame)
    if not new:
        return items
    stop = frame + sum(frames_of(item, lengths) for item in new)
    made, first = cut_at(items, lengths, frame)
    made, last = cut_at(made, lengths, stop) if stop < total(made, lengths) else (made, len(made))
    head = _ending_in_cut(made[:first])
    whole = (*head, *_ending_in_cut(tuple(new)), *made[last:])
    touched = range(len(head) - 2, len(head) + len(new) + 1)
    return tidy(fitted(whole, lengths, touched))


def place(
    items: Items, lengths: Lengths, frame: int, new: Sequence[SequenceItem], mode: Mode
) -> Items:
    """`insert` or `overwrite`."""
    return (insert if mode == "insert" else overwrite)(items, lengths, frame, new)


def lift(items: Items, lengths: Lengths, indices: Iterable[int]) -> Items:
    """Take items out and leave gaps as long as they were."""
    chosen = set(indices)
    made: list[SequenceItem] = []
    for index, item in enumerate(items):
        if index in chosen:
            made.append(SequenceItem(gap=frames_of(item, lengths)))
        elif index + 1 in chosen:
            made.append(_bare(item))
        else:
            made.append(item)
    return tidy(fitted(tuple(made), lengths, _beside(chosen)))


def extract(items: Items, lengths: Lengths, indices: Iterable[int]) -> Items:
    """Take items out; what follows moves earlier."""
    chosen = set(indices)
    made: list[SequenceItem] = []
    seams: set[int] = set()
    for index, item in enumerate(items):
        if index in chosen:
            seams.add(len(made))
        else:
            made.append(_bare(item) if index + 1 in chosen else item)
    return tidy(fitted(tuple(made), lengths, _beside(seams)))


def lift_range(items: Items, lengths: Lengths, start: int, stop: int) -> Items:
    """Take out what lies between two frames and leave a gap."""
    made, chosen = _range(items, lengths, start, stop)
    return lift(made, lengths, chosen)


def extract_range(items: Items, lengths: Lengths, start: int, stop: int) -> Items:
    """Take out what lies between two frames; what follows moves earlier."""
    made, chosen = _range(items, lengths, start, stop)
    return extract(made, lengths, chosen)


def take(
    items: Items, lengths: Lengths, indices: Iterable[int], mode: Mode
) -> tuple[Items, tuple[Placed, ...]]:
    """Take items out to place them elsewhere: what is left, and the runs of what was taken.

    With "overwrite" gaps stay where they lay, with "insert" the rest closes up. Neighbours that
    are taken together keep the transition between them.
    """
    chosen = sorted(set(indices))
    if not chosen:
        return items, ()
    starts = starts_of(items, lengths)
    runs: list[Placed] = []
    run: list[SequenceItem] = []
    for number, index in enumerate(chosen):
        run.append(items[index])
        following = chosen[number + 1] if number + 1 < len(chosen) else None
        if following != index + 1:
            run[-1] = _bare(run[-1])
            runs.append(Placed(starts[index - len(run) + 1], tuple(run)))
            run = []
    rest = (lift if mode == "overwrite" else extract)(items, lengths, chosen)
    return rest, tuple(runs)


def move(items: Items, lengths: Lengths, indices: Iterable[int], by: int) -> Items:
    """Move items `by` frames over what lies there; gaps stay where they lay.

    Raises RefusedEdit when the first of them would come before the sequence's first frame.
    """
    chosen = sorted(set(indices))
    if not chosen or by == 0:
        return items
    first = starts_of(items, lengths)[chosen[0]]
    if first + by < 0:
        raise RefusedEdit("the track begins here", nearest=-first)
    rest, runs = take(items, lengths, chosen, "overwrite")
    for run in runs:
        rest = overwrite(rest, lengths, run.at + by, run.items)
    return rest


def reorder(items: Items, lengths: Lengths, indices: Iterable[int], frame: int) -> Items:
    """Take items out and put them in again at a frame (of the sequence as it is), closing up.

    Raises RefusedEdit when the frame lies inside one of them.
    """
    chosen = sorted(set(indices))
    starts = starts_of(items, lengths)
    before = 0
    for index in chosen:
        if starts[index] < frame < starts[index + 1]:
            raise RefusedEdit("it cannot be put into itself", where=title(items[index]))
        if starts[index + 1] <= frame:
            before += starts[index + 1] - starts[index]
    rest, runs = take(items, lengths, chosen, "insert")
    new = tuple(item for run in runs for item in run.items)
    length = total(rest, lengths)
    return insert(rest, lengths, min(max(0, frame - before), length), new)


def add_gap(items: Items, lengths: Lengths, frame: int, frames: int) -> Items:
    """Open a gap at a frame; what lies at and after it moves later."""
    if frame >= total(items, lengths):
        raise RefusedEdit("nothing lies after this place that could move")
    return insert(items, lengths, frame, (SequenceItem(gap=frames),))


def close_gap(items: Items, lengths: Lengths, index: int) -> Items:
    """Remove a gap; what follows moves earlier. Raises RefusedEdit when it is none."""
    if not 0 <= index < len(items) or items[index].gap is None:
        raise RefusedEdit("there is no gap here to close")
    return extract(items, lengths, (index,))


def shift_from(items: Items, lengths: Lengths, frame: int, by: int) -> Items:
    """Move everything that begins at or after a frame `by` frames, by way of the gap before it.

    Raises RefusedEdit when it would have to move earlier than the end of what lies before it.
    """
    starts = starts_of(items, lengths)
    index = next((n for n in range(len(items)) if starts[n] >= frame), len(items))
    if index < len(items) and items[index].gap is not None and by < 0:
        index += 1  # the gap itself gives the room
    if index >= len(items) or by == 0:
        return items
    gap = items[index - 1].gap if index and items[index - 1].gap is not None else 0
    if gap is not None and by + gap < 0:
        raise RefusedEdit(
            f"{title(items[index])} could follow {count(gap)} only: something lies before it",
            mend="Switch off keeping tracks in sync",
            nearest=-gap,
        )
    if gap:
        kept = (replace(items[index - 1], gap=gap + by),) if gap + by else ()
        made = (*items[: index - 1], *kept, *items[index:])
        return tidy(fitted(made, lengths, range(index - 2, index + 1)))
    head = _ending_in_cut(items[:index])
    return tidy((*head, SequenceItem(gap=by), *items[index:]))


def three_point(
    *,
    source_in: int | None,
    source_out: int | None,
    record_in: int | None,
    record_out: int | None,
    media: int | None,
) -> tuple[SequenceItem, int]:
    """What three points say: an item (of clip 0) with in and out, and the frame to place it at.

    Two of the source and one of the record, or the reverse; the fourth follows. With four points
    the speed is changed so that the source fills the record. Outs are exclusive. A missing
    source in counts as the first frame when both record points are given.
    Raises RefusedEdit when there are too few, or the media is too short.
    """
    if record_in is None and record_out is None:
        raise RefusedEdit("there is no place to edit to", mend="Set an in or out on the timeline")
    if None not in (record_in, record_out) and source_in is None and source_out is None:
        source_in = 0
    if source_out is None and record_out is None:
        source_out = media
    if source_in is None and (record_in is None or record_out is None):
        source_in = 0
    begin, stop, start = _resolved(source_in, source_out, record_in, record_out)
    speed = Fraction(1)
    frames = None
    if None not in (source_in, source_out, record_in, record_out):
        wanted = (record_out or 0) - (record_in or 0)
        if wanted != stop - begin:
            speed, frames = Fraction(stop - begin, wanted), wanted
    if media is not None and stop > media:
        raise RefusedEdit(
            f"the source has {count(media)}, {count(stop - media)} are missing",
            mend="Shorten the range on the timeline, or set an earlier source in",
            nearest=media - begin,
        )
    try:
        item = SequenceItem(in_frame=begin, out_frame=stop, frames=frames, speed=speed)
    except ValueError as error:
        raise RefusedEdit(str(error)) from None
    return item, start


def tidy(items: Items) -> Items:
    """Gaps in a row as one, and none at the end; the same tuple when there is nothing to do."""
    made: list[SequenceItem] = []
    changed = False
    for item in items:
        last = made[-1] if made else None
        if item.gap is not None and last is not None and last.gap is not None:
            made[-1] = replace(item, gap=last.gap + item.gap)
            changed = True
        else:
            made.append(item)
    while made and made[-1].gap is not None:
        made.pop()
        changed = True
    return tuple(made) if changed else items


def _resolved(
    source_in: int | None, source_out: int | None, record_in: int | None, record_out: int | None
) -> tuple[int, int, int]:
    if source_in is not None and source_out is not None:
        if source_out <= source_in:
            raise RefusedEdit("the source's out point lies before its in point")
        start = record_in
        if start is None:
            start = (record_out or 0) - (source_out - source_in)
        begin, stop = source_in, source_out
    elif record_in is not None and record_out is not None:
        if record_out <= record_in:
            raise RefusedEdit("the timeline's out point lies before its in point")
        length = record_out - record_in
        begin = source_in if source_in is not None else (source_out or 0) - length
        stop, start = begin + length, record_in
    else:
        raise RefusedEdit(
            "a point is missing", mend="Set two ins or outs on one side, one on the other"
        )
    if record_in is not None and record_out is not None and record_out <= record_in:
        raise RefusedEdit("the timeline's out point lies before its in point")
    if begin < 0:
        raise RefusedEdit(f"the source is {count(-begin)} too short before its out point")
    if start < 0:
        raise RefusedEdit(f"it would begin {count(-start)} before the timeline's first")
    return begin, stop, start


def _range(items: Items, lengths: Lengths, start: int, stop: int) -> tuple[Items, tuple[int, ...]]:
    if stop <= start:
        raise RefusedEdit("the out point lies before the in point")
    stop = min(stop, total(items, lengths))
    if start >= stop:
        return items, ()
    made, first = cut_at(items, lengths, start)
    made, last = cut_at(made, lengths, stop)
    return made, tuple(range(first, last))


def _check_frame(frame: int) -> None:
    if frame < 0:
        raise RefusedEdit("the track begins here", nearest=0)


def _bare(item: SequenceItem) -> SequenceItem:
    return replace(item, transition=None) if item.transition is not None else item


def _ending_in_cut(items: Items) -> Items:
    if not items or items[-1].transition is None:
        return items
    return (*items[:-1], _bare(items[-1]))


def _beside(indices: Iterable[int]) -> set[int]:
    return {near for index in indices for near in (index - 1, index, index + 1)}
