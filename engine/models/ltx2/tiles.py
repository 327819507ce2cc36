"""Decodes a latent tile by tile, in time as well, blended where tiles overlap and streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.ltx2.geometry import SPACE, TIME


@dataclass(frozen=True)
class Tiling:
    """The size of tiles and how much they overlap, in latent places and latent frames.

    Two places of the overlap are blended by a linear ramp; what lies beyond them at a tile's edge,
    where it misses its surroundings most, is not used.
    """

    space: int = 16
    space_overlap: int = 2
    time: int = 9
    time_overlap: int = 4


@dataclass(frozen=True)
class Span:
    """A tile's places on one axis: latents `start` to `stop`, and its weight by pixel or frame."""

    start: int
    stop: int
    weight: Tensor


def tiling_of(pixels: int, frames: int) -> Tiling:
    """Tiles of about that size, overlapping by 64 pixels and 24 frames, or half of a small one."""
    space, time = max(2, pixels // SPACE), max(2, frames // TIME + 1)
    return Tiling(space, min(2, space // 2), time, min(4, time // 2))


def decode_tiles(
    decode: Callable[[Tensor], Tensor], latent: Tensor, tiling: Tiling
) -> Iterator[Tensor]:
    """Pieces (3, t, H, W) of the picture in order, float32 on the CPU, in about -1..1."""
    _, _, frames, rows, columns = latent.shape
    times = _in_time(frames, tiling.time, tiling.time_overlap)
    across = _in_space(columns, tiling.space, tiling.space_overlap)
    down = _in_space(rows, tiling.space, tiling.space_overlap)
    kept: Tensor | None = None  # frames that the next tile in time adds to
    for number, time in enumerate(times):
        made = torch.zeros(3, len(time.weight), rows * SPACE, columns * SPACE)
        for y in down:
            for x in across:
                part = latent[:, :, time.start : time.stop, y.start : y.stop, x.start : x.stop]
                picture = decode(part)[0].float().cpu()
                weight = y.weight[:, None] * x.weight
                made[
                    ...,
                    y.start * SPACE : y.stop * SPACE,
                    x.start * SPACE : x.stop * SPACE,
                ].addcmul_(picture, weight)
        made *= time.weight[:, None, None]
        if kept is not None:
            made[:, : kept.shape[1]] += kept
        if number + 1 == len(times):
            yield made
            return
        finished = TIME * (times[number + 1].start - time.start)
        yield made[:, :finished]
        kept = made[:, finished:].clone()


def spans(whole: int, tile: int, overlap: int) -> list[tuple[int, int]]:
    """Tiles that cover `whole` places evenly and overlap by `overlap` at least."""
    if tile >= whole:
        return [(0, whole)]
    overlap = min(overlap, tile // 2)
    count = -(-(whole - overlap) // (tile - overlap))
    starts = [round(n * (whole - tile) / (count - 1)) for n in range(count)]
    return [(start, start + tile) for start in starts]


def _in_space(whole: int, tile: int, overlap: int) -> list[Span]:
    return _weighted(spans(whole, tile, overlap), SPACE, lambda places: places * SPACE)


def _in_time(whole: int, tile: int, overlap: int) -> list[Span]:
    """The first latent frame of a tile gives one frame, the others eight each."""
    return _weighted(spans(whole, tile, overlap), TIME, lambda places: TIME * (places - 1) + 1)


def _weighted(bounds: list[tuple[int, int]], unit: int, length: Callable[[int], int]) -> list[Span]:
    """Spans whose weights rise and fall over what they share, so that all add up to 1."""
    made = []
    for number, (start, stop) in enumerate(bounds):
        weight = torch.ones(length(stop - start))
        if number:
            weight *= _rising(len(weight), bounds[number - 1][1] - start, unit, length)
        if number + 1 < len(bounds):
            shared = stop - bounds[number + 1][0]
            weight *= _rising(len(weight), shared, unit, length).flip(0)
        made.append(Span(start, stop, weight))
    return made


def _rising(count: int, shared: int, unit: int, length: Callable[[int], int]) -> Tensor:
    """0, then a linear ramp over the middle two of the shared places, then 1: `count` values."""
    unused = max(0, (shared - 2) // 2) * unit
    ramp = length(shared) - 2 * unused
    weight = torch.ones(count)
    weight[:unused] = 0
    weight[unused : unused + ramp] = (torch.arange(ramp) + 0.5) / ramp
    return weight
