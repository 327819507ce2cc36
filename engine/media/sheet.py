"""Contact sheets: frames of a film side by side, with captions, in one picture."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt

import numpy as np

from engine.errors import UsageError
from engine.media.clip import Clip
from engine.media.image import Image, Picture
from engine.media.rates import timecode_text

_PAPER = 24
_INK = 224
_GAP = 8
_CAPTION = 18


def sample_frames(clip: Clip, count: int) -> list[tuple[int, Picture]]:
    """`count` frames spread evenly over a clip, with their numbers; fewer if it has fewer."""
    count = min(count, clip.frame_count)
    numbers = [(2 * index + 1) * clip.frame_count // (2 * count) for index in range(count)]
    return [(number, next(clip.arrays(number, number + 1))) for number in numbers]


def contact_sheet(
    what: Clip | Sequence[Picture],
    *,
    count: int = 20,
    columns: int | None = None,
    tile_width: int = 320,
    captions: Sequence[str] | None = None,
) -> Image:
    """A picture of `count` frames of a clip with their timecodes, or of all given pictures.

    captions: a line under each picture. Raises UsageError when there is no picture.
    """
    if isinstance(what, Clip):
        sampled = sample_frames(what, count)
        pictures = [picture for _, picture in sampled]
        captions = captions or [
            timecode_text(what.start + number, what.rate) for number, _ in sampled
        ]
    else:
        pictures = list(what)
    if not pictures:
        raise UsageError("a contact sheet needs at least one picture")
    tiles = [_tile(picture, tile_width) for picture in pictures]
    columns = columns or min(len(tiles), max(1, ceil(sqrt(len(tiles)))))
    rows = ceil(len(tiles) / columns)
    below = _CAPTION if captions else 0
    height = max(tile.shape[0] for tile in tiles)
    step_x, step_y = tile_width + _GAP, height + below + _GAP
    sheet = np.full((rows * step_y + _GAP, columns * step_x + _GAP, 3), _PAPER, np.uint8)
    for index, tile in enumerate(tiles):
        x, y = index % columns * step_x + _GAP, index // columns * step_y + _GAP
        sheet[y : y + tile.shape[0], x : x + tile_width] = tile
        if captions and index < len(captions):
            sheet[y + height : y + height + below, x : x + tile_width] = _text(
                captions[index], tile_width, below
            )
    return Image.from_array(sheet, name="contact sheet")


def _tile(picture: Picture, width: int) -> Picture:
    from PIL import Image as Pil

    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    opaque = picture[..., :3]
    if picture.shape[2] == 4:
        share = picture[..., 3:].astype(np.float32) / 255
        opaque = np.rint(opaque * share + _PAPER * (1 - share)).astype(np.uint8)
    small = Pil.fromarray(np.ascontiguousarray(opaque)).resize(
        (width, height), Pil.Resampling.LANCZOS
    )
    return np.asarray(small, np.uint8)


def _text(line: str, width: int, height: int) -> Picture:
    from PIL import Image as Pil
    from PIL import ImageDraw, ImageFont

    strip = Pil.new("L", (width, height), _PAPER)
    font = ImageFont.load_default(12)
    ImageDraw.Draw(strip).text((2, 2), line, fill=_INK, font=font)
    return np.repeat(np.asarray(strip, np.uint8)[:, :, None], 3, axis=2)
