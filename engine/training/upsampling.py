"""Trains the latent upsampler on pairs: the same scenarios rendered at two sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models.shdt.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training.flow import LatentSet, latent_set
from engine.training.loop import LoopConfig, Report, Trainee, train


@dataclass(frozen=True)
class UpsamplerTraining:
    """The `[training]` table of an upsampler's training file."""

    pairs: Sequence[Sequence[int]]  # rows of (width, height of the small one, clips, weight)
    crop: int = 8  # latent rows and columns of the small crop
    rate: float = 1.5e-3
    noise: float = 0.08  # deviation of the noise on the small latent: samples are not renders


def train_upsampler(
    loop: LoopConfig,
    training: UpsamplerTraining,
    config: UpsamplerConfig,
    folder: Path,
    *,
    vae: VideoAutoencoder,
    precision: Precision,
    report: Report | None = None,
) -> LatentUpsampler:
    """Train from nothing or from `folder`'s checkpoint."""
    clips = folder.parent / "clips"
    pairs = [
        Pairs(*two_sizes(clips, vae, precision, size=(width, height), count=count, seed=11), weight)
        for width, height, count, weight in training.pairs
    ]
    return learned(*(loop, training, config, folder, pairs), precision=precision, report=report)


@dataclass(frozen=True)
class Pairs:
    """The same clips at two sizes, and how often they are learned from, beside others."""

    small: LatentSet
    large: LatentSet
    weight: float


def two_sizes(
    folder: Path,
    vae: VideoAutoencoder,
    precision: Precision,
    *,
    size: tuple[int, int],
    count: int,
    seed: int,
) -> tuple[LatentSet, LatentSet]:
    """Latents of the same clips at a size, and at twice that; made once, kept in `folder`."""
    small, large = (
        latent_set(
            *(folder, vae, precision),
            count=count,
            width=scale * size[0],
            height=scale * size[1],
            seed=seed,
        )
        for scale in (1, 2)
    )
    return small, large


def learned(
    loop: LoopConfig,
    training: UpsamplerTraining,
    config: UpsamplerConfig,
    folder: Path,
    pairs: Sequence[Pairs],
    *,
    start: Mapping[str, Tensor] | None = None,
    precision: Precision,
    report: Report | None = None,
) -> LatentUpsampler:
    """The network that leads from small latents to large ones, from `start`'s weights on."""
    torch.manual_seed(loop.seed)
    model = LatentUpsampler(config)
    if start is not None:
        model.load_state_dict(start)
    weights = torch.tensor([float(each.weight) for each in pairs])

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        chosen = pairs[int(torch.multinomial(weights, 1, generator=generator))]
        low, high = crop_pairs(chosen.small, chosen.large, training.crop, loop.batch, generator)
        low = low + training.noise * torch.randn(low.shape, generator=generator)
        with precision.autocast():
            predicted = model(low).float()
        square = F.mse_loss(predicted, high)
        return square + 0.3 * F.l1_loss(predicted, high), {"square": float(square.detach())}

    optimiser = torch.optim.AdamW(model.parameters(), lr=training.rate, betas=(0.9, 0.95))
    model.load_state_dict(train(Trainee(model, (optimiser,), loss), loop, folder, report=report))
    return model.eval()


def crop_pairs(
    small: LatentSet, large: LatentSet, crop: int, batch: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Crops (B, C, T, crop, crop) and (B, C, T, 2 crop, 2 crop) of the same places."""
    low, high = [], []
    count, _, _, rows, columns = small.latents.shape
    for _ in range(batch):
        index = int(torch.randint(count, (1,), generator=generator))
        y = int(torch.randint(rows - crop + 1, (1,), generator=generator))
        x = int(torch.randint(columns - crop + 1, (1,), generator=generator))
        low.append(_cut(small, index, y, x, crop))
        high.append(_cut(large, index, 2 * y, 2 * x, 2 * crop))
    return torch.stack(low), torch.stack(high)


def _cut(latents: LatentSet, index: int, y: int, x: int, size: int) -> Tensor:
    return torch.from_numpy(
        np.array(latents.latents[index, :, :, y : y + size, x : x + size])
    ).float()
