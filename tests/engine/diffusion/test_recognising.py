"""A reference stands for the words that a prompt leaves out, and never against those it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, sample_shot
from engine.diffusion.values import Condition, Reference
from engine.errors import UsageError
from engine.media import Image
from engine.models.pool import ModelPool
from engine.models.registry import STARTER
from engine.models.shdt import lexicon
from engine.models.shdt.family import ShdtModel
from engine.models.shdt.recogniser import ALIKE, ASKED, Demand, Recogniser, RecogniserConfig, sight
from engine.training import world
from engine.training.clips import scenarios
from tests.engine.runtime.small import small_model

PICTURE = Image.from_array(np.full((72, 128, 3), 90, np.uint8))


def knowing(**shown: str) -> ShdtModel:
    """A small model whose recogniser takes every picture for the same thing."""
    network = Recogniser(RecogniserConfig(latent_channels=4, fine=8, coarse=8, count=1)).eval()
    with torch.no_grad():
        for facet, head in zip(lexicon.IDENTITY, network.heads, strict=True):
            head.weight.zero_()
            if facet in shown:
                head.bias[list(lexicon.FACETS[facet]).index(shown[facet])] = 20
    return replace(small_model(), recogniser=network.requires_grad_(False))


def told(
    model: ShdtModel,
    prompt: str,
    monkeypatch: pytest.MonkeyPatch,
    *references: Reference,
    needs_words: bool = True,
) -> tuple[set[tuple[int, ...]], list[str]]:
    """The prompts that the network was told during a shot, and the notes on it."""
    words: set[tuple[int, ...]] = set()
    notes: list[str] = []
    velocity = ShdtModel.velocity

    def listening(self, latent, sigma, said, **more):
        words.update(map(tuple, said.tolist()))
        return velocity(self, latent, sigma, said, **more)

    monkeypatch.setattr(ShdtModel, "velocity", listening)
    shot = Shot(prompt, "", 128, 72, 9, needs_words=needs_words)
    conditions = [Condition(reference) for reference in references]
    run = Run(on_note=notes.append)
    sample_shot(model, "small", shot, Sampling(1, guidance=1.0), conditions=conditions, run=run)
    return words, notes


def said(**concepts: str) -> tuple[int, ...]:
    return tuple(lexicon.tokens(concepts))


def test_a_reference_says_what_the_prompt_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    model = knowing(size="large", colour="blue", shape="star")
    words, notes = told(model, "rises in snow", monkeypatch, Reference(PICTURE))
    thing = {"size": "large", "colour": "blue", "shape": "star"}
    assert words == {said(**thing, motion="rises", scene="snow")}
    assert notes == ["the reference is taken for: a large blue star"]


def test_what_the_prompt_says_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    model = knowing(colour="blue", shape="star")
    words, _ = told(model, "a red thing in snow", monkeypatch, Reference(PICTURE))
    assert words == {said(colour="red", shape="star", scene="snow")}


def test_a_reference_may_be_all_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    model = knowing(colour="blue")
    words, _ = told(model, "", monkeypatch, Reference(PICTURE), needs_words=False)
    assert words == {said(colour="blue")}
    with pytest.raises(UsageError, match="the prompt is empty"):
        told(model, "", monkeypatch, Reference(PICTURE))


def test_a_weak_reference_is_only_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    model = knowing(colour="blue")
    words, notes = told(model, "a ball", monkeypatch, Reference(PICTURE, 0.4))
    assert words == {said(shape="ball")}
    assert notes == []


def test_a_model_without_a_recogniser_looks_at_references_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words, notes = told(small_model(), "a ball", monkeypatch, Reference(PICTURE))
    assert words == {said(shape="ball")}
    assert notes == []


def test_the_starter_knows_its_world_in_pictures_of_any_shape() -> None:
    model = ModelPool().video(STARTER)
    right = total = 0
    for number, scenario in enumerate(scenarios(36, 91, held=True)):
        size = ((256, 144), (144, 256), (480, 270))[number % 3]
        concepts = {**scenario.concepts, "motion": "still", "camera": "fixed"}
        still = world.render(replace(scenario, concepts=concepts), *size, frames=2)[0]
        found = model.recognise(still).words[0].tolist()
        for facet in lexicon.IDENTITY:
            total += 1
            place = list(lexicon.FACETS).index(facet)
            right += found[place] == lexicon.concept_id(facet, concepts[facet])
    assert right / total > 0.95


def looks(**seen: list[str]) -> list[list[torch.Tensor]]:
    """Logits of looks that are sure of these concepts, one after the other."""

    def one(facet: str, concept: str) -> torch.Tensor:
        names = list(lexicon.FACETS[facet])
        row = torch.zeros(1, len(names))
        row[0, names.index(concept)] = 12.0
        return row

    count = len(next(iter(seen.values())))
    first = {facet: [next(iter(lexicon.FACETS[facet]))] * count for facet in lexicon.IDENTITY}
    each = {**first, **seen}
    return [[one(facet, each[facet][n]) for facet in lexicon.IDENTITY] for n in range(count)]


def test_a_surface_that_changes_on_its_way_is_not_alike() -> None:
    turning = looks(surface=["striped"] * 6 + ["dotted"] * 3)
    seen = sight(turning, {"surface": "striped"}, ALIKE)
    assert seen.missing == ("striped",)
    assert seen.likely == pytest.approx(6 / 9, abs=0.01)
    assert sight(turning, {"surface": "striped"}, ASKED).missing == ()
    steady = looks(surface=["striped"] * 9)
    assert sight(steady, {"surface": "striped"}, ALIKE).missing == ()


@pytest.mark.parametrize("demand", [ASKED, ALIKE])
def test_what_grows_need_not_be_large_all_the_time(demand: Demand) -> None:
    growing = looks(size=["small"] * 4 + ["large"] * 5)
    assert sight(growing, {"size": "large"}, demand).missing == ()
    assert sight(growing, {"size": "small"}, demand).missing == ("small",)
