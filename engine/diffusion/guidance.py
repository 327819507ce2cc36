"""Guidance: how the predictions with and without the prompt are put together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import torch
from torch import Tensor

from engine.diffusion.values import Guidance

Wanted: TypeAlias = Literal["prompt", "negative", "skipping"]
"""A prediction: with the prompt; with what it must not show, or nothing; with layers skipped."""


def classifier_free(with_prompt: Tensor, without: Tensor, scale: float) -> Tensor:
    """Classifier-free guidance (Ho and Salimans 2022): 1 is no guidance, more follows closer."""
    return without + scale * (with_prompt - without)


def scale_at(scale: float, guidance: Guidance, sigma: float) -> float:
    """The scale at a level of noise: 1 outside the interval, changing within it."""
    done = 1 - sigma
    if not guidance.start <= done <= guidance.stop:
        return 1.0
    if guidance.change == "constant":
        return scale
    span = max(guidance.stop - guidance.start, 1e-6)
    part = (1 + math.cos(math.pi * (done - guidance.start) / span)) / 2  # 1 falling to 0
    return 1 + (scale - 1) * (part if guidance.change == "falling" else 1 - part)


def guided(
    predict: Callable[[Sequence[Wanted]], Sequence[Tensor]],
    x: Tensor,
    levels: Tensor,
    sigma: float,
    scale: float,
    guidance: Guidance,
) -> Tensor:
    """The velocity at x (1, C, T, h, w) with its frames' sigmas (1, T).

    It asks for all that it needs at once.
    """
    strength = scale_at(scale, guidance, sigma)
    skips = bool(guidance.skip) and guidance.start <= 1 - sigma <= guidance.stop
    wanted: list[Wanted] = ["prompt"]
    wanted += ["negative"] if strength != 1 else []
    wanted += ["skipping"] if skips else []
    found = dict(zip(wanted, predict(wanted), strict=True))
    with_prompt = velocity = found["prompt"]
    if "negative" in found:
        velocity = classifier_free(with_prompt, found["negative"], strength)
    if "skipping" in found:
        velocity = velocity + guidance.skip * (with_prompt - found["skipping"])
    if guidance.rescale and velocity is not with_prompt:
        return rescaled(velocity, with_prompt, x, levels, guidance.rescale)
    return velocity


def rescaled(
    velocity: Tensor, with_prompt: Tensor, x: Tensor, levels: Tensor, share: float
) -> Tensor:
    """The clean sample brought back, by `share`, to the contrast it has without guidance.

    As Lin et al. 2024, section 3.4, over the frames that hold noise.
    """
    free = levels[0] > 0
    if not bool(free.any()):
        return velocity
    level = levels[:, None, :, None, None]
    clean, usual = x - level * velocity, x - level * with_prompt
    deviation = clean[:, :, free].std()
    factor = usual[:, :, free].std() / deviation if deviation > 0 else torch.ones(())
    factor = share * factor + (1 - share)
    return torch.where(level > 0, (x - factor * clean) / level.clamp(min=1e-6), velocity)
