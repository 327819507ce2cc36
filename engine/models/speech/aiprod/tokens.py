"""Words as the tokens that the network reads: phones, and the places where a pause may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from engine.models.speech.align_phones import SILENCE, SYMBOLS, sounds_of
from engine.models.speech.family import Word

Row: TypeAlias = tuple[int, int, int, int, int]
"""First and last sound (of SYMBOLS), accent and length, place in the word, kind of place."""

ACCENTS = 6  # none, ˌ and ˈ; then the same for long phones
PLACES = 5  # inside a word, first, last, both; no part of a word
KINDS = 8  # a phone; beginning, space, comma, colon, stop, question, exclamation
SOUNDS = len(SYMBOLS)

_PHONE, _BEGINNING, _SPACE, _COMMA, _COLON, _STOP, _QUESTION, _EXCLAMATION = range(KINDS)
_MARKS = {
    **dict.fromkeys(",(“”", _COMMA),
    **dict.fromkeys(";:—)", _COLON),
    **dict.fromkeys(".…", _STOP),
    "?": _QUESTION,
    "!": _EXCLAMATION,
}
_NOWHERE = PLACES - 1
_SILENT = SYMBOLS.index(SILENCE)


@dataclass(frozen=True)
class Token:
    """A phone of a word (numbers count from 0), or a place for a pause: phone "", word -1."""

    phone: str
    word: int
    number: int
    row: Row

    @property
    def ends_phrase(self) -> bool:
        """Whether speech may be parted after it."""
        return self.row[4] >= _COMMA


def tokens_of(words: Sequence[Word]) -> tuple[Token, ...]:
    """A sentence as tokens: between two words that do not run together there is a place.

    Raises UsageError for a phone that is no IPA.
    """
    return tuple(_tokens(words))


def _tokens(words: Sequence[Word]) -> Iterator[Token]:
    yield _place(_BEGINNING)
    for number, word in enumerate(words):
        marks = word.after + (words[number + 1].before if number + 1 < len(words) else "")
        phones = [(n, p) for n, p in enumerate(word.phones) if sounds_of(p)]
        for at, (place, phone) in enumerate(phones):
            edge = (at == 0) + 2 * (at == len(phones) - 1)
            yield Token(phone, number, place, _phone_row(phone, edge))
        if number + 1 == len(words):
            yield _place(_kind(marks, _STOP))
        elif marks:
            yield _place(_kind(marks, _SPACE))


def _phone_row(phone: str, edge: int) -> Row:
    sounds = sounds_of(phone)
    accent = 2 if "ˈ" in phone else 1 if "ˌ" in phone else 0
    return sounds[0], sounds[-1], accent + 3 * ("ː" in phone), edge, _PHONE


def _place(kind: int) -> Token:
    return Token("", -1, -1, (_SILENT, _SILENT, 0, _NOWHERE, kind))


def _kind(marks: str, otherwise: int) -> int:
    """The strongest mark decides."""
    return max((_MARKS[mark] for mark in marks if mark in _MARKS), default=otherwise)
