"""The words that the shdt starter model knows, and how a prompt becomes its concepts.

The starter world is closed: a prompt names a size, colour, surface, shape, motion, scene and
camera, in any order and any subset. Synonyms of a concept are equal to it; a word that belongs
to no concept is reported, never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# facet -> concept -> phrases that mean it; the first phrase is the one captions use.
FACETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "size": {
        "small": ("small", "little", "tiny", "mini"),
        "large": ("large", "big", "huge", "giant"),
    },
    "colour": {
        "red": ("red", "crimson", "scarlet"),
        "orange": ("orange", "amber"),
        "yellow": ("yellow", "golden"),
        "green": ("green", "emerald"),
        "cyan": ("cyan", "turquoise", "teal"),
        "blue": ("blue", "navy"),
        "purple": ("purple", "violet"),
        "white": ("white", "ivory"),
    },
    "surface": {
        "plain": ("plain", "smooth", "solid"),
        "striped": ("striped", "stripy", "with stripes"),
        "dotted": ("dotted", "spotted", "with dots", "polka dot"),
    },
    "shape": {
        "ball": ("ball", "sphere", "orb"),
        "cube": ("cube", "box", "block"),
        "star": ("star",),
        "ring": ("ring", "hoop", "torus"),
        "heart": ("heart",),
    },
    "motion": {
        "left": ("moves left", "goes left", "drifts left", "slides left", "moving left"),
        "right": ("moves right", "goes right", "drifts right", "slides right", "moving right"),
        "rises": ("rises", "drifts up", "floats up", "moves up", "goes up", "rising"),
        "falls": ("falls", "drifts down", "sinks", "moves down", "goes down", "drops", "falling"),
        "bounces": ("bounces", "bouncing", "jumps", "hops"),
        "spins": ("spins", "rotates", "turns", "spinning", "rotating"),
        "grows": ("grows", "gets bigger", "swells", "growing", "gets larger"),
        "shrinks": ("shrinks", "gets smaller", "shrinking"),
        "still": ("stays still", "rests", "stands still", "does not move", "still", "waits"),
    },
    "scene": {
        "studio": ("a studio", "studio", "a photo studio"),
        "sea": ("a sunset sea", "sunset sea", "sea", "ocean", "beach", "sunset", "seaside"),
        "night": ("a night sky", "night sky", "night", "starry sky", "starry night", "at night"),
        "meadow": ("a meadow", "meadow", "field", "grass", "grassland", "lawn"),
        "desert": ("a desert", "desert", "dunes", "sand"),
        "snow": ("a snowfield", "snowfield", "snow", "winter", "snowy field", "winter landscape"),
    },
    "camera": {
        "fixed": ("with a still camera", "still camera", "static camera", "fixed camera"),
        "push": ("as the camera pushes in", "camera pushes in", "push in", "zoom in", "dolly in"),
        "pan": ("as the camera pans", "camera pans", "pan", "panning", "tracking shot"),
    },
}

IDENTITY = ("size", "colour", "surface", "shape")
"""The facets that make a thing the same thing wherever it is."""

# Words that carry no concept of their own and need no warning.
FILLER = frozenset(
    {
        "a",
        "an",
        "the",
        "in",
        "on",
        "at",
        "of",
        "over",
        "under",
        "above",
        "with",
        "and",
        "as",
        "it",
        "its",
        "is",
        "are",
        "there",
        "that",
        "which",
        "while",
        "by",
        "to",
        "into",
        "through",
        "across",
        "against",
        "background",
        "front",
        "scene",
        "view",
        "shot",
        "video",
        "clip",
        "film",
        "picture",
        "one",
        "single",
        "camera",
        "slowly",
        "quickly",
        "gently",
        "up",
        "down",
        "out",
        "from",
        "for",
        "thing",
    }
)

CONCEPTS: tuple[tuple[str, str], ...] = tuple(
    (facet, concept) for facet, concepts in FACETS.items() for concept in concepts
)
NOTHING = len(CONCEPTS)  # the identity of "no concept named": used for every empty facet
VOCABULARY = len(CONCEPTS) + 1
_INDEX = {pair: index for index, pair in enumerate(CONCEPTS)}
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*|\d+", re.UNICODE)


@dataclass(frozen=True)
class Reading:
    """What was understood of a prompt."""

    concepts: Mapping[str, str]  # facet -> concept
    unknown: tuple[str, ...]  # words that belong to no concept, in order, once each
    conflicts: tuple[str, ...]  # "red, blue": several concepts of one facet; the first counts


@dataclass(frozen=True)
class Piece:
    """A phrase or word of a prompt, `text[start:end]`, and the concept that it means, if any."""

    start: int
    end: int
    facet: str = ""
    concept: str = ""
    known: bool = True


def concept_id(facet: str, concept: str) -> int:
    """The token of a concept. Raises KeyError when there is none."""
    return _INDEX[(facet, concept)]


def read_prompt(text: str) -> Reading:
    """Find the concepts that a prompt names; longer phrases are matched before shorter ones."""
    found: dict[str, list[str]] = {}
    unknown: dict[str, None] = {}
    for piece in pieces(text):
        if piece.facet:
            named = found.setdefault(piece.facet, [])
            if piece.concept not in named:
                named.append(piece.concept)
        elif not piece.known:
            unknown[text[piece.start : piece.end].lower()] = None
    concepts = {facet: names[0] for facet, names in found.items()}
    conflicts = tuple(", ".join(names) for names in found.values() if len(names) > 1)
    return Reading(concepts, tuple(unknown), conflicts)


def pieces(text: str) -> Iterator[Piece]:
    """The prompt cut into phrases that mean a concept, filler words, and unknown words."""
    places = list(_WORD.finditer(text.replace("-", " ")))
    words = [place.group().lower() for place in places]
    at = 0
    while at < len(words):
        match = _longest_phrase(words, at)
        if match:
            facet, concept, length = match
            yield Piece(places[at].start(), places[at + length - 1].end(), facet, concept)
            at += length
            continue
        yield Piece(places[at].start(), places[at].end(), known=words[at] in FILLER)
        at += 1


def known_phrases() -> tuple[str, ...]:
    """Every word and phrase that means a concept."""
    return tuple(" ".join(words) for words in _PHRASES)


def tokens(concepts: Mapping[str, str]) -> list[int]:
    """One token a facet, in the order of `FACETS`; `NOTHING` where the prompt is silent."""
    return [
        concept_id(facet, concepts[facet]) if facet in concepts else NOTHING for facet in FACETS
    ]


def caption(concepts: Mapping[str, str]) -> str:
    """The plain English sentence of a set of concepts, as the training captions have it."""

    def say(facet: str) -> str:
        return FACETS[facet][concepts[facet]][0] if facet in concepts else ""

    size, colour, surface = say("size"), say("colour"), say("surface")
    head = " ".join(word for word in ("a", size, colour, surface, say("shape") or "thing") if word)
    parts = [head, say("motion"), f"in {say('scene')}" if "scene" in concepts else ""]
    if concepts.get("camera", "fixed") != "fixed":
        parts.append(say("camera"))
    return " ".join(part for part in parts if part)


def _phrases() -> dict[tuple[str, ...], tuple[str, str]]:
    table: dict[tuple[str, ...], tuple[str, str]] = {}
    for facet, concepts in FACETS.items():
        for concept, phrases in concepts.items():
            for phrase in phrases:
                table[tuple(phrase.replace("-", " ").split())] = (facet, concept)
    return table


_PHRASES = _phrases()
_LONGEST = max(len(phrase) for phrase in _PHRASES)


def _longest_phrase(words: list[str], at: int) -> tuple[str, str, int] | None:
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        hit = _PHRASES.get(tuple(words[at : at + length]))
        if hit:
            return (*hit, length)
    return None
