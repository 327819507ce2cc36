"""Picture files without loss: each frame is a keyframe, a run of equal frames is kept once.

Ut Video holds 8 bits a sample (it is fast), FFV1 more; the rest is the bare planes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias, cast

import av
import numpy as np
from av import VideoFrame, VideoStream
from av.codec.context import Flags, ThreadType
from av.container import OutputContainer
from av.video.reformatter import VideoReformatter

from engine.errors import MediaError
from engine.media.clip import Clip
from engine.media.container import opened, reading
from engine.media.pixels import SMOOTH
from engine.media.planes import relabelled, views, workable_format

Progress: TypeAlias = Callable[[float, float], None]

_THREADS = 4
_RATE = 25  # of the files; what counts is the number of a frame
_UT_VIDEO = {
    **dict.fromkeys(("rgb24", "bgr24", "gbrp"), "gbrp"),
    **dict.fromkeys(("rgba", "bgra", "argb", "abgr", "gbrap"), "gbrap"),
    **{name: name for name in ("yuv420p", "yuv422p", "yuv444p")},
    "nv12": "yuv420p",
}
_FULL_RANGE = {f"yuvj{name}p": f"yuv{name}p" for name in ("420", "422", "444")}
_FFV1 = {
    *(f"yuv{chroma}p{bits}le" for chroma in ("420", "422", "444") for bits in (10, 12, 16)),
    *(f"yuva{chroma}p{bits}le" for chroma in ("420", "422", "444") for bits in (10, 16)),
    *("yuv420p", "yuv422p", "yuv444p", "yuva420p", "yuva422p", "yuva444p", "yuva444p12le"),
    *("gray", "gray16le"),
}


_OPTIONS = {"utvideo": {"pred": "median"}, "ffv1": {"level": "3", "coder": "1"}}
_FFV1_SMALLEST = 64  # pixels a side; below, its slices get too small


@dataclass(frozen=True)
class Kept:
    """How frames were kept: file, FFmpeg's encoder or None for bare planes, pixel formats.

    `pixel_format` is that of the frames that come back, `stored` that in the file; `runs` says
    how often each kept frame is shown.
    """

    file: str
    encoder: str | None
    stored: str
    pixel_format: str
    width: int
    height: int
    runs: tuple[int, ...]


def write_lossless(clip: Clip, folder: Path, *, progress: Progress | None = None) -> Kept:
    """Write the stored frames of a clip into `folder`.

    Frames whose samples are not whole bytes (palettes, packed formats) come back in the format
    that holds the same colours in whole bytes.
    """
    pixel_format = workable_format(clip.pixel_format)
    encoder, stored = _chosen(clip, pixel_format)
    path = folder / ("picture.avi" if encoder else "picture.raw")
    runs: list[int] = []
    scaler = VideoReformatter()

    def distinct() -> Iterator[VideoFrame]:
        previous: VideoFrame | None = None
        for index, given in enumerate(clip.stored()):
            frame = _as(given, pixel_format, scaler)
            if previous is not None and _equal(previous, frame):
                runs[-1] += 1
            else:
                runs.append(1)
                yield frame
            previous = frame
            if progress is not None:
                progress(index + 1, clip.frame_count)

    if encoder is None:
        with path.open("wb") as file:
            for frame in distinct():
                file.writelines(view.tobytes() for view in views(frame))
    else:
        _write_encoded(distinct(), path, clip, encoder, stored)
    size = clip.geometry.width, clip.geometry.height
    return Kept(path.name, encoder, stored, pixel_format, *size, tuple(runs))


def read_lossless(folder: Path, kept: Kept, start: int, stop: int) -> Iterator[VideoFrame]:
    """Kept frames `start` to `stop`."""
    path = folder / kept.file
    read = _read_encoded if kept.encoder else _read_planes
    wanted = start
    scaler = VideoReformatter()
    for frame in read(path, kept, start):
        yield _as(frame, kept.pixel_format, scaler)
        wanted += 1
        if wanted == stop:
            return
    raise MediaError(f"frame {wanted} is missing", where=path.name)


def _chosen(clip: Clip, pixel_format: str) -> tuple[str | None, str]:
    """The encoder for a clip (None: bare planes) and the pixel format that it is given."""
    name = _FULL_RANGE.get(pixel_format, pixel_format)
    stored = _UT_VIDEO.get(name, name)
    width, height = clip.geometry.width, clip.geometry.height
    if name in _UT_VIDEO and width % 2 == height % 2 == 0:  # FFmpeg misreads odd sizes of it
        return "utvideo", stored
    if stored in _FFV1 and min(width, height) >= _FFV1_SMALLEST:
        return "ffv1", stored
    return None, pixel_format


def _write_encoded(
    frames: Iterator[VideoFrame], path: Path, clip: Clip, encoder: str, stored: str
) -> None:
    scaler = VideoReformatter()
    options = {"fflags": "+bitexact"}
    with reading(path), av.open(str(path), "w", container_options=options) as file:
        stream = _stream(file, clip, encoder, stored)
        for number, frame in enumerate(frames):
            file.mux(stream.encode(_numbered(_as(frame, stored, scaler), number)))
        file.mux(stream.encode(None))


def _read_encoded(path: Path, _: Kept, start: int) -> Iterator[VideoFrame]:
    with opened(path) as file:
        stream = file.streams.video[0]
        stream.codec_context.thread_type = ThreadType.AUTO
        base = stream.time_base or Fraction(1, _RATE)
        wanted = start
        if start:
            file.seek(round(Fraction(start, _RATE) / base), stream=stream)
        for frame in file.decode(stream):
            number = round((frame.pts or 0) * base * _RATE)
            if number == wanted:
                yield frame
                wanted += 1
            elif number > wanted:
                return


def _read_planes(path: Path, kept: Kept, start: int) -> Iterator[VideoFrame]:
    size = sum(view.nbytes for view in views(_blank(kept)))
    with reading(path), path.open("rb") as file:
        file.seek(start * size)
        while True:
            frame = _blank(kept)
            for view in views(frame):
                raw = file.read(view.nbytes)
                if len(raw) < view.nbytes:
                    return
                view[:] = np.frombuffer(raw, view.dtype).reshape(view.shape)
            yield frame


def _blank(kept: Kept) -> VideoFrame:
    return VideoFrame(kept.width, kept.height, kept.stored)


def _stream(file: OutputContainer, clip: Clip, encoder: str, stored: str) -> VideoStream:
    added = file.add_stream(encoder, rate=_RATE, options=dict(_OPTIONS[encoder]))
    stream = cast("VideoStream", added)
    context = stream.codec_context
    context.width, context.height = clip.geometry.width, clip.geometry.height
    context.pix_fmt = stored
    context.time_base = Fraction(1, _RATE)
    context.thread_count = _THREADS
    context.flags |= Flags.bitexact
    return stream


def _as(frame: VideoFrame, pixel_format: str, scaler: VideoReformatter) -> VideoFrame:
    """The frame in a format that holds the same numbers in another order."""
    name = frame.format.name
    if name == pixel_format:
        return frame
    if _FULL_RANGE.get(name, name) == _FULL_RANGE.get(pixel_format, pixel_format):
        return relabelled(frame, pixel_format)
    return scaler.reformat(frame, format=pixel_format, interpolation=SMOOTH, threads=1)


def _numbered(frame: VideoFrame, number: int) -> VideoFrame:
    frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, _RATE), 0
    return frame


def _equal(one: VideoFrame, other: VideoFrame) -> bool:
    if one is other:
        return True
    return all(map(np.array_equal, views(one), views(other)))
