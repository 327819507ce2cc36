"""A language without a front end: its words are written with their phones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.errors import UsageError
from engine.models.speech.family import Word
from engine.models.speech.ipa import phones_of

_PART = re.compile(r"\[([^\]]+)\]\(/([^)]*)/\)|([^\W\d_]+|\d+)|([;:,.!?…—]+)")


class Phonetic:
    """Takes `[word](/phones/)` and punctuation."""

    def __init__(self, language: str) -> None:
        self._language = language

    def sentences(self, paragraph: str) -> list[str]:
        """The paragraph, parted after points."""
        return [each for each in re.split(r"(?<=[.!?…])\s+", paragraph.strip()) if each]

    def words(self, sentence: str) -> tuple[Word, ...]:
        """The words, as they are spelled in phones. Raises UsageError for any other word."""
        return tuple(self._words(sentence))

    def _words(self, sentence: str) -> Iterator[Word]:
        held: Word | None = None
        for found in _PART.finditer(sentence):
            word, ipa, other, marks = found.groups()
            if other:
                raise UsageError(
                    f"{self._language} cannot be read out, and {other!r} comes without its phones",
                    mend="Write every word with its sounds in IPA, such as [hola](/ˈola/)",
                )
            if marks:
                held = held and Word(held.text, held.phones, after=f"{marks} ")
                continue
            if held:
                yield held
            held = Word(word, phones_of(ipa))
        if held:
            yield held
