"""Lists of words, and of words with what they mean, as the front ends write them."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def table(text: str) -> dict[str, str]:
    """ "km=kilometer; ft=foot" as what stands before and after each sign."""
    rows = (row.strip().partition("=") for row in text.split(";"))
    return {name: meaning for name, _, meaning in rows if name}
