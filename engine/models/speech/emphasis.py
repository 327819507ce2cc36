"""Words that a text stresses: they bear a full stress, a strong one is drawn out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.models.speech.family import STRESS, FrontEnd, Word, bare
from engine.models.speech.ipa import is_vowel
from engine.models.speech.turns import Level


def emphasised(
    words: tuple[Word, ...], stressed: list[tuple[str, Level]], language: FrontEnd
) -> tuple[Word, ...]:
    """A sentence with those parts of it stressed that it holds; they are taken off the list."""
    changed = list(words)
    at = 0
    while stressed:
        part, level = stressed[0]
        names = [word.text.lower() for word in language.words(part)]
        place = _find([word.text.lower() for word in words], names, at)
        if place is None:
            break
        stressed.pop(0)
        for number in range(place, place + len(names)):
            changed[number] = _marked(changed[number], level)
        at = place + len(names)
    return tuple(changed)


def _find(words: Sequence[str], names: Sequence[str], start: int) -> int | None:
    count = len(names)
    places = range(start, len(words) - count + 1)
    return next((p for p in places if count and words[p : p + count] == names), None)


def _marked(word: Word, level: Level) -> Word:
    if level == "reduced":
        return replace(word, phones=tuple(bare(phone) for phone in word.phones))
    place = _stress_of(word.phones)
    if place is None:
        return word
    phone = "ˈ" + bare(word.phones[place])
    if level == "strong" and "ː" not in phone:
        phone += "ː"
    return replace(word, phones=(*word.phones[:place], phone, *word.phones[place + 1 :]))


def _stress_of(phones: tuple[str, ...]) -> int | None:
    """The place of the vowel that bears the main stress, or could."""
    vowels = [place for place, phone in enumerate(phones) if is_vowel(phone)]
    ranked = sorted(vowels, key=lambda place: (STRESS + "\0").find(phones[place][0]) % 3)
    return ranked[0] if ranked else None
