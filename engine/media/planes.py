"""The planes of a frame as arrays, so that pixels can be moved without converting them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from av import VideoFrame
from av.video.format import VideoFormat
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from engine.errors import MediaError
from engine.media.color import RGB709, ColorInfo
from engine.media.pixels import SMOOTH, scaler_colors

PlaneArray: TypeAlias = NDArray[Any]
"""A view of (height, width, samples in a pixel) in uint8 or uint16."""


_UNPACKED = {
    **dict.fromkeys(("yuyv422", "uyvy422", "yvyu422"), "yuv422p"),
    **dict.fromkeys(("y210le", "v210"), "yuv422p10le"),
    **dict.fromkeys(("x2rgb10le", "x2bgr10le", "gbrpf32le"), "gbrp10le"),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a pixel format lays its samples out: planes, depth, and how chroma is thinned."""

    samples: tuple[int, ...]  # samples in a pixel, of each plane
    dtype: str
    bits: int
    step_x: tuple[int, ...]  # 2 where a plane has half the width
    step_y: tuple[int, ...]

    @property
    def step(self) -> tuple[int, int]:
        """Positions in pixels that all planes can be cut at are whole multiples of these."""
        return max(self.step_x), max(self.step_y)


@lru_cache(maxsize=256)
def layout_of(pixel_format: str) -> Layout | None:
    """The layout of a pixel format; None when its samples are not whole bytes of their own."""
    form = VideoFormat(pixel_format, 64, 64)
    components = form.components
    if form.has_palette or form.is_bit_stream or not components:
        return None
    bits = max(item.bits for item in components)
    size = 1 if bits <= 8 else 2
    if bits > 16:
        return None
    samples, step_x, step_y = [], [], []
    for plane in range(max(item.plane for item in components) + 1):
        inside = [item for item in components if item.plane == plane]
        if not inside or len({(item.width, item.height) for item in inside}) != 1:
            return None
        samples.append(len(inside))
        step_x.append(64 // inside[0].width)
        step_y.append(64 // inside[0].height)
    if len(samples) == 1:
        stored = form.padded_bits_per_pixel // (8 * size)
        if stored < samples[0] or form.padded_bits_per_pixel % (8 * size):
            return None
        samples = [stored]
    dtype = ("u1", ">u2" if form.is_big_endian else "<u2")[size - 1]
    return Layout(tuple(samples), dtype, bits, tuple(step_x), tuple(step_y))


def workable_format(pixel_format: str) -> str:
    """`pixel_format`, or the nearest one whose planes can be viewed as arrays."""
    if layout_of(pixel_format) is not None:
        return pixel_format
    if pixel_format in _UNPACKED:
        return _UNPACKED[pixel_format]
    form = VideoFormat(pixel_format, 64, 64)
    alpha = form.has_palette or any(item.is_alpha for item in form.components)
    if form.is_rgb or form.has_palette or form.is_bit_stream:
        return "rgba" if alpha else "rgb24"
    return "yuva444p10le" if alpha else "yuv444p10le"


def full_chroma(pixel_format: str) -> str:
    """A format like that one that does not thin its chroma, so that it can be cut anywhere."""
    work = workable_format(pixel_format)
    layout = layout_of(work)
    if layout is None or layout.step == (1, 1):
        return work
    for thinned in ("420", "422", "411", "410", "440"):
        full = work.replace(thinned, "444")
        if full != work and _exists(full):
            return full
    return "yuv444p10le" if layout.bits > 8 else "yuv444p"


def views(frame: VideoFrame) -> list[PlaneArray]:
    """The planes of a frame as arrays (height, width, samples); writing changes the frame.

    Raises MediaError for formats without a layout.
    """
    layout = layout_of(frame.format.name)
    if layout is None:
        raise MediaError(f"the pixel format {frame.format.name} has no planes of whole samples")
    size = np.dtype(layout.dtype).itemsize
    result = []
    for plane, samples, step_x, step_y in zip(
        frame.planes, layout.samples, layout.step_x, layout.step_y, strict=False
    ):
        width, height = -(-frame.width // step_x), -(-frame.height // step_y)
        raw = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]
        rows = np.lib.stride_tricks.as_strided(
            raw, (height, width * samples * size), (plane.line_size, 1)
        )
        result.append(rows.view(layout.dtype).reshape(height, width, samples))
    return result


def blank_like(frame: VideoFrame, width: int, height: int) -> VideoFrame:
    """A new frame of that size with the format and colour of `frame`, its pixels undefined."""
    new = VideoFrame(width, height, frame.format.name)
    new.colorspace, new.color_range = frame.colorspace, frame.color_range
    new.color_trc, new.color_primaries = frame.color_trc, frame.color_primaries
    new.pts = frame.pts
    if frame.time_base is not None:
        new.time_base = frame.time_base
    return new


def _exists(pixel_format: str) -> bool:
    try:
        return layout_of(pixel_format) is not None
    except ValueError:
        return False


def relabelled(frame: VideoFrame, pixel_format: str) -> VideoFrame:
    """A copy of the frame under the name of another format with equal planes."""
    if frame.format.name == pixel_format:
        return frame
    new = VideoFrame(frame.width, frame.height, pixel_format)
    for old, fresh in zip(views(frame), views(new), strict=True):
        fresh[:] = old
    return new


def colour_samples(
    pixel_format: str, color: ColorInfo, rgba: tuple[int, int, int, int]
) -> list[PlaneArray]:
    """What a pixel of each plane holds where the picture has the colour `rgba` (0-255)."""
    patch = np.empty((16, 16, 4), np.uint8)
    patch[:] = rgba
    source = VideoFrame.from_ndarray(patch, "rgba")
    frame = VideoReformatter().reformat(
        source,
        format=pixel_format,
        interpolation=SMOOTH,
        threads=1,
        **scaler_colors(RGB709, color),
    )
    return [view[0, 0].copy() for view in views(frame)]
