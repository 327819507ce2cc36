"""Films made with FFmpeg in which every frame carries its number, readable from the pixels."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

BITS = 8
RATE = 48000


def numbered(number: int, width: int = 128, height: int = 96, *, alpha: bool = False) -> np.ndarray:
    """A picture whose top row of 8 bright or dark fields is `number` in binary."""
    picture = np.full((height, width, 4 if alpha else 3), 90, np.uint8)
    picture[height // 2 :, :, 0] = 200
    if alpha:
        picture[..., 3] = 255
    for bit in range(BITS):
        left, right = bit * width // BITS, (bit + 1) * width // BITS
        picture[: height // 2, left:right, :3] = 235 if number >> bit & 1 else 20
    return picture


def number_of(picture: np.ndarray) -> int:
    """The number in a picture, whatever its size."""
    height, width = picture.shape[:2]
    row = picture[height // 4 - 1 : height // 4 + 2, :, 1].astype(float).mean(axis=0)
    centres = [(2 * bit + 1) * width // (2 * BITS) for bit in range(BITS)]
    return sum(int(row[centre] > 128) << bit for bit, centre in enumerate(centres))


def write_film(
    path: Path,
    codec: str = "libx264",
    *,
    count: int = 30,
    rate: Fraction | int = 24,
    size: tuple[int, int] = (128, 96),
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    times: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    aspect: Fraction | None = None,
    rotation: int = 0,
    sound: np.ndarray | None = None,
    sound_codec: str = "aac",
    sound_start: int = 0,
    sound_rate: int = RATE,
    container: dict[str, str] | None = None,
    tags: dict[str, int] | None = None,
) -> Path:
    """A film of `count` numbered frames; `times` are presentation times in `time_base`."""
    alpha = pixel_format.startswith(("yuva", "rgba", "gbrap"))
    with av.open(str(path), "w", container_options=container or {}) as file:
        stream: Any = file.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        if time_base:
            stream.codec_context.time_base = time_base
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation:
            stream.set_display_rotation(rotation)
        for name, value in (tags or {}).items():
            setattr(stream.codec_context, name, value)
        track: Any = None
        if sound is not None:
            layout = {1: "mono", 2: "stereo", 6: "5.1"}[sound.shape[1]]
            track = file.add_stream(sound_codec, rate=sound_rate, layout=layout)
        for index in range(count):
            source = av.VideoFrame.from_ndarray(
                numbered(index, *size, alpha=alpha), "rgba" if alpha else "rgb24"
            )
            frame = source.reformat(format=pixel_format, interpolation="BICUBIC")
            frame.pts = index if times is None else times[index]
            frame.time_base = time_base or 1 / Fraction(rate)
            for name, value in (tags or {}).items():
                setattr(frame, name, value)
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
        if track is not None and sound is not None:
            write_sound(file, track, sound, sound_start, sound_rate)
    return path


def write_sound(file: Any, track: Any, sound: np.ndarray, start: int = 0, rate: int = RATE) -> None:
    """Encode samples into a stream, from sample `start` of the film on."""
    resampler = av.AudioResampler(format=track.codec_context.format, frame_size=1024)
    layout = track.codec_context.layout.name
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(sound.T.astype(np.float32)), "fltp", layout
    )
    frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
    for each in [*resampler.resample(frame), *resampler.resample(None)]:
        file.mux(track.encode(each))
    file.mux(track.encode())


def write_sound_file(
    path: Path, codec: str, sound: np.ndarray, *, rate: int = RATE, layout: str | None = None
) -> Path:
    """A sound file of those samples."""
    layout = layout or {1: "mono", 2: "stereo", 6: "5.1"}[sound.shape[1]]
    with av.open(str(path), "w") as file:
        track: Any = file.add_stream(codec, rate=rate, layout=layout)
        write_sound(file, track, sound, rate=rate)
    return path


def ticks(seconds: float, *, channels: int = 2, rate: int = RATE) -> np.ndarray:
    """Silence with a short click at each tenth of a second, louder each time."""
    sound = np.zeros((int(seconds * rate), channels), np.float32)
    for index, at in enumerate(range(0, len(sound), rate // 10)):
        sound[at : at + 4] = 0.3 + 0.02 * (index % 20)
    return sound


def tone(seconds: float, *, channels: int = 2, rate: int = RATE, hertz: float = 440) -> np.ndarray:
    """A sine of half scale, shifted in phase from channel to channel."""
    at = np.arange(int(seconds * rate)) / rate
    phase = np.arange(channels) * 0.7
    return (0.5 * np.sin(2 * np.pi * hertz * at[:, None] + phase)).astype(np.float32)


def damage(path: Path, kind: str = "audio", share: slice = slice(None)) -> None:
    """Overwrite the packets of a stream of a film, all or a share of them."""
    with av.open(str(path)) as file:
        stream = getattr(file.streams, kind)[0]
        places = [(p.pos, p.size) for p in file.demux(stream) if p.pos is not None and p.size]
    content = bytearray(path.read_bytes())
    for begin, size in places[share]:
        content[begin : begin + size] = b"\xff" * size
    path.write_bytes(content)
