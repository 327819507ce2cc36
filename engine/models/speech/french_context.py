"""French words in a sentence: numerals before a noun, and words of two sounds."""

from __future__ import annotations

from collections.abc import Sequence

from engine.models.speech.french_liaison import begins_with_vowel_letter
from engine.models.speech.french_senses import in_sense
from engine.models.speech.french_words import NUMERALS, Phones, Token, readings


def in_context(tokens: Sequence[Token], place: int, phones: Phones) -> Phones:
    """The sounds of the word at `place`, whose sounds alone are `phones`, in its sentence."""
    token = tokens[place]
    before = tokens[place - 1] if place else None
    after = None if token.ends or place + 1 == len(tokens) else tokens[place + 1]
    phones = _numeral(token, before, after, phones)
    return in_sense(token, tokens, place, after, phones)


def _numeral(token: Token, before: Token | None, after: Token | None, phones: Phones) -> Phones:
    core = token.core
    if core not in ("six", "dix", "huit", "neuf", "vingt", "cinq", "cent"):
        return phones
    after = None if after is not None and after.core == "virgule" else after
    counts = after is not None and after.tag in ("NOUN", "ADJ", "PROPN", "NUM", "X", "VERB")
    if after is not None and after.capital and (len(after.core) == 1 or after.core.isupper()):
        counts = True
    if after is not None and after.core in ("cents", "cent", "mille", "millions", "milliards"):
        counts = True
    if after is not None and _is_plural_verb(after):
        counts = False  # which no numeral counts: neuf sur dix savent
    vowel = after is not None and begins_with_vowel_letter(after)
    if core in ("six", "dix"):
        if after is not None and after.core == "sept" and after.joined:
            return (phones[0], "i", "s")
        if after is not None and after.core in ("neuf", "huit") and after.joined:
            return (phones[0], "i", "z")
        return (phones[0], "i") if counts else (phones[0], "i", "s")
    if core == "huit":
        return phones if vowel or not counts else phones[:-1]
    if core == "neuf":
        v = after is not None and after.core in ("heures", "heure", "ans", "hommes", "autres")
        return (*phones[:-1], "v") if v else phones
    if core == "vingt":
        past = before is not None and before.core == "quatre" and token.joined
        digit = after is not None and after.joined and after.core in NUMERALS
        return ("v", "ɛ̃", "t") if digit and not past else ("v", "ɛ̃")
    return ("s", "ɑ̃") if core == "cent" else phones


def _is_plural_verb(token: Token) -> bool:
    silent = [reading[-1] != "ɑ̃" for reading in readings(token.core)]
    return (token.core.endswith("ent") and bool(silent) and all(silent)) or (
        token.tag == "VERB" and token.core.endswith(("ent", "ont"))
    )
