"""Nodes of the edit: shots in order, tracks over tracks, markers, and the edit as a clip again."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from engine.errors import AiprodError, Problem, ValidationError
from engine.graph import Context, File, Label, Range, Situation, node
from engine.timeline.items import AudioTrack, MarkerColor, SequenceItem, VideoTrack
from engine.timeline.items import Marker as MarkerItem

if TYPE_CHECKING:
    from engine.media import Clip, Sound
    from engine.timeline import Sequence, Timeline

Rate = Annotated[Fraction | None, Label("Frames per second")]
Pixels = Annotated[int | None, Range(16, 16384, unit="px")]


@node("Sequence", category="Edit", cache=False, seeded=False)
def sequence(
    clips: list[Clip | None],
    items: tuple[SequenceItem, ...] = (),
    name: str = "Sequence",
    rate: Rate = None,
    *,
    ctx: Context,
) -> Sequence:
    """Shots one after the other, with cuts, dissolves, wipes and other transitions.

    Each item takes a part of a clip and says how it goes over into the next. Without items, every
    clip plays whole. Frames count at the sequence's rate, by default the project's. A transition
    needs frames of both clips beyond their cut points, half of its length on either side. A clip
    that is muted leaves a gap.
    """
    from engine.timeline import build_sequence

    return build_sequence(clips, items, rate=rate or ctx.settings.rate, name=name)


@node("Timeline", category="Edit", cache=False, seeded=False)
def timeline(
    sequences: list[Sequence | None],
    sounds: list[Sound | None] = (),  # type: ignore[assignment]
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


def _media_of_edit(situation: Situation) -> list[str]:
    """What the media of an imported edit is, and the further files of an EDL."""
    from engine.timeline.importing import edit_files, references

    path, rate = situation.path("file"), situation.params.get("rate")
    if path is None:
        return []
    found = references(path, rate or _ANY_RATE, situation.path("media"))
    names = [file.name for file in edit_files(path)[1:]]
    told = [f"{name} {situation.files.of(path.with_name(name))}" for name in names]
    for item in found:
        held = "missing" if item.path is None else situation.files.of(item.path)
        told.append(f"{item.url} {item.name} {held}")
    return told


def _inspect_import(situation: Situation) -> list[Problem]:
    """An edit that cannot be read, and media that is missing."""
    from engine.timeline.importing import EDIT_SUFFIXES, MISSING_MEND, missing_text, references

    path = situation.path("file")
    if path is None:
        return []
    if path.suffix.lower() not in EDIT_SUFFIXES:
        wanted = " or ".join(EDIT_SUFFIXES)
        return [
            Problem(f"{path.name!r} is no edit", field="file", mend=f"Give a file in {wanted}.")
        ]
    if not path.is_file():
        return []  # which is a problem of its own
    try:
        rate = situation.params.get("rate") or _ANY_RATE
        found = references(path, rate, situation.path("media"))
    except AiprodError as error:
        return [Problem(str(error), field="file")]
    missing = [item for item in found if item.path is None]
    if not missing or situation.params.get("missing") != "stop":
        return []
    return [Problem(missing_text(missing), field="file", mend=MISSING_MEND)]


_ANY_RATE = Fraction(60000, 1001)
"""A rate at which any EDL's timecodes are legal: enough to find its media."""


@node(
    "Import edit",
    category="Edit",
    cache=False,
    seeded=False,
    fingerprint=_media_of_edit,
    inspect=_inspect_import,
)
def import_edit(
    file: Annotated[Path, File("edit")],
    media: Annotated[Path | None, File("folder", searched=True), Label("Media folder")] = None,
    missing: Annotated[Literal["stop", "leave gaps"], Label("When media is missing")] = "stop",
    rate: Annotated[Rate, Label("Frames per second of an EDL")] = None,
    width: Pixels = None,
    height: Pixels = None,
    *,
    ctx: Context,
) -> Timeline:
    """An edit of another program: OpenTimelineIO, FCPXML or EDL, with its media opened.

    Media is looked for where the edit says, and by name in the media folder. An EDL does not say
    its frame rate, and takes the project's. The picture has the size that the edit says, or the
    project's. With gaps left, shots whose media is missing are off and keep their places.
    """
    from engine.timeline.importing import Shape, missing_text
    from engine.timeline.importing import import_edit as imported

    settings = ctx.settings
    made = imported(
        ctx.base_dir / file,
        rate or settings.rate,
        media=None if media is None else ctx.base_dir / media,
        leave_gaps=missing == "leave gaps",
        shape=Shape(settings.width, settings.height, settings.sample_rate, (width, height)),
    )
    if made.missing:
        ctx.warn(f"{missing_text(made.missing)}; their shots are off")
    for note in made.notes:
        ctx.warn(note)
    return made.timeline


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
