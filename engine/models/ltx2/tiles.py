"""Decodes a latent in tiles side by side, blended where they overlap, slice by slice in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.ltx2.geometry import SPACE


@dataclass(frozen=True)
class Tiling:
    """The size of square tiles and how much they overlap, in latent places.

    Two places of the overlap are blended by a linear ramp; what lies beyond them at a tile's edge,
    where it misses its surroundings most, is not used. Nothing is cut in time: a tile's frames
    come slice by slice, and are those of the whole clip.
    """

    space: int = 16
    overlap: int = 2


@dataclass(frozen=True)
class Span:
    """A tile's places on one axis: latents `start` to `stop`, and its weight by pixel."""

    start: int
    stop: int
    weight: Tensor

    @property
    def pixels(self) -> slice:
        """Its pixels in the whole picture."""
        return slice(self.start * SPACE, self.stop * SPACE)


def tiling_of(pixels: int) -> Tiling:
    """Tiles of about that size, overlapping by 64 pixels, or half of a small one."""
    space = max(2, pixels // SPACE)
    return Tiling(space, min(2, space // 2))


def decode_tiles(
    decode: Callable[[Tensor], Iterator[Tensor]], latent: Tensor, tiling: Tiling
) -> Iterator[Tensor]:
    """Pieces (t, H, W, 3) of the picture in order, float32 on the CPU, in about -1..1.

    `decode` gives a latent's frames (1, t, H, W, 3) slice by slice: as many frames in a slice for
    every tile, which are all of one size.
    """
    rows, columns = latent.shape[3:]
    tiles = [
        (y, x, decode(latent[..., y.start : y.stop, x.start : x.stop]))
        for y in _weighted(spans(rows, tiling.space, tiling.overlap))
        for x in _weighted(spans(columns, tiling.space, tiling.overlap))
    ]
    while True:
        made: Tensor | None = None
        for y, x, slices in tiles:
            part = next(slices, None)
            if part is None:
                return
            if made is None:
                made = torch.zeros(part.shape[1], rows * SPACE, columns * SPACE, part.shape[4])
            weight = y.weight[:, None, None] * x.weight[:, None]
            made[:, y.pixels, x.pixels].addcmul_(part[0].float().cpu(), weight)
        assert made is not None
        yield made


def spans(whole: int, tile: int, overlap: int) -> list[tuple[int, int]]:
    """Tiles that cover `whole` places evenly and overlap by `overlap` at least."""
    if tile >= whole:
        return [(0, whole)]
    overlap = min(overlap, tile // 2)
    count = -(-(whole - overlap) // (tile - overlap))
    starts = [round(n * (whole - tile) / (count - 1)) for n in range(count)]
    return [(start, start + tile) for start in starts]


def _weighted(bounds: list[tuple[int, int]]) -> list[Span]:
    """Spans whose weights rise and fall over what they share, so that all add up to 1."""
    made = []
    for number, (start, stop) in enumerate(bounds):
        weight = torch.ones((stop - start) * SPACE)
        if number:
            weight *= _rising(len(weight), bounds[number - 1][1] - start)
        if number + 1 < len(bounds):
            weight *= _rising(len(weight), stop - bounds[number + 1][0]).flip(0)
        made.append(Span(start, stop, weight))
    return made


def _rising(count: int, shared: int) -> Tensor:
    """0, then a linear ramp over the middle two of the shared places, then 1: `count` values."""
    unused = max(0, (shared - 2) // 2) * SPACE
    ramp = shared * SPACE - 2 * unused
    weight = torch.ones(count)
    weight[:unused] = 0
    weight[unused : unused + ramp] = (torch.arange(ramp) + 0.5) / ramp
    return weight
