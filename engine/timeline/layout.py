"""Where everything on a track lies, in whole frames: shots, gaps and the joins between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import opentimelineio as otio

from engine.errors import AiprodError, Problem
from engine.timeline.otio_transitions import from_otio
from engine.timeline.times import ceil, exact_rate, floor, frames_of, timecode, whole_frames_of
from engine.timeline.transitions import Transition
from engine.timeline.values import Timeline, facts

UNLIMITED = 1 << 40
"""Frames of handle that a freeze frame has on either side."""


@dataclass(frozen=True, eq=False)
class Shot:
    """One clip between its cut points `start` and `stop` (frames of the track, stop exclusive).

    `source` is the lowest media frame it uses, counted from the media's first; `media_start` is
    that first frame's timecode in frames; `media_frames` the media's length. All frames are at the
    track's rate. `speed` is media frames a track frame: negative runs backwards, 0 holds a frame.
    """

    clip: otio.schema.Clip
    start: int
    stop: int
    source: int
    media_start: int
    media_frames: int
    speed: Fraction = Fraction(1)
    enabled: bool = True

    @property
    def name(self) -> str:
        """The clip's name."""
        return str(self.clip.name)

    @property
    def frames(self) -> int:
        """Its length on the track."""
        return self.stop - self.start

    @property
    def used(self) -> int:
        """Media frames that lie between its cut points."""
        return max(1, ceil(self.frames * abs(self.speed)))

    @property
    def end(self) -> int:
        """The media frame after the highest that it uses between its cut points."""
        return self.source + self.used

    def media_frame(self, offset: int) -> int:
        """The media frame shown `offset` track frames after `start`; offset may be a handle's."""
        if self.speed < 0:
            return self.end - 1 - floor(offset * -self.speed)
        return self.source + floor(offset * self.speed)

    @property
    def head_room(self) -> int:
        """Track frames that the media has before the shot's first."""
        if self.speed == 0:
            return UNLIMITED
        spare = self.media_frames - self.end if self.speed < 0 else self.source
        return max(0, floor(spare / abs(self.speed)))

    @property
    def tail_room(self) -> int:
        """Track frames that the media has after the shot's last."""
        if self.speed == 0:
            return UNLIMITED
        rest = self.end if self.speed < 0 else self.media_frames - self.source
        return max(0, ceil(rest / abs(self.speed)) - self.frames)


@dataclass(frozen=True, eq=False)
class Gap:
    """Nothing, from `start` to `stop`."""

    start: int
    stop: int

    @property
    def frames(self) -> int:
        """Its length on the track."""
        return self.stop - self.start


Element: TypeAlias = Shot | Gap


@dataclass(frozen=True, eq=False)
class Join:
    """A transition around the frame `cut`: from `before` frames ahead of it to `after` past it."""

    cut: int
    before: int
    after: int
    transition: Transition
    outgoing: Element
    incoming: Element
    value: otio.schema.Transition

    @property
    def start(self) -> int:
        """Its first frame."""
        return self.cut - self.before

    @property
    def stop(self) -> int:
        """The frame after its last."""
        return self.cut + self.after

    @property
    def frames(self) -> int:
        """Its length."""
        return self.before + self.after


@dataclass(frozen=True, eq=False)
class Layout:
    """A track's elements in order; `joins[i]` is the transition ahead of `elements[i]`.

    `joins[len(elements)]` is a transition out of the last element into nothing.
    """

    elements: tuple[Element, ...]
    joins: Mapping[int, Join]

    @property
    def frames(self) -> int:
        """The track's length."""
        return self.elements[-1].stop if self.elements else 0

    @property
    def shots(self) -> list[Shot]:
        """The clips, without the gaps."""
        return [element for element in self.elements if isinstance(element, Shot)]

    def join_before(self, index: int) -> int:
        """Frames of the track, ahead of `elements[index]`, in which it already shows."""
        return self.joins[index].before if index in self.joins else 0

    def join_after(self, index: int) -> int:
        """Frames after `elements[index]` in which it still shows."""
        return self.joins[index + 1].after if index + 1 in self.joins else 0


def lay_out(track: otio.schema.Track, rate: Fraction) -> Layout:
    """The layout of an OTIO track at a rate.

    Raises AiprodError for what is neither clip, gap nor transition.
    """
    elements: list[Element] = []
    pending: dict[int, otio.schema.Transition] = {}
    position = 0
    for child in track:
        if isinstance(child, otio.schema.Transition):
            if len(elements) in pending:
                raise AiprodError(f"track {track.name!r} has two transitions at one cut")
            pending[len(elements)] = child
            continue
        element = _element(child, position, rate, enabled=track.enabled)
        elements.append(element)
        position = element.stop
    joins = {index: _join(elements, index, value, rate) for index, value in pending.items()}
    return Layout(tuple(elements), joins)


def cuts(timeline: Timeline) -> tuple[Fraction, ...]:
    """Seconds at which a shot of an enabled video track begins or ends without a transition.

    Neither the beginning nor the end of the edit is among them. Raises as `lay_out`.
    """
    tracks = (track for track in timeline.otio.video_tracks() if track.enabled)
    layouts = [lay_out(track, timeline.rate) for track in tracks]
    end = max((layout.frames for layout in layouts), default=0)
    found = {
        place
        for layout in layouts
        for index, element in enumerate(layout.elements)
        for place, join in ((element.start, index), (element.stop, index + 1))
        if join not in layout.joins and 0 < place < end
    }
    return tuple(place / timeline.rate for place in sorted(found))


