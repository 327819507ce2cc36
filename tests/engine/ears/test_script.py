"""What is heard against what is written: spelling is no mishearing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.media.transcript import HeardWord, Transcript
from engine.models.ears.script import word_errors
from engine.models.speech.readings import readings


def _heard(text: str, language: str) -> Transcript:
    words = (HeardWord(word, Fraction(n), Fraction(n + 1)) for n, word in enumerate(text.split()))
    return Transcript(tuple(words), language)


def _differences(script: str, heard: str, language: str) -> list[tuple[str, str]]:
    found = word_errors(script, _heard(heard, language))
    return [(error.wanted, error.heard) for error in found.errors]


@pytest.mark.parametrize(
    ("language", "written", "heard"),
    [
        ("fr", "Deux oiseaux étaient posés sur le fil.", "2 oiseaux étaient posés sur le fil."),
        ("fr-FR", "Il habite à dix kilomètres d'ici.", "Il habite à 10 km d'ici."),
        ("fr", "Elle a cueilli vingt et une pommes.", "Elle a cueilli 21 pommes."),
        ("fr", "Le train part à 14h30.", "Le train part à quatorze heures trente."),
        ("fr", "La moitié, soit 50 % des voix.", "La moitié, soit cinquante pour cent des voix."),
        ("fr", "Bonjour, monsieur Morel.", "Bonjour, M. Morel."),
        ("en", "They met on the twentieth of May.", "They met on the 20th of May."),
        ("en", "One hundred and five birds sang.", "105 birds sang."),
        ("en", "She was born in nineteen eighty-four.", "She was born in 1984."),
        ("en", "It cost $5.", "It cost five dollars."),
        ("en", "No one knows Dr. Smith.", "Noone knows doctor Smith."),
    ],
)
def test_numbers_and_abbreviations_are_right_either_way(
    language: str, written: str, heard: str
) -> None:
    assert _differences(written, heard, language) == []
    assert _differences(heard, written, language) == []


@pytest.mark.parametrize(
    ("language", "written", "heard", "wrong"),
    [
        ("fr", "Deux oiseaux chantent.", "3 oiseaux chantent.", [("deux", "3")]),
        ("fr", "Deux oiseaux chantent.", "de oiseaux chantent.", [("deux", "de")]),
        ("en", "Ten birds sing.", "10 words sing.", [("birds", "words")]),
        ("en", "It was in 1984.", "It was in 1985.", [("1984", "1985")]),
        ("de", "Zwei Vögel singen.", "2 Vögel singen.", [("zwei", "2")]),
        ("", "Two birds sing.", "2 birds sing.", [("two", "2")]),
    ],
)
def test_what_is_another_word_is_told(
    language: str, written: str, heard: str, wrong: list[tuple[str, str]]
) -> None:
    assert _differences(written, heard, language) == wrong


def test_a_word_is_read_in_its_own_language() -> None:
    words = (
        HeardWord("2", Fraction(0), Fraction(1), language="fr"),
        HeardWord("chats", Fraction(1), Fraction(2), language="fr"),
        HeardWord("2", Fraction(2), Fraction(3), language="en"),
        HeardWord("cats", Fraction(3), Fraction(4), language="en"),
    )
    assert word_errors("deux chats two cats", Transcript(words)).errors == ()
    assert len(word_errors("two chats two cats", Transcript(words)).errors) == 1


def test_an_error_is_told_where_it_is_heard() -> None:
    (error,) = word_errors("one two three", _heard("one too three", "en")).errors
    assert (error.wanted, error.heard, error.start) == ("two", "too", Fraction(1))
    assert word_errors("one two", Transcript(())).rate == 1.0


@given(st.text(), st.sampled_from(["en", "en-GB", "fr", "de", ""]))
def test_any_text_has_a_reading(text: str, language: str) -> None:
    assert all(isinstance(reading, str) for reading in readings(text, language))


@given(st.integers(0, 10**30), st.sampled_from(["", "st", "th", "%", ".5"]))
def test_numbers_of_any_length_are_read_in_words(number: int, after: str) -> None:
    for language in ("en", "fr"):
        for reading in readings(f"{number}{after}", language):
            assert not any(c.isdigit() for c in reading)
