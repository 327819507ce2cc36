"""One sampling run: from noise to a clean latent, with guidance and conditions, resumable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.diffusion.conditioning import CleanFrames, place
from engine.diffusion.guidance import classifier_free
from engine.diffusion.noise import initial_noise
from engine.diffusion.schedules import flow_sigmas
from engine.diffusion.solvers import SOLVERS, SolverName
from engine.diffusion.store import load_step, save_step

Predict = Callable[[Tensor, Tensor, bool], Tensor]
"""(latent (1, C, T, h, w), sigma (1, T), with the prompt or without) to the velocity."""
OnStep = Callable[[int, int, Tensor], None]
"""(steps done, steps in all, sample): may raise Cancelled."""


@dataclass(frozen=True)
class Sampling:
    """The settings of a run."""

    steps: int = 30
    guidance: float = 3.0
    solver: SolverName = "euler"
    shift: float = 2.0
    seed: int = 0


def sample(
    predict: Predict,
    shape: Sequence[int],
    sampling: Sampling,
    *,
    conditions: Sequence[CleanFrames] = (),
    on_step: OnStep | None = None,
    checkpoint: Path | None = None,
) -> Tensor:
    """Sample a latent (1, C, T, h, w) of `shape` (C, T, h, w).

    With `checkpoint`, each finished step is kept there and a run that was killed goes on from it,
    to the same result.
    """
    sigmas = flow_sigmas(sampling.steps, shift=sampling.shift)
    noise = initial_noise(shape, sampling.seed)

    def velocity(x: Tensor, sigma: float) -> Tensor:
        seen, levels = place(x, sigma, noise, conditions)
        with_prompt = predict(seen, levels, True)
        if sampling.guidance == 1:
            return with_prompt
        return classifier_free(with_prompt, predict(seen, levels, False), sampling.guidance)

    def after(step: int, x: Tensor) -> None:
        if checkpoint:
            save_step(checkpoint, step, x)
        if on_step:
            on_step(step + 1, sampling.steps, x)

    kept = load_step(checkpoint) if checkpoint else None
    first, x = (kept[0] + 1, kept[1]) if kept and kept[1].shape == noise.shape else (0, noise)
    solver = SOLVERS[sampling.solver]
    with torch.inference_mode():
        x = solver(velocity, x, sigmas, first=first, after=after)
    return place(x, 0.0, noise, conditions)[0]
