"""One sampling run: from noise to a clean latent, with guidance and conditions, resumable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from torch import Tensor

from engine.diffusion.conditioning import (
    CleanFrames,
    Given,
    follow,
    given_nothing,
    place,
    snapped,
    with_frames,
)
from engine.diffusion.guidance import Wanted, guided
from engine.diffusion.noise import initial_noise
from engine.diffusion.running import OnStep, run
from engine.diffusion.schedules import flow_sigmas
from engine.diffusion.solvers import SolverName
from engine.diffusion.values import Guidance

Predict = Callable[[Tensor, Tensor, Sequence[Wanted]], Sequence[Tensor]]
"""(latent (1, C, T, h, w), sigma (1, T), which predictions) to their velocities, in order."""


def one_by_one(predict: Callable[[Tensor, Tensor, Wanted], Tensor]) -> Predict:
    """Each prediction by itself, for those that gain nothing from being made together."""
    return lambda x, levels, wanted: [predict(x, levels, each) for each in wanted]


@dataclass(frozen=True)
class Sampling:
    """The settings of a run. `start` is the level of noise that it begins with."""

    steps: int = 30
    guidance: float = 3.0
    solver: SolverName = "euler"
    shift: float = 2.0
    seed: int = 0
    how: Guidance = field(default_factory=Guidance)
    start: float = 1.0


def sample(
    predict: Predict,
    shape: Sequence[int],
    sampling: Sampling,
    *,
    given: Given | None = None,
    conditions: Sequence[CleanFrames] = (),
    on_step: OnStep | None = None,
    checkpoint: Path | None = None,
) -> Tensor:
    """Sample a latent (1, C, T, h, w) of `shape` (C, T, h, w).

    `given` is what is known of it; `conditions` are further frames. With `checkpoint`, each
    finished step is kept there and a run that was killed goes on from it, to the same result.
    Raises ModelError when the model's predictions are no numbers.
    """
    sigmas = flow_sigmas(sampling.steps, shift=sampling.shift, start=sampling.start)
    noise = initial_noise(shape, sampling.seed)
    given = given or given_nothing(shape)
    for condition in conditions:
        given = with_frames(given, condition)
    given = snapped(given, sigmas)

    def velocity(x: Tensor, sigma: float) -> Tensor:
        seen, levels = place(x, sigma, noise, given)
        found = guided(
            lambda wanted: predict(seen, levels, wanted),
            *(seen, levels, sigma, sampling.guidance, sampling.how),
        )
        return follow(found, sigma, levels, noise, given)

    return run(
        *(sampling.solver, velocity, noise, sigmas),
        settle=lambda x, sigma: place(x, sigma, noise, given)[0],
        on_step=on_step,
        checkpoint=checkpoint,
    )
