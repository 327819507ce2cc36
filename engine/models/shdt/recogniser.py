"""Says which concepts a picture shows: a reference stands for words, and a take is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from einops import rearrange
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.family import Sight
from engine.models.shdt import lexicon
from engine.models.shdt.layers import Conv, RmsNorm, blocks, run_blocks

AREA = 256 * 144  # pixels of a picture as it is looked at
SURE = 0.6  # a concept that is less likely than this is not named


@dataclass(frozen=True)
class Demand:
    """What counts as seen in a clip.

    looks: frames that are looked at, evenly from the first to the last; likely: of a concept, from
    there on it is seen; steady: whether it is asked for on the whole way, or in most of it.
    """

    looks: int
    likely: float
    steady: bool


ASKED = Demand(5, 0.8, steady=False)
ALIKE = Demand(9, 0.9, steady=True)
"""What prompts ask for, and what references do: that is to be the same thing all the time."""


@dataclass(frozen=True)
class RecogniserConfig:
    """Widths of the network; read from the checkpoint."""

    latent_channels: int = 16
    fine: int = 48
    coarse: int = 96
    count: int = 2  # blocks of each width


class Recogniser(nn.Module):
    """Looks at a picture for each facet where it is best seen."""

    def __init__(self, config: RecogniserConfig) -> None:
        super().__init__()
        self.config = config
        self.into = Conv(config.latent_channels, config.fine, 3)
        self.fine = blocks(config.fine, config.count)
        self.down = nn.Conv2d(config.fine, config.coarse, 3, stride=2, padding=1)
        self.coarse = blocks(config.coarse, config.count)
        self.norm = RmsNorm(config.coarse)
        self.where = Conv(config.coarse, len(lexicon.IDENTITY))
        self.heads = nn.ModuleList(
            nn.Linear(2 * config.coarse, len(lexicon.FACETS[facet])) for facet in lexicon.IDENTITY
        )

    def forward(self, latent: Tensor) -> list[Tensor]:
        """Latents (B, C, 1, h, w) of pictures to the logits (B, concepts) of each facet."""
        x = run_blocks(self.fine, self.into(rearrange(latent, "b c 1 h w -> b c h w")), 1)
        x = self.norm(run_blocks(self.coarse, self.down(x), 1))
        weight = torch.softmax(self.where(x).float().flatten(2), -1)  # (B, facets, places)
        places = x.float().flatten(2)
        seen = torch.einsum("bfn,bcn->bfc", weight, places)
        most = places.amax(2)
        return [
            head(torch.cat([seen[:, number], most], -1)) for number, head in enumerate(self.heads)
        ]


def named(logits: list[Tensor]) -> dict[str, str]:
    """The concepts that a network is sure of, by facet, from the logits (1, n) of each."""
    found = {}
    for facet, row in zip(lexicon.IDENTITY, logits, strict=True):
        likely, index = torch.softmax(row[0], -1).max(-1)
        if float(likely) >= SURE:
            found[facet] = list(lexicon.FACETS[facet])[int(index)]
    return found


def asked(words: Tensor) -> dict[str, str]:
    """The concepts that words (1, L) name, of those that are told by looking."""
    found = {}
    for facet, token in zip(lexicon.FACETS, words[0].tolist(), strict=True):
        if facet in lexicon.IDENTITY and token != lexicon.NOTHING:
            found[facet] = lexicon.CONCEPTS[token][1]
    return found


def sight(looks: Sequence[list[Tensor]], wanted: Mapping[str, str], demand: Demand) -> Sight:
    """How well concepts are seen in several looks at a clip, from the logits of each.

    A concept's likelihood is the median of that in each look: what grows is not large all the time.
    What has to be steady is as likely as the mean, but for the size.
    """
    likely = {}
    for number, facet in enumerate(lexicon.IDENTITY):
        if facet in wanted:
            place = list(lexicon.FACETS[facet]).index(wanted[facet])
            each = [torch.softmax(look[number][0].float(), -1)[place] for look in looks]
            steady = demand.steady and facet != "size"
            likely[facet] = float(
                torch.stack(each).mean() if steady else torch.stack(each).median()
            )
    missing = (wanted[facet] for facet in likely if likely[facet] < demand.likely)
    return Sight(min(likely.values(), default=1.0), tuple(missing))


def shown(pixels: NDArray[np.uint8], cell: int) -> Tensor:
    """uint8 (H, W, 3 or 4) as (1, 3, 1, h, w) in -1..1 of about `AREA`, of whole cells."""
    rows, columns = pixels.shape[:2]
    scale = (AREA / (rows * columns)) ** 0.5 / cell
    size = [cell * max(2, round(side * scale)) for side in (rows, columns)]
    picture = rearrange(torch.from_numpy(pixels[..., :3].copy()), "h w c -> 1 c h w")
    scaled = F.interpolate(picture.float() / 127.5 - 1, size=size, mode="bicubic", antialias=True)
    return scaled.clamp(-1, 1)[:, :, None]
