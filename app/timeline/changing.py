"""A cut while it is changed: edits gather in it and come out as one patch of the graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from app.editing.draft import Draft
from app.editing.level import Level
from app.editing.nodes import make_node
from app.editing.patch import Patch
from app.timeline.book import Entry
from app.timeline.cut import SEQUENCE, TIMELINE, Cut, Reader, VideoRow
from engine.graph import Link, Node
from engine.graph.checks import to_json
from engine.timeline.editing import Items, renumbered, unused_clips
from engine.timeline.items import AudioTrack, Marker, SequenceItem, SoundClip, VideoTrack

_TRACK = to_json(VideoTrack())
_AUDIO = to_json(AudioTrack())
_MARKER = to_json(Marker())


class Changing:
    """Items of sequences, sound clips, tracks and markers, to be set anew.

    `items` and `feeds` are by sequence node, `clips` and `audio` by number of the audio track.
    """

    def __init__(self, cut: Cut, level: Level, reader: Reader) -> None:
        self.cut = cut
        self.draft = Draft(level)
        self._reader = reader
        self._level = level
        self._rows: dict[str, VideoRow] = {row.sequence: row for row in cut.video if row.sequence}
        self.items: dict[str, Items] = {name: row.items for name, row in self._rows.items()}
        self.feeds: dict[str, list[Link]] = {
            name: list(row.feeds) for name, row in self._rows.items()
        }
        self.sounds = list(cut.sounds)
        self.video = [row.settings for row in cut.video]
        self.audio = [row.settings for row in cut.audio]
        self.clips: list[tuple[SoundClip, ...]] = [row.clips for row in cut.audio]
        self._entries: list[tuple[Entry[SoundClip], ...]] = [row.entries for row in cut.audio]
        self.markers = cut.markers
        self._before = dict(self.items)
        self._clips_before = list(self.clips)

    # --- what feeds ------------------------------------------------------------------------

    def clip_number(self, sequence: str, source: str, output: str = "out") -> int:
        """The number by which a sequence's items play a node's result; linked when it was not."""
        return self._number(self.feeds[sequence], source, output, sequence, "clips")

    def sound_number(self, source: str, output: str = "out") -> int:
        """The number by which sound clips play a node's result; linked when it was not."""
        return self._number(self.sounds, source, output, self.cut.timeline, "sounds")

    def _number(self, feeds: list[Link], source: str, output: str, target: str, name: str) -> int:
        for number, link in enumerate(feeds):
            if (link.source, link.output) == (source, output):
                return number
        had = self.draft.links_into(target, name)
        last = max((link.index for link in had), default=-1)
        link = Link(source, output, target, name, last + 1)
        self.draft.add_link(link)
        feeds.append(link)
        return len(feeds) - 1

    # --- tracks ----------------------------------------------------------------------------

    def add_video_track(self, pos: tuple[float, float] | None = None) -> str:
        """Another video track on top, with a sequence of its own; returns the sequence's id."""
        timeline = self.draft.node(self.cut.timeline)
        x, y = pos or (timeline.pos[0] - 280, timeline.pos[1] - 160 * (1 + len(self.video)))
        node = make_node(self._level, SEQUENCE, (x, y))
        node = replace(node, id=self.draft.free_id(node.id), params={"items": []})
        self.draft.put(node)
        had = self.draft.links_into(self.cut.timeline, "sequences")
        last = max((link.index for link in had), default=-1)
        self.draft.add_link(Link(node.id, "out", self.cut.timeline, "sequences", last + 1))
        number = len(had)
        self.video.append(VideoTrack(sequence=number))
        self.items[node.id] = self._before[node.id] = ()
        self.feeds[node.id] = []
        return node.id

    def add_audio_track(self, settings: AudioTrack | None = None) -> int:
        """Another audio track at the bottom; returns its number."""
        self.audio.append(settings or AudioTrack())
        self.clips.append(())
        self._entries.append(())
        self._clips_before.append(())
        return len(self.audio) - 1

    def remove_video_track(self, number: int) -> None:
        """Take a video track away; its sequence node stays, unlinked."""
        row = self.cut.video[number]
        del self.video[number]
        if any(track.sequence == row.settings.sequence for track in self.video):
            return
        had = self.draft.links_into(self.cut.timeline, "sequences")
        had.sort(key=lambda link: (link.index, link.source, link.output))
        self.draft.remove_link(had[row.settings.sequence])
        gone = row.settings.sequence
        self.video = [
            replace(track, sequence=track.sequence - 1) if track.sequence > gone else track
            for track in self.video
        ]

    def remove_audio_track(self, number: int) -> None:
        """Take an audio track away with its clips."""
        for rows in (self.audio, self.clips, self._entries, self._clips_before):
            del rows[number]

    # --- out -------------------------------------------------------------------------------

    def patch(self) -> Patch:
        """What changed; links that the edit left unused are removed."""
        for sequence, items in self.items.items():
            if items is not self._before[sequence]:
                self._put_items(sequence, items)
        self._put_timeline()
        return self.draft.patch()

    def _put_items(self, sequence: str, items: Items) -> None:
        feeds = self.feeds[sequence]
        idle = set(unused_clips(self._before[sequence], len(feeds)))
        before = len(self._rows[sequence].feeds) if sequence in self._rows else 0
        gone = [
            number
            for number in unused_clips(items, len(feeds))
            if number not in idle or number >= before
        ]
        if gone:
            items = renumbered(items, _closed_up(len(feeds), gone))
            for number in gone:
                self.draft.remove_link(feeds[number])
        node = self.draft.node(sequence)
        entries = self._rows[sequence].entries if sequence in self._rows else ()
        rows = self._reader.items.write(items, entries, "clip")
        if not rows and feeds and len(gone) < len(feeds):
            rows = [{"gap": 1}]  # no items at all would play every clip whole
        self.draft.put(node.with_params(items=rows))

    def _put_timeline(self) -> None:
        node = self.draft.node(self.cut.timeline)
        changes: dict[str, Any] = {}
        video = [row.settings for row in self.cut.video]
        if self.video != video:
            changes["video"] = [_plain(track, _TRACK, "sequence") for track in self.video]
        if self._audio_changed():
            changes["audio"] = self._audio_rows()
        if self.markers is not self.cut.markers and self.markers != self.cut.markers:
            changes["markers"] = [_plain(marker, _MARKER, "at") for marker in self.markers]
        if changes:
            self.draft.put(node.with_params(**changes))

    def _audio_changed(self) -> bool:
        same = [row.settings for row in self.cut.audio] == self.audio
        return (
            not same
            or any(
                now is not before
                for now, before in zip(self.clips, self._clips_before, strict=True)
            )
            or len(self.clips) != len(self.cut.audio)
        )

    def _audio_rows(self) -> list[Any]:
        used = {clip.sound for clips in self.clips for clip in clips}
        were = {clip.sound for row in self.cut.audio for clip in row.clips}
        there = len(self.sounds)
        gone = [
            number
            for number in range(there)
            if number not in used and (number in were or number >= len(self.cut.sounds))
        ]
        numbers = _closed_up(there, gone)
        for number in gone:
            self.draft.remove_link(self.sounds[number])
        rows = []
        for track, clips, entries in zip(self.audio, self.clips, self._entries, strict=True):
            led = tuple(
                clip
                if numbers[clip.sound] == clip.sound
                else replace(clip, sound=numbers[clip.sound])
                for clip in clips
            )
            row = _plain(replace(track, clips=()), _AUDIO, "")
            rows.append({**row, "clips": self._reader.sounds.write(led, entries, "sound")})
        return rows


def new_timeline(level: Level, draft: Draft, pos: tuple[float, float]) -> Node:
    """A timeline node with a first video track, put into a draft; returns the timeline."""
    sequence = make_node(level, SEQUENCE, pos)
    sequence = replace(sequence, id=draft.free_id(sequence.id), params={"items": []})
    timeline = make_node(level, TIMELINE, (pos[0] + 280, pos[1]))
    timeline = replace(timeline, id=draft.free_id(timeline.id))
    draft.put(sequence)
    draft.put(timeline)
    draft.add_link(Link(sequence.id, "out", timeline.id, "sequences"))
    return timeline


def _closed_up(count: int, gone: Iterable[int]) -> dict[int, int]:
    """New numbers after some of so many are gone."""
    left = set(gone)
    numbers: dict[int, int] = {}
    for number in range(count):
        if number not in left:
            numbers[number] = len(numbers)
    return numbers


def _plain(value: SequenceItem | VideoTrack | AudioTrack | Marker, plain: Any, keep: str) -> Any:
    return {
        name: item
        for name, item in to_json(value).items()
        if (item != plain.get(name) or name == keep) and not (name == "clips" and not item)
    }
