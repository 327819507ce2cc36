"""Measures our own voices beside their teachers: how near they are to them, and how soon heard.

    python benchmarks/voice.py [--sentences N] [--voice NAME ...] [--json FILE]

Held-out sentences, made of words that no training has. `mcd`: mel-cepstral distance in dB to the
teacher's own recording, with the teacher's durations, pitch and energy (13 coefficients, without
the level); `f0`: error of the melody in cents where both have a voice; `duration`: mean error of a
phone's length in ms, as the voice plans it; `pitch`: of its planned pitch in semitones.
`identified`: the part of the sentences that a classifier of its own (Gaussians of cepstra) takes
for the teacher, among the teachers and four more voices; `identified_teacher`: the same of the
teacher. `speed`: times real time on one core; `first`: milliseconds to the first samples, the
reading of the text included. The exit status is 1 when a voice is taken for another in more than 5
per cent, slower than 10 times real time, or later than 150 ms, or when the weights pass 24 MB. How
well voices are understood is measured by speech.py.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from _speakers import identified
from numpy.typing import NDArray
from scipy.fft import dct

from engine.models.speech.aiprod.family import ACOUSTIC, SPEAKERS, VOCODER, weights
from engine.models.speech.aiprod.grid import voice_mel, whole_frames
from engine.models.speech.aiprod.pitch import melody
from engine.models.speech.aiprod.prosody import PhoneProsody, Prosody
from engine.models.speech.aiprod.synthesis import AiprodSpeaker
from engine.models.speech.aiprod.tokens import tokens_of
from engine.models.speech.family import Word
from engine.models.speech.voices import front_end, speaker
from engine.models.speech.voices import voice as voice_named
from engine.training.voice_data import Lesson, Reading, at_rate, lesson_of
from engine.training.voice_texts import voice_sentences

SEED = 4711
MOST_MEGABYTES = 24.0
LEAST_SPEED, MOST_FIRST, LEAST_IDENTIFIED = 10.0, 150.0, 0.95
OTHERS = ("af_bella", "am_adam", "bf_isabella", "bm_george")  # that a voice may be taken for
_COEFFICIENTS = 13


@dataclass(frozen=True)
class Measured:
    """One voice beside its teacher."""

    voice: str
    teacher: str
    sentences: int
    mcd: float
    f0: float
    duration: float
    pitch: float
    speed: float
    first: float
    identified: float = 0.0
    identified_teacher: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether it keeps what is asked of it."""
        known = self.identified >= LEAST_IDENTIFIED
        return known and self.speed >= LEAST_SPEED and self.first <= MOST_FIRST


@dataclass(frozen=True)
class Spoken:
    """What a voice and its teacher said, as log-mel pictures."""

    made: list[NDArray[np.float32]]
    said: list[NDArray[np.float32]]


def measure(name: str, teacher: str, count: int) -> tuple[Measured, Spoken]:
    """A voice on `count` held-out sentences. Raises ModelError when weights are missing."""
    ours, theirs = voice_named(name), voice_named(teacher)
    model, taught, reader = speaker(ours), speaker(theirs), front_end(ours)
    assert isinstance(model, AiprodSpeaker)
    rows: list[tuple[float, ...]] = []
    spoken = Spoken([], [])
    for number, text in enumerate(voice_sentences(ours.language, count, SEED, held_out=True), SEED):
        words = reader.words(text)
        said = at_rate(taught.synthesize(words, seed=number), taught.rate)
        lesson = lesson_of(Reading(words, said))
        if lesson is None:
            continue
        rows.append((*distances(model, words, lesson), *_times(model, reader.words, text)))
        spoken.made.append(_mel(model.synthesize(words, seed=number)))
        spoken.said.append(lesson.mel)
    mcd, f0, duration, pitch, *_ = np.nanmean(np.array(rows), axis=0)
    seconds, spent, first = np.array(rows)[:, 4:].T
    found = Measured(
        name,
        teacher,
        len(rows),
        *(round(float(value), 3) for value in (mcd, f0, duration, pitch)),
        round(float(seconds.sum() / spent.sum()), 1),
        round(float(np.median(first)) * 1000, 1),
    )
    return found, spoken


def identify(found: dict[str, tuple[Measured, Spoken]], count: int) -> list[Measured]:
    """The measured voices with how often they, and their teachers, are taken for the teacher."""
    recordings = {row.teacher: spoken.said for row, spoken in found.values()}
    recordings |= {name: _recordings(name, count) for name in OTHERS}
    return [
        replace(
            row,
            identified=identified(spoken.made, row.teacher, recordings),
            identified_teacher=identified(spoken.said, row.teacher, recordings),
        )
        for row, spoken in found.values()
    ]


