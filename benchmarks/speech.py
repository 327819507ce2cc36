"""Measures speech: is it understood, how fast is it made, and are texts read as they should be?

    python benchmarks/speech.py [--sentences N] [--voices NAME,...] [--json FILE]

Every voice says held-out sentences (100 of each language, or N spread over them), and
Whisper base is the judge: word errors in per cent of the words, in the same run for all voices, so
that a voice stands beside the one that taught it. By sound: words that sound alike, such as arrêté
and arrêtée, count as one. Times real time: seconds of speech made in a second of one core
(processor time, so that other work on the machine counts less), and by the clock; of hibari's voice
also what its package alone makes of the same sentences, in turn with ours. Reading: the part
of the cases in tests/data/speech that the front ends read right.

Without --voices: heart, and am_michael and ff_siwis of Kokoro, joined from packages of the
development lock into a folder of their own, and the voices of the family aiprod with their
teachers. `beyond` lists what is outside of its limit, and the exit status is then 1: more than 4 %
word errors in English or 8 % in French for hibari and Kokoro, and 5 points more than its teacher
for a voice of aiprod; less than 100 times real time for hibari, 1.5 for Kokoro and 10 for aiprod;
less than 97 % of the cases of a batch right.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from _sentences import ENGLISH, FRENCH

from engine.media.sound import Sound
from engine.models.speech.family import FrontEnd, bare

MOST_ERRORS = {"en": 4.0, "fr": 8.0}  # per cent of the words, of hibari and Kokoro
MOST_ABOVE = 5.0  # points above the teacher, of aiprod
LEAST_SPEED = {"hibari": 100.0, "kokoro": 1.5, "aiprod": 10.0}  # times real time
LEAST_READ = 97.0


@dataclass
class Tally:
    """What was found of a voice so far."""

    words: int = 0
    errors: int = 0
    by_sound: int = 0
    seconds: float = 0.0
    processor: float = 0.0
    clock: float = 0.0
    package_seconds: float = 0.0
    package_processor: float = 0.0


def main() -> None:
    """Measure, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=int, default=100, help="of each language, at most")
    parser.add_argument("--voices", default="", help="names, parted by commas")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        ears = _prepare(Path(folder))
        names = [name for name in options.voices.split(",") if name] or _usual()
        voices = {name: _measure(name, options.sentences, ears) for name in names}
    reading = _reading()
    figures = {
        "voices": voices,
        "reading": reading,
        "beyond": [*_beyond(voices), *_misread(reading)],
        "sentences": options.sentences,
        "judge": "Whisper base",
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    text = json.dumps(figures, indent=2, ensure_ascii=False)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    sys.exit(1 if figures["beyond"] else 0)


def _beyond(voices: dict[str, dict[str, Any]]) -> Iterator[str]:
    """What voices do not keep, of their limits."""
    for name, found in voices.items():
        errors, family = found["word_errors_percent"], found["family"]
        most = MOST_ERRORS[found["language"][:2]]
        if family == "aiprod":
            teacher = voices.get(_teacher(name))
            most = teacher["word_errors_percent"] + MOST_ABOVE if teacher else errors
        if errors > most:
            yield f"{name}: {errors} % word errors, at most {most:.2f}"
        speed, least = found["times_real_time_one_core"], LEAST_SPEED.get(family, 0)
        if speed < least:
            yield f"{name}: {speed} times real time, at least {least}"


def _misread(reading: dict[str, Any]) -> Iterator[str]:
    """The batches of cases that are not read right often enough."""
    for batch, found in reading.items():
        if found["right_percent"] < LEAST_READ:
            yield f"{batch}: {found['right_percent']} % of the cases right, at least {LEAST_READ}"


def _prepare(folder: Path) -> str:
    """The judge and Kokoro's files in a folder of the user's data."""
    from engine.models.ears import import_ears
    from engine.models.speech.importing import import_voices
    from tests import kokoro, whisper_base

    import_voices(kokoro.join(folder / "kokoro"))
    return import_ears(whisper_base.join(folder / "whisper")).name


def _usual() -> list[str]:
    from engine.models.speech.voices import is_here, voices

    own = [v.name for v in voices().values() if v.family == "aiprod" and is_here(v)]
    names = ["heart", "am_michael", "ff_siwis", *map(_teacher, own), *own]
    return list(dict.fromkeys(names))


def _teacher(name: str) -> str:
    """The voice that taught one of aiprod."""
    from voice import teachers

    return teachers()[name]


def _measure(name: str, count: int, ears: str) -> dict[str, Any]:
    from engine.models.ears import transcribe
    from engine.models.ears.script import word_errors
    from engine.models.speech import speak, voice
    from engine.models.speech.voices import front_end

    chosen = voice(name)
    language = chosen.language[:2]
    sentences = FRENCH if language == "fr" else ENGLISH
    places = np.unique(np.linspace(0, len(sentences) - 1, min(count, len(sentences))).round())
    tally, missed = Tally(), []
    speak("Hello." if language == "en" else "Bonjour.", name)  # loads it
    package = _package(name) if chosen.family == "hibari" else None
    for place in places.astype(int):
        text = sentences[place]
        clock, processor = time.perf_counter(), time.process_time()
        spoken = speak(text, name)
        tally.processor += time.process_time() - processor
        tally.clock += time.perf_counter() - clock
        if package:
            processor = time.process_time()
            tally.package_seconds += len(package(text)) / package.sample_rate
            tally.package_processor += time.process_time() - processor
        sound = Sound.from_array(spoken.samples, spoken.rate)
        tally.seconds += float(sound.duration)
        heard = transcribe(sound, ears, language=language)
        found = word_errors(text, heard)
        tally.words += found.words
        tally.errors += len(found.errors)
        tally.by_sound += _sound_errors(text, heard.text, front_end(chosen))
        if found.errors:
            missed.append(f"{text} -> {heard.text}")
        print(f"{name}: {tally.errors} of {tally.words} words", file=sys.stderr)
    return {
        "family": chosen.family,
        "language": chosen.language,
        "sentences": len(places),
        "words": tally.words,
        "word_errors_percent": round(100 * tally.errors / max(1, tally.words), 2),
        "word_errors_by_sound_percent": round(100 * tally.by_sound / max(1, tally.words), 2),
        "times_real_time_one_core": round(tally.seconds / max(1e-9, tally.processor), 1),
        "times_real_time_by_the_clock": round(tally.seconds / max(1e-9, tally.clock), 2),
        **_of_package(tally),
        "misheard": missed,
    }


def _package(name: str) -> Any:
    """The voice as its own package speaks it, loaded."""
    from hibari import Hibari

    spoken = Hibari(voice=name)
    spoken("Hello.")
    return spoken


def _of_package(tally: Tally) -> dict[str, float]:
    if not tally.package_processor:
        return {}
    speed = tally.package_seconds / tally.package_processor
    return {
        "times_real_time_of_its_package": round(speed, 1),
        "processor_time_beside_its_package": round(tally.processor / tally.package_processor, 2),
    }


def _sound_errors(text: str, heard: str, front: FrontEnd) -> int:
    """Words that differ when those that sound alike (arrêté, arrêtée) are taken as one."""
    from engine.media.words import fewest_changes

    wanted, found = (
        ["".join(bare(p) for w in front.words(word) for p in w.phones) for word in said.split()]
        for said in (text, heard)
    )
    return len(fewest_changes(wanted, found))


def _reading() -> dict[str, Any]:
    from engine.models.speech.english import english
    from engine.models.speech.french import french
    from tests.engine.speech.reading import BATCHES, misses

    found = {}
    fronts: dict[str, FrontEnd] = {"english": english(), "french": french()}
    for language, batch in [(name, each) for name in fronts for each in BATCHES[name]]:
        wrong, count = misses(language, fronts[language], batch)
        found[language + batch] = {
            "cases": count,
            "right_percent": round(100 * (count - len(wrong)) / count, 2),
            "wrong": [f"{miss.text} -> {miss.got}" for miss in wrong],
        }
    return found


if __name__ == "__main__":
    main()
