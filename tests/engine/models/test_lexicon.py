"""Prompts of the starter world: any order, any subset, synonyms, unknown words."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine.models.shdt import lexicon
from engine.training import world


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("a large red ball bounces in a meadow", "large red ball bounces meadow"),
        ("In a meadow bounces a ball, RED and large!", "large red ball bounces meadow"),
        ("a huge crimson orb hops on the lawn", "large red ball bounces meadow"),
        ("a tiny violet star drifts up at night", "small purple star rises night"),
        ("winter", "snow"),
    ],
)
def test_a_prompt_is_read_in_any_order_and_with_synonyms(text: str, concepts: str) -> None:
    assert sorted(lexicon.read_prompt(text).concepts.values()) == sorted(concepts.split())


def test_unknown_words_are_named_once_and_in_order() -> None:
    reading = lexicon.read_prompt("a cinematic red ball, cinematic bokeh, in a studio")
    assert reading.unknown == ("cinematic", "bokeh")


def test_the_first_of_two_colours_counts_and_both_are_named() -> None:
    reading = lexicon.read_prompt("a red and blue ball")
    assert reading.concepts["colour"] == "red"
    assert reading.conflicts == ("red, blue",)


def test_every_caption_reads_back_to_its_concepts() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        concepts = world.draw_concepts(rng)
        read = dict(lexicon.read_prompt(lexicon.caption(concepts)).concepts)
        read.setdefault("camera", "fixed")
        assert read == concepts


def test_no_phrase_means_two_things() -> None:
    phrases = [
        phrase
        for concepts in lexicon.FACETS.values()
        for phrase in itertools.chain.from_iterable(concepts.values())
    ]
    assert len(phrases) == len(set(phrases))


def test_pieces_say_where_unknown_words_stand() -> None:
    text = "A purpel ball moves sideways, then moves left"
    unknown = [text[piece.start : piece.end] for piece in lexicon.pieces(text) if not piece.known]
    assert unknown == ["purpel", "moves", "sideways", "then"]
    known = [text[piece.start : piece.end] for piece in lexicon.pieces(text) if piece.facet]
    assert known == ["ball", "moves left"]


def test_known_phrases_are_those_that_mean_a_concept() -> None:
    assert {"purple", "moves left", "polka dot"} <= set(lexicon.known_phrases())
    assert all(lexicon.read_prompt(phrase).concepts for phrase in lexicon.known_phrases())
