"""Conditions of a sample: latent frames that are given clean, each with its own timestep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.errors import UsageError


@dataclass(frozen=True)
class CleanFrames:
    """Latent frames (1, C, K, h, w) that replace those from `index` on.

    `strength` 1 holds them exactly; less leaves them that part of the noise (0..1].
    """

    latent: Tensor
    index: int
    strength: float = 1.0


def place(
    x: Tensor, sigma: float, noise: Tensor, conditions: Sequence[CleanFrames]
) -> tuple[Tensor, Tensor]:
    """Put the conditions into x (1, C, T, h, w) and give each frame's sigma (1, T)."""
    sigmas = torch.full((x.shape[0], x.shape[2]), sigma, dtype=torch.float32, device=x.device)
    for condition in conditions:
        _check(x, condition)
        span = slice(condition.index, condition.index + condition.latent.shape[2])
        level = min(sigma, 1 - condition.strength)
        clean = condition.latent.to(x)
        x = x.clone()
        x[:, :, span] = (1 - level) * clean + level * noise[:, :, span]
        sigmas[:, span] = level
    return x, sigmas


def _check(x: Tensor, condition: CleanFrames) -> None:
    last = condition.index + condition.latent.shape[2]
    if condition.index < 0 or last > x.shape[2]:
        raise UsageError(
            f"a condition covers latent frames {condition.index} to {last - 1}, "
            f"the clip has {x.shape[2]}",
            where="condition",
            mend="Move the keyframe into the clip or make the clip longer.",
        )
    if condition.latent.shape[3:] != x.shape[3:]:
        raise UsageError(
            f"a condition is {tuple(condition.latent.shape[3:])} latent rows and columns, "
            f"the clip {tuple(x.shape[3:])}",
            where="condition",
            mend="Give the keyframe the size of the shot.",
        )
    if not 0 < condition.strength <= 1:
        raise UsageError(
            f"strength is above 0 and at most 1, not {condition.strength}", where="condition"
        )
