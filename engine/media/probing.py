"""Says what a media file is: container, streams, times, sizes, colour, timecode, texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from av import AudioStream, VideoStream
from av.container import InputContainer

from engine.media.color import ColorInfo, range_is_full
from engine.media.container import opened
from engine.media.index import AudioIndex, VideoIndex, index_file
from engine.media.riff import read_texts
from engine.media.streams import picture_stream, sound_stream

_STRUCTURE = {"major_brand", "minor_version", "compatible_brands", "encoder", "creation_time"}


@dataclass(frozen=True)
class VideoInfo:
    """One picture stream. `color` is as tagged: "unspecified" where the file does not say."""

    codec: str
    profile: str | None
    pixel_format: str
    stored: tuple[int, int]
    shown: tuple[int, int]
    pixel_aspect: Fraction
    rotation: int
    rate: Fraction
    varies: bool
    frame_count: int
    start: Fraction
    duration: Fraction
    color: ColorInfo
    bit_rate: int | None

    @property
    def bits(self) -> int:
        """Bits a sample."""
        from engine.media.planes import layout_of

        layout = layout_of(self.pixel_format)
        return layout.bits if layout else 8

    def as_dict(self) -> dict[str, Any]:
        """As JSON values; rates and times as fractions in text."""
        return {
            "codec": self.codec,
            "profile": self.profile,
            "pixel_format": self.pixel_format,
            "bits": self.bits,
            "width": self.shown[0],
            "height": self.shown[1],
            "stored_width": self.stored[0],
            "stored_height": self.stored[1],
            "pixel_aspect": str(self.pixel_aspect),
            "rotation": self.rotation,
            "rate": str(self.rate),
            "varies": self.varies,
            "frame_count": self.frame_count,
            "start": str(self.start),
            "duration": str(self.duration),
            "color": self.color.as_dict(),
            "bit_rate": self.bit_rate,
        }


@dataclass(frozen=True)
class AudioInfo:
    """One sound stream."""

    codec: str
    rate: int
    layout: str
    channels: int
    start: Fraction
    duration: Fraction
    bit_rate: int | None

    def as_dict(self) -> dict[str, Any]:
        """As JSON values; times as fractions in text."""
        return {
            "codec": self.codec,
            "rate": self.rate,
            "layout": self.layout,
            "channels": self.channels,
            "start": str(self.start),
            "duration": str(self.duration),
            "bit_rate": self.bit_rate,
        }


@dataclass(frozen=True)
class MediaInfo:
    """A media file; times in seconds. `metadata` has its keys in lower case.

    `sound_fault` says why a film counts as having no sound although it has some.
    """

    path: Path
    container: str
    size: int
    duration: Fraction
    video: VideoInfo | None
    audio: AudioInfo | None
    timecode: str | None
    metadata: Mapping[str, str] = field(default_factory=dict)
    stream_count: int = 0
    sound_fault: str = ""

    def as_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "container": self.container,
            "size": self.size,
            "duration": str(self.duration),
            "video": self.video.as_dict() if self.video else None,
            "audio": self.audio.as_dict() if self.audio else None,
            "timecode": self.timecode,
            "metadata": dict(self.metadata),
            "streams": self.stream_count,
        }


def probe(path: Path | str) -> MediaInfo:
    """What a film, sound or picture file is.

    Raises MediaError when it is missing, empty, damaged, cut short or no media.
    """
    file = index_file(path)
    with opened(file.path) as container:
        picture, sound = picture_stream(container), sound_stream(container)
        video = _video(picture, file.video) if picture and file.video else None
        audio = _audio(sound, file.audio) if sound and file.audio else None
        return MediaInfo(
            path=file.path,
            container=_container_name(container, file.path),
            size=file.path.stat().st_size,
            duration=max(part.start + part.duration for part in (video, audio) if part)
            - min(part.start for part in (video, audio) if part),
            video=video,
            audio=audio,
            timecode=file.timecode,
            metadata=_metadata(container) | read_texts(file.path),
            stream_count=len(container.streams),
            sound_fault=file.sound_fault,
        )


def _video(stream: VideoStream, index: VideoIndex) -> VideoInfo:
    context = stream.codec_context
    return VideoInfo(
        codec=context.codec.canonical_name,
        profile=context.profile or None,
        pixel_format=index.pixel_format,
        stored=(index.geometry.width, index.geometry.height),
        shown=index.geometry.shown,
        pixel_aspect=index.geometry.pixel_aspect,
        rotation=index.geometry.rotation,
        rate=index.timing.rate,
        varies=index.timing.varies,
        frame_count=index.timing.frame_count,
        start=index.begin,
        duration=index.timing.frame_count / index.timing.rate,
        color=ColorInfo.from_codes(
            primaries=context.color_primaries,
            transfer=context.color_trc,
            matrix=context.colorspace,
            full_range=range_is_full(context.color_range),
        ),
        bit_rate=stream.bit_rate or None,
    )


def _audio(stream: AudioStream, index: AudioIndex) -> AudioInfo:
    return AudioInfo(
        codec=stream.codec_context.codec.canonical_name,
        rate=index.rate,
        layout=index.layout,
        channels=stream.codec_context.channels,
        start=index.begin,
        duration=index.end - index.begin,
        bit_rate=stream.codec_context.bit_rate or None,
    )


def _container_name(container: InputContainer, path: Path) -> str:
    """The suffix's name where FFmpeg names a family of containers: "mp4" of "mov,mp4,m4a,…"."""
    names = container.format.name.split(",")
    suffix = path.suffix.lower().removeprefix(".")
    return suffix if suffix in names else names[0]


def _metadata(container: InputContainer) -> dict[str, str]:
    """Texts of the file; Ogg keeps them in its stream. What FFmpeg adds itself is left out."""
    texts = {key.lower(): value for key, value in container.metadata.items()}
    if not texts and len(container.streams) == 1:
        texts = {key.lower(): value for key, value in container.streams[0].metadata.items()}
    return {key: value for key, value in texts.items() if key not in _STRUCTURE | {"timecode"}}
