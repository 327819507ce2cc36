"""Transcripts of speech whose words are known: what voices said, and what a script says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.media.transcript import HeardWord, Transcript
from engine.models.speech.align import TimedWord, align
from engine.models.speech.family import FrontEnd, Script, Word

LANGUAGES = ("en-US", "en-GB", "fr-FR")
"""Languages whose written words can be read out and placed in time."""


_GUILLEMETS = str.maketrans("“”", "«»")


def script_times(samples: NDArray[np.floating], rate: int, script: Script) -> tuple[TimedWord, ...]:
    """When each word of `script.words` and its phones are heard in what was spoken."""
    timed: list[TimedWord] = []
    for passage in script.passages:
        first, last = (round(seconds * rate) for seconds in (passage.start, passage.end))
        found = align(samples[first:last], rate, [word.phones for word in passage.words])
        timed += [word.later(passage.start) for word in found]
    return tuple(timed)


def script_transcript(samples: NDArray[np.floating], rate: int, script: Script) -> Transcript:
    """What was spoken, word by word as it is written.

    Where there are several voices or languages, each word tells its own.
    """
    timed = script_times(samples, rate, script)
    voices = {passage.voice for passage in script.passages}
    languages = {passage.language for passage in script.passages}
    told = [
        (passage.voice if len(voices) > 1 else "", passage.language if len(languages) > 1 else "")
        for passage in script.passages
        for _ in passage.words
    ]
    language = next(iter(languages)) if len(languages) == 1 else ""
    words = [_set(word, each.language) for each in script.passages for word in each.words]
    return Transcript(tuple(_written(words, timed, told)), language)


def text_transcript(
    samples: NDArray[np.floating], rate: int, text: str, language: str
) -> Transcript:
    """When the words of a text are heard in speech that says it.

    language: one of LANGUAGES. Raises UsageError for another, for a text without words, and as
    `align` does.
    """
    words, timed = text_times(samples, rate, text, language)
    words = [_set(word, language) for word in words]
    return Transcript(tuple(_written(words, timed, [("", "")] * len(words))), language)


def text_times(
    samples: NDArray[np.floating], rate: int, text: str, language: str
) -> tuple[list[Word], tuple[TimedWord, ...]]:
    """The words of a text and when they and their phones are heard; raises as above."""
    reader = _front_end(language)
    words = [
        word for line in _lines(text) for s in reader.sentences(line) for word in reader.words(s)
    ]
    if not words:
        raise UsageError("there are no words to place", mend="Give the text that is spoken")
    return words, align(samples, rate, [word.phones for word in words])


def _lines(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _front_end(language: str) -> FrontEnd:
    if language not in LANGUAGES:
        raise UsageError(
            f"words of the language {language!r} cannot be placed",
            where="language",
            mend=f"Use one of {', '.join(LANGUAGES)}",
        )
    if language == "fr-FR":
        from engine.models.speech.french import french

        return french()
    from engine.models.speech.english import english

    return english(british=language == "en-GB")


def _set(word: Word, language: str) -> Word:
    """A word with the marks of its language, where voices know but those of English."""
    if not language.startswith("fr"):
        return word
    before, after = (mark.translate(_GUILLEMETS) for mark in (word.before, word.after))
    return replace(word, before=before, after=re.sub(r"^:", " :", after))


def _written(
    words: Sequence[Word], timed: Sequence[TimedWord], told: Sequence[tuple[str, str]]
) -> list[HeardWord]:
    """Words as they are written: those that one written word is read as are one again.

    told: the speaker and the language of each.
    """
    found: list[HeardWord] = []
    pending = name = ""
    for word, time, (speaker, language) in zip(words, timed, told, strict=True):
        start, stop = _exact(time.start), _exact(time.end)
        if not word.text and found:  # the marks behind the last of them are written
            last = found[-1]
            text = name + word.after.rstrip()
            found[-1] = replace(last, text=text, stop=max(stop, last.stop))
            continue
        name = pending + word.before.strip() + word.text
        text = name + word.after.rstrip()
        pending = ""
        if not any(c.isalnum() or unicodedata.category(c)[0] == "S" or c in "&%@#" for c in text):
            pending = text
        else:
            found.append(HeardWord(text.strip(), start, stop, 1.0, speaker, language))
    return found


def _exact(seconds: float) -> Fraction:
    return Fraction(round(seconds * 1000), 1000)
