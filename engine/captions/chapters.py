"""Chapters of a film, found in what is said: they begin after long pauses."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from engine.captions.typography import ends_sentence
from engine.media.transcript import Transcript


@dataclass(frozen=True)
class Chapter:
    """Where a chapter begins, in seconds, and the words that it begins with."""

    start: Fraction
    title: str


def chapters(
    transcript: Transcript,
    *,
    least: Fraction = Fraction(30),
    pause: Fraction = Fraction(3, 2),
    words: int = 6,
) -> tuple[Chapter, ...]:
    """Chapters of at least `least` seconds, each after a silence of at least `pause` seconds.

    The first begins with the first word. A title has up to `words` words, to the end of their
    sentence.
    """
    if not transcript.words:
        return ()
    starts = [0]
    for place, (before, after) in enumerate(pairwise(transcript.words), 1):
        far = after.start - transcript.words[starts[-1]].start >= least
        if far and after.start - before.stop >= pause:
            starts.append(place)
    return tuple(
        Chapter(transcript.words[place].start, _title(transcript, place, words)) for place in starts
    )


def _title(transcript: Transcript, place: int, most: int) -> str:
    said: list[str] = []
    for word in transcript.words[place : place + most]:
        said.append(word.text)
        if ends_sentence(word.text):
            return " ".join(said)
    more = place + most < len(transcript.words)
    return " ".join(said).rstrip(",;:") + ("…" if more else "")
