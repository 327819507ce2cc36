"""Guidance asks for the predictions that it needs, and puts them together as it says."""

from __future__ import annotations

import pytest
import torch

from engine.diffusion.guidance import guided, scale_at
from engine.diffusion.sample import Sampling, one_by_one, sample
from engine.diffusion.values import Guidance

SHAPE = (2, 3, 4, 4)
GOAL = {"prompt": 0.5, "negative": -0.5, "skipping": 0.25}


def towards(x: torch.Tensor, sigma: torch.Tensor, wanted: str) -> torch.Tensor:
    """The exact velocity of a flow whose every clean sample is the prediction's goal."""
    return (x - GOAL[wanted]) / sigma[:, None, :, None, None].clamp(min=1e-4)


def asked(guidance: Guidance, scale: float = 2.0, steps: int = 8) -> list[set[str]]:
    """Which predictions each step asks for."""
    calls: list[set[str]] = []
    last = [9.0]

    def predict(x, sigma, wanted):
        if float(sigma.max()) != last[0]:
            last[0] = float(sigma.max())
            calls.append(set())
        calls[-1].add(wanted)
        return towards(x, sigma, wanted)

    sample(
        one_by_one(predict), SHAPE, Sampling(steps=steps, guidance=scale, shift=1.0, how=guidance)
    )
    return calls


def test_guidance_of_one_asks_for_the_prompt_alone() -> None:
    assert asked(Guidance(), scale=1.0) == [{"prompt"}] * 8


def test_what_must_not_be_shown_is_led_away_from() -> None:
    x = sample(one_by_one(towards), SHAPE, Sampling(steps=4, guidance=3))
    assert torch.allclose(x, torch.full_like(x, -0.5 + 3 * 1.0), atol=1e-3)


def test_skipping_layers_leads_away_from_what_they_make() -> None:
    how = Guidance(skip=2.0)
    x = sample(one_by_one(towards), SHAPE, Sampling(steps=4, guidance=1, how=how))
    assert torch.allclose(x, torch.full_like(x, 0.5 + 2 * 0.25), atol=1e-3)
    assert asked(how, scale=1.0) == [{"prompt", "skipping"}] * 8


def test_guidance_holds_within_its_interval_only() -> None:
    calls = asked(Guidance(start=0.25, stop=0.6, skip=1.0))
    every = {"prompt", "negative", "skipping"}
    assert calls == [{"prompt"}] * 2 + [every] * 3 + [{"prompt"}] * 3


@pytest.mark.parametrize(
    ("change", "wanted"), [("constant", [5, 5, 5]), ("falling", [5, 3, 1]), ("rising", [1, 3, 5])]
)
def test_guidance_may_fall_or_rise_on_the_way(change, wanted) -> None:
    found = [scale_at(5, Guidance(change=change), sigma) for sigma in (1.0, 0.5, 0.0)]
    assert found == pytest.approx(wanted)


def test_rescaling_brings_the_contrast_back_that_guidance_raised() -> None:
    generator = torch.Generator().manual_seed(1)
    x, goal = torch.randn(2, 1, 4, 3, 6, 6, generator=generator)
    levels = torch.full((1, 3), 0.5)

    def predict(wanted: list[str]) -> list[torch.Tensor]:
        goals = {"prompt": 1.0, "negative": 0.2}
        return [(x - goal * goals[each]) / 0.5 for each in wanted]

    def contrast(share: float) -> float:
        velocity = guided(predict, x, levels, 0.5, 6.0, Guidance(rescale=share))
        return float((x - 0.5 * velocity).std())

    assert contrast(0.0) > 4 * float(goal.std())
    assert contrast(1.0) == pytest.approx(float(goal.std()), rel=1e-4)
    assert contrast(1.0) < contrast(0.5) < contrast(0.0)


def test_rescaling_leaves_clean_frames_alone() -> None:
    x = torch.randn(1, 2, 3, 4, 4, generator=torch.Generator().manual_seed(2))
    levels = torch.tensor([[0.0, 0.5, 0.5]])

    def predict(wanted: list[str]) -> list[torch.Tensor]:
        return [x * len(each) for each in wanted]

    velocity = guided(predict, x, levels, 0.5, 4.0, Guidance(rescale=0.7))
    plain = guided(predict, x, levels, 0.5, 4.0, Guidance())
    assert bool(torch.isfinite(velocity).all())
    assert torch.equal(velocity[:, :, 0], plain[:, :, 0])
