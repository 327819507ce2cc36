"""Transcript: the words that are heard in a sound, and when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.errors import MediaError
from engine.media.words import plain_words


@dataclass(frozen=True)
class HeardWord:
    """One word as it is written, its punctuation included, from `start` to `stop` seconds.

    certainty: how sure the ears were, 0 to 1; 1 where the words were known. speaker: who says it;
    "" where nobody is named. language: its own, where a transcript has several; "" that of the
    transcript.
    """

    text: str
    start: Fraction
    stop: Fraction
    certainty: float = 1.0
    speaker: str = ""
    language: str = ""


@dataclass(frozen=True)
class Transcript:
    """Words in order of time, and their language as a BCP 47 tag ("en", "fr-FR"; "" unknown)."""

    words: tuple[HeardWord, ...]
    language: str = ""

    @property
    def text(self) -> str:
        """The words as one line."""
        return " ".join(word.text for word in self.words)

    def part(self, start: Fraction, stop: Fraction) -> Transcript:
        """The words whose middle lies from `start` to `stop`, with times counted from `start`."""
        inside = (w for w in self.words if start <= (w.start + w.stop) / 2 < stop)
        moved = (
            replace(w, start=max(w.start - start, Fraction(0)), stop=w.stop - start) for w in inside
        )
        return Transcript(tuple(moved), self.language)

    def as_dict(self) -> dict[str, Any]:
        """JSON values; times as exact fractions of a second in text."""
        rows = [
            [w.text, str(w.start), str(w.stop), round(w.certainty, 4), w.speaker, w.language]
            for w in self.words
        ]
        return {"language": self.language, "words": rows}


def transcript_of(facts: Mapping[str, Any]) -> Transcript:
    """The transcript that `as_dict` gave. Raises MediaError for anything else."""
    try:
        words = tuple(
            HeardWord(str(text), Fraction(start), Fraction(stop), float(certainty), *map(str, told))
            for text, start, stop, certainty, *told in facts["words"]
        )
        return Transcript(words, str(facts["language"]))
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise MediaError(f"not a transcript ({error})") from None


def joined(
    transcripts: Sequence[Transcript], starts: Sequence[Fraction], speakers: Sequence[str]
) -> Transcript:
    """Transcripts as one, each later by its start, its words by its speaker where one is named.

    Words are in order of time. The language is that of all that name one, or "" where they differ:
    each word then tells its own.
    """
    languages = {transcript.language for transcript in transcripts} - {""}
    mixed = len(languages) > 1
    words = [
        replace(
            word,
            start=max(word.start + start, Fraction(0)),
            stop=max(word.stop + start, Fraction(0)),
            speaker=speaker or word.speaker,
            language=word.language or (transcript.language if mixed else ""),
        )
        for transcript, start, speaker in zip(transcripts, starts, speakers, strict=True)
        for word in transcript.words
    ]
    language = "" if mixed else next(iter(languages), "")
    return Transcript(tuple(sorted(words, key=lambda word: word.start)), language)


def find(transcript: Transcript, phrase: str) -> list[tuple[Fraction, Fraction]]:
    """Where a phrase is heard: start and stop seconds of each place, first to last.

    Case, accents and punctuation make no difference. An empty phrase is nowhere.
    """
    wanted = plain_words(phrase)
    spoken = [(plain, word) for word in transcript.words for plain in plain_words(word.text)]
    length = len(wanted)
    places = range(len(spoken) - length + 1) if length else range(0)
    return [
        (spoken[at][1].start, spoken[at + length - 1][1].stop)
        for at in places
        if [plain for plain, _ in spoken[at : at + length]] == wanted
    ]


def save_transcript(transcript: Transcript, folder: Path) -> None:
    """Write a transcript into `folder` of the cache."""
    text = json.dumps(transcript.as_dict(), ensure_ascii=False)
    (folder / "transcript.json").write_text(text, encoding="utf-8")


def load_transcript(folder: Path) -> Transcript:
    """The transcript that `save_transcript` wrote. Raises MediaError when it is damaged."""
    path = folder / "transcript.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MediaError(f"not a transcript ({error})", where=str(path)) from None
    return transcript_of(facts)
