"""Solvers of the flow's ordinary differential equation, each a pure function.

`velocity(x, sigma)` gives dx/dsigma; `sigmas` fall from noise to 0. `after(step, x)` is called with
the finished step and the sample, may raise to stop, and may return a sample to go on with.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from torch import Tensor

Velocity = Callable[[Tensor, float], Tensor]
After = Callable[[int, Tensor], None]
Solver = Callable[..., Tensor]
SolverName = Literal["euler", "heun"]


def euler(
    velocity: Velocity, x: Tensor, sigmas: Tensor, *, first: int = 0, after: After | None = None
) -> Tensor:
    """Euler's method, first order: one evaluation a step. `first` steps are already done."""
    levels = sigmas.tolist()
    for step in range(first, len(levels) - 1):
        x = x + (levels[step + 1] - levels[step]) * velocity(x, levels[step])
        if after:
            after(step, x)
    return x


def heun(
    velocity: Velocity, x: Tensor, sigmas: Tensor, *, first: int = 0, after: After | None = None
) -> Tensor:
    """Heun's method, second order: two evaluations a step, one for the last step to 0."""
    levels = sigmas.tolist()
    for step in range(first, len(levels) - 1):
        span = levels[step + 1] - levels[step]
        slope = velocity(x, levels[step])
        if levels[step + 1] > 0:
            slope = (slope + velocity(x + span * slope, levels[step + 1])) / 2
        x = x + span * slope
        if after:
            after(step, x)
    return x


SOLVERS: dict[SolverName, Solver] = {"euler": euler, "heun": heun}
