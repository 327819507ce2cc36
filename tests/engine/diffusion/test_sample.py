"""A sampling run on an analytic model: conditions, guidance, noise, resuming."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from engine.diffusion.conditioning import CleanFrames
from engine.diffusion.sample import Sampling, one_by_one, sample
from engine.diffusion.solvers import SOLVERS
from engine.diffusion.store import save_latent, save_step
from engine.diffusion.values import Latent
from engine.errors import Cancelled, UsageError

SHAPE = (4, 5, 6, 8)


def towards(target: float):
    """The exact velocity of a flow whose every clean sample is `target` everywhere."""

    def predict(x: torch.Tensor, sigma: torch.Tensor, wanted: str) -> torch.Tensor:
        level = sigma[:, None, :, None, None].clamp(min=1e-4)
        return (x - (target if wanted == "prompt" else 0.0)) / level

    return one_by_one(predict)


def test_the_sample_is_what_the_model_points_to() -> None:
    x = sample(towards(0.5), SHAPE, Sampling(steps=6, guidance=1))
    assert torch.allclose(x, torch.full_like(x, 0.5), atol=1e-4)


def test_guidance_moves_away_from_the_prediction_without_the_prompt() -> None:
    x = sample(towards(0.5), SHAPE, Sampling(steps=6, guidance=2))
    assert torch.allclose(x, torch.full_like(x, 1.0), atol=1e-4)


def test_a_condition_of_full_strength_is_in_the_result_bit_for_bit() -> None:
    clean = torch.randn(1, 4, 1, 6, 8, generator=torch.Generator().manual_seed(3))
    x = sample(towards(0.5), SHAPE, Sampling(steps=3), conditions=[CleanFrames(clean, 2)])
    assert torch.equal(x[:, :, 2:3], clean)
    assert not torch.equal(x[:, :, 1:2], clean)


def test_a_condition_beyond_the_end_is_refused_with_the_length_of_the_clip() -> None:
    with pytest.raises(UsageError, match="the clip has 5"):
        sample(
            towards(0), SHAPE, Sampling(steps=1),
            conditions=[CleanFrames(torch.zeros(1, 4, 2, 6, 8), 4)],
        )  # fmt: skip


def test_a_condition_of_another_size_is_refused() -> None:
    with pytest.raises(UsageError, match="rows and columns"):
        sample(
            towards(0), SHAPE, Sampling(steps=1),
            conditions=[CleanFrames(torch.zeros(1, 4, 1, 6, 6), 0)],
        )  # fmt: skip


def test_equal_seeds_give_equal_samples_and_others_do_not() -> None:
    def run(seed: int) -> torch.Tensor:
        return sample(one_by_one(lambda x, s, p: x.sin()), SHAPE, Sampling(steps=3, seed=seed))

    assert torch.equal(run(1), run(1))
    assert not torch.equal(run(1), run(2))


@pytest.mark.parametrize("solver", list(SOLVERS))
def test_a_run_that_was_stopped_goes_on_to_the_same_result(solver, tmp_path: Path) -> None:
    sampling = Sampling(steps=6, guidance=1.5, solver=solver)
    calls = []

    def predict(x: torch.Tensor, sigma: torch.Tensor, wanted: str) -> torch.Tensor:
        calls.append(wanted)
        return (x * 1.3).sin() + 0.1 * (wanted == "prompt")

    def stop(done: int, total: int, x: torch.Tensor) -> None:
        if done == 4:
            raise Cancelled

    whole = sample(one_by_one(predict), SHAPE, sampling)
    path = tmp_path / "step.safetensors"
    with pytest.raises(Cancelled):
        sample(one_by_one(predict), SHAPE, sampling, on_step=stop, checkpoint=path)
    calls.clear()
    assert torch.equal(sample(one_by_one(predict), SHAPE, sampling, checkpoint=path), whole)
    assert len(calls) == (6 if solver == "heun" else 4)


def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "step.safetensors"
    path.write_bytes(b"not a latent")
    run = sample(towards(0.5), SHAPE, Sampling(steps=2), checkpoint=path)
    assert torch.equal(run, sample(towards(0.5), SHAPE, Sampling(steps=2)))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_latents_are_files_as_the_umask_wants_them(tmp_path: Path) -> None:
    latent = Latent(torch.zeros(1, 4, 2, 6, 8), "m", Fraction(8), 64, 48)
    save_latent(latent, tmp_path)
    save_step(tmp_path / "step.safetensors", 0, latent.tensor)
    (tmp_path / "plain").touch()
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1
