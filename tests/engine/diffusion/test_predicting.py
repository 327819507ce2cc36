"""Predictions of a step are made at once, and what a shot is told is read once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.diffusion.prompting import Change
from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, sample_shot
from engine.diffusion.values import Condition, Guidance, Keyframe, Reference
from engine.media import Image
from engine.models.shdt.family import ShdtModel
from tests.engine.runtime.small import small_model

SHOT = Shot("a (red:1.3) ball bounces", "blue", 128, 72, 9, (Change(0.5, "a green cube rolls"),))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """How often the model is asked, by what, with how many at a time."""
    found: dict[str, list[int]] = {"velocity": [], "encode": [], "encode_prompt": []}
    for name, told in found.items():
        method = getattr(ShdtModel, name)

        def counted(self, first, *args, _method=method, _told=told, **named):
            _told.append(len(first))
            return _method(self, first, *args, **named)

        monkeypatch.setattr(ShdtModel, name, counted)
    return found


def picture(value: int) -> Image:
    return Image.from_array(np.full((72, 128, 3), value, np.uint8))


def run(steps: int, **changes: object) -> torch.Tensor:
    conditions = [
        Condition(Reference(picture(90))),
        Condition(Keyframe(picture(200), 8, mode="guide")),
        Condition(Keyframe(picture(20), 0)),
    ]
    sampling = Sampling(steps=steps, guidance=3.0, how=Guidance(**changes))  # type: ignore[arg-type]
    return sample_shot(small_model(), "small", SHOT, sampling, conditions=conditions).tensor


def test_predictions_made_at_once_are_those_made_one_by_one(
    monkeypatch: pytest.MonkeyPatch, calls: dict[str, list[int]]
) -> None:
    together = run(2, skip=1.0, blocks=(1,))
    # Two prompts and one weighted phrase, and what must not be; then the prompts without block 1.
    assert calls["velocity"] == [4, 3] * 2
    monkeypatch.setattr(ShdtModel, "batches", False)
    calls["velocity"].clear()
    alone = run(2, skip=1.0, blocks=(1,))
    assert calls["velocity"] == [1] * 14
    assert torch.allclose(together, alone, atol=1e-4)


def test_words_and_pictures_are_read_once_a_shot(calls: dict[str, list[int]]) -> None:
    run(1)
    once = {name: len(calls[name]) for name in ("encode", "encode_prompt")}
    for told in calls.values():
        told.clear()
    run(4)
    assert {name: len(calls[name]) for name in once} == once


def test_weights_in_what_must_not_be_seen_are_weights(calls: dict[str, list[int]]) -> None:
    notes: list[str] = []

    def made(negative: str) -> torch.Tensor:
        shot = replace(SHOT, negative=negative, changes=())
        told = Run(on_note=notes.append)
        return sample_shot(small_model(), "small", shot, Sampling(2), run=told).tensor

    plain, same, strong = made("blue"), made("(blue:1.0)"), made("(blue:1.4)")
    assert not any("1" in note for note in notes)
    assert torch.equal(plain, same)
    assert not torch.equal(plain, strong)
    assert calls["velocity"] == [3, 3, 3, 3, 4, 4]
