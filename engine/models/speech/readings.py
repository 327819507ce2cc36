"""How a text may be read aloud, in words alone, whichever way its numbers are written."""

from __future__ import annotations

import re
from collections.abc import Callable

_LONG = re.compile(r"\d{16,}")  # said digit by digit
_NUMBER = re.compile(r"(?:(?<!\w)[+−-])?\d+(?:,\d{3})*(?:\.\d+)?")
_AND = re.compile(r"\b(hundred|thousand|million) and\b")  # as Britons say it
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\b")


def readings(text: str, language: str) -> frozenset[str]:
    """Texts in words: "1984" is one thousand nine hundred eighty-four, and nineteen eighty-four.

    language: BCP 47; English and French are read, other languages come back as they are.
    """
    read = {"en": _english, "fr": _french}.get(language[:2].lower())
    return read(text) if read else frozenset((text,))


def _french(text: str) -> frozenset[str]:
    from engine.models.speech.french_text import written_out

    return frozenset((written_out(text),))


def _english(text: str) -> frozenset[str]:
    from engine.models.speech import english_numbers as numbers
    from engine.models.speech.english_text import written_out

    def said(plain: str, count: Callable[[str], str]) -> str:
        plain = _ORDINAL.sub(lambda m: numbers.ordinal(int(m[1])), plain)
        return _AND.sub(r"\1", _NUMBER.sub(lambda m: count(m[0]), plain))

    def named(number: str) -> str:
        return numbers.code(number) if number.isdecimal() else numbers.count(number)

    plain = _LONG.sub(lambda m: numbers.digits(m[0]), written_out(text))
    return frozenset(said(plain, count) for count in (numbers.count, named))
