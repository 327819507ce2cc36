"""Measures the items of a sequence: lengths, places, the media they use and what is left of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate
from typing import TypeAlias

from engine.timeline.editing.refusal import RefusedEdit
from engine.timeline.items import SequenceItem

Items: TypeAlias = tuple[SequenceItem, ...]
Lengths: TypeAlias = Sequence[int | None]
"""Frames that each clip has at the rate of the sequence; None when nobody knows yet."""

UNLIMITED = 1 << 40
"""Frames of media that a held frame, a gap or a clip of unknown length is taken to have."""


@dataclass(frozen=True, slots=True)
class Span:
    """What an item covers: `frames` of the track, media from `source` on (its lowest frame).

    `media` is the clip's length, UNLIMITED when it is not known. The rooms are frames of the
    track: those of the head and tail count handles as the renderer does, which may show the last
    media frame in part; the longest count whole frames, as cut points need.
    """

    frames: int
    source: int
    speed: Fraction
    media: int
    is_gap: bool = False

    @property
    def used(self) -> int:
        """Media frames between its cut points."""
        return used_frames(self.frames, self.speed)

    @property
    def end(self) -> int:
        """The media frame after the highest that it uses between its cut points."""
        return self.source + self.used

    @property
    def head_room(self) -> int:
        """Frames of handle before its first."""
        if self.is_gap or self.speed == 0:
            return UNLIMITED
        spare = self.media - self.end if self.speed < 0 else self.source
        return max(0, floor(spare / abs(self.speed)))

    @property
    def tail_room(self) -> int:
        """Frames of handle after its last."""
        if self.is_gap or self.speed == 0:
            return UNLIMITED
        rest = self.end if self.speed < 0 else self.media - self.source
        return max(0, ceil(rest / abs(self.speed)) - self.frames)

    @property
    def longest_head(self) -> int:
        """Frames by which its in point can come earlier."""
        return self.head_room

    @property
    def longest_tail(self) -> int:
        """Frames by which its out point can come later."""
        if self.is_gap or self.speed == 0:
            return UNLIMITED
        rest = self.end if self.speed < 0 else self.media - self.source
        return max(0, floor(rest / abs(self.speed)) - self.frames)


def floor(value: Fraction | int) -> int:
    """The largest whole number that is not above `value`."""
    return value.numerator // value.denominator


def ceil(value: Fraction) -> int:
    """The smallest whole number that is not below `value`."""
    return -((-value.numerator) // value.denominator)


def used_frames(frames: int, speed: Fraction) -> int:
    """Media frames that so many track frames use at a speed."""
    return frames if speed == 1 else max(1, ceil(frames * abs(speed)))


def span_of(item: SequenceItem, lengths: Lengths) -> Span:
    """Measure one item. Raises RefusedEdit when its length is not known, or its clip not there."""
    if item.gap is not None:
        return Span(item.gap, 0, Fraction(1), UNLIMITED, is_gap=True)
    if item.clip >= len(lengths):
        raise RefusedEdit(
            f"it plays clip {item.clip}, and {len(lengths)} are linked", where=title(item)
        )
    media = lengths[item.clip]
    known = UNLIMITED if media is None else media
    return Span(frames_of(item, lengths), item.in_frame, item.speed, known)


def frames_of(item: SequenceItem, lengths: Lengths) -> int:
    """How many frames of the sequence an item fills. Raises RefusedEdit when nobody knows."""
    if item.gap is not None:
        return item.gap
    if item.frames is not None:
        return item.frames
    stop = item.out_frame
    if stop is None:
        stop = lengths[item.clip] if item.clip < len(lengths) else None
    if stop is None:
        raise RefusedEdit(
            "its length is not known yet", where=title(item), mend="Render it, or set its out point"
        )
    if item.speed == 1:
        return max(1, stop - item.in_frame)
    return max(1, floor((stop - item.in_frame) / abs(item.speed)))


def starts_of(items: Items, lengths: Lengths) -> list[int]:
    """The first frame of each item, and the frame after the last item."""
    return list(accumulate((frames_of(item, lengths) for item in items), initial=0))


def total(items: Items, lengths: Lengths) -> int:
    """Length of the sequence in frames."""
    return sum(frames_of(item, lengths) for item in items)


def find(items: Items, lengths: Lengths, frame: int) -> tuple[int, int]:
    """The item at a frame and the frames from its first; (number of items, rest) past the end."""
    starts = starts_of(items, lengths)
    index = bisect_right(starts, max(0, frame)) - 1
    index = min(index, len(items))
    return index, frame - starts[index]


def title(item: SequenceItem) -> str:
    """The item as messages name it."""
    if item.gap is not None:
        return "the gap"
    return repr(item.name) if item.name else f"shot {item.clip + 1}"


def reshaped(item: SequenceItem, *, source: int, frames: int) -> SequenceItem:
    """The item with other media and length, its fields in their plainest form."""
    if item.gap is not None:
        return replace(item, gap=frames)
    if item.speed == 0:
        return replace(item, in_frame=source, out_frame=None, frames=frames)
    used = used_frames(frames, item.speed)
    natural = frames if item.speed == 1 else floor(used / abs(item.speed))
    return replace(
        item,
        in_frame=source,
        out_frame=source + used,
        frames=None if natural == frames else frames,
    )


def with_head(item: SequenceItem, span: Span, by: int) -> SequenceItem:
    """The item whose first frame comes `by` frames later (earlier when negative)."""
    frames = span.frames - by
    if span.is_gap or span.speed == 0:
        return reshaped(item, source=span.source, frames=frames)
    if span.speed > 0:
        return reshaped(item, source=span.source + floor(by * span.speed), frames=frames)
    end = span.end - floor(by * -span.speed)
    return reshaped(item, source=end - used_frames(frames, span.speed), frames=frames)


def with_tail(item: SequenceItem, span: Span, by: int) -> SequenceItem:
    """The item that lasts `by` frames longer (shorter when negative)."""
    frames = span.frames + by
    source = span.source
    if span.speed < 0:
        source = span.end - used_frames(frames, span.speed)
    return reshaped(item, source=source, frames=frames)
