"""Trains the second pass: what the first pass makes is doubled and drawn again at full detail.

The network learns the very ways it will go: each leads from a doubled small latent with some noise
in it to the latent of the large picture. As the first pass has faults of its own, part of the small
latents is drawn again by it before they are doubled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.diffusion.schedules import shift_sigma
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig
from engine.models.shdt.upsampler import LatentUpsampler
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training import world
from engine.training.flow import (
    SEED,
    FlowTraining,
    LatentSet,
    Place,
    Ways,
    fingerprint,
    given_frames,
    kept,
    latent_set,
    over_frames,
    train_flow,
)
from engine.training.loop import LoopConfig, Report
from engine.training.redrawing import Redrawing, redrawn


@dataclass(frozen=True)
class RefinerTraining(FlowTraining):
    """The `[training]` table of a second pass's training file."""

    levels: Sequence[float] = (0.55, 0.85)  # of noise, that ways begin at
    redrawn: Sequence[float] = (0.0, 0.5, 0.7)  # small latents by the first pass, from these levels
    steps: int = 5  # of the first pass
    guidance: float = 3.0

    @property
    def redrawing(self) -> Redrawing:
        """How small latents are drawn again."""
        return Redrawing(self.redrawn, self.steps, self.guidance)


@dataclass(frozen=True)
class FirstPass:
    """What comes before the second pass."""

    transformer: ShdtTransformer
    upsampler: LatentUpsampler


def train_refiner(
    loop: LoopConfig,
    training: RefinerTraining,
    config: TransformerConfig,
    folder: Path,
    *,
    vae: VideoAutoencoder,
    first: FirstPass,
    start: Mapping[str, Tensor] | None = None,
    precision: Precision,
    report: Report | None = None,
) -> ShdtTransformer:
    """Train from `start`'s weights, or from `folder`'s checkpoint."""
    clips, how = folder.parent / "clips", training.redrawing
    doubled = [
        doubled_set(clips, vae, first, how, precision, count=n, width=w // 2, height=h // 2)
        for w, h, n, _, _ in training.buckets
    ]
    return train_flow(
        *(loop, training, config, folder),
        vae=vae,
        start=start,
        ways=from_doubled(doubled, training),
        precision=precision,
        report=report,
    )


def from_doubled(doubled: Sequence[np.ndarray], training: RefinerTraining) -> Ways:
    """Ways that begin at a doubled latent of the same clip with a random level of noise in it."""
    lowest, highest = training.levels

    def place(choice: int, clean: Tensor, clips: Tensor, generator: torch.Generator) -> Place:
        batch, frames = clean.shape[0], clean.shape[2]
        rough = torch.from_numpy(doubled[choice][clips.numpy()]).float()
        noise = torch.randn(clean.shape, generator=generator)
        part = torch.rand((2, batch, 1), generator=generator)
        level = lowest + (highest - lowest) * part[0]
        sigma = (level * shift_sigma(part[1], training.shift)).expand(batch, frames)
        given = given_frames(batch, frames, training.clean_frames, generator)
        sigma = sigma.masked_fill(given, 0)
        begin = torch.lerp(rough, noise, over_frames(level))
        x = torch.lerp(clean, begin, over_frames(sigma / level))
        return Place(x, sigma, (begin - clean) / over_frames(level))

    return place


def doubled_set(
    folder: Path,
    vae: VideoAutoencoder,
    first: FirstPass,
    how: Redrawing,
    precision: Precision,
    *,
    count: int,
    width: int,
    height: int,
) -> np.ndarray:
    """Doubled latents (N, C, T, h, w) of clips of that small size, made once, kept in `folder`."""
    small = latent_set(folder, vae, precision, count=count, width=width, height=height, seed=SEED)
    made_by = [fingerprint(part) for part in (vae, first.transformer, first.upsampler)]
    made = "-".join(map(str, (count, *how.marks, *made_by)))
    path = folder / f"doubled-v{world.VERSION}-{width}x{height}-{made}.npy"
    kept(path, _doubled(small, first, how, precision))
    return np.load(path, mmap_mode="r")


@torch.no_grad()
def _doubled(
    small: LatentSet, first: FirstPass, how: Redrawing, precision: Precision
) -> Iterator[Tensor]:
    for latent in redrawn(small, first.transformer, how, precision):
        with precision.autocast():
            yield first.upsampler(latent).float()
