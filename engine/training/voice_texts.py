"""Sentences that voices are taught with: English and French, as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from engine.training import flite
from engine.training.french_sentences import french_sentence

_UNUSUAL = 0.3  # part of the sentences that are made of random words of the whole dictionary

_EN: Mapping[str, str] = {
    "noun": "river garden window mountain letter engine kitchen doctor picture island market bridge"
    " teacher winter summer shadow candle journey village harbour forest captain thunder orange"
    " basket mirror pocket soldier stranger question answer measure treasure leather feather church"
    " judge cottage village sausage language bottle castle whistle thistle youth booth cloth breath"
    " voice noise choice coin house mouse cloud crowd child knife light night voyage garage usual"
    " singer ring evening morning chocolate onion union canyon queen square choir wagon pigeon",
    "people": "Anna Peter Maria George the_children my_sister her_brother our_neighbour the_baker"
    " the_old_man the_young_woman everyone nobody someone_else the_engineer this_artist the_guide",
    "person": "I we they you",
    "verb": "found opened watched carried painted followed remembered forgot washed pushed measured"
    " judged reached caught taught brought chose threw answered visited imagined enjoyed destroyed"
    " avoided counted allowed changed arranged used loved moved breathed finished",
    "plain": "find open watch carry paint follow remember forget wash push measure judge reach"
    " catch teach bring choose throw answer visit imagine enjoy avoid count allow change use love",
    "adjective": "quiet golden narrow ancient yellow bright heavy gentle curious strange young old"
    " wooden broken silver purple square cheerful thoughtful usual busy early empty frozen huge"
    " joyful loud mild noisy pure rough smooth thick thin tiny unique vague warm wide",
    "place": "near_the_station behind_the_house across_the_water under_the_bridge in_the_garden"
    " on_the_hill beside_the_road at_the_corner through_the_valley above_the_clouds in_Paris"
    " between_the_trees along_the_shore around_the_square over_there at_home in_Wales",
    "time": "yesterday this_morning last_Thursday at_noon every_evening in_July before_breakfast"
    " after_the_show tonight next_year for_three_hours at_half_past_nine once_again in_a_moment",
    "manner": "slowly carefully without_a_word with_great_joy too_early rather_quickly as_usual",
    "number": "two three four five six seven eight nine ten eleven thirteen twenty a_hundred",
}
_EN_FRAMES = (
    "{people} {verb} the {adjective} {noun} {place}.",
    "{time}, {people} {verb} a {adjective} {noun} and a {noun}.",
    "Did {person} {plain} the {noun} {place}?",
    "Why would {people} {plain} {number} {noun}s {time}?",
    "The {noun} was {adjective}, but the {noun} was not.",
    "{person} will {plain} it {manner}, and then {people} can {plain} the {noun}.",
    "What a {adjective} {noun}!",
    "If {people} {verb} the {noun}, {person} never {verb} it {time}.",
    "{people}, {people} and {people} {verb} {number} {adjective} {noun}s.",
    "It is {manner} that {people} {verb} the {noun} of the {adjective} {noun}.",
    "There are {number} {noun}s {place}; the {noun} is {adjective}.",
    "{person} think the {noun} {place} is as {adjective} as the {noun}.",
    "Please {plain} the {noun} {manner}.",
    "No, {person} {verb} {people} {time}.",
)
# What stands between words of the dictionary half of the time, as it does in texts.
_FR_BETWEEN = (
    "le la les un une des du de la mon ma mes son sa ses notre nos leur leurs ce cette ces"
    " dans sur sous avec pour par sans chez vers et ou mais que qui où dont si comme quand puis"
    " est sont était étaient a ont avait avaient va vont fut il elle ils elles on nous vous je tu"
    " ne se pas plus très bien tout trop en au aux y lui même rien encore jamais"
)
_FR_PLAIN = re.compile("[a-zàâçéèêëîïôöùûüœ]{2,11}")


def voice_sentences(language: str, count: int, seed: int, *, held_out: bool = False) -> list[str]:
    """`count` sentences; held-out ones are made of words of their own.

    language: "en-US", "fr-FR" and so on.
    """
    random = np.random.default_rng([seed, int(held_out), *language[:2].encode()])
    french = language.startswith("fr")
    unusual = (_french_of_all_words if french else flite.sentences)(count, seed, held_out=held_out)
    usual = french_sentence if french else _english_sentence
    return [
        unusual[number] if random.random() < _UNUSUAL else usual(random, held_out=held_out)
        for number in range(count)
    ]


def _french_of_all_words(count: int, seed: int, *, held_out: bool) -> list[str]:
    """Sentences of 3 to 7 random words with small ones between; held-out ones have their own."""
    random = np.random.default_rng([seed, int(held_out), 1])
    words = _french_words()
    chosen = words[: len(words) // 10] if held_out else words[len(words) // 10 :]
    return [_french_line(random, chosen) for _ in range(count)]


def _french_line(random: np.random.Generator, words: Sequence[str]) -> str:
    line: list[str] = []
    between = _FR_BETWEEN.split()
    chosen = random.integers(len(words), size=random.integers(3, 8))
    for place, index in enumerate(chosen):
        if random.random() < 0.5:
            line.append(between[int(random.integers(len(between)))])
        parts = len(chosen) > 4 and place == len(chosen) // 2
        line.append(words[index] + "," * parts)
    return " ".join(line).capitalize() + str(random.choice([".", ".", " ?", " !"]))


@cache
def _french_words() -> list[str]:
    """Words of the lexicon that are written in small letters alone, in an order of no meaning."""
    from engine.models.speech.french_words import lexicon_words

    words = sorted(filter(_FR_PLAIN.fullmatch, lexicon_words()))
    np.random.default_rng(0).shuffle(words)
    return words


@cache
def _english_shelves(*, held_out: bool) -> Mapping[str, Sequence[str]]:
    """The words by kind. One in six is held out, so that every list has some."""
    return {
        name: [word for place, word in enumerate(text.split()) if (place % 6 == 5) == held_out]
        for name, text in _EN.items()
    }


def _english_sentence(random: np.random.Generator, *, held_out: bool) -> str:
    shelf = _english_shelves(held_out=held_out)
    frame = _EN_FRAMES[int(random.integers(len(_EN_FRAMES)))]
    made = ""
    for part in frame.split("{"):
        name, closed, rest = part.partition("}")
        if not closed:
            made += part
            continue
        choice = shelf.get(name) or [""]
        made += choice[int(random.integers(len(choice)))].replace("_", " ") + rest
    return made[:1].upper() + made[1:]
