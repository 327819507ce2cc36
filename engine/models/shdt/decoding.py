"""Decodes a latent piece by piece: tile after tile, each latent frame after latent frame.

Time is causal, so that a piece needs of its past only what `Past` holds. A tile is decoded with as
much around it as its picture depends on: tiles meet without a seam and nothing has to be blended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.models.family import Piece
from engine.models.shdt.layers import Past
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.runtime.footprint import footprint

if TYPE_CHECKING:
    from engine.runtime.device import Precision

SMALLEST = 8  # rows and columns of the smallest tile, without what lies around it


@dataclass(frozen=True)
class Span:
    """A row of places: those that are seen, and those within them that are made."""

    seen: slice
    first: int  # of what is made, in the whole
    count: int

    @property
    def inner(self) -> int:
        """The first that is made, in what is seen."""
        return self.first - int(self.seen.start)


def spans(whole: int, side: int | None, reach: int) -> list[Span]:
    """`whole` places in nearly equal parts of at most `side`, each with `reach` around it."""
    parts = 1 if side is None else -(-whole // side)
    edges = [whole * n // parts for n in range(parts + 1)]
    return [
        Span(slice(max(0, first - reach), min(whole, last + reach)), first, last - first)
        for first, last in pairwise(edges)
    ]


@torch.inference_mode()
def pieces(
    vae: VideoAutoencoder, latent: Tensor, precision: Precision, *, side: int | None
) -> Iterator[Piece]:
    """The picture of a latent (1, C, 1+k, h, w), in tiles of at most `side` rows and columns.

    Each tile comes from its first frame to its last, so that one past is held at a time.
    """
    config = vae.config
    rows = spans(latent.shape[3], side, config.reach)
    columns = spans(latent.shape[4], side, config.reach)
    for down in rows:
        for across in columns:
            part = latent[..., down.seen, across.seen]
            past = Past()
            frame = 0
            for index in range(latent.shape[2]):
                with precision.autocast():
                    given = part[:, :, index : index + 1].to(precision.device)
                    made = vae.decode(given, past).float()
                top, left = config.space * down.inner, config.space * across.inner
                height, width = config.space * down.count, config.space * across.count
                cut = made[0, :, :, top : top + height, left : left + width]
                yield Piece(cut, frame, config.space * down.first, config.space * across.first)
                frame += made.shape[2]


def working_bytes(config: VaeConfig, rows: int, columns: int, side: int | None) -> int:
    """Bytes at the height of decoding in such tiles, beyond weights and latent."""
    extents = [
        max(span.seen.stop - span.seen.start for span in spans(whole, side, config.reach))
        for whole in (rows, columns)
    ]
    return round(_bytes_of_a_place(config) * extents[0] * extents[1])


@cache
def _bytes_of_a_place(config: VaeConfig) -> float:
    """Counted without computing; the need grows with the places that are seen."""
    side = 32
    with torch.device("meta"):
        vae = VideoAutoencoder(config).requires_grad_(False)
        latent = torch.zeros(1, config.latent_channels, 1, side, side)

    def work() -> Tensor:
        past = Past()
        for _ in range(3):  # from the second frame on it is always the same
            made = vae.decode(latent, past)
        return made

    return footprint(work).peak / side**2
