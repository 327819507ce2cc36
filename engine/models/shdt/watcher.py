"""What the sound follows: where the thing of a finished picture is, and when it lands.

The way of a thing is found in each frame first. When it lands is told from that way alone, not from
how the picture looks: so it holds for pictures that move as no render does.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor, nn

from engine.models.layers import ConvBlock, norm
from engine.models.shdt.layers import Conv, RmsNorm, blocks, run_blocks

_SPAN = 4  # frames of the picture in a latent frame, after the first
_TYPICAL = -1.8  # logarithm of a thing's radius


@dataclass(frozen=True)
class WatcherConfig:
    """Sizes of the watcher, a table of the checkpoint's."""

    latent_channels: int = 16
    width: int = 48  # of the network that looks
    blocks: int = 3
    course: int = 64  # width of the network that tells landings
    heads: int = 4  # places that are looked at to know what is around


@dataclass(frozen=True, eq=False)
class Watched:
    """What was seen; F frames, h x w cells.

    `track` (B, F, 3) holds x and y from the picture's middle and the logarithm of the radius, in
    heights of the picture; `cells` (B, F, h w) are the logits of where it is; `lands` (B, F) those
    of a landing, and `features` (B, F, C) what the sound is made to.
    """

    track: Tensor
    cells: Tensor
    lands: Tensor
    features: Tensor


class Watcher(nn.Module):
    """Watches a latent and says what happens, `width` features for each frame."""

    def __init__(self, config: WatcherConfig, width: int) -> None:
        super().__init__()
        self.config = config
        self.into = Conv(config.latent_channels, config.width, 3)
        self.blocks = blocks(config.width, config.blocks)
        self.norm = RmsNorm(config.width)
        self.found = Conv(config.width, 4 * _SPAN, 3)
        self.course = Course(config.course)
        self.where = Conv(config.width, config.heads)
        self.around = nn.Linear((config.heads + 1) * config.width, width)
        self.landed = nn.Conv1d(1, width, 5, padding=2)

    def forward(self, latent: Tensor) -> Watched:
        """latent (B, C, T, h, w) of a base picture; F is 4 T - 3."""
        x = self.into(rearrange(latent, "b c t h w -> (b t) c h w"))
        seen = self.norm(run_blocks(self.blocks, x, latent.shape[2]))
        maps = rearrange(
            self.found(seen).float(), "(b t) (f k) h w -> b (t f) k h w", b=len(latent), f=_SPAN
        )[:, _SPAN - 1 :]  # the first latent frame is one frame
        track = tracked(maps)
        lands = self.course(track.detach())
        around = self.around(self._surroundings(seen, len(latent)))
        landed = self.landed(heard_landings(lands)[:, None]).transpose(1, 2)
        return Watched(track, maps[:, :, 0].flatten(2), lands, around[:, None] + landed)

    def _surroundings(self, seen: Tensor, clips: int) -> Tensor:
        """Means (B, features) of what the attention of each head falls on, and what stands out."""
        weight = rearrange(self.where(seen), "(b t) n h w -> b n (t h w)", b=clips).float()
        places = rearrange(seen, "(b t) c h w -> b c (t h w)", b=clips).float()
        attended = torch.einsum("bnp,bcp->bnc", weight.softmax(-1), places)
        return torch.cat([attended.flatten(1), places.amax(2)], 1)


def heard_landings(lands: Tensor) -> Tensor:
    """How far a landing of these logits is heard: hardly one that is only half likely.

    Frames beside a landing are half likely to be it; without them the thud has one moment.
    """
    return torch.sigmoid(1.6 * lands - 1)


class Course(nn.Module):
    """Tells when a thing lands from the way that it takes."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.into = nn.Linear(6, width)
        self.blocks = nn.ModuleList(ConvBlock(width, 5) for _ in range(3))
        self.lands = nn.Linear(width, 1)

    def forward(self, track: Tensor) -> Tensor:
        """track (B, F, 3) to the logits (B, F) of a landing."""
        change = torch.diff(track, dim=1, prepend=track[:, :1])
        x = self.into(torch.cat([2 * track, 8 * change], -1)).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        return self.lands(norm(x.transpose(1, 2)))[..., 0]


def tracked(maps: Tensor) -> Tensor:
    """The track (B, F, 3) of maps (B, F, 4, h, w): how likely a cell is, and what it says.

    A cell says how far off its middle the thing is, in cells, and how large it is.
    """
    rows, columns = maps.shape[-2:]
    chance = maps[:, :, 0].flatten(2).softmax(-1)
    down, along = (torch.arange(n, device=maps.device) + 0.5 - n / 2 for n in (rows, columns))
    x = (along + maps[:, :, 1]) / rows
    y = (down[:, None] + maps[:, :, 2]) / rows
    value = torch.stack([x, y, maps[:, :, 3] + _TYPICAL], -1).flatten(2, 3)  # (B, F, h w, 3)
    return torch.einsum("bfp,bfpk->bfk", chance, value)


def cell_of(track: Tensor, rows: int, columns: int) -> Tensor:
    """The cell (B, F) that a thing's middle is in, or is nearest to."""
    column = (track[..., 0] * rows + columns / 2).floor().clamp(0, columns - 1)
    row = (track[..., 1] * rows + rows / 2).floor().clamp(0, rows - 1)
    return (row * columns + column).long()
