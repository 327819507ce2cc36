"""What the engine said, in the language of the window.

The engine speaks English and knows no language. Its messages reach the window as plain texts, from
errors and events, from the worker process and from the history of jobs. The dictionary of a
language has them as templates, "no {device} device is present"; a text is recognised by the words
between the fields and said anew with what stood in the fields. Texts that no template fits, such
as those of plugins, stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache

from PySide6.QtCore import QCoreApplication

from app.shell import language

_FIELD = re.compile(r"\{(\w+)\}")
_WEAK = 9  # letters between its fields below which a template says little
_WORD = r"""(?:'[^']*'|"[^"]*"|-?[\d.]+ [a-z]+|\S+)"""
_LONGEST = 4000  # characters of a text that is looked at
_DEEPEST = 6  # messages within messages
_COLON = {"fr": " : "}


class Saying:
    """A template with what recognises it, and its words in the language."""

    def __init__(self, template: str, words: str) -> None:
        self._parts = _FIELD.split(template)  # text, field, text, field, …, text
        literals = [_plain(part) for part in self._parts[::2]]
        self.letters = sum(map(str.isalpha, "".join(literals)))
        self.longest = max(literals, key=len)  # rules most texts out quickly
        self.words = words

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a text of this template looks like; two fields side by side end at a word."""
        parts, made, seen = self._parts, "", set[str]()
        for number in range(0, len(parts), 2):
            made += re.escape(_plain(parts[number]))
            name = parts[number + 1] if number + 1 < len(parts) else ""
            if name in seen:
                made += f"(?P={name})"
            elif name:
                seen.add(name)
                beside = number + 3 < len(parts) and not parts[number + 2]
                weak = self.letters < _WEAK
                made += f"(?P<{name}>{_WORD if weak or beside else '.*?'})"
        return re.compile(made, re.DOTALL)


def said(text: str) -> str:
    """A text of the engine in the language of the window."""
    application = QCoreApplication.instance()
    dictionary = language.dictionary(application) if application is not None else None
    if dictionary is None or not dictionary.messages:
        return text
    return _sayings(dictionary.code).said(text)


class Sayings:
    """All that a language has words for."""

    def __init__(
        self, messages: Mapping[str, str], texts: Mapping[str, object], colon: str = ": "
    ) -> None:
        self._whole: dict[str, str] = {}
        self._patterns: list[Saying] = []
        self._joints = ((": ", colon), *((mark, mark) for mark in (". ", "; ", ", ", " (")))
        for template, words in messages.items():
            if _FIELD.search(template):
                self._patterns.append(Saying(template, words))
            else:
                self._whole[_plain(template)] = _plain(words)
        self._texts = texts
        self.said = lru_cache(maxsize=4096)(self._said)
        self._best = lru_cache(maxsize=4096)(self._best_of)

    def _said(self, text: str) -> str:
        """The text in the language; lines are taken one by one."""
        if len(text) > _LONGEST:
            return text
        lines = (self._best(line, _DEEPEST) for line in text.split("\n"))
        return "\n".join(words for words, _ in lines)

    def _best_of(self, text: str, depth: int) -> tuple[str, int]:
        """A text and how many letters of it were recognised: the reading with most of them."""
        whole = text.strip()
        if not depth or not re.search(r"[A-Za-z]{2}", whole):
            return text, 0
        found = self._whole.get(whole)
        if found is not None:
            return text.replace(whole, found, 1), len(whole)
        own = self._texts.get(whole)
        best = (own, len(whole)) if isinstance(own, str) else (text, 0)
        for reading in self._readings(text, depth):
            if reading[1] > best[1]:
                best = reading
        return best

    def _readings(self, text: str, depth: int) -> Iterator[tuple[str, int]]:
        for saying in self._patterns:
            if saying.longest in text:
                match = saying.pattern.fullmatch(text)
                if match is not None:
                    yield self._anew(saying, match.groupdict(), depth)
        for mark, joint in self._joints:
            at = text.find(mark)
            while at >= 0:
                left, right = text[:at], text[at + len(mark) :]
                first, second = self._best(left, depth - 1), self._best(right, depth - 1)
                if (mark == ": " and second[1]) or (first[1] and second[1]):
                    yield first[0] + joint + second[0], first[1] + second[1]
                elif mark in (". ", " (") and first[1]:
                    yield first[0] + joint + right, first[1]
                at = text.find(mark, at + 1)
        counted = re.fullmatch(r"(-?[\d.]+) (\w+)", text)
        if counted and counted[2] in self._whole:
            yield f"{counted[1]} {self._whole[counted[2]]}", len(counted[2])

    def _anew(self, saying: Saying, fields: Mapping[str, str], depth: int) -> tuple[str, int]:
        """The words with the fields in them, each said in the language too."""
        letters, told = saying.letters, {}
        for name, value in fields.items():
            told[name], found = self._best(value, depth - 1)
            letters += found
        words = _FIELD.sub(lambda field: told.get(field[1], field[0]), saying.words)
        return words, letters


def shape(template: str) -> str:
    """A template without the names of its fields: those of one shape are one message."""
    return _FIELD.sub("{}", template)


@lru_cache(maxsize=4)
def _sayings(code: str) -> Sayings:
    content = language.read(code)
    return Sayings(content.get("messages", {}), content.get("texts", {}), _COLON.get(code, ": "))


def _plain(text: str) -> str:
    """A template's text with its doubled braces as they are shown."""
    return text.replace("{{", "{").replace("}}", "}")
