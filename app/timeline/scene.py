"""All that an edit of the timeline has to know: the cut, lengths of media, locks, and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.editing.level import Level
from app.timeline.cut import AudioRow, Cut, VideoRow
from app.timeline.facts import targets, track_facts
from engine.graph import Node
from engine.timeline.editing import Lengths, RefusedEdit, starts_of


@dataclass(frozen=True)
class Scene:
    """A cut as it is now. `lengths` are by sequence; `in_sync` says that tracks move together."""

    cut: Cut
    level: Level
    lengths: Mapping[str, Lengths]
    sounds: Lengths
    picture: int | None
    in_sync: bool = True

    @property
    def node(self) -> Node:
        """The timeline node."""
        return self.level.nodes[self.cut.timeline]

    @cached_property
    def locked(self) -> frozenset[str]:
        """Ids of the locked tracks."""
        facts = track_facts(self.node)
        return frozenset(name for name, item in facts.items() if item.get("locked"))

    @cached_property
    def targets(self) -> tuple[str, str]:
        """The video and the audio track that edits go into."""
        return targets(self.node, self.cut)

    def video(self, track: str) -> VideoRow:
        """A video track that may be edited. Raises RefusedEdit."""
        row = next((row for row in self.cut.video if row.id == track), None)
        if row is None:
            raise RefusedEdit("there is no such video track")
        if row.note:
            raise RefusedEdit(f"this track cannot be edited here: {row.note}", where=row.id)
        if track in self.locked:
            raise RefusedEdit("the track is locked", where=row.id, mend="Unlock it first")
        return row

    def audio(self, track: str) -> AudioRow:
        """An audio track that may be edited. Raises RefusedEdit."""
        row = next((row for row in self.cut.audio if row.id == track), None)
        if row is None:
            raise RefusedEdit("there is no such audio track")
        if track in self.locked:
            raise RefusedEdit("the track is locked", where=row.id, mend="Unlock it first")
        return row

    def audio_number(self, track: str) -> int:
        """The number of an audio track that may be edited. Raises RefusedEdit."""
        return self.cut.audio.index(self.audio(track))

    def find(self, clip: str) -> tuple[str, int]:
        """The track of a clip (by its id) and its number there. Raises RefusedEdit."""
        track, _, name = clip.partition(".")
        number = self._numbers.get(track, {}).get(name)
        if number is None:
            raise RefusedEdit("it is not there any more")
        return track, number

    def place(self, clip: str) -> tuple[int, int]:
        """First frame of a clip on the timeline, and the frame after its last."""
        track, number = self.find(clip)
        if track.startswith("V"):
            row = next(row for row in self.cut.video if row.id == track)
            starts = self.starts(row)
            return starts[number] + row.settings.at, starts[number + 1] + row.settings.at
        from engine.timeline.editing import sound_frames

        item = next(row for row in self.cut.audio if row.id == track).clips[number]
        return item.at, item.at + sound_frames(item, self.sounds, self.picture)

    def starts(self, row: VideoRow) -> list[int]:
        """The first frame of each item of a row, and its end, in the sequence."""
        if row.id not in self._starts:
            self._starts[row.id] = starts_of(row.items, self.lengths[row.sequence])
        return self._starts[row.id]

    def clip_id(self, row: VideoRow | AudioRow, number: int) -> str:
        """The id of the item of that number."""
        return f"{row.id}.{row.entries[number].name}"

    @cached_property
    def _starts(self) -> dict[str, list[int]]:
        return {}

    @cached_property
    def _numbers(self) -> Mapping[str, Mapping[str, int]]:
        names = {row.id: [entry.name for entry in row.entries] for row in self.cut.video}
        names |= {row.id: [entry.name for entry in row.entries] for row in self.cut.audio}
        return {
            track: {name: number for number, name in enumerate(found)}
            for track, found in names.items()
        }


def split_by_track(scene: Scene, clips: tuple[str, ...]) -> dict[str, list[int]]:
    """Numbers of clips by their track, in order; those that are gone are left out."""
    found: dict[str, list[int]] = {}
    for clip in clips:
        try:
            track, number = scene.find(clip)
        except RefusedEdit:
            continue
        found.setdefault(track, []).append(number)
    return {track: sorted(numbers) for track, numbers in found.items()}
