"""The lanes of a timeline: clips in order of time, and where each track lies."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence

from widgets.timeline.values import ClipView, TrackView, TransitionView

ROW_SPACE = 2
DIVIDER = 10  # between video and audio tracks
MARGIN = 8
SMALLEST_HEIGHT, LARGEST_HEIGHT = 24, 240


class Lane:
    """The clips of one track: `clips[i]` lies from `starts[i]` to `stops[i]`."""

    def __init__(
        self,
        clips: Sequence[ClipView] = (),
        starts: Sequence[int] = (),
        transitions: Iterable[TransitionView] = (),
    ) -> None:
        self.clips = clips
        self.starts = starts
        self.stops = [start + clip.frames for start, clip in zip(starts, clips, strict=True)]
        self.index = {clip.id: number for number, clip in enumerate(clips)}
        self.transitions: Mapping[str, TransitionView] = {item.clip: item for item in transitions}
        self._cuts = sorted(self.transitions.values(), key=lambda item: item.cut)

    @property
    def frames(self) -> int:
        """The frame after its last."""
        return self.stops[-1] if self.stops else 0

    def at(self, frame: int) -> int | None:
        """The number of the clip at a frame."""
        number = bisect_right(self.starts, frame) - 1
        return number if number >= 0 and frame < self.stops[number] else None

    def between(self, start: float, stop: float) -> range:
        """The numbers of the clips that show between two frames."""
        return range(bisect_right(self.stops, start), bisect_left(self.starts, stop))

    def transitions_between(self, start: float, stop: float) -> list[TransitionView]:
        """The transitions that show between two frames."""
        return [i for i in self._cuts if i.cut + i.after > start and i.cut - i.before < stop]

    def place(self, clip: str) -> tuple[int, int]:
        """First frame of a clip, and the frame after its last. Raises KeyError."""
        number = self.index[clip]
        return self.starts[number], self.stops[number]

    def clip(self, name: str) -> ClipView:
        """A clip by its id. Raises KeyError."""
        return self.clips[self.index[name]]


class Rows:
    """Tracks from top to bottom: the highest video track first, then the audio tracks."""

    def __init__(self) -> None:
        self.tracks: list[TrackView] = []
        self.lanes: dict[str, Lane] = {}
        self._tops: list[int] = []

    def set_tracks(self, tracks: Iterable[TrackView]) -> None:
        """Show these tracks: video tracks from the lowest layer up, then audio tracks."""
        given = list(tracks)
        video = [track for track in given if track.kind == "video"]
        self.tracks = [*reversed(video), *(track for track in given if track.kind == "audio")]
        for track in self.tracks:
            self.lanes.setdefault(track.id, Lane())
        self.lanes = {track.id: self.lanes[track.id] for track in self.tracks}
        self._measure()

    @property
    def height(self) -> int:
        """Height of all tracks in pixels."""
        if not self.tracks:
            return 0
        return self._tops[-1] + self.tracks[-1].height + MARGIN

    @property
    def frames(self) -> int:
        """The frame after the last of all tracks."""
        return max((lane.frames for lane in self.lanes.values()), default=0)

    def top(self, number: int) -> int:
        """The y of a track's upper edge."""
        return self._tops[number]

    def number_at(self, y: float) -> int | None:
        """The number of the track at a y."""
        number = bisect_right(self._tops, y) - 1
        if number < 0 or y >= self._tops[number] + self.tracks[number].height:
            return None
        return number

    def nearest(self, y: float) -> int | None:
        """The number of the track at a y, or the nearest one."""
        if not self.tracks:
            return None
        return max(0, bisect_right(self._tops, y) - 1)

    def number(self, track: str) -> int | None:
        """The number of a track by its id."""
        return next((n for n, item in enumerate(self.tracks) if item.id == track), None)

    def divider(self) -> int | None:
        """The y of the line between video and audio tracks."""
        first = next((n for n, item in enumerate(self.tracks) if item.kind == "audio"), None)
        return None if not first else self._tops[first] - DIVIDER // 2

    def find(self, clip: str) -> tuple[TrackView, Lane] | None:
        """The track and lane of a clip."""
        for track in self.tracks:
            lane = self.lanes[track.id]
            if clip in lane.index:
                return track, lane
        return None

    def find_transition(self, owner: str) -> tuple[TrackView, Lane] | None:
        """The track and lane of the transition out of a clip, or out of a gap."""
        for track in self.tracks:
            lane = self.lanes[track.id]
            if owner in lane.transitions:
                return track, lane
        return None

    def _measure(self) -> None:
        y = MARGIN
        self._tops = []
        before = ""
        for track in self.tracks:
            if before == "video" and track.kind == "audio":
                y += DIVIDER
            self._tops.append(y)
            y += track.height + ROW_SPACE
            before = track.kind
