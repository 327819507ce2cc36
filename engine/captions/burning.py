"""Draws captions into the picture of a clip: lines of text on a box, or with an outline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.captions.looks import PLAIN, Look, rgb, speaker_colours
from engine.captions.typography import FIXED, NARROW
from engine.captions.values import Caption, Captions
from engine.errors import MediaError
from engine.media.clip import Clip
from engine.runtime.folders import resources_dir

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

    from engine.media.image import Picture

_WIDEST = 0.92  # part of the picture's width that a line may take; wider ones are drawn smaller
_LEADING = 1.25  # height of a line, in sizes of the text


@dataclass(frozen=True, eq=False)
class _Plate:
    """Text ready to be laid over frames: colours times opacity, what shines through, and where."""

    colour: Picture  # (h, w, 3), premultiplied
    through: Picture  # (h, w, 1), 255 where the picture stays
    top: int
    left: int


def burned(
    clip: Clip,
    captions: Captions,
    look: Look = PLAIN,
    *,
    font: Path | None = None,
) -> Clip:
    """The clip with captions in its picture, each from the nearest frame to its start on.

    font: a TrueType or OpenType file; without one the shipped Roboto, which has Latin, Greek and
    Cyrillic letters. Frames are made when asked for. Raises MediaError when the font is none.
    """
    size = (clip.width, clip.height)
    face = font or resources_dir() / "fonts" / "Roboto-Medium.ttf"
    _font(face, 20)  # tells about a file that is no font now and not amid the film
    on_frames = captions.on_frames(clip.rate)
    colours = speaker_colours(captions)

    @lru_cache(maxsize=8)
    def plate(seen: tuple[Caption, ...]) -> _Plate | None:
        return _plate(seen, size, look, face, colours)

    def make(start: int, stop: int) -> Iterator[Picture]:
        frames = clip.arrays(start, stop)
        places = range(start, stop)
        for seen, run in groupby(places, key=lambda frame: on_frames.at(frame / clip.rate)):
            over = plate(seen) if seen else None
            for _ in run:
                frame = next(frames)
                yield frame if over is None else _laid_over(frame, over)

    return Clip.from_arrays(
        make,
        rate=clip.rate,
        width=size[0],
        height=size[1],
        frame_count=clip.frame_count,
        has_alpha=clip.has_alpha,
        sound=clip.sound,
        start=clip.start,
        name=clip.name,
    )


def _laid_over(frame: Picture, plate: _Plate) -> Picture:
    """The frame with the plate on it; the frame itself is changed where it can be."""
    height, width = plate.through.shape[:2]
    area = frame[plate.top : plate.top + height, plate.left : plate.left + width]
    kept = area[..., :3].astype(np.uint16) * plate.through
    area[..., :3] = plate.colour + ((kept + 127) // 255).astype(np.uint8)
    if frame.shape[2] == 4:
        opaque = 255 - plate.through.astype(np.uint16)
        clear = area[..., 3:].astype(np.uint16) * plate.through
        area[..., 3:] = np.minimum(opaque + (clear + 127) // 255, 255)
    return frame


def _plate(
    seen: tuple[Caption, ...],
    size: tuple[int, int],
    look: Look,
    face: Path,
    colours: dict[str, str],
) -> _Plate | None:
    """All captions that are seen at once, one below the other."""
    from PIL import Image, ImageDraw

    rows = [
        (_drawable(line), look.colour or colours.get(caption.speaker, "#ffffff"))
        for caption in seen
        for line in caption.lines
        if line.strip()
    ]
    if not rows:
        return None
    width, height = size
    font = _fitting(face, [text for text, _ in rows], round(height * look.size), width)
    step = round(font.size * _LEADING)
    top = _top(look, height, step * len(rows))
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    pad = round(font.size * 0.35)
    lengths = [font.getlength(text) for text, _ in rows]
    for row, length in enumerate(lengths if look.ground == "box" else ()):
        left, right = (width - length) / 2 - pad, (width + length) / 2 + pad
        shade = (0, 0, 0, round(255 * look.opacity))
        draw.rectangle((left, top + row * step, right, top + (row + 1) * step - 1), fill=shade)
    for row, (text, colour) in enumerate(rows):
        at = ((width - lengths[row]) / 2, top + row * step + step / 2)
        _write(draw, at, text, font, rgb(colour), look)
    return _cut(np.asarray(picture))


def _write(
    draw: ImageDraw,
    at: tuple[float, float],
    text: str,
    font: FreeTypeFont,
    colour: tuple[int, int, int],
    look: Look,
) -> None:
    edge = max(1, round(font.size / 14))
    if look.ground == "shadow":
        shade = (0, 0, 0, round(255 * look.opacity))
        draw.text((at[0] + edge, at[1] + edge), text, font=font, fill=shade, anchor="lm")
    stroke = edge if look.ground == "outline" else 0
    draw.text(
        at,
        text,
        font=font,
        fill=(*colour, 255),
        anchor="lm",
        stroke_width=stroke,
        stroke_fill=(0, 0, 0, 255),
    )


def _top(look: Look, height: int, block: int) -> int:
    margin = round(height * look.margin)
    if look.place == "top":
        return margin
    if look.place == "middle":
        return max(0, (height - block) // 2)
    return max(0, height - margin - block)


def _fitting(face: Path, texts: list[str], size: int, width: int) -> FreeTypeFont:
    """The font as large as asked for, or as large as the longest line has room for."""
    font = _font(face, max(6, size))
    longest = max(font.getlength(text) for text in texts)
    if longest > width * _WIDEST:
        font = _font(face, max(6, int(size * width * _WIDEST / longest)))
    return font


@lru_cache(maxsize=32)
def _font(face: Path, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    try:
        return ImageFont.truetype(str(face), size, layout_engine=ImageFont.Layout.BASIC)
    except OSError as error:
        raise MediaError(
            f"no font that can be drawn with ({error})",
            where=face.name,
            mend="Give a TrueType or OpenType file",
        ) from None


def _drawable(line: str) -> str:
    """A line with spaces that every font has."""
    return line.replace(NARROW, FIXED).replace("\t", " ")


def _cut(picture: Picture) -> _Plate | None:
    """What of an RGBA picture is not clear."""
    filled = picture[..., 3] > 0
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    if not rows.size:
        return None
    part = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    alpha = part[..., 3:].astype(np.uint16)
    colour = ((part[..., :3] * alpha + 127) // 255).astype(np.uint8)
    return _Plate(colour, (255 - alpha).astype(np.uint8), int(rows[0]), int(columns[0]))
