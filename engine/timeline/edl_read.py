"""Reads CMX 3600 EDLs into timelines: our own frame for frame, other programs' too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import quote

import opentimelineio as otio

from engine.errors import AiprodError
from engine.timeline.assemble import PlacedClip, PlacedTransition, assemble_track
from engine.timeline.edl_terms import (
    AUXILIARY,
    BLACK,
    CUT_COMMENT,
    LOOK_COMMENT,
    TRACK_COMMENT,
    speed_of_text,
)
from engine.timeline.items import MarkerColor
from engine.timeline.layout import time_warp
from engine.timeline.times import (
    ceil,
    floor,
    frame_of_timecode,
    has_drop_frame,
    time_range,
)
from engine.timeline.transitions import WIPE_NAMES, Transition, transition_like
from engine.timeline.values import Timeline, new_timeline

_TC = r"(\d\d:\d\d:\d\d[:;.,]\d\d)"
_EVENT = re.compile(
    rf"(\d+)\s+(\S+)\s+(\S+)\s+(C|D|W\d+|K\w*)\s*(\d*)\s+{_TC}\s+{_TC}\s+{_TC}\s+{_TC}\s*$"
)
_SPEED = re.compile(rf"M2\s+(\S+)\s+(-?\d+(?:\.\d+)?)\s+{_TC}")
_COMMENT = re.compile(r"\*\s*([A-Z][A-Z ]*?)\s*:\s?(.*)")
_MARKER = re.compile(rf"{_TC}\s+([A-Z]+)?\s*(.*)")


def read_edl(paths: Path | Iterable[Path], *, rate: Fraction) -> Timeline:
    """The timeline of an EDL at a rate, which the format does not say.

    Several paths are its parts and further tracks, in the order in which they were written.
    Raises AiprodError that names the file and line of what is not legal.
    """
    reader = _Reader(rate)
    files = [paths] if isinstance(paths, Path) else list(paths)
    for path in files:
        reader.read(path)
    try:
        return reader.timeline()
    except AiprodError as error:
        where = ", ".join(path.name for path in files)
        raise AiprodError(error.message, where=where, mend=error.mend) from error


@dataclass
class _Line:
    """One event line, in frames."""

    reel: str
    edit: str
    frames: int
    source: tuple[int, int]
    record: tuple[int, int]


@dataclass
class _Event:
    """The lines of one event number, its speeds and comments."""

    lines: list[_Line] = field(default_factory=list)
    speeds: list[tuple[str, Fraction, int]] = field(default_factory=list)
    comments: dict[str, str] = field(default_factory=dict)
    channel: str = "V"

    @property
    def last(self) -> _Line:
        return self.lines[-1]

    def speed_of(self, line: _Line) -> tuple[Fraction, int]:
        """The speed that an M2 line gives to one of the lines, and the source frame it enters at.

        When both lines are of one reel, the timecode tells whose it is.
        """
        same_reel = [speed for speed in self.speeds if speed[0] == line.reel]
        first, last = line.source[0], line.source[1] - 1
        exact = [speed for speed in same_reel if speed[2] in (first, last)]
        alone = all(other is line or other.reel != line.reel for other in self.lines)
        found = exact or (same_reel if alone else [])
        return (found[-1][1], found[-1][2]) if found else (Fraction(1), first)


@dataclass
class _Piece:
    """A shot under construction: its event's source entry at record `entry`, and its cut points."""

    reel: str
    name: str
    url: str
    entry: int
    source: int
    start: int
    stop: int
    speed: Fraction


@dataclass
class _Track:
    name: str
    kind: str
    events: list[_Event] = field(default_factory=list)


