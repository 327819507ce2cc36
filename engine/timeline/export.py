"""Delivers a timeline: as a film at a loudness, or as an edit with its media for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Sequence as Row
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

from engine.audio import Loudness, measure, normalised
from engine.media import AUDIO, Sound, encode, encode_sound, open_sound
from engine.media.presets import audio_codec, preset_named
from engine.media.sound import Samples
from engine.timeline.edl_write import write_edl
from engine.timeline.export_media import (
    MediaFile,
    OnProgress,
    media_files,
    relinked,
    write_media,
)
from engine.timeline.fcpxml_write import write_fcpxml
from engine.timeline.otio_file import write_otio
from engine.timeline.picture import render_video
from engine.timeline.report import ExportReport
from engine.timeline.soundtrack import render_audio
from engine.timeline.times import timecode
from engine.timeline.values import Timeline

Format: TypeAlias = Literal["otio", "fcpxml", "edl"]
_TRIES = 4  # encodings of the sound alone until its peaks stay below the ceiling


@dataclass(frozen=True)
class EditExport:
    """An exported edit: its media, and a report for each format, below one folder."""

    media: tuple[MediaFile, ...]
    reports: tuple[ExportReport, ...]


@dataclass(frozen=True)
class FilmExport:
    """A film: its file, what it is, and what its sound measures (None without sound)."""

    path: Path
    details: Mapping[str, Any]
    loudness: Loudness | None


def export_edit(
    timeline: Timeline,
    folder: Path,
    *,
    name: str = "film",
    formats: Row[Format] = ("otio", "fcpxml", "edl"),
    preset: str = "prores_422",
    media_folder: str = "media",
    media_root: str = "",
    metadata: Mapping[str, str] | None = None,
    keep_existing: bool = False,
    on_progress: OnProgress | None = None,
) -> EditExport:
    """Write `name`.otio, .fcpxml and .edl into `folder`, and every shot and sound beside them.

    The edit files refer to the media by relative URLs, so that the folder can be moved and the
    same project gives the same bytes anywhere; with `media_root` FCPXML has absolute ones.
    `keep_existing` goes on with the media that an earlier, stopped export left.
    """
    files = media_files(timeline, preset=preset, folder=media_folder)
    write_media(
        timeline,
        files,
        folder,
        preset=preset,
        metadata=metadata,
        keep_existing=keep_existing,
        on_progress=on_progress,
    )
    linked = relinked(timeline, files)
    folder.mkdir(parents=True, exist_ok=True)
    writers: dict[Format, Callable[[Timeline, Path], ExportReport]] = {
        "otio": write_otio,
        "fcpxml": partial(write_fcpxml, media_root=media_root),
        "edl": write_edl,
    }
    reports = [writers[form](linked, folder / f"{name}.{form}") for form in formats]
    return EditExport(tuple(files), tuple(reports))


def export_film(
    timeline: Timeline,
    path: Path,
    *,
    preset: str = "h264",
    quality: int | None = None,
    audio: str | None = None,
    loudness: float | None = -16.0,
    peak: float = -1.0,
    size: tuple[int, int] | None = None,
    metadata: Mapping[str, str] | None = None,
    on_progress: OnProgress | None = None,
) -> FilmExport:
    """Render and encode a timeline.

    Its sound is brought to `loudness` LUFS (None leaves it) with no true peak above `peak` dBTP,
    also after a lossy codec. Without sound tracks the film has no sound.
    """
    width, height = size or timeline.size
    video = render_video(timeline, width=width, height=height)
    has_sound = any(any(track.find_clips()) for track in timeline.audio_tracks)
    sound, found = None, None
    progress = _Progress(on_progress, timeline.frame_count)
    if has_sound:
        sound = progress.watched(render_audio(timeline))
        if loudness is not None:
            sound, found = levelled(sound, path, preset, audio, loudness=loudness, peak=peak)
        else:
            found = measure(sound)
    encode(
        replace(video, sound=None),
        path,
        preset,
        sound=sound,
        audio=audio if has_sound else "none",
        quality=quality,
        metadata=metadata,
        timecode=timecode(timeline.start, timeline.rate, drop=timeline.drop_frame),
        on_progress=progress.tell,
    )
    details = {
        "file": path.name,
        "preset": preset,
        "width": width,
        "height": height,
        "rate": str(timeline.rate),
        "frames": timeline.frame_count,
        "start": timecode(timeline.start, timeline.rate, drop=timeline.drop_frame),
        "loudness": None if found is None else _rounded(found),
    }
    return FilmExport(path, details, found)


class _Progress:
    """Tells how far a film is, also while its sound is only being measured, so that it can stop."""

    def __init__(self, on_progress: OnProgress | None, total: float) -> None:
        self._on_progress = on_progress
        self._state = (0.0, float(total))

    def tell(self, done: float, total: float) -> None:
        self._state = (done, total)
        if self._on_progress is not None:
            self._on_progress(done, total)

    def watched(self, sound: Sound) -> Sound:
        """The sound, telling again how far the film is with every block that is read."""

        def read(start: int, stop: int) -> Iterator[Samples]:
            for block in sound.blocks(start, stop):
                self.tell(*self._state)
                yield block

        return replace(sound, read=read)


def levelled(
    sound: Sound, path: Path, preset: str, audio: str | None, *, loudness: float, peak: float
) -> tuple[Sound, Loudness]:
    """The sound at a loudness whose peaks stay below `peak` when its file is decoded again.

    A lossy codec can overshoot; then the ceiling of the limiter is lowered by as much, measured on
    the encoded sound. The measurement is that of the encoded sound.
    """
    codec = audio_codec(audio, path, preset_named(preset))
    name = next(name for name, known in AUDIO.items() if known == codec)
    ceiling = peak
    best, found = normalised(sound, lufs=loudness, peak=ceiling)
    if codec.bit_rate == 0:
        return best, found
    for _ in range(_TRIES):
        trial = path.with_name(f".{path.stem}.loudness.mka")
        try:
            encode_sound(best, trial, audio=name)
            found = measure(open_sound(trial))
        finally:
            trial.unlink(missing_ok=True)
        if found.true_peak <= peak:
            break
        ceiling -= found.true_peak - peak + 0.1
        best, _ = normalised(sound, lufs=loudness, peak=ceiling)
    return best, found


def _rounded(found: Loudness) -> dict[str, float | None]:
    """A measurement as JSON values, to a hundredth; silence is null."""
    values = {
        "integrated_lufs": found.integrated,
        "range_lu": found.range,
        "true_peak_dbtp": found.true_peak,
    }
    finite = {name: value for name, value in values.items() if abs(value) < 1e6}
    return {name: round(finite[name], 2) if name in finite else None for name in values}
