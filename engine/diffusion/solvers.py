"""Solvers of the flow's ordinary differential equation: each one step, as a pure function.

`velocity(x, sigma)` gives dx/dsigma; sigma falls from noise to 0. A step takes the sample at
`sigma` to `following`, and hands on what later steps may use of it (`Past`, newest first).
`settle(x, sigma)` puts back what is known of a sample at a level: whatever a solver computes goes
through it. With clean = x - sigma v the flow is x = (1 - sigma) clean + sigma noise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from torch import Tensor

Velocity: TypeAlias = Callable[[Tensor, float], Tensor]
Settle: TypeAlias = Callable[[Tensor, float], Tensor]


@dataclass(frozen=True, eq=False)
class Point:
    """A point that a run came through: its level, the sample there, the clean one it pointed to."""

    sigma: float
    x: Tensor
    clean: Tensor


Past: TypeAlias = tuple[Point, ...]
Step: TypeAlias = Callable[[Velocity, Tensor, float, float, Past, Settle], tuple[Tensor, Past]]
After: TypeAlias = Callable[[int, Tensor, Past], None]
"""Told the finished step, the sample and the past after it; may raise to stop."""
SolverName = Literal["euler", "heun", "dpmpp_2m", "unipc"]


def unchanged(x: Tensor, sigma: float) -> Tensor:
    """What a sample settles to when nothing is known of it."""
    del sigma
    return x


def solve(
    step: Step,
    velocity: Velocity,
    x: Tensor,
    sigmas: Tensor,
    *,
    first: int = 0,
    past: Past = (),
    settle: Settle = unchanged,
    after: After | None = None,
) -> Tensor:
    """Take a sample through all levels; `first` steps are already done and left `past`."""
    levels = sigmas.tolist()
    x = settle(x, levels[first])
    for index in range(first, len(levels) - 1):
        x, past = step(velocity, x, levels[index], levels[index + 1], past, settle)
        x = settle(x, levels[index + 1])
        if after:
            after(index, x, past)
    return x


def euler(
    velocity: Velocity, x: Tensor, sigma: float, following: float, past: Past, settle: Settle
) -> tuple[Tensor, Past]:
    """Euler's method, first order: one evaluation a step."""
    del past, settle
    return x + (following - sigma) * velocity(x, sigma), ()


def heun(
    velocity: Velocity, x: Tensor, sigma: float, following: float, past: Past, settle: Settle
) -> tuple[Tensor, Past]:
    """Heun's method, second order: two evaluations a step, one for the last step to 0."""
    del past
    span = following - sigma
    slope = velocity(x, sigma)
    if following > 0:
        slope = (slope + velocity(settle(x + span * slope, following), following)) / 2
    return x + span * slope, ()


def dpmpp_2m(
    velocity: Velocity, x: Tensor, sigma: float, following: float, past: Past, settle: Settle
) -> tuple[Tensor, Past]:
    """DPM-Solver++(2M) (Lu et al. 2022) on alpha = 1 - sigma: second order, one evaluation a step.

    The clean sample is led on in a straight line over the logarithm of alpha / sigma. The steps
    from pure noise and to 0, where that has no end, are of first order.
    """
    del settle
    clean = x - sigma * velocity(x, sigma)
    guess = clean
    if past and following > 0 and past[0].sigma < 1:
        h = _log_snr(following) - _log_snr(sigma)
        before = _log_snr(sigma) - _log_snr(past[0].sigma)
        guess = clean + h / (2 * before) * (clean - past[0].clean)
    keep = following / sigma
    moved = keep * x + (1 - following - (1 - sigma) * keep) * guess
    return moved, (Point(sigma, x, clean),)


def unipc(
    velocity: Velocity, x: Tensor, sigma: float, following: float, past: Past, settle: Settle
) -> tuple[Tensor, Past]:
    """A predictor and corrector as UniPC's (Zhao et al. 2023), third order, one evaluation a step.

    The prediction at the new point first corrects the step that led to it, then predicts the next.
    Clean samples are led on as polynomials over sigma, whose integrals are exact and have no ends
    to run into. The last step to 0 takes the clean sample as it is.
    """
    clean = x - sigma * velocity(x, sigma)
    if past:
        origin = past[0]
        nodes = [(sigma, clean), *((point.sigma, point.clean) for point in past[:2])]
        x = settle(_moved(origin.x, origin.sigma, sigma, nodes), sigma)
    known = (Point(sigma, x, clean), *past)[:3]
    nodes = [(point.sigma, point.clean) for point in (known if following > 0 else known[:1])]
    return _moved(x, sigma, following, nodes), known[:2]


def _moved(
    x: Tensor, sigma: float, following: float, nodes: Sequence[tuple[float, Tensor]]
) -> Tensor:
    """x led from sigma to `following`, with the clean sample a polynomial through the nodes.

    x / sigma changes by the integral of clean(s) / s^2; here times `following`.
    """
    moments = [
        1 - following / sigma,
        following * math.log(sigma / following) if following > 0 else 0.0,
        following * (sigma - following),
    ][: len(nodes)]
    powers = np.vander([place for place, _ in nodes], len(nodes), increasing=True).T
    weights = np.linalg.solve(powers, np.array(moments))
    moved = following / sigma * x
    for weight, (_, clean) in zip(weights.tolist(), nodes, strict=True):
        moved = moved + weight * clean
    return moved


def _log_snr(sigma: float) -> float:
    return math.log((1 - sigma) / sigma)


SOLVERS: dict[SolverName, Step] = {
    "euler": euler,
    "heun": heun,
    "dpmpp_2m": dpmpp_2m,
    "unipc": unipc,
}