def _recordings(name: str, count: int) -> list[NDArray[np.float32]]:
    chosen = voice_named(name)
    model, reader = speaker(chosen), front_end(chosen)
    texts = voice_sentences(chosen.language, count, SEED, held_out=True)
    said = (model.synthesize(reader.words(text), seed=n) for n, text in enumerate(texts))
    return [_mel(at_rate(wave, model.rate)) for wave in said]


def _mel(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    import torch

    return np.asarray(voice_mel(torch.from_numpy(whole_frames(wave))[None])[0].numpy())


def distances(
    model: AiprodSpeaker, words: tuple[Word, ...], lesson: Lesson
) -> tuple[float, float, float, float]:
    """MCD in dB, F0 in cents, durations in ms and pitch in semitones, against a recording."""
    plan = model.plan(words)
    hertz = 2.0 ** lesson.octaves.astype(float)
    told = Prosody(
        tuple(
            PhoneProsody(p.phone, p.word, frames / 100, float(h), float(energy))
            for p, frames, h, energy in zip(
                plan.phones, lesson.frames, hertz, lesson.energies, strict=True
            )
        )
    )
    made = model.speak(words, told)
    copy = Lesson(made, melody(made), lesson.rows, lesson.frames)
    spoken = [place for place, token in enumerate(tokens_of(words)) if token.phone]
    lengths = np.array([plan.phones[n].seconds - lesson.frames[n] / 100 for n in spoken])
    tones = np.array([12 * np.log2(plan.phones[n].pitch / hertz[n]) for n in spoken])
    both = (copy.hertz > 0) & (lesson.hertz > 0)
    cents = 1200 * np.abs(np.log2(copy.hertz[both] / lesson.hertz[both]))
    return (
        cepstral_distance(copy.mel, lesson.mel),
        float(cents.mean()) if both.any() else float("nan"),
        float(np.abs(lengths).mean() * 1000),
        float(np.abs(tones).mean()),
    )


def cepstral_distance(made: NDArray[np.float32], wanted: NDArray[np.float32]) -> float:
    """Mel-cepstral distance in dB of log-mel pictures (80, N) (Kubichek, 1993)."""
    first, second = (dct(x, axis=0, norm="ortho")[1 : _COEFFICIENTS + 1] for x in (made, wanted))
    # A log spectrum is c0 + 2 sum(c_n cos): orthonormal coefficients are sqrt(2 * bands) times c_n.
    difference = (first - second) / np.sqrt(2 * len(made))
    return float((10 / np.log(10) * np.sqrt(2 * np.square(difference).sum(0))).mean())


def _times(
    model: AiprodSpeaker, read: Callable[[str], tuple[Word, ...]], text: str
) -> tuple[float, float, float]:
    """Seconds of speech, seconds it took, and seconds until the first samples."""
    began, first, length = time.perf_counter(), 0.0, 0
    words = read(text)
    for part in model.stream(words, model.plan(words)):
        first = first or time.perf_counter() - began
        length += len(part)
    return length / model.rate, time.perf_counter() - began, first


def teachers() -> dict[str, str]:
    """The voices of the shipped weights and who taught them."""
    from engine.models.checkpoint import config_of, read_header

    path = weights(ACOUSTIC)
    return {row["name"]: row["teacher"] for row in config_of(read_header(path), path)["voices"]}


def main() -> int:
    """Measure and print; 1 when a voice does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sentences", type=int, default=50)
    parser.add_argument("--voice", nargs="*", default=[])
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    known = teachers()
    measured = {
        name: measure(name, known[name], arguments.sentences) for name in arguments.voice or known
    }
    found = identify(measured, max(8, arguments.sentences // 4))
    files = [weights(stem) for stem in (ACOUSTIC, VOCODER, SPEAKERS)]
    megabytes = round(sum(file.stat().st_size for file in files) / 1e6, 1)
    report = {
        "benchmark": "voice",
        "machine": platform.processor() or platform.machine(),
        "megabytes": megabytes,
        "voices": [asdict(row) | {"holds": row.holds} for row in found],
    }
    print(json.dumps(report, indent=2))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0 if megabytes <= MOST_MEGABYTES and all(row.holds for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
