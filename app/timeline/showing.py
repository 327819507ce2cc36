"""A cut as the timeline widget shows it; what has not changed stays the same objects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.editing.level import Level
from app.said import said
from app.strips import Strips
from app.timeline.book import Entry
from app.timeline.cut import AudioRow, Cut, VideoRow, is_off
from app.timeline.facts import height_of, targets, track_facts
from app.timeline.lengths import clip_lengths, sound_lengths
from engine.graph import Link
from engine.timeline.editing import Lengths, RefusedEdit, frames_of, sound_frames, span_of
from engine.timeline.items import Marker, SequenceItem, SoundClip
from engine.timeline.transitions import Transition
from widgets.timeline import ClipView, MarkerView, TrackView, TransitionView

MARKER_COLORS = {
    "RED": "#ff5c5c",
    "ORANGE": "#ff9f40",
    "YELLOW": "#f2d24b",
    "GREEN": "#5fd08a",
    "CYAN": "#49c9d6",
    "BLUE": "#5aa9ff",
    "PURPLE": "#a879e6",
    "MAGENTA": "#e667c8",
    "PINK": "#ff9ab8",
    "BLACK": "#5a6068",
    "WHITE": "#e8eaed",
}
_UNKNOWN = 1 << 20  # frames of handle from which on it is not known


@dataclass(frozen=True)
class Lane:
    """What a track of the widget shows, and which item each of its clips is."""

    clips: tuple[ClipView, ...]
    starts: tuple[int, ...]
    transitions: tuple[TransitionView, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class _Feed:
    """What the clips of one feed have in common."""

    media: str
    title: str
    length: int | None
    has_sound: bool
    is_there: bool
    is_off: bool
    takes: int


class Shower:
    """Makes view values of a cut, and remembers them."""

    def __init__(self, strips: Strips, takes: Callable[[str], int]) -> None:
        self._strips = strips
        self._takes = takes
        self._known: dict[str, tuple[Entry[Any], _Feed | None, ClipView]] = {}

    def tracks(self, level: Level, cut: Cut) -> list[TrackView]:
        """The headers."""
        node = level.nodes[cut.timeline]
        facts = track_facts(node)
        video, audio = targets(node, cut)
        shown = []
        for row in cut.video:
            own = facts.get(row.id, {})
            shown.append(
                TrackView(
                    row.id,
                    "video",
                    row.settings.name or _title(level, row.sequence),
                    height_of(own, "video"),
                    locked=bool(own.get("locked")),
                    muted=not row.settings.enabled,
                    solo=bool(own.get("solo")),
                    target=row.id == video,
                    note=said(row.note),
                )
            )
        for number, track in enumerate(cut.audio):
            own = facts.get(track.id, {})
            shown.append(
                TrackView(
                    track.id,
                    "audio",
                    track.settings.name or _tr("Audio {number}").format(number=number + 1),
                    height_of(own, "audio"),
                    locked=bool(own.get("locked")),
                    muted=not track.settings.enabled,
                    solo=bool(own.get("solo")),
                    target=track.id == audio,
                )
            )
        return shown

    def video_lane(self, level: Level, cut: Cut, row: VideoRow) -> Lane:
        """The clips of a video track."""
        lengths = self.lengths(level, cut, row)
        feeds = [
            self._feed(level, link, length) for link, length in zip(row.feeds, lengths, strict=True)
        ]
        clips: list[ClipView] = []
        starts: list[int] = []
        joins: list[TransitionView] = []
        numbers: list[int] = []
        at = row.settings.at
        for number, entry in enumerate(row.entries):
            item = entry.value
            frames = _frames(item, lengths)
            if item.gap is None:
                name = f"{row.id}.{entry.name}"
                feed = feeds[item.clip] if item.clip < len(feeds) else None
                clips.append(self._clip(name, entry, feed, lengths, frames))
                starts.append(at)
                numbers.append(number)
            at += frames
            if item.transition is not None and item.transition.kind != "cut":
                after = item.transition.after if number + 1 < len(row.entries) else 0
                joins.append(
                    TransitionView(
                        f"{row.id}.{entry.name}",
                        at,
                        item.transition.before,
                        after,
                        transition_title(item.transition),
                        item.transition.kind,
                    )
                )
        return Lane(tuple(clips), tuple(starts), tuple(joins), tuple(numbers))

    def audio_lane(self, level: Level, cut: Cut, row: AudioRow, picture: int | None) -> Lane:
        """The clips of an audio track, in order of time."""
        lengths = self.sound_lengths(level, cut)
        feeds = [
            self._feed(level, link, length)
            for link, length in zip(cut.sounds, lengths, strict=True)
        ]
        order = sorted(range(len(row.entries)), key=lambda n: row.entries[n].value.at)
        clips = []
        for number in order:
            entry = row.entries[number]
            clip = entry.value
            frames = _sound_frames(clip, lengths, picture)
            feed = feeds[clip.sound] if clip.sound < len(feeds) else None
            clips.append(self._sound(f"{row.id}.{entry.name}", entry, feed, frames))
        starts = tuple(row.entries[number].value.at for number in order)
        return Lane(tuple(clips), starts, (), tuple(order))

    def lengths(self, level: Level, cut: Cut, row: VideoRow) -> list[int | None]:
        """Frames of the clips that feed a row."""
        return clip_lengths(row, self._strips, level, cut.rate)

    def sound_lengths(self, level: Level, cut: Cut) -> list[int | None]:
        """Frames of the sounds that feed a cut."""
        return sound_lengths(cut.sounds, cut.audio, self._strips, level, cut.rate)

    def resized(self, tracks: list[TrackView], track: str, height: int) -> list[TrackView]:
        """The headers with one of another height, as while it is dragged."""
        return [replace(item, height=height) if item.id == track else item for item in tracks]

    def forget(self) -> None:
        """Another project is open."""
        self._known.clear()

    def _feed(self, level: Level, link: Link, length: int | None) -> _Feed:
        facts = self._strips.facts(link.source)
        return _Feed(
            link.source,
            _title(level, link.source),
            length,
            facts is not None and facts.has_sound,
            facts is not None or self._strips.is_cached(link.source),
            is_off(level, link),
            self._takes(link.source),
        )

    def _clip(
        self,
        name: str,
        entry: Entry[SequenceItem],
        feed: _Feed | None,
        lengths: Lengths,
        frames: int,
    ) -> ClipView:
        known = self._known.get(name)
        if known is not None and known[0] is entry and known[1] == feed:
            return known[2]
        item = entry.value
        view = ClipView(name, frames, item.name or _tr("Missing"), "video", state="missing")
        if feed is not None:
            head, tail = _handles(item, lengths)
            sound = "linked" if item.sound and item.speed != 0 else "off"
            view = ClipView(
                name,
                frames,
                item.name or feed.title,
                "video",
                media=feed.media,
                source=item.in_frame,
                speed=float(item.speed),
                head=head,
                tail=tail,
                enabled=item.enabled and not feed.is_off,
                sound=sound if feed.has_sound else "",  # type: ignore[arg-type]
                gain=item.gain,
                note=_speed_note(item.speed),
                takes=feed.takes,
                state="" if feed.is_there else "waiting",
                problem=_problem(item, lengths),
            )
        self._known[name] = (entry, feed, view)
        return view

    def _sound(
        self, name: str, entry: Entry[SoundClip], feed: _Feed | None, frames: int
    ) -> ClipView:
        known = self._known.get(name)
        same = known is not None and known[0] is entry and known[1] == feed
        if known is not None and same and known[2].frames == frames:
            return known[2]
        clip = entry.value
        view = ClipView(name, frames, clip.name or _tr("Missing"), "audio", state="missing")
        if feed is not None:
            tail = 0 if feed.length is None else max(0, feed.length - clip.in_frame - frames)
            view = ClipView(
                name,
                frames,
                clip.name or feed.title,
                "audio",
                media=feed.media,
                source=clip.in_frame,
                head=clip.in_frame,
                tail=tail,
                enabled=clip.enabled and not feed.is_off,
                gain=clip.gain,
                fade_in=clip.fade_in,
                fade_out=clip.fade_out,
                state="" if feed.is_there else "waiting",
            )
        self._known[name] = (entry, feed, view)
        return view


def marker_views(markers: tuple[Marker, ...]) -> list[MarkerView]:
    """The markers, named by their numbers."""
    return [
        MarkerView(
            str(number), item.at, item.frames, item.name, MARKER_COLORS[item.color], item.note
        )
        for number, item in enumerate(markers)
    ]


def transition_title(transition: Transition) -> str:
    """A transition's name in the language of the window."""
    titles: Mapping[str, str] = {
        "dissolve": _tr("Dissolve"),
        "wipe": _tr("Wipe {code:03}").format(code=transition.code),
        "dip": _tr("Dip"),
        "push": _tr("Push"),
        "slide": _tr("Slide"),
        "match": _tr("Match cut"),
    }
    return titles.get(transition.kind, transition.title)


