"""What is given to a run is in its result, and the model is told how clean it is."""

from __future__ import annotations

import pytest
import torch

from engine.diffusion.conditioning import (
    CleanFrames,
    Given,
    given_nothing,
    with_frames,
    with_region,
    with_start,
)
from engine.diffusion.sample import Sampling, one_by_one, sample
from engine.diffusion.schedules import flow_sigmas
from engine.diffusion.solvers import SOLVERS
from engine.errors import ModelError, UsageError

SHAPE = (4, 5, 6, 8)


def latent(frames: int = 5, seed: int = 3) -> torch.Tensor:
    return torch.randn(1, 4, frames, 6, 8, generator=torch.Generator().manual_seed(seed))


def curved(x: torch.Tensor, sigma: torch.Tensor, wanted: str) -> torch.Tensor:
    """A velocity with no simple answer, in which every frame depends on all others."""
    return (x * 1.3 + x.mean((2, 3, 4), keepdim=True)).sin() + 0.1 * (wanted == "prompt")


def run(given: Given, solver: str = "euler", predict=curved, **settings) -> torch.Tensor:
    sampling = Sampling(**{"steps": 6, "solver": solver} | settings)
    return sample(one_by_one(predict), SHAPE, sampling, given=given)


@pytest.mark.parametrize("solver", list(SOLVERS))
@pytest.mark.parametrize("index", [0, 1, 3, 4])
def test_a_frame_at_any_index_is_in_the_result_bit_for_bit(solver: str, index: int) -> None:
    clean = latent(1)
    x = run(with_frames(given_nothing(SHAPE), CleanFrames(clean, index)), solver)
    assert torch.equal(x[:, :, index : index + 1], clean)
    free = [n for n in range(5) if n != index]
    assert not torch.equal(x[:, :, free], run(given_nothing(SHAPE), solver)[:, :, free])


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_first_last_and_a_frame_between_are_all_held(solver: str) -> None:
    given = given_nothing(SHAPE)
    for index in (0, 2, 4):
        given = with_frames(given, CleanFrames(latent(1, seed=index), index))
    x = run(given, solver)
    for index in (0, 2, 4):
        assert torch.equal(x[:, :, index : index + 1], latent(1, seed=index))


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_a_frame_of_less_strength_is_held_until_that_noise_is_left_and_then_goes_on(
    solver: str,
) -> None:
    seen: dict[float, float] = {}

    def predict(x, sigma, wanted):
        seen[float(sigma[0, 0])] = float(sigma[0, 2])
        return curved(x, sigma, wanted)

    clean = latent(1)
    given = with_frames(given_nothing(SHAPE), CleanFrames(clean, 2, 0.6))
    x = run(given, solver, predict, steps=10, guidance=1.0)
    sigmas = flow_sigmas(10)[:-1]
    level = float(sigmas[(sigmas - 0.4).abs().argmin()])
    assert seen == {s: min(s, level) for s in seen}
    assert not torch.equal(x[:, :, 2:3], clean)
    near = (x[:, :, 2:3] - clean).square().mean()
    assert near < (run(given_nothing(SHAPE), solver, steps=10)[:, :, 2:3] - clean).square().mean()


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_a_frame_of_less_strength_comes_out_as_if_the_run_had_begun_there(solver: str) -> None:
    """All frames at one strength are a run from that level: nothing of the solver's past counts."""
    clean = latent()
    sigmas = flow_sigmas(8)
    level = float(sigmas[3])
    soft = run(with_frames(given_nothing(SHAPE), CleanFrames(clean, 0, 1 - level)), solver, steps=8)
    levels_seen = []

    def watch(x, sigma, wanted):
        levels_seen.append(float(sigma.max()))
        return curved(x, sigma, wanted)

    again = run(
        with_frames(given_nothing(SHAPE), CleanFrames(clean, 0, 1 - level)), solver, watch, steps=8
    )
    assert torch.equal(soft, again)
    assert max(levels_seen) == pytest.approx(level)


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_known_places_stay_and_the_others_are_made(solver: str) -> None:
    known = torch.zeros(1, 1, 5, 6, 8)
    known[..., :4] = 1
    known[:, :, 1] = 1
    clean = latent()
    x = run(with_region(given_nothing(SHAPE), clean, known), solver)
    assert torch.equal(x * known, clean * known)
    assert not torch.allclose(x * (1 - known), clean * (1 - known))


def test_the_model_is_told_that_frames_known_as_a_whole_are_clean() -> None:
    known = torch.zeros(1, 1, 5, 6, 8)
    known[:, :, 1] = 1
    known[:, :, 3, :3] = 1
    levels = []

    def predict(x, sigma, wanted):
        levels.append(sigma[0].tolist())
        return curved(x, sigma, wanted)

    run(with_region(given_nothing(SHAPE), latent(), known), predict=predict, guidance=1.0)
    assert all(row[1] == 0 and len({row[n] for n in (0, 2, 3, 4)}) == 1 for row in levels)


def test_half_known_places_lie_between() -> None:
    known = torch.full((1, 1, 5, 6, 8), 0.5)
    x = run(with_region(given_nothing(SHAPE), torch.full((1, *SHAPE), 3.0), known))
    assert 0.5 < float(x.mean()) < 2.9


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_a_start_with_little_noise_keeps_much_of_its_clip(solver: str) -> None:
    clean = 3 * latent()
    errors = []
    for change in (0.2, 0.5, 1.0):
        given = with_start(given_nothing(SHAPE), clean, change)
        errors.append(float((run(given, solver, start=change) - clean).square().mean()))
    assert errors[0] < errors[1] < errors[2]


def test_a_start_of_full_change_is_a_run_from_noise() -> None:
    given = with_start(given_nothing(SHAPE), latent(), 1.0)
    assert torch.equal(run(given), run(given_nothing(SHAPE)))


def test_frames_are_held_over_a_region_and_a_start() -> None:
    given = with_start(given_nothing(SHAPE), latent(), 0.5)
    given = with_region(given, latent(), torch.ones(1, 1, 5, 6, 8))
    given = with_frames(given, CleanFrames(latent(1, seed=9), 2))
    x = run(given, start=0.5)
    assert torch.equal(x[:, :, 2:3], latent(1, seed=9))
    assert torch.equal(x[:, :, :2], latent()[:, :, :2])


@pytest.mark.parametrize("strength", [0.0, 1.2])
def test_a_strength_that_makes_no_sense_is_refused(strength: float) -> None:
    with pytest.raises(UsageError, match="strength"):
        with_frames(given_nothing(SHAPE), CleanFrames(latent(1), 0, strength))


@pytest.mark.parametrize("change", [0.0, 1.5])
def test_a_change_that_makes_no_sense_is_refused(change: float) -> None:
    with pytest.raises(UsageError, match="change"):
        with_start(given_nothing(SHAPE), latent(), change)


def test_a_model_whose_predictions_are_no_numbers_is_an_error_at_once() -> None:
    calls = []

    def predict(x, sigma, wanted):
        calls.append(wanted)
        return x * float("nan")

    with pytest.raises(ModelError, match="after step 1"):
        run(given_nothing(SHAPE), predict=predict, guidance=1.0)
    assert len(calls) == 1