def handle_problems(layout: Layout, track: str, rate: Fraction) -> list[Problem]:
    """Every transition without enough media on a side, or that runs into another one."""
    problems: list[Problem] = []
    for join in layout.joins.values():
        problems += _missing(join, rate, track)
    for index, element in enumerate(layout.elements):
        entering = layout.joins[index].after if index in layout.joins else 0
        leaving = layout.joins[index + 1].before if index + 1 in layout.joins else 0
        over = entering + leaving - element.frames
        if over > 0:
            problems.append(
                Problem(
                    f"{element_name(element)} is {element.frames} frames long, {over} fewer than "
                    f"its transitions cover",
                    field=track,
                    mend=f"Shorten its transitions by {over} frames in all, or lengthen it",
                )
            )
    return problems


def source_problems(layout: Layout, track: str) -> list[Problem]:
    """Every shot that uses frames which its media has not."""
    problems = []
    for shot in layout.shots:
        first, last = shot.source, shot.end
        missing = max(0, -first) + max(0, last - shot.media_frames)
        if missing:
            problems.append(
                Problem(
                    f"{element_name(shot)} uses frames {first} to {last - 1} of media that has "
                    f"{shot.media_frames}: {missing} are missing",
                    field=track,
                    mend="Trim its in and out points to the media",
                )
            )
    return problems


def element_name(element: Element) -> str:
    """The element as messages name it."""
    return repr(element.name) if isinstance(element, Shot) else "black"


def speed_of(clip: otio.schema.Clip) -> Fraction:
    """Media frames a track frame: the product of the clip's linear time warps."""
    speed = Fraction(1)
    for effect in clip.effects:
        if isinstance(effect, otio.schema.LinearTimeWarp):
            kept = facts(effect).get("speed")
            scalar = Fraction(effect.time_scalar).limit_denominator(10_000)
            exact = Fraction(str(kept)) if kept is not None else scalar
            speed *= exact if abs(exact - scalar) < Fraction(1, 1000) else scalar
    return speed


def time_warp(speed: Fraction) -> list[otio.schema.LinearTimeWarp]:
    """The OTIO effects of a speed; none at speed 1."""
    if speed == 1:
        return []
    kept = {"aiprod": {"speed": str(speed)}}
    if speed == 0:
        return [otio.schema.FreezeFrame(name="freeze", metadata=kept)]
    return [otio.schema.LinearTimeWarp(name="speed", time_scalar=float(speed), metadata=kept)]


def _element(child: otio.core.Item, start: int, rate: Fraction, *, enabled: bool) -> Element:
    if isinstance(child, otio.schema.Gap):
        return Gap(start, start + frames_of(child.duration(), rate))
    if not isinstance(child, otio.schema.Clip):
        raise AiprodError(
            f"{child.name or 'an item'!r} is a {child.schema_name()}, which cannot be laid out",
            mend="Flatten nested stacks and tracks first",
        )
    used = child.trimmed_range()
    available = child.media_reference.available_range or used
    same = exact_rate(available.duration.rate) == rate
    media_start = frames_of(available.start_time, rate)
    frames = frames_of if same else whole_frames_of
    return Shot(
        clip=child,
        start=start,
        stop=start + frames_of(used.duration, rate),
        source=frames_of(used.start_time, rate) - media_start,
        media_start=media_start,
        media_frames=frames(available.duration, rate),
        speed=speed_of(child),
        enabled=enabled and child.enabled,
    )


def _join(
    elements: list[Element], index: int, value: otio.schema.Transition, rate: Fraction
) -> Join:
    end = elements[-1].stop if elements else 0
    transition, before, after = from_otio(value, rate)
    return Join(
        cut=elements[index].start if index < len(elements) else end,
        before=before if index > 0 else 0,
        after=after if index < len(elements) else 0,
        transition=transition,
        outgoing=elements[index - 1] if index else Gap(0, 0),
        incoming=elements[index] if index < len(elements) else Gap(end, end),
        value=value,
    )


def _place(join: Join, rate: Fraction) -> str:
    names = f"{element_name(join.outgoing)} to {element_name(join.incoming)}"
    return f"the cut from {names} ({timecode(join.cut, rate)})"


def _missing(join: Join, rate: Fraction, track: str) -> list[Problem]:
    place = f"the {join.transition.title} of {join.frames} frames at {_place(join, rate)}"
    problems = []
    for element, needed, room, side, mend in (
        (join.outgoing, join.after, "tail_room", "after its out point", "out point earlier"),
        (join.incoming, join.before, "head_room", "before its in point", "in point later"),
    ):
        if isinstance(element, Gap) or getattr(element, room) >= needed:
            continue
        there = getattr(element, room)
        lack = needed - there
        problems.append(
            Problem(
                f"{place} needs {needed} frames of {element.name!r} {side}, which has {there}: "
                f"{lack} {'frame is' if lack == 1 else 'frames are'} missing",
                field=track,
                mend=f"Set its {mend} by {lack}, or shorten the transition by {2 * lack}",
            )
        )
    return problems