def picture_frames(cut: Cut, lengths: Mapping[str, Lengths]) -> int | None:
    """The frame after the last of all video tracks; None when there is no picture."""
    ends = []
    for row in cut.video:
        there = lengths.get(row.sequence)
        if row.items and there is not None:
            ends.append(row.settings.at + sum(_frames(item, there) for item in row.items))
    return max(ends, default=None)


def _frames(item: SequenceItem, lengths: Lengths) -> int:
    try:
        return frames_of(item, lengths)
    except RefusedEdit:
        return 48


def _sound_frames(clip: SoundClip, lengths: Lengths, picture: int | None) -> int:
    try:
        return sound_frames(clip, lengths, picture)
    except RefusedEdit:
        return 48


def _handles(item: SequenceItem, lengths: Lengths) -> tuple[int, int]:
    try:
        span = span_of(item, lengths)
    except RefusedEdit:
        return 0, 0
    head, tail = span.head_room, span.tail_room
    return (head if head < _UNKNOWN else 0, tail if tail < _UNKNOWN else 0)


def _problem(item: SequenceItem, lengths: Lengths) -> str:
    try:
        span = span_of(item, lengths)
    except RefusedEdit as refusal:
        return str(refusal)
    over = span.end - span.media
    if over <= 0:
        return ""
    return _tr("%n frames of its media are missing", over)


def _speed_note(speed: Fraction) -> str:
    if speed == 1:
        return ""
    if speed == 0:
        return _tr("held")
    return f"{float(speed) * 100:g} %"


def _title(level: Level, name: str) -> str:
    node = level.nodes.get(name)
    if node is None:
        return name
    if node.title:
        return node.title
    spec = level.spec(node)
    return QCoreApplication.translate("nodes", spec.title) if spec else name


def _tr(text: str, count: int = -1) -> str:
    return QCoreApplication.translate("Timeline", text, "", count)
