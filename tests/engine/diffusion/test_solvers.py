"""Solvers on problems whose answer is known."""

from __future__ import annotations

import math

import pytest
import torch

from engine.diffusion.schedules import flow_sigmas
from engine.diffusion.solvers import euler, heun
from engine.errors import UsageError


def _error(solver, steps: int) -> float:
    """dx/ds = x, from s = 1 to 0: x(0) = x(1) / e."""
    sigmas = torch.linspace(1, 0, steps + 1, dtype=torch.float64)
    x = solver(lambda x, _: x, torch.ones(1, dtype=torch.float64), sigmas)
    return abs(float(x) - math.exp(-1))


def _order(solver) -> float:
    return math.log2(_error(solver, 64) / _error(solver, 128))


def test_euler_converges_with_order_one() -> None:
    assert _order(euler) == pytest.approx(1, abs=0.1)


def test_heun_converges_with_order_two_but_for_its_last_step() -> None:
    # The last step to sigma 0 is Euler's, as in Karras et al. 2022: its local error is of order 2.
    assert _order(heun) == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("solver", [euler, heun])
def test_a_straight_flow_is_solved_exactly_in_one_step(solver) -> None:
    clean, noise = torch.randn(2, 8, generator=torch.Generator().manual_seed(1))
    sigmas = torch.tensor([1.0, 0.0])
    assert torch.allclose(solver(lambda x, s: noise - clean, noise, sigmas), clean, atol=1e-6)


@pytest.mark.parametrize("solver", [euler, heun])
def test_a_run_taken_up_in_the_middle_ends_the_same(solver) -> None:
    sigmas = flow_sigmas(8)
    kept = {}
    whole = solver(
        lambda x, s: x * s, torch.ones(4), sigmas, after=lambda step, x: kept.update({step: x})
    )
    rest = solver(lambda x, s: x * s, kept[3], sigmas, first=4)
    assert torch.equal(whole, rest)


def test_sigmas_fall_from_one_to_zero_and_are_shifted_towards_noise() -> None:
    sigmas = flow_sigmas(10, shift=2.0)
    assert float(sigmas[0]) == 1
    assert float(sigmas[-1]) == 0
    assert bool((sigmas.diff() < 0).all())
    assert float(sigmas[5]) == pytest.approx(2 * 0.5 / 1.5)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"steps": 0}, "steps"),
        ({"steps": 4, "shift": 0}, "shift"),
        ({"steps": 4, "start": 1.5}, "start"),
    ],
)
def test_impossible_schedules_are_refused_by_name(arguments, field) -> None:
    with pytest.raises(UsageError, match=field):
        flow_sigmas(**arguments)
