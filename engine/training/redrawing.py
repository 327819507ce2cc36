"""Latents as the first pass makes them: those of clips, made noise in part and drawn again by it.

What comes after the first pass meets its faults so, beside the truth that they stand for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.models.shdt.transformer import ShdtTransformer
from engine.runtime.device import Precision
from engine.training.distil import follow
from engine.training.flow import SEED, LatentSet, over_frames

BATCH = 40  # clips that are drawn at a time


@dataclass(frozen=True)
class Redrawing:
    """The levels of noise that clip after clip is drawn again from, in how many steps, and how."""

    levels: Sequence[float]
    steps: int
    guidance: float

    @property
    def marks(self) -> tuple[float, ...]:
        """What tells sets of such latents apart."""
        return (*self.levels, self.steps, self.guidance)


@torch.no_grad()
def redrawn(
    clips: LatentSet, transformer: ShdtTransformer, how: Redrawing, precision: Precision
) -> Iterator[Tensor]:
    """The latents (B, C, T, h, w) of all clips, drawn again, `BATCH` at a time."""
    draws = torch.Generator().manual_seed(SEED)
    levels = torch.tensor(how.levels)
    for begin in range(0, len(clips.latents), BATCH):
        some = slice(begin, begin + BATCH)
        clean = torch.from_numpy(clips.latents[some].astype(np.float32))
        words = clips.tokens[some]
        level = levels[torch.arange(begin, begin + len(clean)) % len(levels)][:, None]
        level = level.expand(len(clean), clean.shape[2])
        latent = torch.lerp(clean, torch.randn(clean.shape, generator=draws), over_frames(level))
        noisy = level[:, 0] > 0
        if bool(noisy.any()):
            x, start = latent[noisy], level[noisy]
            none = torch.zeros_like(start)
            with precision.autocast():
                led = follow(transformer, x, start, none, words[noisy], how.steps, how.guidance)
            latent[noisy] = x - over_frames(start) * led.float()
        yield latent
