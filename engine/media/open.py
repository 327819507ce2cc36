"""Opens files as clips and sounds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby
from pathlib import Path

from av import VideoFrame
from av.video.reformatter import VideoReformatter

from engine.errors import MediaError, UsageError
from engine.media.clip import Clip, ReadFrames
from engine.media.decode import decoded
from engine.media.hearing import heard
from engine.media.index import AudioIndex, FileIndex, VideoIndex, index_file
from engine.media.pixels import SMOOTH
from engine.media.rates import frames_in, timecode_frame
from engine.media.sequence import is_sequence, open_sequence
from engine.media.sound import Samples, Sound


def open_clip(path: Path | str, *, rate: Fraction | None = None) -> Clip:
    """A film file with its sound, or the numbered pictures of `shot_####.png` or `shot_%04d.png`.

    A film whose sound cannot be decoded at all is opened without it: `sound_fault` says why.
    Streams of varying frame rate are shown at their nominal rate. `rate` is for numbered
    pictures, which have none of their own (24 when None). Raises MediaError when the file is
    missing, damaged, cut short, no media, or has no pictures.
    """
    path = Path(path)
    if is_sequence(path):
        return open_sequence(path, rate=rate or Fraction(24))
    file = index_file(path)
    video = file.video
    if video is None:
        raise MediaError("it has no pictures", where=path.name, mend="Load it as a sound")
    sound = _sound(file, file.audio, video.begin) if file.audio else None
    return Clip(
        rate=video.timing.rate,
        frame_count=video.timing.frame_count,
        geometry=video.geometry,
        pixel_format=video.pixel_format,
        color=video.color,
        read=_reader(file, video),
        sound=sound if sound and sound.sample_count else None,
        start=_start(file.timecode, video.timing.rate),
        name=path.name,
    )


def sound_fault(path: Path | str) -> str:
    """Why a film is opened without the sound that it has; empty when that is not so."""
    return "" if is_sequence(Path(path)) else index_file(path).sound_fault


def open_sound(path: Path | str) -> Sound:
    """The sound of a sound or film file. Raises MediaError when it has none or is damaged."""
    file = index_file(path)
    if file.audio is None:
        raise MediaError(file.sound_fault or "it has no sound", where=file.path.name)
    return _sound(file, file.audio, file.audio.begin)


def _sound(file: FileIndex, audio: AudioIndex, origin: Fraction) -> Sound:
    def read(start: int, stop: int) -> Iterator[Samples]:
        return heard(file, audio, origin, start, stop)

    count = max(0, frames_in(audio.end - origin, Fraction(audio.rate)))
    return Sound(audio.rate, audio.layout, count, read, file.path.name)


def _reader(file: FileIndex, video: VideoIndex) -> ReadFrames:
    def read(start: int, stop: int) -> Iterator[VideoFrame]:
        if video.timing.shows is None:
            return _alike(decoded(file, video, start, stop), video)
        return _repeated(start, stop)

    def _repeated(start: int, stop: int) -> Iterator[VideoFrame]:
        assert video.timing.shows is not None
        shows = video.timing.shows[start:stop].tolist()
        stored = _alike(decoded(file, video, shows[0], shows[-1] + 1), video)
        at = shows[0] - 1
        for index, run in groupby(shows):
            while at < index:
                frame = next(stored)
                at += 1
            for _ in run:
                yield frame

    return read


def _alike(frames: Iterator[VideoFrame], video: VideoIndex) -> Iterator[VideoFrame]:
    """Frames with the size and format of the first; some streams change theirs midway."""
    shape = video.geometry
    scaler = VideoReformatter()
    for frame in frames:
        if (frame.width, frame.height, frame.format.name) == (
            shape.width,
            shape.height,
            video.pixel_format,
        ):
            yield frame
        else:
            yield scaler.reformat(
                frame,
                shape.width,
                shape.height,
                video.pixel_format,
                interpolation=SMOOTH,
                threads=1,
            )


def _start(timecode: str | None, rate: Fraction) -> int:
    try:
        return timecode_frame(timecode, rate) if timecode else 0
    except UsageError:
        return 0
