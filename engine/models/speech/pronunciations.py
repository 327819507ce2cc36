"""The pronunciation dictionary of a project: words and how they are said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from engine.errors import UsageError
from engine.models.speech.ipa import phones_of

_LINK = re.compile(r"(\[[^\]]+\]\(/[^)]*/\))")


@dataclass(frozen=True)
class Entry:
    """A word, its phones in IPA or the words it is read as, and the language it is for ("" all)."""

    word: str
    ipa: str = ""
    words: str = ""
    language: str = ""


@dataclass(frozen=True)
class Pronunciations:
    """Entries; a later one of the same word counts."""

    entries: tuple[Entry, ...] = ()

    def applied(self, text: str, voice: str) -> str:
        """The text with its words pronounced so when that voice's language has them."""
        if not self.entries:
            return text
        from engine.models.speech.voices import voice as voice_named

        language = voice_named(voice).language
        entries = {
            entry.word: entry
            for entry in self.entries
            if language.lower().startswith(entry.language.lower())
        }
        if not entries:
            return text

        def said(found: re.Match[str]) -> str:
            entry = entries.get(found[0]) or entries.get(found[0].lower())
            if entry is None:
                return found[0]
            return f"[{found[0]}](/{entry.ipa}/)" if entry.ipa else entry.words

        return "".join(
            part if place % 2 else self._pattern.sub(said, part)
            for place, part in enumerate(_LINK.split(text))
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words = sorted({entry.word for entry in self.entries}, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def read_pronunciations(text: str) -> Pronunciations:
    """Lines such as `AIPROD = /ˈaɪpɹɑd/`, `SQL = sequel` or `fr: bus = /bys/`.

    A word in small letters is meant in any letters, another as it is written; what stands after
    `#` is a note. Raises UsageError that names a line which is none, or phones that are no IPA.
    """
    entries = []
    for number, written in enumerate(text.splitlines(), 1):
        line = written.partition("#")[0].strip()
        if not line:
            continue
        word, equals, said = (part.strip() for part in line.partition("="))
        language, colon, rest = word.partition(":")
        if colon and re.fullmatch(r"[a-z]{2}(-[A-Za-z]{2})?", language):
            word = rest.strip()
        else:
            language = ""
        if not (equals and word and said):
            raise UsageError(
                f"line {number} of the pronunciations says nothing of a word: {line!r}",
                mend="Write lines such as: AIPROD = /ˈaɪpɹɑd/ or SQL = sequel",
            )
        ipa = said.strip("/") if said.startswith("/") else ""
        phones_of(ipa)
        entries.append(Entry(word, ipa, "" if ipa else said, language))
    return Pronunciations(tuple(entries))
