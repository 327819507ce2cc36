"""Writes films and sounds: streamed, tagged, whole or not at all, the same bytes every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import lcm
from pathlib import Path
from typing import TypeAlias

import av
from av.container import OutputContainer
from av.error import FFmpegError

from engine.errors import MediaError, UsageError
from engine.media.clip import Clip
from engine.media.color import REC709, ColorInfo
from engine.media.encoders import PictureEncoder, SoundEncoder
from engine.media.presets import (
    Preset,
    audio_codec,
    check_suffix,
    preset_named,
    quality_problem,
)
from engine.media.rates import samples_in, timecode_frame, timecode_text
from engine.media.riff import append_texts
from engine.media.sound import Sound
from engine.runtime.files import atomic_path

OnProgress: TypeAlias = Callable[[float, float], None]
"""`on_progress(done, total)` in frames or samples; it may raise to stop the work."""

_MOV_SUFFIXES = (".mp4", ".mov", ".m4a")
_MOV_FLAGS = "+faststart+use_metadata_tags+write_colr"
_FINEST_TIMESCALE = 1_000_000


def encode(
    clip: Clip,
    path: Path | str,
    preset: str = "h264",
    *,
    sound: Sound | None = None,
    audio: str | None = None,
    quality: int | None = None,
    metadata: Mapping[str, str] | None = None,
    timecode: str | None = None,
    color: ColorInfo | None = None,
    on_progress: OnProgress | None = None,
) -> Path:
    """Write a film and return its path. Nothing is left when it fails or `on_progress` raises.

    sound: instead of the clip's own; it is cut or filled with silence to the length of the
        picture, and folded to mono, stereo or 5.1 where the codec needs it.
    audio: id of a codec in AUDIO, or "none" for a silent film.
    quality: of presets that have it, smaller is better (CRF).
    metadata: texts under any keys; `probe(path).metadata` gives them back, keys in lower case.
    timecode: of the first frame; None writes the clip's own `start` when it is not 0.
    color: None keeps HDR as it is and turns everything else into Rec.709, limited range.

    Frames that already have the preset's pixel format and colour are passed on untouched. Sizes
    that the pixel format cannot hold (odd ones in 4:2:0) get their last row or column twice.
    """
    path = Path(path)
    chosen = preset_named(preset)
    check_suffix(chosen, path)
    _check_clip(clip, chosen, path)
    options = _quality_options(chosen, quality)
    sound = None if audio == "none" else sound or clip.sound
    codec = audio_codec(audio, path, chosen) if sound is not None else None
    if timecode is None and clip.start:
        timecode = timecode_text(clip.start, clip.rate)
    if timecode is not None:
        timecode_frame(timecode, clip.rate)
    scale = lcm(clip.rate.numerator, sound.rate if sound else 1)
    with _written(path, scale) as file:
        file.metadata.update(metadata or {})
        tagged = chosen.codec_tag if path.suffix.lower() in _MOV_SUFFIXES else None
        picture = PictureEncoder(
            file,
            clip,
            chosen,
            options=options,
            color=color or (clip.color if _stays(clip.color) else REC709),
            codec_tag=tagged,
        )
        if timecode is not None:
            picture.stream.metadata["timecode"] = timecode
        track = None
        if sound is not None and codec is not None:
            length = samples_in(clip.frame_count, clip.rate, sound.rate)
            track = SoundEncoder(file, sound.part(0, length), codec)
        for done in picture.write():
            if track is not None:
                track.write_until(done / clip.rate)
            if on_progress is not None:
                on_progress(done, clip.frame_count)
        picture.finish()
        if track is not None:
            track.finish()
    return path


def encode_sound(
    sound: Sound,
    path: Path | str,
    *,
    audio: str | None = None,
    metadata: Mapping[str, str] | None = None,
    on_progress: OnProgress | None = None,
) -> Path:
    """Write a sound file (.wav, .flac, .m4a, .mka, .opus, .ogg) and return its path.

    audio: id of a codec in AUDIO; None takes the file's usual one. Nothing is left on failure.
    metadata: texts under any keys; `probe(path).metadata` gives them back, keys in lower case.
    """
    path = Path(path)
    codec = audio_codec(audio, path)
    if sound.sample_count == 0:
        raise MediaError("there is no sound to write", where=path.name)
    with _written(path, sound.rate, metadata or {}) as file:
        file.metadata.update(metadata or {})
        track = SoundEncoder(file, sound, codec)
        while track.done < track.total:
            track.write_block()
            if on_progress is not None:
                on_progress(track.done, track.total)
        track.finish()
    return path


@contextmanager
def _written(
    path: Path, timescale: int, texts: Mapping[str, str] | None = None
) -> Iterator[OutputContainer]:
    """A file open for writing that becomes `path` when the block ends without an error.

    `texts` are those that a WAV file shall have whatever their keys.
    """
    options = {"fflags": "+bitexact"}
    if path.suffix.lower() in _MOV_SUFFIXES:
        options["movflags"] = _MOV_FLAGS
        if timescale <= _FINEST_TIMESCALE:
            options["movie_timescale"] = str(timescale)
    try:
        with atomic_path(path) as part:
            with av.open(str(part), "w", container_options=options) as file:
                yield file
            if path.suffix.lower() == ".wav":
                append_texts(part, texts or {})
    except FFmpegError as error:
        reason = (error.strerror or str(error)).lower()
        raise MediaError(f"it cannot be written: {reason}", where=path.name) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MediaError(
            f"it cannot be written: {reason}",
            where=str(path),
            mend="Check the folder and the free space",
        ) from error


def _check_clip(clip: Clip, preset: Preset, path: Path) -> None:
    if clip.frame_count == 0:
        raise MediaError("there is no frame to write", where=path.name)
    width, height = preset.smallest
    if clip.width < width or clip.height < height:
        raise UsageError(
            f"{path.name}: {preset.title} needs {width} x {height} pixels, "
            f"not {clip.width} x {clip.height}",
            mend="Scale the clip up, or use another preset",
        )


def _quality_options(preset: Preset, quality: int | None) -> dict[str, str]:
    problem = quality_problem(preset, quality)
    if problem:
        raise UsageError(problem, mend="Leave it out")
    if preset.quality is None:
        return {}
    option, usual, _, _ = preset.quality
    return {option: str(usual if quality is None else quality)}


def _stays(color: ColorInfo) -> bool:
    return color.is_hdr and not color.is_rgb
