"""Solvers on problems whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.diffusion.schedules import flow_sigmas
from engine.diffusion.solvers import SOLVERS, dpmpp_2m, euler, heun, solve, unipc
from engine.errors import UsageError

STEPS = list(SOLVERS.values())


def _error(step, count: int, start: float = 1.0, stop: float = 0.0) -> float:
    """dx/ds = 2 s x, whose solution is exp(s^2) up to a factor."""
    sigmas = torch.linspace(start, stop, count + 1, dtype=torch.float64)
    x = torch.ones(1, dtype=torch.float64)
    found = solve(step, lambda x, s: 2 * s * x, x, sigmas)
    return abs(float(found) - math.exp(stop**2 - start**2))


def _order(step, start: float = 1.0, stop: float = 0.0) -> float:
    """The slope of the error over the number of steps, both logarithmic."""
    counts = [128, 256, 512]
    errors = [_error(step, count, start, stop) for count in counts]
    return -float(np.polyfit(np.log(counts), np.log(errors), 1)[0])


@pytest.mark.parametrize(("step", "order"), [(euler, 1), (heun, 2), (dpmpp_2m, 2), (unipc, 3)])
def test_a_solver_converges_with_its_order(step, order: int) -> None:
    assert _order(step, start=0.8, stop=0.2) == pytest.approx(order, abs=0.25)


@pytest.mark.parametrize(
    ("step", "least"), [(euler, 0.95), (heun, 1.95), (dpmpp_2m, 1.7), (unipc, 1.95)]
)
def test_from_pure_noise_to_nothing_of_it_the_first_and_last_step_count(step, least: float) -> None:
    # Heun's last step is Euler's, UniPC's takes the clean sample as it is; both ends of DPM++ are
    # of first order, and its steps near them are long in the variable that it counts in.
    assert _order(step) > least


def test_at_equal_evaluations_the_higher_orders_are_nearer() -> None:
    first = _error(euler, 24)
    assert first > 10 * _error(dpmpp_2m, 24)
    assert first > 30 * _error(unipc, 24)
    assert first > 10 * _error(heun, 12)


@pytest.mark.parametrize("step", STEPS)
def test_a_straight_flow_is_solved_exactly_in_one_step_and_in_many(step) -> None:
    clean, noise = torch.randn(2, 8, generator=torch.Generator().manual_seed(1))
    for count in (1, 2, 7):
        found = solve(step, lambda x, s: noise - clean, noise, flow_sigmas(count))
        assert torch.allclose(found, clean, atol=1e-5)


@pytest.mark.parametrize("step", STEPS)
def test_a_run_taken_up_in_the_middle_ends_the_same(step) -> None:
    sigmas = flow_sigmas(8)
    kept = {}

    def keep(index, x, past):
        kept[index] = (x, past)

    whole = solve(step, lambda x, s: x * s, torch.ones(4), sigmas, after=keep)
    x, past = kept[3]
    assert torch.equal(whole, solve(step, lambda x, s: x * s, x, sigmas, first=4, past=past))


@pytest.mark.parametrize("step", STEPS)
def test_each_solver_takes_one_evaluation_a_step_and_heun_two(step) -> None:
    calls = []

    def velocity(x, sigma):
        calls.append(sigma)
        return x

    solve(step, velocity, torch.ones(1), flow_sigmas(6))
    assert len(calls) == (11 if step is heun else 6)
    assert 0 not in calls


@pytest.mark.parametrize("step", STEPS)
def test_what_settles_is_what_the_solver_goes_on_from(step) -> None:
    """A place that is held at 1 until half of the noise is gone, and then let go."""

    def settle(x, sigma):
        return torch.where(torch.tensor([sigma >= 0.5, False]), 1.0, x)

    sigmas = torch.tensor([1.0, 0.75, 0.5, 0.25, 0.0])
    seen = {}

    def velocity(x, sigma):
        seen[sigma] = float(x[0])
        return torch.zeros_like(x)

    x = solve(step, velocity, torch.full((2,), 5.0), sigmas, settle=settle)
    assert [seen[s] for s in (1.0, 0.75, 0.5, 0.25)] == pytest.approx([1, 1, 1, 1])
    assert x.tolist() == pytest.approx([1, 5])


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
