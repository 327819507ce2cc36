"""Fuzzy matching: letters of the query in order, best at starts of words and in a row."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

START, WORD, ROW, PLAIN, GAP = 14.0, 10.0, 8.0, 1.0, 0.4


@dataclass(frozen=True, slots=True)
class Match:
    """How well a text answers a query, and which of its letters do."""

    score: float
    letters: tuple[int, ...] = ()


def match(query: str, text: str) -> Match | None:
    """The best way to find the letters of `query` in `text`; None when they are not all there.

    Words of the query are found one by one, in any order: "shot gen" finds "Generate shot".
    """
    words = plain(query).split()
    found: list[int] = []
    score = 0.0
    for word in words:
        part = _match_word(word, plain(text), _starts(text))
        if part is None:
            return None
        score += part.score
        found += part.letters
    return Match(score - len(text) * 0.05, tuple(sorted(set(found))))


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Lower case without accents, letter by letter as long as before."""
    letters = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    return "".join(letter.lower()[:1] or letter for letter in letters)


@lru_cache(maxsize=8192)
def _starts(text: str) -> tuple[bool, ...]:
    """Which letters begin a word: after a space or a sign, or a capital after a small letter."""
    return tuple(
        letter.isalnum()
        and (
            i == 0 or not text[i - 1].isalnum() or (letter.isupper() and not text[i - 1].isupper())
        )
        for i, letter in enumerate(text)
    )


def _match_word(word: str, text: str, starts: tuple[bool, ...]) -> Match | None:
    """Dynamic programme over letters: the best score that ends with each letter of the text."""
    best: list[Match | None] = []
    for position, letter in enumerate(word):
        row: list[Match | None] = [None] * len(text)
        reached: Match | None = None  # the best of the row before, faded by the gap since
        for i, other in enumerate(text):
            if position and i:
                before = best[i - 1]
                if reached is not None:
                    reached = Match(reached.score - GAP, reached.letters)
                if before is not None and (reached is None or before.score >= reached.score):
                    reached = before
            if other != letter:
                continue
            value = (START if i == 0 else WORD) if starts[i] else PLAIN
            if position == 0:
                row[i] = Match(value - GAP * min(i, 10), (i,))
            elif reached is not None:
                in_row = reached.letters[-1] == i - 1
                gain = max(value, ROW) if in_row else value
                row[i] = Match(reached.score + gain, (*reached.letters, i))
        best = row
    return max((m for m in best if m is not None), key=lambda m: m.score, default=None)
