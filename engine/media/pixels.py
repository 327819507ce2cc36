"""Turns frames into arrays of red, green and blue and back, with the right colour matrix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from engine.media.color import RGB709, ColorInfo
from engine.media.image import Picture

EXACT = Interpolation.ACCURATE_RND | Interpolation.BITEXACT
"""Flags that make a conversion give equal bytes whatever the processor can do.

They do so with one thread only: with several the scaler gives other bytes now and then.
"""

SMOOTH = Interpolation.BICUBIC | EXACT
"""The usual way to change formats."""

_PLANAR = {"rgb24": "gbrp", "rgba": "gbrap"}  # the scaler is thrice as fast over these, and equal
_FULL_CHROMA = Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP
_SCALER_MATRIX = {
    "bt709": Colorspace.ITU709,
    "fcc": Colorspace.FCC,
    "bt470bg": Colorspace.ITU601,
    "smpte170m": Colorspace.ITU601,
    "smpte240m": Colorspace.SMPTE240M,
    "bt2020nc": Colorspace.BT2020,
}


def frame_of_array(array: Picture, pixel_format: str = "rgb24") -> VideoFrame:
    """A frame with a copy of a uint8 array (H, W, 3), or (H, W, 4) for "rgba"."""
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(array), pixel_format)
    frame.color_range = ColorRange.JPEG
    return frame


def arrays_of_frames(
    frames: Iterable[VideoFrame], color: ColorInfo, *, alpha: bool = False
) -> Iterator[Picture]:
    """Each frame as a new uint8 array in Rec.709: (H, W, 3), or (H, W, 4) with `alpha`."""
    pixel_format = "rgba" if alpha else "rgb24"
    for frame in converted(frames, color, pixel_format, RGB709):
        yield array_of_frame(frame)


def array_of_frame(frame: VideoFrame) -> Picture:
    """A copy of the pixels of an "rgb24" or "rgba" frame."""
    array: Any = frame.to_ndarray()
    return np.asarray(array, np.uint8)


def converted(
    frames: Iterable[VideoFrame],
    source: ColorInfo,
    pixel_format: str,
    target: ColorInfo,
    *,
    width: int | None = None,
    height: int | None = None,
    kernel: Interpolation = Interpolation.BICUBIC,
) -> Iterator[VideoFrame]:
    """Each frame in another pixel format, colour and size; untouched when all of it agrees.

    Primaries and transfer are not converted: standard definition keeps its slight tint.
    """
    scaler, packer = VideoReformatter(), VideoReformatter()
    told = scaler_colors(source, target)
    planar = _PLANAR.get(pixel_format, pixel_format) if not source.is_rgb else pixel_format
    flags = kernel | EXACT | _FULL_CHROMA
    for frame in frames:
        new = scaler.reformat(frame, width, height, planar, interpolation=flags, threads=1, **told)
        yield packer.reformat(new, format=pixel_format, interpolation=flags, threads=1)


def scaler_colors(source: ColorInfo, target: ColorInfo) -> dict[str, int]:
    """What the scaler must be told to turn one colour description into another."""
    told: dict[str, int] = {
        "src_color_range": ColorRange.JPEG if source.full_range else ColorRange.MPEG,
        "dst_color_range": ColorRange.JPEG if target.full_range else ColorRange.MPEG,
    }
    if not source.is_rgb:
        told["src_colorspace"] = _SCALER_MATRIX.get(source.matrix, Colorspace.ITU709)
    if not target.is_rgb:
        told["dst_colorspace"] = _SCALER_MATRIX.get(target.matrix, Colorspace.ITU709)
    return told
