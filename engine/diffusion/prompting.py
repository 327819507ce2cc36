"""Prompts as samplers take them: weights on phrases, and prompts that change over time.

Neither asks anything of the network. A weight is guidance by one phrase: the prediction is led
from the one without the phrase towards, or past, the one with it. Over time, the predictions of
several prompts are mixed frame by frame.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from engine.errors import UsageError
from engine.models.family import PromptFeatures, VideoModel

EMPHASIS = 1.1
"""Weight of a phrase in parentheses without a number."""

_STRONGEST = 5.0
_NUMBER = re.compile(r"\s*:\s*([^:()]*)\s*$")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Weighted:
    """A prompt without its marks, and for every weight the same without the phrases it is on."""

    text: str
    without: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Change:
    """From `at` seconds on another prompt holds; it comes in over `blend` seconds around that."""

    at: float
    text: str
    blend: float = 0.0


@dataclass(frozen=True, eq=False)
class Voice:
    """A prompt's words (1, L), and its share of the prediction in each latent frame (T)."""

    words: Tensor
    share: Tensor


def parse_weights(text: str) -> Weighted:
    """Take `(red:1.3)`, `(red)` and `\\(` out of a prompt. Raises UsageError for a bad weight.

    A parenthesis without a partner is a character like any other.
    """
    plain, spans = _spans(text)
    weights = dict.fromkeys(weight for _, _, weight in spans if weight != 1)
    without = []
    for weight in weights:
        kept = list(plain)
        for first, last, found in spans:
            if found == weight:
                kept[first:last] = " " * (last - first)
        without.append((_tidy("".join(kept)), weight))
    return Weighted(_tidy(plain), tuple(without))


def speak(
    model: VideoModel,
    text: str,
    changes: Sequence[Change],
    *,
    frames: int,
    encode: Callable[[str], PromptFeatures],
) -> list[Voice]:
    """What a prompt and its changes say in each of `frames` latent frames; shares add up to 1.

    `encode` turns a plain prompt into features, and may refuse it.
    """
    times = frame_times(model, frames)
    ordered = sorted(changes, key=lambda change: change.at)
    voices = []
    for prompt, share in zip(
        [text, *(change.text for change in ordered)], shares(ordered, times), strict=True
    ):
        if bool((share > 0).any()):
            voices += _voices(model, parse_weights(prompt), share, encode)
    return voices


def frame_times(model: VideoModel, frames: int) -> list[Fraction]:
    """The middle of each latent frame, in seconds: the first spans one frame, the others more."""
    middle = [Fraction(0)] + [
        Fraction(1 + model.time * (n - 1)) + Fraction(model.time - 1, 2) for n in range(1, frames)
    ]
    return [(place + Fraction(1, 2)) / model.rate for place in middle]


def shares(changes: Sequence[Change], times: Sequence[Fraction]) -> list[Tensor]:
    """How much of each frame a prompt and its changes have, in order: (T) each, 1 in all."""
    reached = [torch.ones(len(times))]  # how far each prompt has come in
    for change in changes:
        half = max(change.blend, 1e-6) / 2
        ramp = [(float(time) - (change.at - half)) / (2 * half) for time in times]
        reached.append(torch.tensor(ramp).clamp(0, 1))
    left = torch.ones(len(times))
    found: list[Tensor] = []
    for part in reversed(reached):  # what comes later lies over what came before
        found.append(left * part)
        left = left * (1 - part)
    return found[::-1]


def _voices(
    model: VideoModel,
    prompt: Weighted,
    share: Tensor,
    encode: Callable[[str], PromptFeatures],
) -> list[Voice]:
    words = encode(prompt.text).words
    voices = []
    whole = 1.0
    for text, weight in prompt.without:
        less = model.encode_prompt(text).words
        if not torch.equal(less, words):
            whole += weight - 1
            voices.append(Voice(less, share * (1 - weight)))
    return [Voice(words, share * whole), *voices]


def _spans(text: str) -> tuple[str, list[tuple[int, int, float]]]:
    """The prompt without marks, and the stretches of it that carry a weight."""
    partners = _partners(text)
    plain: list[str] = []
    spans: list[tuple[int, int, float]] = []
    opened: list[int] = []
    at = 0
    while at < len(text):
        mark = text[at]
        if mark == "\\" and text[at + 1 : at + 2] in ("(", ")", "\\"):
            plain.append(text[at + 1])
            at += 2
            continue
        if at not in partners:
            plain.append(mark)
        elif mark == "(":
            opened.append(len(plain))
        else:
            first = opened.pop()
            inside = "".join(plain[first:])
            number = _NUMBER.search(inside)
            weight = EMPHASIS
            if number:
                weight = _weight(number[1], inside)
                del plain[first + number.start() :]
            spans.append((first, len(plain), weight))
        at += 1
    return "".join(plain), spans


def _partners(text: str) -> set[int]:
    """Places of the parentheses that have a partner."""
    found: set[int] = set()
    opened: list[int] = []
    escaped = False
    for at, mark in enumerate(text):
        if escaped or mark == "\\":
            escaped = not escaped and mark == "\\"
        elif mark == "(":
            opened.append(at)
        elif mark == ")" and opened:
            found |= {opened.pop(), at}
    return found


def _weight(number: str, phrase: str) -> float:
    try:
        weight = float(number)
    except ValueError:
        weight = -1.0
    if not 0 <= weight <= _STRONGEST:
        raise UsageError(
            f"{number.strip()!r} is no weight, in ({phrase})",
            where="prompt",
            mend=f"Write a number from 0 to {_STRONGEST:g}, such as (red:1.3), or \\( and \\).",
        )
    return weight


def _tidy(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
