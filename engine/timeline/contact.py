"""The contact sheet of a timeline: frames of every shot in a labelled grid."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from engine.timeline.blend import Picture, over, premultiplied
from engine.timeline.layout import Shot, lay_out
from engine.timeline.picture import fitted, shot_clip, shot_pictures
from engine.timeline.times import timecode
from engine.timeline.values import Timeline

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_BACKGROUND, _SHADE, _INK, _FAINT = (24, 24, 27), (0, 0, 0), (235, 235, 235), (150, 150, 155)
_GAP = 12  # pixels between cells


@dataclass(frozen=True)
class _Cell:
    shot: Shot
    track: str
    number: int
    offset: int  # the frame shown, counted from the shot's first


def contact_sheet(
    timeline: Timeline,
    *,
    columns: int = 0,
    cell_width: int = 320,
    frames_per_shot: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Picture:
    """Frames of every shot with its number, name, place and length, as a uint8 RGB picture.

    `columns` 0 makes the sheet about as wide as it is high. `progress` is told the frames done and
    their number; it may raise to stop. Raises MediaError when a shot's media is missing.
    """
    from PIL import Image, ImageDraw

    cells = _cells(timeline, frames_per_shot)
    width, height = timeline.size
    cell_height = max(1, round(cell_width * height / width))
    small, large = _font(max(10, cell_width // 22)), _font(max(14, cell_width // 14))
    label = 3 * int(small.size) + _GAP
    columns = columns or max(1, min(len(cells), round(math.sqrt(len(cells) * 1.2)) or 1))
    rows = max(1, math.ceil(len(cells) / columns))
    head = int(large.size) + 3 * _GAP
    size = (
        _GAP + columns * (cell_width + _GAP),
        head + rows * (cell_height + label + _GAP),
    )
    sheet = Image.new("RGB", size, _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    _write(draw, (_GAP, _GAP), _title(timeline), large, size[0] - 2 * _GAP, _INK)
    for place, cell in enumerate(cells):
        left = _GAP + place % columns * (cell_width + _GAP)
        top = head + place // columns * (cell_height + label + _GAP)
        picture = _picture(timeline, cell, (cell_width, cell_height))
        frame = Image.new("RGB", (cell_width, cell_height), _SHADE)
        rest = (cell_width - picture.shape[1]) // 2, (cell_height - picture.shape[0]) // 2
        frame.paste(Image.fromarray(picture), rest)
        sheet.paste(frame, (left, top))
        below = top + cell_height + _GAP // 2
        _write(draw, (left, below), _name(timeline, cell), small, cell_width, _INK)
        times = (left, below + int(small.size * 1.4))
        _write(draw, times, _times(timeline, cell.shot), small, cell_width, _FAINT)
        if progress:
            progress(place + 1, len(cells))
    return np.asarray(sheet, np.uint8)


def _cells(timeline: Timeline, frames_per_shot: int) -> list[_Cell]:
    cells = []
    number = 0
    for track in timeline.video_tracks:
        for shot in lay_out(track, timeline.rate).shots:
            number += 1
            count = max(1, min(frames_per_shot, shot.frames))
            offsets = [(2 * n + 1) * shot.frames // (2 * count) for n in range(count)]
            cells += [_Cell(shot, str(track.name), number, offset) for offset in offsets]
    return cells


def _picture(timeline: Timeline, cell: _Cell, size: tuple[int, int]) -> Picture:
    shot = cell.shot
    clip = shot_clip(timeline.media, shot)
    inside = fitted(clip.shown, size)
    picture = next(shot_pictures(clip, shot, timeline.rate, cell.offset, cell.offset + 1, inside))
    black = np.zeros((*picture.shape[:2], 3), np.uint8)
    return over(premultiplied(picture), black)


def _title(timeline: Timeline) -> str:
    seconds = float(Fraction(timeline.frame_count) / timeline.rate)
    width, height = timeline.size
    rate = f"{float(timeline.rate):.5g}"
    return f"{timeline.name}   {width} x {height}, {rate} frames/s, {seconds:.1f} s"


def _name(timeline: Timeline, cell: _Cell) -> str:
    track = f"{cell.track}: " if len(timeline.video_tracks) > 1 else ""
    off = "" if cell.shot.enabled else "  (off)"
    return f"{cell.number}  {track}{cell.shot.name}{off}"


def _times(timeline: Timeline, shot: Shot) -> str:
    start = timecode(timeline.start + shot.start, timeline.rate, drop=timeline.drop_frame)
    seconds = float(Fraction(shot.frames) / timeline.rate)
    return f"{start}  {seconds:.2f} s, {shot.frames} frames"


def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _write(
    draw: ImageDraw,
    place: tuple[int, int],
    text: str,
    font: FreeTypeFont,
    width: int,
    color: tuple[int, int, int],
) -> None:
    """Write one line, shortened with an ellipsis to fit into `width` pixels."""
    text = " ".join(text.split("\n"))
    if draw.textlength(text, font) > width:
        while text and draw.textlength(text + "…", font) > width:
            text = text[:-1]
        text += "…"
    draw.text(place, text, color, font)
