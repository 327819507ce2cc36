"""Weights in prompts, and prompts that change over time."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.diffusion.prompting import EMPHASIS, Change, parse_weights, shares, speak
from engine.errors import UsageError
from engine.models.family import VideoModel
from engine.models.pool import ModelPool
from engine.models.registry import STARTER

TIMES = [Fraction(n, 8) for n in range(17)]


@pytest.fixture(scope="module")
def model() -> VideoModel:
    return ModelPool("cpu").video(STARTER)


@pytest.mark.parametrize(
    ("text", "plain", "without"),
    [
        ("a red ball", "a red ball", ()),
        ("a (red:1.3) ball", "a red ball", (("a ball", 1.3),)),
        ("a (red) ball", "a red ball", (("a ball", EMPHASIS),)),
        ("(a large red ball : .5)", "a large red ball", (("", 0.5),)),
        ("a (red:1) ball", "a red ball", ()),
        ("(red:1.3) and (ball:1.3)", "red and ball", (("and", 1.3),)),
        ("a (big (red:1.5) ball:1.2)", "a big red ball", (("a big ball", 1.5), ("a", 1.2))),
        (r"a \(red:2\) ball", "a (red:2) ball", ()),
        ("a red ball :)", "a red ball :)", ()),
        ("(a red ball", "(a red ball", ()),
        ("(12:30) in a meadow", "12 in a meadow", None),
        ("", "", ()),
    ],
)
def test_weights_are_read_and_their_marks_taken_out(text, plain, without) -> None:
    if without is None:
        with pytest.raises(UsageError, match="30"):
            parse_weights(text)
        return
    found = parse_weights(text)
    assert found.text == plain
    assert sorted(found.without) == sorted(without)


@pytest.mark.parametrize("text", ["(red:blue)", "(red:-1)", "(red:9)", "(red:)", "(red:nan)"])
def test_a_weight_that_is_none_is_refused_with_its_phrase(text: str) -> None:
    with pytest.raises(UsageError, match="red") as caught:
        parse_weights(text)
    assert "(red:1.3)" in str(caught.value.mend)


@given(st.text(st.sampled_from(list("ab ():\\.19")), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_weights(text)
    except UsageError:
        return
    assert all(len(less) <= len(found.text) for less, _ in found.without)


@given(st.lists(st.tuples(st.floats(0, 2.5), st.floats(0, 2)), max_size=4))
def test_the_shares_of_every_frame_add_up_to_one(changes) -> None:
    changes = [Change(at, "x", blend) for at, blend in sorted(changes)]
    found = torch.stack(shares(changes, TIMES))
    assert torch.allclose(found.sum(0), torch.ones(len(TIMES)), atol=1e-5)
    assert float(found.min()) >= 0


def test_a_prompt_holds_from_its_time_on() -> None:
    first, second = shares([Change(1.0, "x")], TIMES)
    assert first.tolist() == [1.0] * 8 + [0.5] + [0.0] * 8
    assert torch.equal(second, 1 - first)


def test_a_prompt_comes_in_over_its_blend() -> None:
    _, second = shares([Change(1.0, "x", blend=1.0)], TIMES)
    assert second[4] == 0
    assert second[6] == pytest.approx(0.25)
    assert second[8] == pytest.approx(0.5)
    assert second[12] == 1


def test_the_weights_of_a_prompt_add_up_to_its_share(model: VideoModel) -> None:
    voices = speak(
        model, "a (red:1.5) (ball:0.5)", [Change(1.0, "a (blue:2) cube", 0.5)],
        frames=5, encode=model.encode_prompt,
    )  # fmt: skip
    assert len(voices) == 5
    assert torch.allclose(sum(voice.share for voice in voices), torch.ones(5))


def test_a_weight_on_words_that_mean_nothing_costs_nothing(model: VideoModel) -> None:
    voices = speak(model, "a red ball (the:1.5)", [], frames=5, encode=model.encode_prompt)
    assert len(voices) == 1


def test_a_prompt_that_no_frame_hears_is_not_predicted(model: VideoModel) -> None:
    voices = speak(
        model, "a red ball", [Change(9.0, "a blue cube")], frames=5, encode=model.encode_prompt
    )
    assert len(voices) == 1