class _Reader:
    def __init__(self, rate: Fraction) -> None:
        self.rate = rate
        self.title = ""
        self.drop = False
        self.tracks: dict[str, _Track] = {}
        self.markers: list[tuple[int, str, str]] = []

    def read(self, path: Path) -> None:
        """Take in one file."""
        try:
            text = path.read_text(encoding="utf-8-sig", errors="replace")
        except OSError as error:
            raise AiprodError(f"cannot be read: {error}", where=path.name) from error
        events: list[_Event] = []
        number = None
        for row, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
            where = f"{path.name}, line {row}"
            try:
                number = self._read_line(line.strip(), events, number)
            except AiprodError as error:
                raise AiprodError(error.message, where=where, mend=error.mend) from error
        self._file(events, path)

    def timeline(self) -> Timeline:
        """The timeline of all files read."""
        starts = [
            event.lines[0].record[0] for track in self.tracks.values() for event in track.events
        ]
        start = min(starts, default=0)
        made = new_timeline(self.title, rate=self.rate, start=start, drop_frame=self.drop)
        ranges, urls = self._media_ranges(), self._urls()
        for track in sorted(self.tracks.values(), key=lambda track: track.kind != "Video"):
            pieces, transitions = self._place(track.events, start)
            clips = [self._clip(piece, start, ranges, urls) for piece in pieces]
            made.tracks.extend(
                assemble_track(track.name, track.kind, clips, transitions, self.rate)
            )
        for at, color, name in sorted(self.markers, key=lambda marker: marker[0]):
            made.tracks.markers.append(
                otio.schema.Marker(
                    name=name, marked_range=time_range(at - start, 1, self.rate), color=color
                )
            )
        return Timeline(made)

    # Lines

    def _read_line(self, line: str, events: list[_Event], number: str | None) -> str | None:
        if line.startswith("TITLE:"):
            self.title = self.title or line[6:].strip()
        elif line.startswith("FCM:"):
            self.drop = "NON" not in line and "DROP" in line and has_drop_frame(self.rate)
        elif line[:1].isdigit():
            return self._read_event(line, events, number)
        elif line.startswith("M2") and events:
            match = _SPEED.match(line)
            if not match:
                raise AiprodError(f"is no legal speed line: {line[:80]!r}")
            speed = speed_of_text(match[2], self.rate)
            events[-1].speeds.append((match[1], speed, self._frame(match[3])))
        elif line.startswith("*") and events:
            self._read_comment(line, events[-1])
        return number

    def _read_event(self, line: str, events: list[_Event], number: str | None) -> str:
        match = _EVENT.match(line)
        if not match:
            raise AiprodError(f"is no legal event: {line[:80]!r}")
        times = [self._frame(match[group]) for group in (6, 7, 8, 9)]
        if times[3] < times[2]:
            raise AiprodError(f"its record out is before its record in: {line[:80]!r}")
        found = _Line(
            reel=match[2],
            edit=match[4],
            frames=int(match[5] or 0),
            source=(times[0], times[1]),
            record=(times[2], times[3]),
        )
        if match[1] != number or not events:
            events.append(_Event(channel=match[3]))
        events[-1].lines.append(found)
        return match[1]

    def _read_comment(self, line: str, event: _Event) -> None:
        match = _COMMENT.match(line)
        if not match:
            return
        if match[1] == "LOC":
            marker = _MARKER.match(match[2])
            if marker:
                color = marker[2] if marker[2] in MarkerColor.__args__ else "RED"  # type: ignore[attr-defined]
                self.markers.append((self._frame(marker[1]), color, marker[3]))
            return
        event.comments[match[1]] = match[2]

    def _frame(self, text: str) -> int:
        drop = self.drop or (text[-3] in ";.," and has_drop_frame(self.rate))
        return frame_of_timecode(f"{text[:-3]}{';' if drop else ':'}{text[-2:]}", self.rate)

    def _file(self, events: list[_Event], path: Path) -> None:
        """Sort a file's events into the tracks they name; nameless ones go by their channel."""
        if not events:
            return
        label, _, name = events[0].comments.pop(TRACK_COMMENT, "").partition(" ")
        audio = events[0].channel.startswith(("A", "NONE")) and "V" not in events[0].channel
        kind = otio.schema.TrackKind.Audio if audio else otio.schema.TrackKind.Video
        if not label and re.search(r"_part\d+$", path.stem) and self.tracks:
            label = next(reversed(self.tracks))
        key = label or path.stem
        track = self.tracks.setdefault(key, _Track(name or ("A1" if audio else "V1"), kind))
        track.events += events

    # Placing

    def _place(
        self, events: list[_Event], start: int
    ) -> tuple[list[_Piece], list[PlacedTransition]]:
        pieces: list[_Piece] = []
        transitions: list[PlacedTransition] = []
        for event in events:
            line = event.last
            cut = record_in = line.record[0]
            if line.edit != "C" and line.frames:
                cut = self._cut(event)
                self._outgoing(event, pieces, cut)
                transitions.append(
                    PlacedTransition(
                        record_in - start, record_in + line.frames - start, _transition(event)
                    )
                )
            if line.record[1] > cut:
                pieces.append(self._piece(event, line, cut))
        return pieces, transitions

    def _cut(self, event: _Event) -> int:
        line = event.last
        said = event.comments.get(CUT_COMMENT)
        return self._frame(said) if said else line.record[0] + line.frames // 2

    def _outgoing(self, event: _Event, pieces: list[_Piece], cut: int) -> None:
        """Lengthen the outgoing shot to the cut; make it when it had no event of its own."""
        line = event.lines[0] if len(event.lines) > 1 else None
        record_in = event.last.record[0]
        if cut <= record_in:
            return
        known = pieces[-1] if pieces and pieces[-1].stop == record_in else None
        if known is not None and (line is None or line.reel == known.reel):
            known.stop = cut
        elif line is not None:
            piece = self._piece(event, line, record_in, outgoing=True)
            piece.stop = cut
            pieces.append(piece)

    def _piece(self, event: _Event, line: _Line, cut: int, *, outgoing: bool = False) -> _Piece:
        joined = len(event.lines) > 1
        which = "TO CLIP NAME" if joined and not outgoing else "FROM CLIP NAME"
        speed, entry = event.speed_of(line)
        return _Piece(
            reel=line.reel,
            name=event.comments.get(which, "").strip(),
            url="" if outgoing else _url(event.comments.get("SOURCE FILE", "")),
            entry=line.record[0],
            source=entry if speed < 0 else line.source[0],
            start=cut,
            stop=line.record[1],
            speed=speed,
        )

    def _clip(
        self,
        piece: _Piece,
        start: int,
        ranges: dict[str, tuple[int, int]],
        urls: dict[str, str],
    ) -> PlacedClip:
        first, last = piece.start - start, piece.stop - start
        if piece.reel == BLACK:
            return PlacedClip(first, last, None)
        frames = piece.stop - piece.start
        ahead = piece.entry - piece.start
        used = max(1, ceil(frames * abs(piece.speed)))
        if piece.speed < 0:
            source = piece.source + 1 + floor(ahead * -piece.speed) - used
        else:
            source = piece.source - floor(ahead * piece.speed)
        low, high = ranges.get(piece.reel, (source, source + used))
        low, high = min(low, source), max(high, source + used)
        url = piece.url or urls.get(piece.reel, "")
        clip = otio.schema.Clip(
            name=piece.name or piece.reel,
            media_reference=otio.schema.ExternalReference(
                target_url=url or quote(piece.reel),
                available_range=time_range(low, high - low, self.rate),
                metadata={"aiprod": {"reel": piece.reel}},
            ),
            source_range=time_range(source, frames, self.rate),
            effects=time_warp(piece.speed),
        )
        return PlacedClip(first, last, clip)

    def _media_ranges(self) -> dict[str, tuple[int, int]]:
        """For every reel, the lowest and highest source frame that any event uses."""
        ranges: dict[str, tuple[int, int]] = {}
        for line in (
            line
            for track in self.tracks.values()
            for event in track.events
            for line in event.lines
            if line.reel not in (BLACK, AUXILIARY)
        ):
            low, high = ranges.get(line.reel, line.source)
            ranges[line.reel] = min(low, line.source[0]), max(high, line.source[1])
        return ranges

    def _urls(self) -> dict[str, str]:
        return {
            event.last.reel: _url(event.comments["SOURCE FILE"])
            for track in self.tracks.values()
            for event in track.events
            if "SOURCE FILE" in event.comments
        }


def _transition(event: _Event) -> Transition:
    line = event.last
    said = event.comments.get(LOOK_COMMENT)
    if said:
        try:
            look: Any = json.loads(said)
        except ValueError:
            look = None
        if isinstance(look, dict):
            return transition_like(look, line.frames)
    code = int(line.edit[1:]) if line.edit.startswith("W") else 0
    if code in WIPE_NAMES:
        return Transition("wipe", line.frames, code=code)
    return Transition("dissolve", line.frames)


def _url(path: str) -> str:
    return quote(path.strip())
