"""Likeness of mel pictures: nothing between equals, more where speech is blurred or another."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models.speech import speak
from engine.models.speech.aiprod.grid import voice_mel, whole_frames
from engine.models.speech.align import network
from engine.training.voice_likeness import heard_apart, seen_apart


def picture(text: str) -> Tensor:
    """The mel picture (1, 80, 150) of a sentence's first second and a half."""
    wave = whole_frames(speak(text).samples)[: 150 * 240]
    return voice_mel(torch.from_numpy(wave)[None])


@pytest.fixture(scope="module")
def said() -> Tensor:
    return picture("Seven ships sail past the old harbour.")


def blurred(mel: Tensor) -> Tensor:
    """Without what changes within seven frames, as a network draws that is not sure."""
    return F.avg_pool1d(mel, 7, 1, 3, count_include_pad=False)


def test_a_blurred_picture_is_less_alike_than_one_that_is_louder(said: Tensor) -> None:
    assert float(seen_apart(said, said).abs().max()) < 1e-5
    smooth = blurred(said)
    louder = said + (smooth - said).abs().mean()
    assert float(seen_apart(smooth, said).mean()) > 3 * float(seen_apart(louder, said).mean())


def test_other_words_are_heard_apart_and_the_drawn_picture_learns(said: Tensor) -> None:
    here = torch.ones(1, said.shape[2], dtype=torch.bool)
    assert float(heard_apart(network(), said, said, here).detach()) == pytest.approx(0, abs=1e-6)
    drawn = blurred(said).requires_grad_()
    apart = heard_apart(network(), drawn, said, here)
    other = heard_apart(network(), picture("Green apples grow under the moon."), said, here)
    assert 0 < float(apart.detach()) < float(other.detach())
    (turn,) = torch.autograd.grad(apart, drawn)
    nearer = heard_apart(network(), drawn.detach() - 0.5 * turn / turn.abs().max(), said, here)
    assert float(nearer.detach()) < float(apart.detach())


def test_what_lies_outside_of_a_sentence_is_not_heard(said: Tensor) -> None:
    here = torch.arange(said.shape[2])[None] < 100
    filled = said.clone()
    filled[:, :, 100:] = 3.0
    assert float(heard_apart(network(), filled, said, here).detach()) == pytest.approx(0, abs=1e-6)
