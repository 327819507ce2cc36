"""Puts stored frames upright and makes their pixels square."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from engine.media.clip import Geometry
from engine.media.pixels import EXACT, SMOOTH
from engine.media.planes import blank_like, full_chroma, layout_of, views, workable_format


def upright(frames: Iterable[VideoFrame], geometry: Geometry) -> Iterator[VideoFrame]:
    """Frames of that geometry with square pixels (Lanczos), turned upright, in their format."""
    width, height = geometry.shown if geometry.rotation in (0, 180) else geometry.shown[::-1]
    scaler = VideoReformatter()
    turn = Turner(geometry.rotation)
    for frame in frames:
        square = frame
        if (width, height) != (frame.width, frame.height):
            flags = Interpolation.LANCZOS | EXACT
            square = scaler.reformat(frame, width, height, interpolation=flags, threads=1)
        yield turn(square)


class Turner:
    """Turns frames clockwise and mirrors them; holds the scaler that odd formats need.

    rotation: 0, 90, 180 or 270 degrees. mirror: left and right change places, after the turn.
    """

    def __init__(self, rotation: int = 0, *, mirror: bool = False) -> None:
        self._rotation = rotation
        self._mirror = mirror
        self._scaler = VideoReformatter()

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """The frame turned, in its own pixel format."""
        if self._rotation == 0 and not self._mirror:
            return frame
        own = frame.format.name
        work = _turnable(own) if self._rotation in (90, 270) else workable_format(own)
        source = self._convert(frame, work)
        sideways = self._rotation in (90, 270)
        size = (source.height, source.width) if sideways else (source.width, source.height)
        new = blank_like(source, *size)
        for old, fresh in zip(views(source), views(new), strict=True):
            turned = np.rot90(old, -self._rotation // 90)
            fresh[:] = turned[:, ::-1] if self._mirror else turned
        return self._convert(new, own)

    def _convert(self, frame: VideoFrame, pixel_format: str) -> VideoFrame:
        return self._scaler.reformat(frame, format=pixel_format, interpolation=SMOOTH, threads=1)


def whole_chroma(width: int, height: int, pixel_format: str) -> tuple[int, int]:
    """The smallest size from that one on whose chroma planes hold whole samples."""
    layout = layout_of(pixel_format)
    step_x, step_y = layout.step if layout else (2, 2)
    return -(-width // step_x) * step_x, -(-height // step_y) * step_y


def extended(frame: VideoFrame, width: int, height: int) -> VideoFrame:
    """The frame at a larger size, its last column and row repeated; itself when it fits."""
    if (frame.width, frame.height) == (width, height):
        return frame
    work = workable_format(frame.format.name)
    source = (
        frame
        if work == frame.format.name
        else frame.reformat(format=work, interpolation=SMOOTH, threads=1)
    )
    new = blank_like(source, width, height)
    for old, fresh in zip(views(source), views(new), strict=True):
        rows, columns = old.shape[:2]
        fresh[:rows, :columns] = old
        fresh[:rows, columns:] = old[:, -1:]
        fresh[rows:] = fresh[rows - 1 : rows]
    return new


def _turnable(pixel_format: str) -> str:
    """A format whose chroma is thinned as much across as down, so that planes can be turned."""
    work = workable_format(pixel_format)
    layout = layout_of(work)
    if layout is None or layout.step_x == layout.step_y:
        return work
    return full_chroma(work)
