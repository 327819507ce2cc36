"""Measures the aligner on speech whose phone times are known: words of flite never trained on.

`python -m benchmarks.aligner [--json FILE] [--sentences N]`. Needs the program flite. The voice
awb is unknown to the aligner. Peer: word times of Whisper base, where its model is imported.
"""

from __future__ import annotations

import argparse
import functools
import json
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import ModelError
from engine.media import Sound
from engine.models.ears import transcribe
from engine.models.speech.align import TimedWord, align
from engine.training import flite
from engine.training.spoken import ARPABET

LIMIT = 25.0  # milliseconds: the median error that is promised
_SEED = 77

Disturb = Callable[[NDArray[np.float32], np.random.Generator], NDArray[np.float32]]


@dataclass(frozen=True)
class Sentence:
    """A sentence of flite as words of phones with their known times."""

    samples: NDArray[np.float32]
    rate: int
    text: str
    words: tuple[tuple[flite.TaughtPhone, ...], ...]

    @property
    def phones(self) -> list[list[str]]:
        """IPA by word, as the aligner takes it."""
        return [[ARPABET[phone.name] for phone in word] for word in self.words]


@dataclass
class Errors:
    """Absolute errors in milliseconds."""

    starts: list[float] = field(default_factory=list)  # of phones
    ends: list[float] = field(default_factory=list)
    words: list[float] = field(default_factory=list)  # starts of words

    def figures(self) -> dict[str, float]:
        """Median, mean and 90th percentile of phone times, and how many are near."""
        both = np.array([*self.starts, *self.ends])
        return {
            "phones": len(self.starts),
            "median_ms": round(float(np.median(both)), 2),
            "mean_ms": round(float(both.mean()), 2),
            "p90_ms": round(float(np.percentile(both, 90)), 2),
            "within_25_ms": round(float((both <= 25).mean()), 4),
            "within_50_ms": round(float((both <= 50).mean()), 4),
            "word_start_median_ms": round(float(np.median(self.words)), 2),
        }


def held_out(voice: str, count: int) -> list[Sentence]:
    """Sentences of words that no training hears, by a voice at many paces and pitches."""
    random = np.random.default_rng([_SEED, *voice.encode()])
    found: list[Sentence] = []
    for text in flite.sentences(4 * count, _SEED, held_out=True):
        stretch, pitch = random.uniform(0.8, 1.3), random.uniform(80, 220)
        taught = flite.speak(text, voice, stretch=stretch, pitch=pitch)
        words = _by_word(text, taught, voice)
        if words is not None:
            found.append(Sentence(taught.samples, taught.rate, text, words))
        if len(found) == count:
            break
    return found


def _by_word(
    text: str, taught: flite.Taught, voice: str
) -> tuple[tuple[flite.TaughtPhone, ...], ...] | None:
    """The phones of a sentence by word; None where a word sounds otherwise by itself."""
    spoken = [phone for phone in taught.phones if phone.name != "pau"]
    words: list[tuple[flite.TaughtPhone, ...]] = []
    for word in text.strip(".?!").replace(",", "").split():
        names = _alone(word.lower(), voice)
        part = spoken[: len(names)]
        if [phone.name for phone in part] != list(names):
            return None
        words.append(tuple(part))
        spoken = spoken[len(names) :]
    return tuple(words) if not spoken else None


@functools.cache
def _alone(word: str, voice: str) -> tuple[str, ...]:
    command = ["flite", "-voice", voice, "-ps", "-t", word, "none"]
    line = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return tuple(name for name in line.split() if name != "pau")


def measure(sentences: Sequence[Sentence], disturb: Disturb) -> tuple[Errors, float]:
    """Errors over sentences whose sound is disturbed, and how many times faster than speech."""
    errors, random = Errors(), np.random.default_rng(_SEED)
    seconds = spent = 0.0
    for sentence in sentences:
        heard = disturb(sentence.samples, random)
        began = time.perf_counter()
        found = align(heard, sentence.rate, sentence.phones)
        spent += time.perf_counter() - began
        seconds += len(heard) / sentence.rate
        _compare(found, sentence, errors)
    return errors, seconds / spent


def _compare(found: Sequence[TimedWord], sentence: Sentence, errors: Errors) -> None:
    for timed, known in zip(found, sentence.words, strict=True):
        errors.words.append(1000 * abs(timed.start - known[0].start))
        for phone, truth in zip(timed.phones, known, strict=True):
            errors.starts.append(1000 * abs(phone.start - truth.start))
            errors.ends.append(1000 * abs(phone.end - truth.end))


def whisper_errors(sentences: Sequence[Sentence]) -> dict[str, float] | None:
    """The same of Whisper's word starts, over the words that it heard right; None without it."""
    found: list[float] = []
    total = 0
    for sentence in sentences:
        try:
            heard = transcribe(Sound.from_array(sentence.samples, sentence.rate), language="en")
        except ModelError:
            return None
        times = {word.text.lower().strip(".,?!"): float(word.start) for word in heard.words}
        names = sentence.text.strip(".?!").replace(",", "").lower().split()
        total += len(names)
        found += [
            1000 * abs(times[name] - word[0].start)
            for name, word in zip(names, sentence.words, strict=True)
            if name in times
        ]
    return {
        "words": total,
        "words_heard": len(found),
        "word_start_median_ms": round(float(np.median(found)), 2) if found else float("nan"),
    }


def _as_it_is(wave: NDArray[np.float32], _random: np.random.Generator) -> NDArray[np.float32]:
    return wave


def _noisy(wave: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    noise = random.standard_normal(len(wave)).astype(np.float32)
    return wave + noise * (wave.std() * 10 ** (-15 / 20))


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--sentences", type=int, default=25, help="of each voice (25)")
    arguments = parser.parse_args()
    figures: dict[str, object] = {"limit_median_ms": LIMIT}
    held = {voice: held_out(voice, arguments.sentences) for voice in flite.VOICES}
    for voice, sentences in held.items():
        clean, speed = measure(sentences, _as_it_is)
        noisy, _ = measure(sentences, _noisy)
        figures[voice] = {
            **clean.figures(),
            "times_real_time": round(speed, 1),
            "at_15_dB_of_noise": noisy.figures(),
        }
    figures["peer_whisper_base"] = whisper_errors([s for v in held.values() for s in v[:4]])
    figures["passes"] = all(figures[voice]["median_ms"] <= LIMIT for voice in held)  # type: ignore[index]
    text = json.dumps(figures, indent=2)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
