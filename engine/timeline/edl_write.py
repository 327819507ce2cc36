"""Writes timelines as CMX 3600 EDLs: one file a track, and a new one after 999 events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import opentimelineio as otio

from engine.errors import AiprodError
from engine.runtime.files import atomic_write
from engine.timeline.captioning import captions_on
from engine.timeline.edl_terms import (
    AUXILIARY,
    BLACK,
    CUT_COMMENT,
    LOOK_COMMENT,
    MAX_EVENTS,
    MAX_TITLE,
    MAX_TRANSITION,
    TRACK_COMMENT,
    file_name,
    one_line,
    reel_names,
    speed_text,
)
from engine.timeline.layout import Element, Gap, Join, Layout, Shot, lay_out
from engine.timeline.markers import markers_of
from engine.timeline.report import ExportReport, Loss, unique
from engine.timeline.times import ceil, frames_of, nominal_rate, timecode
from engine.timeline.values import MEDIA_SCHEME, Timeline, facts, media_url


def write_edl(timeline: Timeline, path: Path) -> ExportReport:
    """Write a timeline as EDL: the first video track to `path`, each further track beside it.

    `film.edl`, `film_V2.edl`, `film_A1.edl`; after 999 events `film_part2.edl`. The report lists
    what the format does not carry. Raises AiprodError when a timecode passes 24 hours.
    """
    writer = _Writer(timeline)
    files: list[Path] = []
    for track, label in _labelled_tracks(timeline):
        stem = path.stem if not files else f"{path.stem}_{label}"
        for number, text in enumerate(writer.parts(track, label), 1):
            name = f"{stem}{path.suffix}" if number == 1 else f"{stem}_part{number}{path.suffix}"
            files.append(path.with_name(name))
            atomic_write(files[-1], text)
    if not files:
        files.append(path)
        atomic_write(path, writer.head())
    if captions_on(timeline):
        writer.losses.append(Loss("the captions", "are not part of an EDL", "left out"))
    return ExportReport("edl", tuple(files), unique(writer.losses))


def _labelled_tracks(timeline: Timeline) -> Iterator[tuple[otio.schema.Track, str]]:
    for number, track in enumerate(timeline.video_tracks, 1):
        yield track, f"V{number}"
    for number, track in enumerate(timeline.audio_tracks, 1):
        yield track, f"A{number}"


@dataclass
class _Writer:
    timeline: Timeline
    losses: list[Loss] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rate = self.timeline.rate
        self.start = self.timeline.start
        self.drop = self.timeline.drop_frame
        urls = (media_url(clip) for clip in self.timeline.otio.find_clips())
        self.markers = [
            (frames_of(marker.marked_range.start_time, self.rate), marker)
            for marker in markers_of(self.timeline)
        ]
        self.reels = reel_names(url for url in urls if url)
        day = 24 * 3600 * nominal_rate(self.rate)
        if self.start + self.timeline.frame_count > day:
            raise AiprodError(
                "the timeline ends after 24 hours of timecode, which an EDL cannot say",
                mend="Set an earlier start timecode",
            )

    def head(self) -> str:
        """The first lines of a file."""
        title = one_line(self.timeline.name) or "TIMELINE"
        if len(title) > MAX_TITLE:
            self.losses.append(Loss("the title", f"is longer than {MAX_TITLE}", "cut off"))
        mode = "DROP FRAME" if self.drop else "NON-DROP FRAME"
        return f"TITLE: {title[:MAX_TITLE]}\nFCM: {mode}\n"

    def parts(self, track: otio.schema.Track, label: str) -> Iterator[str]:
        """The texts of a track's files, each of at most 999 events."""
        events = list(self._events(track, label))
        if events:
            events[0] += f"* {TRACK_COMMENT}: {label} {one_line(str(track.name))}\n"
        for first in range(0, max(1, len(events)), MAX_EVENTS):
            some = events[first : first + MAX_EVENTS]
            yield self.head() + "".join(
                event.replace("###", f"{number:03}") for number, event in enumerate(some, 1)
            )

    def _events(self, track: otio.schema.Track, label: str) -> Iterator[str]:
        layout = self._without_long_joins(lay_out(track, self.rate))
        channel = "V" if label.startswith("V") else "AA"
        written: set[int] = set()
        elements = list(layout.elements)
        if len(elements) in layout.joins:
            elements.append(layout.joins[len(elements)].incoming)
        for index, element in enumerate(elements):
            join = layout.joins.get(index)
            start = element.start - (join.before if join else 0)
            following = layout.joins.get(index + 1)
            stop = element.stop - (following.before if following else 0)
            self._note_losses(element)
            if stop <= start:
                continue
            lines = []
            if join is not None:
                own_event = index - 1 in written
                lines += self._join_lines(join, start, stop, channel, own_event=own_event)
            else:
                lines.append(self._line(element, start, stop, channel, "C", None))
                lines += self._speed_line(element, start)
                lines += self._name(element, "FROM")
            lines += self._source(element)
            if label == "V1":
                last = index == len(elements) - 1
                lines += self._marker_lines(start, None if last else stop, first=not written)
            written.add(index)
            yield "".join(f"{line}\n" for line in lines)

    def _join_lines(
        self, join: Join, start: int, stop: int, channel: str, *, own_event: bool
    ) -> list[str]:
        """A transition: the outgoing shot with no length, then the incoming one; its comments."""
        kind = join.transition.kind
        edit = f"W{join.transition.code:03}" if kind == "wipe" else "D"
        lines = [
            self._line(join.outgoing, start, start, channel, "C", None),
            self._line(join.incoming, start, stop, channel, edit, join.frames),
        ]
        if not own_event:
            lines += self._speed_line(join.outgoing, start)
        lines += self._speed_line(join.incoming, start)
        lines += self._name(join.outgoing, "FROM") + self._name(join.incoming, "TO")
        look = join.transition.look()
        where = f"the transition at {self._record(join.cut)}"
        if look not in ({"kind": "dissolve"}, _plain_wipe(join.transition.code)):
            lines.append(f"* {LOOK_COMMENT}: {json.dumps(look, sort_keys=True)}")
        if kind not in ("dissolve", "wipe"):
            self.losses.append(Loss(where, f"{join.transition.title} has no code", "a dissolve"))
        if kind == "wipe" and (join.transition.softness or join.transition.reverse):
            self.losses.append(Loss(where, "its softness and direction have no code", "left out"))
        if join.before != join.frames // 2:
            lines.append(f"* {CUT_COMMENT}: {self._record(join.cut)}")
            if isinstance(join.outgoing, Shot) and isinstance(join.incoming, Shot):
                self.losses.append(Loss(where, "lies off the cut's middle", "the cut is moved"))
        return lines

    def _line(
        self,
        element: Element,
        start: int,
        stop: int,
        channel: str,
        edit: str,
        frames: int | None,
    ) -> str:
        low, high = self._source_range(element, start, stop)
        length = "" if frames is None else f"{frames:03}"
        return (
            f"###  {self._reel(element):<8} {channel:<4}  {edit:<4} {length:<3} "
            f"{self._timecode(low)} {self._timecode(high)} "
            f"{self._record(start)} {self._record(stop)}"
        )

    def _source_range(self, element: Element, start: int, stop: int) -> tuple[int, int]:
        if not self._shows(element):
            return 0, stop - start
        assert isinstance(element, Shot)
        first = element.media_frame(start - element.start)
        used = ceil((stop - start) * abs(element.speed))
        if element.speed == 0 and stop > start:
            used = 1
        low = first - used + 1 if element.speed < 0 and used else first
        return element.media_start + low, element.media_start + low + used

    def _speed_line(self, element: Element, start: int) -> list[str]:
        if not isinstance(element, Shot) or element.speed == 1 or not self._shows(element):
            return []
        text, exact = speed_text(element.speed, self.rate)
        if not exact:
            where = f"{element.name!r} at {self._record(element.start)}"
            self.losses.append(Loss(where, f"its speed {element.speed}", f"written as {text}"))
        entry = element.media_start + element.media_frame(start - element.start)
        return [
            f"M2   {self._reel(element):<8}       {text}                {self._timecode(entry)}"
        ]

    def _name(self, element: Element, which: str) -> list[str]:
        if not self._shows(element):
            return []
        assert isinstance(element, Shot)
        return [f"* {which} CLIP NAME: {one_line(element.name)}"]

    def _source(self, element: Element) -> list[str]:
        url = media_url(element.clip) if isinstance(element, Shot) else None
        if url is None or not self._shows(element):
            return []
        return [f"* SOURCE FILE: {one_line(file_name(url))}"]

    def _marker_lines(self, start: int, stop: int | None, *, first: bool) -> list[str]:
        """The markers from `start` (the first event takes earlier ones) up to `stop`."""
        lines = []
        for at, marker in self.markers:
            if (at < start and not first) or (stop is not None and at >= stop):
                continue
            where = f"the marker {marker.name!r} at {self._record(at)}"
            lines.append(f"* LOC: {self._record(at)} {marker.color:<7} {one_line(marker.name)}")
            if marker.comment:
                self.losses.append(Loss(where, "has a note", "left out"))
            if frames_of(marker.marked_range.duration, self.rate) > 1:
                self.losses.append(Loss(where, "has a length", "written one frame long"))
        return lines

    def _without_long_joins(self, layout: Layout) -> Layout:
        joins = dict(layout.joins)
        for index, join in layout.joins.items():
            if join.frames > MAX_TRANSITION:
                where = f"the transition at {self._record(join.cut)}"
                what = f"is longer than {MAX_TRANSITION} frames"
                self.losses.append(Loss(where, what, "written as a cut"))
                del joins[index]
        return Layout(layout.elements, joins)

    def _note_losses(self, element: Element) -> None:
        if not isinstance(element, Shot):
            return
        kept = facts(element.clip)
        where = f"{element.name!r} at {self._record(element.start)}"
        url = media_url(element.clip)
        if not element.enabled:
            self.losses.append(Loss(where, "is disabled", "written as black"))
        elif url is None:
            self.losses.append(Loss(where, "has no media", "written as black"))
        elif url.startswith(MEDIA_SCHEME):
            what = "its media is in the project and not in a file"
            self.losses.append(Loss(where, what, "left unlinked"))
        if one_line(element.name) != element.name:
            self.losses.append(Loss(where, "its name has control characters", "left out"))
        for name, neutral in _UNSAID.items():
            value = kept.get(name, neutral)
            if (list(value) if isinstance(neutral, list) else value) != neutral:
                self.losses.append(Loss(where, f"its {name.replace('_', ' ')}", "left out"))
        for effect in element.clip.effects:
            if not isinstance(effect, otio.schema.LinearTimeWarp):
                what = f"has the effect {effect.effect_name!r}"
                self.losses.append(Loss(where, what, "left out"))

    def _shows(self, element: Element) -> bool:
        if isinstance(element, Gap):
            return False
        return element.enabled and media_url(element.clip) is not None

    def _reel(self, element: Element) -> str:
        url = media_url(element.clip) if isinstance(element, Shot) else None
        if url is None or not self._shows(element):
            return BLACK
        return self.reels.get(url, AUXILIARY)

    def _record(self, frame: int) -> str:
        return self._timecode(self.start + frame)

    def _timecode(self, frame: int) -> str:
        return timecode(frame, self.rate, drop=self.drop)


_UNSAID = {
    "opacity": 1.0,
    "position": [0.0, 0.0],
    "scale": 1.0,
    "gain": 0.0,
    "pan": 0.0,
    "fade_in": 0,
    "fade_out": 0,
    "role": "",
    "keep_pitch": False,
}


def _plain_wipe(code: int) -> dict[str, object]:
    return {"kind": "wipe", "code": code, "softness": 0.0, "reverse": False}
