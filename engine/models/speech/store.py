"""Keeps scripts as JSON: in the cache, and as the table of times that `speak --times` writes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.models.speech.family import Passage, Script, Word

if TYPE_CHECKING:
    from engine.models.speech.align import TimedWord

_FILE = "script.json"


def save_script(script: Script, folder: Path) -> None:
    """Write a script into a folder."""
    rows = [
        [each.start, each.end, each.voice, each.language, [_row(word) for word in each.words]]
        for each in script.passages
    ]
    (folder / _FILE).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def load_script(folder: Path) -> Script:
    """Read what `save_script` wrote."""
    rows = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    return Script(
        tuple(
            Passage(start, end, voice, language, tuple(map(_word, words)))
            for start, end, voice, language, words in rows
        )
    )


def times_of(samples: NDArray[np.floating], rate: int, script: Script) -> dict[str, Any]:
    """Every word and phone of speech with its seconds, as JSON values.

    `{"passages": [{"voice", "language", "start", "end", "words": [{"text", "ipa", "start", "end",
    "phones": [{"ipa", "start", "end"}]}]}]}`.
    """
    from engine.models.speech.align_text import script_times

    timed = iter(script_times(samples, rate, script))
    return {"passages": [_passage(passage, timed) for passage in script.passages]}


def _row(word: Word) -> list[Any]:
    return [word.text, word.phones, word.before, word.after]


def _passage(passage: Passage, timed: Iterator[TimedWord]) -> Mapping[str, Any]:
    words = []
    for word in passage.words:
        times = next(timed)
        phones = [
            {"ipa": phone.phone, "start": _seconds(phone.start), "end": _seconds(phone.end)}
            for phone in times.phones
        ]
        span = {"start": _seconds(times.start), "end": _seconds(times.end)}
        words.append({"text": word.text, "ipa": word.ipa, **span, "phones": phones})
    return {
        "voice": passage.voice,
        "language": passage.language,
        "start": _seconds(passage.start),
        "end": _seconds(passage.end),
        "words": words,
    }


def _seconds(time: float) -> float:
    return round(float(time), 4)


def _word(row: list[Any]) -> Word:
    text, phones, before, after = row
    return Word(text, tuple(phones), before, after)
