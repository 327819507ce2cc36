"""The second pass: doubled latents are drawn again, as far as the shot allows."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling
from engine.diffusion.second import Again, doubled_once, doubled_to, drawn_again, steps_of
from engine.diffusion.shot import Shot, sample_shot, upsample
from engine.diffusion.values import Condition, Keyframe, Latent, Start
from engine.errors import Cancelled, UsageError
from engine.media import Clip, Image
from engine.models.shdt.family import ShdtModel
from tests.engine.runtime.small import small_model

SHOT = Shot("a red ball bounces", "", 256, 144, 5)
SAMPLING = Sampling(steps=2, guidance=3.0, seed=3)
AGAIN = Again(change=0.6, steps=2)


@pytest.fixture(scope="module")
def model() -> ShdtModel:
    first = small_model()
    second = small_model()
    with torch.no_grad():
        for parameter in second.transformer.parameters():
            parameter.mul_(1.5)
    return replace(first, second=second)


@pytest.fixture(scope="module")
def base(model: ShdtModel) -> Latent:
    return sample_shot(model, "small", SHOT, SAMPLING)


def made(model: ShdtModel, base: Latent, again: Again = AGAIN, **settings) -> torch.Tensor:
    return doubled_once(model, base, SHOT, SAMPLING, again, run=Run(), **settings).tensor


def test_a_doubled_latent_is_drawn_again_with_the_same_size_each_time_the_same(
    model: ShdtModel, base: Latent
) -> None:
    plain, again = made(model, base, Again(change=0.0)), made(model, base)
    assert plain.shape == again.shape == (1, 4, 2, 20, 32)
    assert torch.equal(again, made(model, base))
    assert (plain - again).abs().mean() > 0.01


def test_less_change_stays_nearer_to_what_was_doubled(model: ShdtModel, base: Latent) -> None:
    plain = made(model, base, Again(change=0.0))
    little, much = (made(model, base, Again(change, 2)) for change in (0.05, 0.9))
    assert (little - plain).abs().mean() < (much - plain).abs().mean() / 2


def test_a_shot_that_is_not_doubled_and_a_model_without_a_second_network_are_left_alone(
    model: ShdtModel, base: Latent
) -> None:
    small = replace(SHOT, width=128, height=72)
    assert doubled_once(model, base, small, SAMPLING, AGAIN, run=Run()) is base
    alone = replace(model, second=None)
    assert torch.equal(made(alone, base), made(model, base, Again(change=0.0)))
    with pytest.raises(UsageError, match="no second network"):
        drawn_again(alone, base, SHOT, SAMPLING, AGAIN, run=Run())


def test_only_what_was_doubled_once_is_drawn_again(model: ShdtModel, base: Latent) -> None:
    with pytest.raises(UsageError, match="doubled 0 times"):
        drawn_again(model, base, SHOT, SAMPLING, AGAIN, run=Run())
    whole = replace(SHOT, width=512, height=288)
    once = doubled_once(model, base, whole, SAMPLING, AGAIN, run=Run())
    large = doubled_to(model, once, 512, run=Run())
    assert large.tensor.shape == (1, 4, 2, 40, 64)
    assert torch.equal(large.tensor, model.upsample(made(model, base)))


def test_what_was_doubled_before_is_doubled_by_the_upsampler_of_the_second_network(
    model: ShdtModel, base: Latent
) -> None:
    assert model.second is not None
    enlarger = small_model().upsampler
    torch.nn.init.normal_(enlarger.head.weight, std=0.1)
    other = replace(model, second=replace(model.second, upsampler=enlarger))
    once = upsample(other, base)
    assert torch.equal(once.tensor, model.upsample(base.tensor))
    twice = upsample(other, once)
    assert torch.equal(twice.tensor, other.second.upsample(once.tensor))
    assert not torch.equal(twice.tensor, model.upsample(once.tensor))


def test_a_keyframe_is_held_at_the_larger_size(model: ShdtModel, base: Latent) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (144, 256, 3), dtype=np.uint8)
    held = Condition(Keyframe(Image.from_array(pixels), 0))
    found = made(model, base, conditions=[held])
    around = np.pad(pixels, ((8, 8), (0, 0), (0, 0)), mode="edge")
    picture = torch.from_numpy(around).permute(2, 0, 1)[None, :, None] / 127.5 - 1
    wanted = model.encode(picture)
    assert torch.allclose(found[:, :, :1], wanted, atol=0.05)


def test_a_shot_that_starts_from_a_clip_is_changed_no_more_than_it_asked(
    model: ShdtModel, base: Latent
) -> None:
    clip = Clip.from_array(np.zeros((5, 144, 256, 3), np.uint8), Fraction(8))
    start = [Condition(Start(clip, 0.1))]
    assert torch.equal(made(model, base, conditions=start), made(model, base, Again(0.1, 2)))


def test_a_second_pass_that_was_stopped_goes_on_to_the_same_result(
    model: ShdtModel, base: Latent, tmp_path: Path
) -> None:
    steps: list[int] = []

    def stop(done: int, _total: int, _sample: object) -> None:
        steps.append(done)
        if len(steps) == 2:
            raise Cancelled

    run = Run(on_step=stop, checkpoint=tmp_path / "again.safetensors")
    settings = (model, base, SHOT, SAMPLING, Again(0.6, 4))
    with pytest.raises(Cancelled):
        doubled_once(*settings, run=run)
    found = doubled_once(*settings, run=run)
    assert steps == [1, 2, 3, 4]
    assert torch.equal(found.tensor, doubled_once(*settings, run=Run()).tensor)


def test_the_second_pass_takes_a_third_of_the_steps_but_never_fewer_than_four() -> None:
    assert [steps_of(steps) for steps in (1, 8, 12, 30)] == [4, 4, 4, 10]
