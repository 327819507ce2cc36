"""Chooses the streams of a file, and reads what they say of themselves."""

from __future__ import annotations

from pathlib import Path

from av import AudioStream, VideoStream
from av.container import InputContainer
from av.stream import Disposition

from engine.errors import MediaError
from engine.media.sound import CHANNELS, DEFAULT_LAYOUTS


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The stream that shows moving pictures; cover art does not count."""
    streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    best = container.streams.best("video")
    if isinstance(best, VideoStream) and best in streams:
        return best
    return streams[0] if streams else None


def sound_stream(container: InputContainer) -> AudioStream | None:
    """The stream that sounds."""
    best = container.streams.best("audio")
    return best if isinstance(best, AudioStream) else None


def timecode_of(container: InputContainer) -> str | None:
    """The timecode of the first frame, as the file states it."""
    places = [container.metadata, *(stream.metadata for stream in container.streams)]
    found = (value for place in places for key, value in place.items() if key.lower() == "timecode")
    return next(found, None)


def layout_name(name: str, channels: int, path: Path) -> str:
    """The name in CHANNELS of a layout as FFmpeg names it: "5.1(side)" is "5.1"."""
    plain = name.partition("(")[0]
    if plain in CHANNELS and len(CHANNELS[plain]) == channels:
        return plain
    if channels in DEFAULT_LAYOUTS:
        return DEFAULT_LAYOUTS[channels]
    raise MediaError(
        f"its sound has {channels} channels", where=path.name, mend="Use a file of 1 to 8 channels"
    )
