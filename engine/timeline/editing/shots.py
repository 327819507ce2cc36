"""Changes of single items: speed, on and off, own sound and gain, name, and another clip in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from engine.timeline.editing.joins import fitted
from engine.timeline.editing.measure import (
    UNLIMITED,
    Items,
    Lengths,
    floor,
    reshaped,
    span_of,
    title,
    used_frames,
)
from engine.timeline.editing.placing import extract, tidy
from engine.timeline.editing.refusal import RefusedEdit, count
from engine.timeline.items import SequenceItem


def set_speed(
    items: Items,
    lengths: Lengths,
    index: int,
    speed: Fraction,
    *,
    rippling: bool = True,
    keep_pitch: bool | None = None,
) -> Items:
    """Play an item at another speed: 1/2 slow motion, negative backwards, 0 holds its frame.

    Rippling keeps the part of the media and changes the length; otherwise the length stays and
    the media's out point follows. `keep_pitch` says whether its sound keeps its pitch, as before
    when it is None. Raises RefusedEdit when the media is too short.
    """
    item = _shot(items, index)
    if keep_pitch is not None and keep_pitch != item.keep_pitch:
        item = replace(item, keep_pitch=keep_pitch)
        items = (*items[:index], item, *items[index + 1 :])
    span = span_of(item, lengths)
    try:
        faster = replace(item, speed=speed, frames=span.frames)
    except ValueError as error:
        raise RefusedEdit(str(error), where=title(item)) from None
    if speed == item.speed:
        return items
    frames = span.frames
    if speed != 0 and rippling and span.speed != 0:
        frames = floor(span.used / abs(speed))
        if frames < 1:
            raise RefusedEdit(
                f"{count(span.used)} at {speed} times the speed are less than one frame",
                where=title(item),
            )
    used = used_frames(frames, speed) if speed else 1
    source = min(span.source, span.media - used) if span.media != UNLIMITED else span.source
    if source < 0:
        raise RefusedEdit(
            f"it would need {count(used)} of media that has {count(span.media)}",
            where=title(item),
            mend="Let the length follow the speed, or shorten it first",
        )
    changed = reshaped(faster, source=source, frames=frames)
    made = (*items[:index], changed, *items[index + 1 :])
    return fitted(made, lengths, (index - 1, index))


def set_enabled(items: Items, indices: Iterable[int], *, enabled: bool) -> Items:
    """Show items, or leave black (or what lies below) in their places."""
    return _each(items, indices, enabled=enabled)


def set_gain(items: Items, indices: Iterable[int], gain: float) -> Items:
    """The gain of items' own sound, in dB. Raises RefusedEdit outside -96 to 24."""
    return _each(items, indices, gain=gain)


def set_sound(items: Items, indices: Iterable[int], *, sound: bool) -> Items:
    """Take the items' own sound along, or leave it out."""
    return _each(items, indices, sound=sound)


def rename(items: Items, index: int, name: str) -> Items:
    """Another name for an item, as exports and messages show it."""
    return _each(items, (index,), name=name)


def replace_clip(items: Items, lengths: Lengths, index: int, clip: int) -> Items:
    """Another clip in an item's place, with the same trim and length as far as its media goes.

    When the new clip is shorter, the in point comes earlier. Raises RefusedEdit when it is too
    short altogether.
    """
    item = _shot(items, index)
    span = span_of(item, lengths)
    media = lengths[clip] if clip < len(lengths) else None
    source = span.source
    if media is not None and span.end > media:
        source = media - span.used
    if source < 0 and media is not None:
        raise RefusedEdit(
            f"the other clip has {count(media)} and {count(span.used)} are needed",
            where=title(item),
            mend="Shorten the shot first",
        )
    changed = reshaped(replace(item, clip=clip), source=source, frames=span.frames)
    made = (*items[:index], changed, *items[index + 1 :])
    return fitted(made, lengths, (index - 1, index))


def renumbered(items: Items, numbers: dict[int, int]) -> Items:
    """The items with other clip numbers; numbers that are not in the table stay."""
    return tuple(
        item
        if item.gap is not None or numbers.get(item.clip, item.clip) == item.clip
        else replace(item, clip=numbers[item.clip])
        for item in items
    )


def unused_clips(items: Items, there: int) -> tuple[int, ...]:
    """Numbers of the clips, of so many, that no item plays."""
    used = {item.clip for item in items if item.gap is None}
    return tuple(number for number in range(there) if number not in used)


def without_gaps(items: Items, lengths: Lengths) -> Items:
    """All gaps closed."""
    return tidy(
        extract(items, lengths, [n for n, item in enumerate(items) if item.gap is not None])
    )


def _shot(items: Items, index: int) -> SequenceItem:
    if items[index].gap is not None:
        raise RefusedEdit("a gap has no media")
    return items[index]


def _each(items: Items, indices: Iterable[int], **changes: object) -> Items:
    chosen = set(indices)
    made = []
    for index, item in enumerate(items):
        if index not in chosen or item.gap is not None:
            made.append(item)
            continue
        try:
            made.append(replace(item, **changes))  # type: ignore[arg-type]
        except ValueError as error:
            raise RefusedEdit(str(error), where=title(item)) from None
    return tuple(made)
