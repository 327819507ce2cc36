"""A shot is drawn anew while the model does not see in it what it was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.diffusion.decoding import decode
from engine.diffusion.drawing import APART, Drawing
from engine.diffusion.picturing import Canvas
from engine.diffusion.prompting import Change
from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling
from engine.diffusion.second import Again
from engine.diffusion.shot import Shot, sample_shot
from engine.diffusion.values import Condition, Latent, Reference
from engine.errors import Cancelled
from engine.media import Image
from engine.models.family import Sight
from engine.models.pool import ModelPool
from engine.models.registry import STARTER
from engine.models.shdt import lexicon
from engine.models.shdt.family import ShdtModel
from engine.training import world
from engine.training.clips import scenarios
from tests.engine.diffusion.test_recognising import knowing

AGAIN = Again(0.6, 4)
SHOT = Shot("a red ball bounces", "", 256, 144, 5)
SAMPLING = Sampling(steps=2, guidance=3.0, seed=3)


def drawing(model: ShdtModel, **changed: object) -> Drawing:
    return replace(Drawing(model, "small", SHOT, SAMPLING, AGAIN), **changed)


def tried(number: int, **changed: object) -> Latent:
    """What is drawn when the first try has the seed of that try."""
    seed = SAMPLING.seed + number * APART
    settings = {"sampling": replace(SAMPLING, seed=seed), **changed}
    return drawing(knowing(), **settings).latent()


def seeing(monkeypatch: pytest.MonkeyPatch, *sights: Sight) -> tuple[ShdtModel, Iterator[Sight]]:
    """A model that has these sights, try after try."""
    left = iter(sights)
    monkeypatch.setattr(ShdtModel, "sees", lambda _self, _frames, _words, alike: next(left))
    return knowing(), left


def same(one: Latent, other: Latent) -> bool:
    return torch.equal(one.tensor, other.tensor)


def test_a_first_try_that_shows_what_was_asked_for_is_the_shot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model, left = seeing(monkeypatch, Sight(0.9), Sight(1.0))
    assert same(drawing(model).latent(4), tried(0))
    assert next(left) == Sight(1.0)


def test_tries_go_on_until_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    notes: list[str] = []
    model, left = seeing(monkeypatch, Sight(0.1, ("red",)), Sight(0.8), Sight(0.9))
    run = Run(on_note=notes.append)
    assert same(drawing(model, runs=lambda _work, _name: run).latent(4), tried(1))
    assert len(list(left)) == 1
    assert notes == []


def test_the_best_of_all_tries_is_kept_with_a_note_of_what_is_doubtful(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notes: list[str] = []
    sights = Sight(0.1, ("red", "ball")), Sight(0.4, ("ball",)), Sight(0.2, ("red",))
    model, _ = seeing(monkeypatch, *sights)
    run = Run(on_note=notes.append)
    assert same(drawing(model, runs=lambda _work, _name: run).latent(3), tried(1))
    assert notes == ["not quite seen in 3 tries: ball"]


@pytest.mark.parametrize(
    "shot",
    [
        replace(SHOT, prompt="something bounces"),
        replace(SHOT, changes=(Change(0.2, "a blue star"),)),
    ],
    ids=["says nothing of it", "changes"],
)
def test_there_is_one_try_of_what_the_model_cannot_tell(
    shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, _ = seeing(monkeypatch)
    assert same(drawing(model, shot=shot).latent(4), tried(0, shot=shot))


def test_a_model_without_a_recogniser_has_one_try() -> None:
    alone = replace(knowing(), recogniser=None)
    assert same(drawing(alone).latent(4), tried(0))


def test_what_a_reference_shows_is_looked_for_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[int]] = []

    def sees(_self: ShdtModel, _frames: np.ndarray, words: torch.Tensor, alike: bool) -> Sight:
        asked.append(words[0].tolist())
        assert alike
        return Sight()

    monkeypatch.setattr(ShdtModel, "sees", sees)
    picture = Condition(Reference(Image.from_array(np.full((72, 128, 3), 90, np.uint8))))
    shot = replace(SHOT, prompt="bounces in snow")
    drawing(knowing(colour="blue"), shot=shot, conditions=[picture]).latent(2)
    assert asked == [lexicon.tokens({"colour": "blue", "motion": "bounces", "scene": "snow"})]


def test_a_shot_stopped_in_its_second_try_goes_on_to_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sights = [Sight(0.1, ("red",)), Sight(0.1, ("red",)), Sight(0.9)]
    model, _ = seeing(monkeypatch, *sights)
    model = replace(model, second=model)
    done: list[str] = []

    def runs(_work: str, name: str) -> Run:
        def count(_done: int, _total: int, _sample: object) -> None:
            done.append(name)
            if done.count("again_2") == 2:
                raise Cancelled

        return Run(on_step=count, checkpoint=tmp_path / f"{name}.safetensors")

    with pytest.raises(Cancelled):
        drawing(model, runs=runs).latent(4)
    before = len(done)
    resumed = drawing(model, runs=runs).latent(4)
    assert done[before:] == ["again_2"] * 2
    monkeypatch.setattr(ShdtModel, "sees", lambda *_, alike: Sight())
    seed = SAMPLING.seed + APART
    assert same(resumed, drawing(model, sampling=replace(SAMPLING, seed=seed)).latent())


def test_the_sound_is_that_of_the_try_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[torch.Tensor] = []

    def hear(_model, picture, shot, *_more):
        if shot.sound:
            heard.append(picture())
            return torch.zeros(1, 1, 1)
        return None

    monkeypatch.setattr("engine.diffusion.drawing.heard", hear)
    monkeypatch.setattr("engine.diffusion.shot.heard", hear)
    model, _ = seeing(monkeypatch, Sight(0.1, ("red",)), Sight(0.8))
    found = drawing(model, shot=replace(SHOT, sound=True)).latent(4)
    assert found.sound is not None
    assert len(heard) == 1
    assert same(found, tried(1))


def test_what_is_heard_is_the_picture_that_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[torch.Tensor] = []

    def hear(_model, picture, shot, *_more):
        if shot.sound:
            looked.append(picture())
        return torch.zeros(1, 1, 1) if shot.sound else None

    monkeypatch.setattr("engine.diffusion.drawing.heard", hear)
    model = replace(knowing(), second=knowing())
    for change in (0.9, 0.0):
        found = drawing(model, shot=replace(SHOT, sound=True), again=Again(change, 4)).latent()
        base = sample_shot(model, "small", SHOT, SAMPLING)
        if change == 0:
            assert torch.equal(looked[-1], base.tensor)
            continue
        canvas = Canvas(model, model.plan(256, 144, SHOT.frames))
        assert torch.equal(looked[-1], canvas.encoded(list(decode(model, found))))
        assert not torch.equal(looked[-1], base.tensor)


def test_the_starter_tells_right_from_wrong_in_moving_pictures() -> None:
    model = ModelPool().video(STARTER)
    right = wrong = 0
    cases = list(scenarios(12, 92, held=True))
    for scenario, other in zip(cases, [*cases[1:], cases[0]], strict=True):
        frames = world.render(scenario, 256, 144)
        asked, false = (torch.tensor([lexicon.tokens(one.concepts)]) for one in (scenario, other))
        right += not model.sees(frames, asked).missing
        wrong += bool(model.sees(frames, false).missing)
    assert right >= 11
    assert wrong >= 11


def test_with_a_reference_there_are_twice_as_many_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    model, left = seeing(monkeypatch, *[Sight(0.1, ("red",))] * 6)
    picture = Condition(Reference(Image.from_array(np.full((72, 128, 3), 90, np.uint8))))
    drawing(model, conditions=[picture]).latent(2)
    assert len(list(left)) == 2
