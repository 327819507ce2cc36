"""English read out: hibari's pronunciation of words in context, American or British."""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import Any

from engine.models.speech.drawn_out import drawn_in
from engine.models.speech.english_context import in_context, tagged_anew
from engine.models.speech.english_text import written_out
from engine.models.speech.family import Word
from engine.models.speech.ipa import from_symbols, phones_of, to_symbols
from engine.models.speech.written import as_written

LINK = re.compile(r"\[([^\]]+)\]\(/([^)]*)/\)")
"""`[word](/phones/)`: a word and how it sounds, in IPA."""

_SOUND = re.compile(r'[^;:,.!?—…"“”() ‖|]+')


_SPACE_BEFORE_MARK = re.compile(r" (?=[,.;:!?])")
_MARKS = ' ;:,.!?—…"“”()[]'


class English:
    """The front end of English. Threads may share it."""

    def __init__(self, *, british: bool = False) -> None:
        from hibari.g2p import G2P

        self._g2p: Any = G2P(british=british)
        self._lock = threading.Lock()

    def sentences(self, paragraph: str) -> list[str]:
        """A paragraph as sentences; titles and initials end none."""
        from hibari.tts import Hibari

        return [str(sentence) for sentence in Hibari.split_sentences(paragraph)]

    def words(self, sentence: str) -> tuple[Word, ...]:
        """A sentence with its numbers, dates, sums and abbreviations read out."""
        with self._lock:
            tokens = self._g2p.tokenize(_prepared(drawn_in(sentence, self._knows, "eo", "ɹ")))
            tagged_anew(tokens, self._has_two_sounds)
            tokens = self._g2p.phonemize_tokens(tokens)
        return as_written(_words(tokens), _parts(sentence), _named)

    def _knows(self, word: str) -> bool:
        return len(word) > 1 and word in self._g2p.lexicon.golds

    def _has_two_sounds(self, word: str) -> bool:
        return isinstance(self._g2p.lexicon.golds.get(word), dict)


@cache
def english(*, british: bool = False) -> English:
    """The front end, loaded once a process."""
    return English(british=british)


def _prepared(sentence: str) -> str:
    """The sentence in words, with phones in the lexicon's letters where they are set."""
    made, at = [], 0
    for link in LINK.finditer(sentence):
        made += [written_out(sentence[at : link.start()]), link[0]]
        at = link.end()
    sentence = in_context("".join((*made, written_out(sentence[at:]))))
    sentence = LINK.sub(lambda m: f"[{m[1]}](/{to_symbols(phones_of(m[2]))}/)", sentence)
    return _SPACE_BEFORE_MARK.sub("", " ".join(sentence.split()))


def _parts(sentence: str) -> list[str]:
    """What stands between spaces and has a sound."""
    parts = LINK.sub(r"\1", sentence).split()
    return [part for part in parts if any(c.isalnum() or c in "$£€" for c in part)]


def _words(tokens: list[Any]) -> tuple[Word, ...]:
    """Tokens as words: what is no sound goes before or after one."""
    words: list[Word] = []
    before = text = ""
    for token in tokens:
        text += token.text
        sounds = (token.phonemes or "") + (" " if token.whitespace else "")
        at = 0
        for sound in _SOUND.finditer(sounds):
            before = _append(words, before, sounds[at : sound.start()])
            words.append(Word(_named(text), from_symbols(sound[0]), before, ""))
            text = before = ""
            at = sound.end()
        before = _append(words, before, sounds[at:])
        if not any(letter.isalnum() or letter in "$£€" for letter in text):
            text = ""
    return tuple(words)


def _named(text: str) -> str:
    """A word as it is written, its marks left out but for the dot of "U.S.A."."""
    name = text.strip(_MARKS)
    return (
        f"{name}." if "." in name and text.rstrip().endswith(".") and name[-1].isalpha() else name
    )


def _append(words: list[Word], before: str, marks: str) -> str:
    if not words:
        return before + marks
    last = words[-1]
    words[-1] = Word(last.text, last.phones, last.before, last.after + marks)
    return ""
