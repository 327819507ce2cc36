"""Nodes of the edit: shots in order, tracks over tracks, markers, and the edit as a clip again."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, NamedTuple

from engine.errors import Problem, ValidationError
from engine.graph import Context, Label, Range, node
from engine.timeline.items import AudioTrack, MarkerColor, SequenceItem, VideoTrack
from engine.timeline.items import Marker as MarkerItem

if TYPE_CHECKING:
    from engine.media import Clip, Sound
    from engine.timeline import Sequence, Timeline

Rate = Annotated[Fraction | None, Label("Frames per second")]
Pixels = Annotated[int | None, Range(16, 16384, unit="px")]


@node("Sequence", category="Edit", cache=False, seeded=False)
def sequence(
    clips: list[Clip],
    items: tuple[SequenceItem, ...] = (),
    name: str = "Sequence",
    rate: Rate = None,
    *,
    ctx: Context,
) -> Sequence:
    """Shots one after the other, with cuts, dissolves, wipes and other transitions.

    Each item takes a part of a clip and says how it goes over into the next. Without items, every
    clip plays whole. Frames count at the sequence's rate, by default the project's. A transition
    needs frames of both clips beyond their cut points, half of its length on either side.
    """
    from engine.timeline import build_sequence

    return build_sequence(clips, items, rate=rate or ctx.settings.rate, name=name)


@node("Timeline", category="Edit", cache=False, seeded=False)
def timeline(
    sequences: list[Sequence],
    sounds: list[Sound] = (),  # type: ignore[assignment]
    video: tuple[VideoTrack, ...] = (),
    audio: tuple[AudioTrack, ...] = (),
    markers: tuple[MarkerItem, ...] = (),
    start: Annotated[str, Label("Start timecode")] = "00:00:00:00",
    name: str = "Film",
    width: Pixels = None,
    height: Pixels = None,
    rate: Rate = None,
    *,
    ctx: Context,
) -> Timeline:
    """The edit: sequences over each other as video tracks, sounds as audio tracks, markers.

    Without video settings the sequences lie over each other, the first lowest; without audio
    settings each sound gets a track of its own from the first frame. The clips' own sound gets
    tracks by itself. A start timecode with ";" before the frames counts in drop-frame, at 29.97
    and 59.94 frames per second. Rate and size are the project's unless they are given.
    """
    from engine.media import timecode_frame
    from engine.timeline import build_timeline

    settings = ctx.settings
    used = rate or settings.rate
    return build_timeline(
        sequences,
        sounds,
        rate=used,
        video=video,
        audio=audio,
        markers=markers,
        start=timecode_frame(start, used),
        drop_frame=start[-3:-2] in (";", "."),
        size=(width or settings.width, height or settings.height),
        sample_rate=settings.sample_rate,
        name=name,
    )


@node("Marker", category="Edit", cache=False, seeded=False, reads_settings=False)
def marker(
    timeline: Timeline,
    at: Annotated[int, Range(0, unit="frames")] = 0,
    frames: Annotated[int, Range(1, unit="frames")] = 1,
    name: str = "",
    color: MarkerColor = "RED",
    note: str = "",
) -> Timeline:
    """Mark a place of the timeline, counted in frames from its first."""
    from engine.timeline import with_marker

    if at >= timeline.frame_count:
        message = f"is {at}, but the timeline has {timeline.frame_count} frames"
        raise ValidationError([Problem(message, field="at")])
    return with_marker(timeline, MarkerItem(at, frames, name, color, note))


class Rendered(NamedTuple):
    """A timeline as media."""

    clip: Clip
    sound: Sound


@node("Render timeline", category="Edit", cache=False, seeded=False, reads_settings=False)
def flatten(timeline: Timeline) -> Rendered:
    """The timeline as a clip with its sound, to be used like any other; made when asked for."""
    from dataclasses import replace

    from engine.timeline import render_audio, render_video

    sound = render_audio(timeline)
    return Rendered(replace(render_video(timeline), sound=sound), sound)
