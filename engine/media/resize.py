"""Clips in another size: fitted, filled, stretched, panned, cropped, turned and mirrored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from engine.errors import UsageError
from engine.media.clip import Clip, Geometry
from engine.media.pixels import EXACT
from engine.media.planes import (
    blank_like,
    colour_samples,
    full_chroma,
    layout_of,
    views,
    workable_format,
)
from engine.media.shape import Turner

SizeMode = Literal["fit", "fill", "stretch"]
Kernel = Literal["lanczos", "bicubic"]
Point: TypeAlias = tuple[float, float]

LARGEST = 16384
"""Pixels a side that a picture may have."""

_KERNELS = {"lanczos": Interpolation.LANCZOS, "bicubic": Interpolation.BICUBIC}
_CENTRE = (0.5, 0.5)


def conform_size(
    clip: Clip,
    width: int,
    height: int,
    mode: SizeMode = "fit",
    *,
    focus: Point = _CENTRE,
    focus_end: Point | None = None,
    background: tuple[int, int, int, int] = (0, 0, 0, 255),
    kernel: Kernel = "lanczos",
) -> Clip:
    """The clip at `width` x `height` square pixels; stored pixels are resampled once.

    fit: all of the picture, with bars in the colour `background` (red, green, blue, opacity).
    fill: no bars; what is too much is cut, and `focus` says what stays: 0, 0 the left upper
    part, 1, 1 the right lower. With `focus_end` it moves there over the clip (pan and scan).
    stretch: all of the picture, without bars, out of proportion.
    """
    if not (1 <= width <= LARGEST and 1 <= height <= LARGEST):
        raise UsageError(f"no picture has {width} x {height} pixels")
    moving = mode == "fill" and focus_end is not None and focus_end != focus
    if (clip.width, clip.height) == (width, height) and clip.geometry.is_plain:
        return clip
    pixel_format = workable_format(clip.pixel_format)
    if moving:
        pixel_format = full_chroma(pixel_format)
    inner = _inner_size(clip.geometry, width, height, mode, pixel_format)
    scaled = _scaled(clip, *inner, pixel_format, _KERNELS[kernel])
    if inner == (width, height):
        return scaled
    if mode == "fit":
        return _on_background(scaled, width, height, background)
    return _windowed(scaled, width, height, focus, focus_end or focus)


def crop(clip: Clip, left: int, top: int, width: int, height: int) -> Clip:
    """The part of the upright picture that begins at `left`, `top`.

    Raises UsageError when it leaves the picture.
    """
    if (
        min(left, top) < 0
        or min(width, height) < 1
        or left + width > clip.width
        or top + height > clip.height
    ):
        raise UsageError(
            f"{width} x {height} pixels at {left}, {top} are not inside "
            f"{clip.width} x {clip.height}",
            where=clip.name or None,
        )
    layout = layout_of(clip.pixel_format)
    step_x, step_y = layout.step if layout else (2, 2)
    aligned = layout is not None and left % step_x == 0 and top % step_y == 0
    pixel_format = clip.pixel_format if aligned else full_chroma(clip.pixel_format)
    whole = _scaled(clip, clip.width, clip.height, pixel_format, Interpolation.BICUBIC)

    def read(begin: int, end: int) -> Iterator[VideoFrame]:
        for frame in whole.frames(begin, end):
            yield _cut(frame, left, top, width, height)

    return replace(whole, geometry=Geometry(width, height), read=read)


def turn(clip: Clip, degrees: int = 0, *, mirror: bool = False) -> Clip:
    """The clip turned clockwise by 0, 90, 180 or 270 degrees; then mirrored left to right."""
    if degrees % 90:
        raise UsageError(f"a clip is turned by 90, 180 or 270 degrees, not {degrees}")
    width, height = clip.shown if degrees % 180 == 0 else clip.shown[::-1]

    def read(begin: int, end: int) -> Iterator[VideoFrame]:
        turner = Turner(degrees % 360, mirror=mirror)
        for frame in clip.frames(begin, end):
            yield turner(frame)

    return replace(clip, geometry=Geometry(width, height), read=read)


@dataclass(frozen=True)
class _Step:
    x: int
    y: int

    def near(self, value: Fraction, *, across: bool) -> int:
        """The multiple of the step nearest to `value`, and at least one step."""
        step = self.x if across else self.y
        return max(1, round(value / step)) * step


def _inner_size(
    shape: Geometry, width: int, height: int, mode: SizeMode, pixel_format: str
) -> tuple[int, int]:
    """The size to scale the whole picture to: inside the frame, or around it."""
    if mode == "stretch":
        return width, height
    layout = layout_of(pixel_format)
    step = _Step(*(layout.step if layout else (1, 1)))
    aspect = shape.width * shape.pixel_aspect / shape.height
    if shape.rotation in (90, 270):
        aspect = 1 / aspect
    limits_width = aspect * height >= width
    if limits_width == (mode == "fit"):
        inner_height = step.near(width / aspect, across=False)
        near = abs(inner_height - height) < 2
        return width, height if near else inner_height
    inner_width = step.near(height * aspect, across=True)
    near = abs(inner_width - width) < 2
    return width if near else inner_width, height


def _scaled(clip: Clip, width: int, height: int, pixel_format: str, kernel: Interpolation) -> Clip:
    """The upright picture at a size and in a format, straight from the stored pixels."""
    sideways = clip.geometry.rotation in (90, 270)
    across, down = (height, width) if sideways else (width, height)

    def read(begin: int, end: int) -> Iterator[VideoFrame]:
        scaler = VideoReformatter()
        turner = Turner(clip.geometry.rotation)
        for frame in clip.stored(begin, end):
            yield turner(
                scaler.reformat(
                    frame, across, down, pixel_format, interpolation=kernel | EXACT, threads=1
                )
            )

    return replace(clip, geometry=Geometry(width, height), pixel_format=pixel_format, read=read)


def _on_background(clip: Clip, width: int, height: int, rgba: tuple[int, int, int, int]) -> Clip:
    layout = layout_of(clip.pixel_format)
    step_x, step_y = layout.step if layout else (1, 1)
    left = (width - clip.width) // 2 // step_x * step_x
    top = (height - clip.height) // 2 // step_y * step_y
    steps = list(zip(layout.step_x, layout.step_y, strict=True)) if layout else []
    fill = colour_samples(clip.pixel_format, clip.color, rgba)

    def read(begin: int, end: int) -> Iterator[VideoFrame]:
        for frame in clip.frames(begin, end):
            new = blank_like(frame, width, height)
            for old, fresh, colour, (across, down) in zip(
                views(frame), views(new), fill, steps, strict=True
            ):
                fresh[:] = colour
                x, y = left // across, top // down
                fresh[y : y + old.shape[0], x : x + old.shape[1]] = old
            yield new

    return replace(clip, geometry=Geometry(width, height), read=read)


def _windowed(clip: Clip, width: int, height: int, focus: Point, focus_end: Point) -> Clip:
    """A window of the picture that moves evenly from `focus` to `focus_end`."""
    over_x, over_y = clip.width - width, clip.height - height
    layout = layout_of(clip.pixel_format)
    step_x, step_y = layout.step if layout else (1, 1)

    def read(begin: int, end: int) -> Iterator[VideoFrame]:
        for number, frame in enumerate(clip.frames(begin, end), begin):
            part = number / (clip.frame_count - 1) if clip.frame_count > 1 else 0.0
            x, y = (a + (b - a) * part for a, b in zip(focus, focus_end, strict=True))
            left = round(over_x * min(max(x, 0.0), 1.0) / step_x) * step_x
            top = round(over_y * min(max(y, 0.0), 1.0) / step_y) * step_y
            yield _cut(frame, min(left, over_x), min(top, over_y), width, height)

    return replace(clip, geometry=Geometry(width, height), read=read)


def _cut(frame: VideoFrame, left: int, top: int, width: int, height: int) -> VideoFrame:
    layout = layout_of(frame.format.name)
    new = blank_like(frame, width, height)
    steps = zip(layout.step_x, layout.step_y, strict=True) if layout else ()
    for old, fresh, (step_x, step_y) in zip(views(frame), views(new), steps, strict=True):
        x, y = left // step_x, top // step_y
        fresh[:] = old[y : y + fresh.shape[0], x : x + fresh.shape[1]]
    return new
