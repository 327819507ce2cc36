"""Sequence and Timeline: OpenTimelineIO values together with the lazy media they refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import opentimelineio as otio

from engine.errors import AiprodError
from engine.timeline.times import exact_rate, frames_of, rate_text

if TYPE_CHECKING:
    from engine.media import Clip, Sound

Media: TypeAlias = "Mapping[str, Clip | Sound]"

MEDIA_SCHEME = "aiprod:"
"""Target URLs of media that live in the graph and not in a file: `aiprod:` and the media's key."""


@dataclass(frozen=True, eq=False)
class Sequence:
    """An ordered track of shots, gaps and transitions, and the media by key."""

    track: otio.schema.Track
    media: Media = field(default_factory=dict)

    @property
    def rate(self) -> Fraction:
        """Frames per second that its times count."""
        return _rate_of(self.track)

    @property
    def frame_count(self) -> int:
        """Its length in frames."""
        return frames_of(self.track.duration(), self.rate)


@dataclass(frozen=True, eq=False)
class Timeline:
    """Video and audio tracks with markers, and the media by key; times count from frame 0."""

    otio: otio.schema.Timeline
    media: Media = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The edit's name."""
        return str(self.otio.name)

    @property
    def rate(self) -> Fraction:
        """Frames per second of the edit."""
        return _rate_of(self.otio)

    @property
    def start(self) -> int:
        """Timecode of the first frame, in frames."""
        start = self.otio.global_start_time
        return 0 if start is None else frames_of(start, self.rate)

    @property
    def drop_frame(self) -> bool:
        """Whether its timecode is drop-frame."""
        return bool(facts(self.otio).get("drop_frame", False))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels; 1920 x 1080 when nobody said."""
        kept = facts(self.otio)
        return int(kept.get("width", 1920)), int(kept.get("height", 1080))

    @property
    def sample_rate(self) -> int:
        """Samples per second of its sound; 48000 when nobody said."""
        return int(facts(self.otio).get("sample_rate", 48000))

    @property
    def video_tracks(self) -> list[otio.schema.Track]:
        """Its picture tracks, lowest layer first."""
        return list(self.otio.video_tracks())

    @property
    def audio_tracks(self) -> list[otio.schema.Track]:
        """Its sound tracks in order."""
        return list(self.otio.audio_tracks())

    @property
    def frame_count(self) -> int:
        """Its length in frames: that of the longest track."""
        lengths = (frames_of(track.duration(), self.rate) for track in self.otio.tracks)
        return max(lengths, default=0)


def new_timeline(
    name: str,
    *,
    rate: Fraction,
    start: int = 0,
    drop_frame: bool = False,
    size: tuple[int, int] = (1920, 1080),
    sample_rate: int = 48000,
) -> otio.schema.Timeline:
    """An empty OTIO timeline that knows its exact rate, size and timecode."""
    from engine.timeline.times import rational_time

    return otio.schema.Timeline(
        name=name,
        global_start_time=rational_time(start, rate),
        metadata={
            "aiprod": {
                "rate": rate_text(rate),
                "drop_frame": drop_frame,
                "width": size[0],
                "height": size[1],
                "sample_rate": sample_rate,
            }
        },
    )


def facts(item: Any) -> dict[str, Any]:
    """What AIPROD keeps about an OTIO object: its metadata under `aiprod`."""
    kept = item.metadata.get("aiprod")
    return dict(kept) if kept is not None else {}


def media_key(clip: otio.schema.Clip) -> str | None:
    """The key of a clip's media in its sequence or timeline; None when it is a file."""
    url = media_url(clip)
    return url[len(MEDIA_SCHEME) :] if url and url.startswith(MEDIA_SCHEME) else None


def media_url(clip: otio.schema.Clip) -> str | None:
    """The URL that a clip's media reference points to, if it points anywhere."""
    url = getattr(clip.media_reference, "target_url", None)
    return str(url) if url else None


def _rate_of(item: otio.schema.Timeline | otio.schema.Track) -> Fraction:
    kept = facts(item).get("rate")
    if kept is not None:
        return exact_rate(str(kept))
    start = getattr(item, "global_start_time", None)
    if start is not None and start.rate > 1:
        return exact_rate(start.rate)
    for clip in item.find_clips():
        if clip.source_range is not None:
            return exact_rate(clip.source_range.duration.rate)
        if clip.media_reference.available_range is not None:
            return exact_rate(clip.media_reference.available_range.duration.rate)
    raise AiprodError(f"the edit {item.name!r} says no frame rate", mend="Give it a clip or a rate")
