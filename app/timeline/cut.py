"""The edit as the graph holds it: a timeline node, its tracks, their items, what feeds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from app.editing.level import Level, links_in_order
from app.timeline.book import Book, Entry
from engine.errors import UsageError
from engine.graph import Link, Node, Registry
from engine.graph.checks import ParamError, parse_fraction, to_json
from engine.graph.expand import REROUTE
from engine.media.rates import DROP_FRAME_RATES, nominal_rate, timecode_frame, timecode_text
from engine.timeline.items import AudioTrack, Marker, SequenceItem, SoundClip, VideoTrack

SEQUENCE, TIMELINE = "editorial.sequence", "editorial.timeline"


@dataclass(frozen=True)
class VideoRow:
    """A video track: its settings, the sequence that it shows, and what feeds that.

    `note` says why it cannot be edited here; it then has no items.
    """

    id: str
    settings: VideoTrack
    sequence: str
    entries: tuple[Entry[SequenceItem], ...] = ()
    feeds: tuple[Link, ...] = ()
    note: str = ""

    @cached_property
    def items(self) -> tuple[SequenceItem, ...]:
        """Its items in order."""
        return tuple(entry.value for entry in self.entries)


@dataclass(frozen=True)
class AudioRow:
    """An audio track: its settings (without clips) and its clips."""

    id: str
    settings: AudioTrack
    entries: tuple[Entry[SoundClip], ...] = ()

    @cached_property
    def clips(self) -> tuple[SoundClip, ...]:
        """Its clips."""
        return tuple(entry.value for entry in self.entries)


@dataclass(frozen=True)
class Cut:
    """What a timeline node holds."""

    timeline: str
    rate: Fraction
    start: int
    drop: bool
    video: tuple[VideoRow, ...]
    audio: tuple[AudioRow, ...]
    sounds: tuple[Link, ...]
    markers: tuple[Marker, ...]
    problem: str = ""

    def timecode(self, frame: int) -> str:
        """The timecode of a frame."""
        return timecode_text(frame + self.start, self.rate, drop=self.drop)

    @property
    def fps(self) -> int:
        """Frames that a second of timecode counts."""
        return nominal_rate(self.rate)


class Reader:
    """Reads cuts, remembering the values of JSON objects from one time to the next."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        items = registry[SEQUENCE].param_named["items"]
        timeline = registry[TIMELINE].param_named
        self.items: Book[SequenceItem] = Book(
            lambda row: items.check([row])[0], to_json(SequenceItem())
        )
        self.sounds: Book[SoundClip] = Book(
            lambda row: timeline["audio"].check([{"clips": [row]}])[0].clips[0],
            to_json(SoundClip()),
        )
        self._timeline = timeline
        self._whole: dict[tuple[str, int], list[Any]] = {}

    def read(self, level: Level, timeline: str) -> Cut:
        """The cut of a timeline node. Mistakes in it are its `problem`, or a track's `note`."""
        node = level.nodes[timeline]
        settings = level.project.settings
        rate = _rate(node, settings.rate)
        start, drop = _start(str(node.params.get("start", "00:00:00:00")), rate)
        sequences = feeds_of(level, timeline, "sequences")
        sounds = feeds_of(level, timeline, "sounds")
        try:
            video = tuple(self._timeline["video"].check(node.params.get("video", ())))
            markers = tuple(self._timeline["markers"].check(node.params.get("markers", ())))
            audio = self._audio(node, len(sounds))
            problem = ""
        except ParamError as error:
            video, markers, audio = (), (), ()
            problem = str(error).replace("\t", " ")
        video = video or tuple(VideoTrack(sequence=number) for number in range(len(sequences)))
        rows = tuple(
            self._video(level, number, track, sequences) for number, track in enumerate(video)
        )
        return Cut(timeline, rate, start, drop, rows, audio, sounds, markers, problem)

    def _video(
        self, level: Level, number: int, track: VideoTrack, sequences: Sequence[Link]
    ) -> VideoRow:
        name = f"V{number + 1}"
        if track.sequence >= len(sequences):
            return VideoRow(name, track, "", note="nothing is linked")
        source = behind(level, sequences[track.sequence])
        node = level.nodes.get(source)
        if node is None or node.type != SEQUENCE:
            return VideoRow(name, track, "", note=f"it is made by {source!r}")
        if is_fed_from_outside(level, source, "clips"):
            return VideoRow(name, track, source, note="its shots come from outside the group")
        feeds = feeds_of(level, source, "clips")
        try:
            rows = node.params.get("items") or self._every(source, "clip", len(feeds))
            return VideoRow(name, track, source, self.items.read(rows), feeds)
        except (ParamError, ValueError, TypeError) as error:
            return VideoRow(name, track, source, feeds=feeds, note=str(error).replace("\t", " "))

    def _audio(self, node: Node, sounds: int) -> tuple[AudioRow, ...]:
        rows = node.params.get("audio")
        if not rows:
            rows = [{"clips": [row]} for row in self._every(node.id, "sound", sounds)]
        made = []
        for number, row in enumerate(rows):
            plain = {name: value for name, value in row.items() if name != "clips"}
            track = self._timeline["audio"].check([plain])[0]
            entries = self.sounds.read(row.get("clips", ()))
            made.append(AudioRow(f"A{number + 1}", track, entries))
        return tuple(made)

    def _every(self, node: str, kind: str, count: int) -> list[Any]:
        """The items that a list stands for when nothing is written down."""
        rows = self._whole.setdefault((node, len(kind)), [])
        rows.extend({kind: number} for number in range(len(rows), count))
        return rows[:count]


def feeds_of(level: Level, node: str, name: str) -> tuple[Link, ...]:
    """The links of a list input in the order in which the engine counts them, muted ones too."""
    links = [link for link in level.feeding.get(node, ()) if link.input == name]
    return tuple(link for link in links_in_order(links) if link.source in level.nodes)


def is_off(level: Level, link: Link) -> bool:
    """Whether nothing comes by a link: it is muted, or its source is muted or disabled."""
    source = level.nodes.get(link.source)
    return link.muted or source is None or source.muted or source.disabled


def is_fed_from_outside(level: Level, node: str, name: str) -> bool:
    """Whether a group shows an input of a node inside of it as its own."""
    group = level.groups.get(level.scope) if level.scope is not None else None
    return group is not None and any((p.node, p.field) == (node, name) for p in group.inputs)


def behind(level: Level, link: Link) -> str:
    """The node that a link's value comes from, behind reroutes."""
    name = link.source
    for _ in range(64):
        node = level.nodes.get(name)
        if node is None or node.type != REROUTE:
            return name
        before = next(iter(level.feeding.get(name, ())), None)
        if before is None:
            return name
        name = before.source
    return name


def _rate(node: Node, default: Fraction) -> Fraction:
    value = node.params.get("rate")
    try:
        return default if value is None else parse_fraction(value)
    except ParamError:
        return default


def _start(text: str, rate: Fraction) -> tuple[int, bool]:
    drop = text[-3:-2] in (";", ".") and rate in DROP_FRAME_RATES
    try:
        return timecode_frame(text, rate), drop
    except UsageError:  # validation says what is wrong with it; the ruler counts from 0
        return 0, drop
