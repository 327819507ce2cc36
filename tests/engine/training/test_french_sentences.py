"""French sentences that voices learn from are written as French is."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.models.speech.french import french
from engine.training.french_sentences import french_sentence

_VOWEL = "[haàâeéèêiîoôuéyœ]"
_WRONG = {
    "articles are elided before a vowel": rf"\b(l[ea]|ce|[ms]a|[dnj]e) (?!hache|haut|huit){_VOWEL}",
    "only le and la are elided among articles": r"\b(c|m|s)'[bcdfgjklmnpqrstvz]",
    "de and à run together with le and les": r"\b(de|à) les? ",
    "de drops the article des": r"\bde des\b|\bd'des\b",
    "a space stands before ? and ! alone": r"\w[?!]| [.,]",
    "nothing is doubled": r"\b(\w+) \1\b|  ",
}


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    random = np.random.default_rng(11)
    return [french_sentence(random, held_out=n % 4 == 0) for n in range(4000)]


@pytest.mark.parametrize("rule", _WRONG)
def test_rules_of_writing_are_kept(rule: str, sentences: list[str]) -> None:
    wrong = re.compile(_WRONG[rule])
    assert [text for text in sentences if wrong.search(text)][:5] == []


def test_they_are_sentences_of_many_kinds(sentences: list[str]) -> None:
    assert all(text[0].isupper() and text[-1] in ".?!" for text in sentences)
    assert len(set(sentences)) > 3900
    assert all(2 <= len(text.split()) <= 45 for text in sentences)
    assert len({word for text in sentences for word in text.split()}) > 3000


def test_the_same_random_numbers_make_the_same_sentences() -> None:
    first, second = ([french_sentence(np.random.default_rng(4)) for _ in range(3)] for _ in "ab")
    assert first == second


def test_all_can_be_read(sentences: list[str]) -> None:
    front = french()
    for text in sentences[:100]:
        assert len(front.words(text)) >= len(text.split()) - text.count(" ?") - text.count(" !")
