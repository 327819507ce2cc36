"""Fuzzy search: the letters in order, words begun count more, the best first."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import TypeVar

_Item = TypeVar("_Item")

_WORD, _NEXT, _ANY, _EXACT = 8, 5, 1, 40


def plain_text(text: str) -> str:
    """The text in lower case and without accents."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part)).lower()


def score(query: str, text: str) -> int | None:
    """How well `text` answers `query`; None when its letters are not all there in order."""
    wanted, given = plain_text(query).replace(" ", ""), plain_text(text)
    if not wanted:
        return 0
    best = None
    for start, letter in enumerate(given):
        if letter == wanted[0]:
            found = _score_from(wanted, given, start)
            best = found if best is None else max(best, found or best)
    if best is None:
        return None
    return best + (_EXACT if plain_text(query).strip() in given else 0) - len(given) // 8


def search(query: str, items: Iterable[_Item], text: Callable[[_Item], str]) -> list[_Item]:
    """The items whose text answers the query, the best first, equals in their order."""
    found = [(score(query, text(item)), item) for item in items]
    hits = [(value, item) for value, item in found if value is not None]
    return [item for _, item in sorted(hits, key=lambda hit: -hit[0])]


def _score_from(wanted: str, given: str, start: int) -> int | None:
    total, last = 0, -2
    at = start
    for letter in wanted:
        at = given.find(letter, at)
        if at < 0:
            return None
        if at == 0 or not given[at - 1].isalnum():
            total += _WORD
        elif at == last + 1:
            total += _NEXT
        else:
            total += _ANY
        last, at = at, at + 1
    return total
