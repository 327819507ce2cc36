"""Writes the media of an edit into files, whole, and points the edit at them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote, unquote

import numpy as np

from engine.errors import MediaError
from engine.media import (
    PRESETS,
    Clip,
    Sound,
    conform_rate,
    encode,
    encode_sound,
    open_clip,
    open_sound,
)
from engine.timeline.build import (
    clip_facts,
    sequence_frames,
    sequence_start,
    sound_facts,
    sound_frames,
)
from engine.timeline.times import ceil, time_range, timecode
from engine.timeline.values import Timeline, facts, media_key, media_url

OnProgress: TypeAlias = Callable[[float, float], None]
"""Told the frames done and their number; it may raise to stop the work."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """Where a piece of media goes: its key in the timeline and its path below the edit's folder."""

    key: str
    path: str

    @property
    def url(self) -> str:
        """Its path as a relative URL, percent-encoded."""
        return quote(self.path)


def media_files(timeline: Timeline, *, preset: str, folder: str = "media") -> list[MediaFile]:
    """The files that the timeline's media become, in the order of their first use.

    A clip is encoded with the preset; a sound becomes a WAV file. A name is the media's key and
    what it is called where it is first used.
    """
    files: dict[str, MediaFile] = {}
    for track in [*timeline.video_tracks, *timeline.audio_tracks]:
        for clip in track.find_clips():
            key = media_key(clip)
            if key is None or key in files or key not in timeline.media:
                continue
            pictures = facts(clip.media_reference).get("has_video", track.kind == "Video")
            suffix = film_suffix(preset) if pictures else ".wav"
            files[key] = MediaFile(key, f"{folder}/{_file_stem(key, str(clip.name))}{suffix}")
    return list(files.values())


def film_suffix(preset: str) -> str:
    """The usual file suffix of a preset: `.mov` for editing codecs."""
    known = PRESETS[preset]
    return ".mov" if known.audio.startswith("pcm") else known.suffixes[0]


def write_media(
    timeline: Timeline,
    files: list[MediaFile],
    folder: Path,
    *,
    preset: str,
    metadata: Mapping[str, str] | None = None,
    keep_existing: bool = False,
    on_progress: OnProgress | None = None,
) -> None:
    """Write every piece of media from its first frame to its last, so that cuts have handles.

    Clips are written at the timeline's rate, each frame as the film shows it, at their own size,
    with timecode; sounds are filled with silence to a whole frame. `keep_existing` goes on where an
    earlier export of the same timeline was stopped: files that are there, are whole, and stay.
    """
    lengths = [_frames(timeline, file) for file in files]
    before = 0
    for file, length in zip(files, lengths, strict=True):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        told = _part_of(on_progress, before, length, sum(lengths))
        media = timeline.media[file.key]
        if keep_existing and path.is_file():
            pass
        elif isinstance(media, Clip):
            clip = conform_rate(media, timeline.rate)
            encode(
                clip,
                path,
                preset,
                metadata=metadata,
                timecode=timecode(clip.start, timeline.rate, drop=timeline.drop_frame),
                on_progress=told,
            )
        else:
            samples = ceil(Fraction(length * media.rate) / timeline.rate)
            filled = media.part(0, samples)
            audio = "pcm_float" if _is_loud(media, told) else "pcm24"
            encode_sound(filled, path, audio=audio, metadata=metadata, on_progress=told)
        before += length


def relinked(timeline: Timeline, files: list[MediaFile]) -> Timeline:
    """The timeline with its media at those files, which its OTIO refers to by relative URLs."""
    edit = timeline.otio.clone()
    of_key = {file.key: file for file in files}
    for clip in edit.find_clips():
        file = of_key.get(media_key(clip) or "")
        if file is not None:
            clip.media_reference.target_url = file.url
            clip.media_reference.name = file.path.rsplit("/", 1)[-1]
    media = {of_key[key].url: held for key, held in timeline.media.items() if key in of_key}
    return Timeline(edit, media)


def load_media(timeline: Timeline, folder: Path) -> Timeline:
    """The timeline with the media files it refers to opened; relative URLs start at `folder`.

    What the files say about their length and timecode replaces what the edit said, unless a shot
    lies outside of it. Raises MediaError that names the shot when a file is missing or no media.
    """
    edit = timeline.otio.clone()
    opened: dict[str, Clip | Sound] = {}
    wanted = [(clip, False) for track in edit.video_tracks() for clip in track.find_clips()]
    wanted += [(clip, True) for track in edit.audio_tracks() for clip in track.find_clips()]
    for clip, heard in wanted:
        url = media_url(clip)
        if url is None:
            continue
        if url not in opened:
            picture = facts(clip.media_reference).get("has_video", not heard)
            try:
                path = file_of_url(url, folder)
                opened[url] = open_clip(path) if picture else open_sound(path)
            except MediaError as error:
                raise MediaError(str(error), where=str(clip.name) or url) from error
        adopt(clip.media_reference, clip.source_range, opened[url], timeline.rate)
    return Timeline(edit, opened)


def file_of_url(url: str, folder: Path) -> Path:
    """The file that a media URL means; relative ones start at `folder`."""
    if url.startswith("file:"):
        path = unquote(url.removeprefix("file:").removeprefix("//localhost").removeprefix("//"))
        return Path(path[1:] if re.match(r"/[A-Za-z]:", path) else path)
    return folder / unquote(url)


def adopt(reference: object, source: object, media: Clip | Sound, rate: Fraction) -> bool:
    """Let a media reference say what its file holds, if the shot lies within it; says whether."""
    if isinstance(media, Clip):
        start, frames = sequence_start(media, rate), sequence_frames(media, rate)
        kept = clip_facts(media)
    else:
        start, frames = 0, sound_frames(media, rate)
        kept = sound_facts(media)
    whole = time_range(start, frames, rate)
    within = source is None or whole.contains(source)
    if within:
        reference.available_range = whole  # type: ignore[attr-defined]
    reference.metadata["aiprod"] = facts(reference) | kept  # type: ignore[attr-defined]
    return within


def _frames(timeline: Timeline, file: MediaFile) -> int:
    media = timeline.media[file.key]
    if isinstance(media, Clip):
        return sequence_frames(media, timeline.rate)
    return sound_frames(media, timeline.rate)


def _part_of(
    on_progress: OnProgress | None, before: int, length: int, total: int
) -> OnProgress | None:
    if on_progress is None:
        return None

    def told(done: float, whole: float) -> None:
        on_progress(before + length * done / whole, total)

    return told


def _is_loud(sound: Sound, on_progress: OnProgress | None) -> bool:
    """Whether a sound passes full scale, which whole numbers would cut off."""
    for block in sound.blocks():
        if on_progress is not None:
            on_progress(0, 1)
        if np.abs(block).max(initial=0) > 1:
            return True
    return False


def _file_stem(key: str, name: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40].strip("_")
    return key if not words or words == key else f"{key}_{words}"
