"""Speech whose phone times are exactly known, from the program flite, for trainings on speech."""

from __future__ import annotations

import functools
import gzip
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from engine.errors import UsageError

VOICES = ("slt", "rms", "awb", "kal16")
"""An American woman and man, a Scotsman, and a man made of joined diphones; all at 16 kHz."""


@dataclass(frozen=True, slots=True)
class TaughtPhone:
    """One phone in ARPAbet without stress ("pau" is silence), from `start` to `end` seconds."""

    name: str
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Taught:
    """A spoken sentence, float32 mono of shape (samples,), and its phones one after the other."""

    text: str
    samples: NDArray[np.float32]
    rate: int
    phones: tuple[TaughtPhone, ...]


def speak(text: str, voice: str, *, stretch: float = 1.0, pitch: float | None = None) -> Taught:
    """One sentence by a voice of flite. stretch: of durations; pitch: mean of the melody in Hz.

    Raises UsageError when flite is not here or does not speak the text.
    """
    features = ["--setf", f"duration_stretch={stretch:g}"]
    if pitch is not None:
        features += ["--setf", f"int_f0_target_mean={pitch:g}"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "speech.wav"
        command = [_program(), "-voice", voice, *features, "-psdur", "-t", text, "-o", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not file.exists():
            raise UsageError(f"flite does not speak {text[:60]!r}", mend="Use English words")
        samples, rate = soundfile.read(file, dtype="float32")
    return Taught(text, samples, rate, tuple(_phones(done.stdout)))


def sentences(count: int, seed: int, *, held_out: bool = False) -> list[str]:
    """Sentences of 4 to 10 random English words; held-out ones have words of their own."""
    random = np.random.default_rng([seed, int(held_out)])
    words = _words()
    chosen = words[: len(words) // 10] if held_out else words[len(words) // 10 :]
    return [_sentence(random, chosen) for _ in range(count)]


def _sentence(random: np.random.Generator, words: list[str]) -> str:
    line = [words[index] for index in random.integers(len(words), size=random.integers(4, 11))]
    if len(line) > 6:
        line[len(line) // 2] += ","
    return " ".join(line).capitalize() + random.choice([".", ".", "?", "!"])


@functools.cache
def _words() -> list[str]:
    """Plain English words of the shipped dictionary, in an order that is always the same."""
    import hibari.tts

    path = Path(hibari.tts.ASSETS) / "lexicon_us_gold.json.gz"
    entries = json.loads(gzip.decompress(path.read_bytes()))
    words = sorted(word for word in entries if word.isascii() and word.islower() and word.isalpha())
    words = [word for word in words if 2 <= len(word) <= 10]
    np.random.default_rng(0).shuffle(words)
    return words


def _phones(line: str) -> Iterator[TaughtPhone]:
    start = 0.0
    for entry in line.split():
        name, _, end = entry.partition(":")
        yield TaughtPhone(name, start, float(end))
        start = float(end)


def _program() -> str:
    found = shutil.which("flite")
    if found is None:
        raise UsageError(
            "this training listens to the program flite, which is not here",
            mend="Install it: apt install flite, or brew install flite",
        )
    return found
