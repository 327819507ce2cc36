"""Trains the enlarger: the upsampler of all doublings but the first, on what the second pass makes.

Its pairs are larger than the upsampler's, and most of their small latents have the faults of
pictures that are generated: clips are doubled and drawn again as a shot is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.models.shdt.transformer import ShdtTransformer
from engine.models.shdt.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training import world
from engine.training.flow import SEED, LatentSet, fingerprint, kept
from engine.training.loop import LoopConfig, Report
from engine.training.redrawing import Redrawing, redrawn
from engine.training.refining import FirstPass, doubled_set
from engine.training.upsampling import Pairs, UpsamplerTraining, learned, two_sizes


@dataclass(frozen=True)
class EnlargerTraining(UpsamplerTraining):
    """The `[training]` table of an enlarger's training file."""

    refined: float = 0.6  # part of the examples whose small latents are generated
    redrawn: Sequence[float] = (0.0, 0.5, 0.7)  # as the second pass's own training has them
    steps: int = 5
    guidance: float = 3.0
    level: float = 0.7  # that the second pass begins at
    second_steps: int = 5
    second_guidance: float = 2.0


def train_enlarger(
    loop: LoopConfig,
    training: EnlargerTraining,
    config: UpsamplerConfig,
    folder: Path,
    *,
    vae: VideoAutoencoder,
    first: FirstPass,
    refiner: ShdtTransformer,
    precision: Precision,
    report: Report | None = None,
) -> LatentUpsampler:
    """Train from the upsampler of `first`, or from `folder`'s checkpoint."""
    pairs = []
    clips = folder.parent / "clips"
    for width, height, count, weight in training.pairs:
        size = width, height
        small, large = two_sizes(clips, vae, precision, size=size, count=count, seed=SEED)
        made = _refined_set(clips, small, size, training, vae, first, refiner, precision)
        pairs.append(Pairs(small, large, weight * (1 - training.refined)))
        pairs.append(Pairs(LatentSet(made, small.tokens), large, weight * training.refined))
    return learned(
        *(loop, training, config, folder, pairs),
        start=first.upsampler.state_dict(),
        precision=precision,
        report=report,
    )


def _refined_set(
    folder: Path,
    clips: LatentSet,
    size: tuple[int, int],
    training: EnlargerTraining,
    vae: VideoAutoencoder,
    first: FirstPass,
    refiner: ShdtTransformer,
    precision: Precision,
) -> np.ndarray:
    """Latents of these clips as the second pass makes them, made once, kept in `folder`."""
    before = Redrawing(training.redrawn, training.steps, training.guidance)
    again = Redrawing((training.level,), training.second_steps, training.second_guidance)
    (width, height), count = size, len(clips.latents)
    doubled = doubled_set(
        *(folder, vae, first, before, precision),
        count=count,
        width=width // 2,
        height=height // 2,
    )
    made_by = [fingerprint(part) for part in (vae, first.transformer, first.upsampler, refiner)]
    made = "-".join(map(str, (count, *before.marks, *again.marks, *made_by)))
    path = folder / f"refined-v{world.VERSION}-{width}x{height}-{made}.npy"
    kept(path, redrawn(LatentSet(doubled, clips.tokens), refiner, again, precision))
    return np.load(path, mmap_mode="r")
