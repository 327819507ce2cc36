"""Speech that voices learn from, on disk: samples, melody, tokens and how long each lasts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.models.speech.aiprod.acoustic import levels
from engine.models.speech.aiprod.grid import FRAMES, HOP, RATE, voice_mel, whole_frames
from engine.models.speech.aiprod.pitch import melody
from engine.models.speech.aiprod.tokens import Token, tokens_of
from engine.models.speech.align import TimedWord, align
from engine.models.speech.family import Word
from engine.runtime.files import atomic_path
from engine.training.voice_texts import voice_sentences

VERSION = 4  # of the sets on disk
LONGEST = 15.0  # seconds of a sentence
_SHARD = 50  # sentences that are written at once: what a stop can cost
_QUIETEST = -115.0  # dB


@dataclass(frozen=True, eq=False)
class Lesson:
    """A sentence: samples at 24 kHz, Hz of its frames, rows of its tokens and their frames."""

    wave: NDArray[np.float32]  # (240 N,)
    hertz: NDArray[np.float32]  # (N,)
    rows: NDArray[np.int64]  # (L, 5)
    frames: NDArray[np.int64]  # (L,), N in all

    @cached_property
    def mel(self) -> NDArray[np.float32]:
        """Log-mel (80, N)."""
        wave = torch.from_numpy(np.ascontiguousarray(self.wave))
        return np.asarray(voice_mel(wave[None])[0].numpy())

    @cached_property
    def octaves(self) -> NDArray[np.float32]:
        """The pitch (L,) of tokens as log2 of Hz: means of what is voiced, lines between."""
        owner = np.repeat(np.arange(len(self.frames)), self.frames)
        voiced = self.hertz > 0
        if not voiced.any():
            return np.full(len(self.frames), np.log2(150.0), np.float32)
        count = np.bincount(owner[voiced], minlength=len(self.frames))
        total = np.bincount(owner[voiced], np.log2(self.hertz[voiced]), minlength=len(self.frames))
        known = np.flatnonzero(count)
        middles = np.cumsum(self.frames) - self.frames / 2
        means = total[known] / count[known]
        return np.interp(middles, middles[known], means).astype(np.float32)

    @cached_property
    def energies(self) -> NDArray[np.float32]:
        """The energy (L,) of tokens in dB; a token without frames has that of what is around."""
        decibels = levels(torch.from_numpy(self.mel)[None])[0].double().numpy()
        owner = np.repeat(np.arange(len(self.frames)), self.frames)
        total = np.bincount(owner, decibels, minlength=len(self.frames))
        known = np.flatnonzero(self.frames)
        middles = np.cumsum(self.frames) - self.frames / 2
        means = np.maximum(total[known] / self.frames[known], _QUIETEST)
        return np.interp(middles, middles[known], means).astype(np.float32)


@dataclass(frozen=True)
class VoiceSet:
    """The sentences of a voice, shortest first, in folders of a few dozen each."""

    places: tuple[tuple[Path, int, int], ...]  # folder, number in it, frames

    def __len__(self) -> int:
        return len(self.places)

    def lesson(self, index: int) -> Lesson:
        """One sentence, read from disk."""
        folder, number, _ = self.places[index]
        bounds = np.load(folder / "bounds.npy")
        (frame, token), (stop, last) = bounds[number], bounds[number + 1]
        samples = np.load(folder / "samples.npy", mmap_mode="r")[frame * HOP : stop * HOP]
        return Lesson(
            samples.astype(np.float32) / 32767,
            np.load(folder / "hertz.npy", mmap_mode="r")[frame:stop].astype(np.float32),
            np.load(folder / "rows.npy")[token:last].astype(np.int64),
            np.load(folder / "frames.npy")[token:last].astype(np.int64),
        )


@dataclass(frozen=True, eq=False)
class Reading:
    """A sentence that was read: its words and samples at 24 kHz."""

    words: tuple[Word, ...]
    wave: NDArray[np.float32]


def taught_set(folder: Path, teacher: str, count: int, seed: int) -> VoiceSet:
    """`count` sentences by one of the voices that are here, made once.

    What is made already stays when the making is stopped. Raises UsageError or ModelError when
    there is no such voice here.
    """
    from engine.models.speech.voices import front_end, speaker, voice

    chosen = voice(teacher)

    def shard(number: int) -> Iterator[Reading]:
        language, model = front_end(chosen), speaker(chosen)
        texts = voice_sentences(chosen.language, count, seed)
        for place in range(number * _SHARD, min(count, (number + 1) * _SHARD)):
            words = language.words(texts[place])
            wave = model.synthesize(words, seed=seed + place)
            yield Reading(words, at_rate(wave, model.rate))

    name = f"{teacher}-v{VERSION}-{count}-{seed}"
    return kept(folder / name, -(-count // _SHARD), shard)


def kept(folder: Path, shards: int, made: Callable[[int], Iterator[Reading]]) -> VoiceSet:
    """The set of a folder; each shard that is not there yet is made. Raises UsageError if empty."""
    for number in range(shards):
        place = folder / f"{number:04}"
        if not place.is_dir():
            lessons = (lesson_of(reading) for reading in made(number))
            _write(place, [lesson for lesson in lessons if lesson is not None])
    places = []
    for place in sorted(folder.glob("[0-9]*")):
        frames = np.diff(np.load(place / "bounds.npy")[:, 0])
        places += [(place, number, int(count)) for number, count in enumerate(frames)]
    if not places:
        raise UsageError(
            "no sentence can be learned from: the words could not be placed in any",
            where=str(folder),
            mend="Check that each text is what its recording says",
        )
    return VoiceSet(tuple(sorted(places, key=lambda row: row[2])))


def lesson_of(reading: Reading) -> Lesson | None:
    """The sentence with its words placed in time; None where they cannot be."""
    wave = whole_frames(reading.wave)
    if not 0.3 < len(wave) / RATE < LONGEST:
        return None
    tokens = tokens_of(reading.words)
    try:
        timed = align(wave, RATE, [word.phones for word in reading.words])
    except UsageError:
        return None
    frames = token_frames(tokens, timed, len(wave) // HOP)
    rows = np.array([token.row for token in tokens], np.int64)
    return Lesson(wave, melody(wave), rows, frames)


def token_frames(
    tokens: Sequence[Token], timed: Sequence[TimedWord], total: int
) -> NDArray[np.int64]:
    """How many of `total` frames each token lasts: a place takes what lies between two words."""
    begins = []
    for number, token in enumerate(tokens):
        if token.phone:
            begins.append(timed[token.word].phones[token.number].start)
        else:
            before = tokens[number - 1] if number else None
            begins.append(timed[before.word].end if before else 0.0)
    edges = np.round(np.array([*begins, total / FRAMES]) * FRAMES).astype(np.int64)
    edges[0] = 0
    return np.diff(np.maximum.accumulate(np.clip(edges, 0, total)))


def at_rate(wave: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Mono samples at 24 kHz."""
    from engine.media.resample import conform_sample_rate
    from engine.media.sound import Sound

    if rate == RATE:
        return wave
    return conform_sample_rate(Sound.from_array(wave, rate), RATE).array()[:, 0]


def _write(folder: Path, lessons: Sequence[Lesson]) -> None:
    pairs = np.array([(len(lesson.hertz), len(lesson.rows)) for lesson in lessons], np.int64)
    bounds = np.concatenate((np.zeros((1, 2), np.int64), np.cumsum(pairs.reshape(-1, 2), axis=0)))
    with atomic_path(folder) as part:
        part.mkdir(parents=True)
        np.save(part / "bounds.npy", bounds)
        waves = [np.clip(lesson.wave * 32767, -32767, 32767) for lesson in lessons]
        np.save(part / "samples.npy", _joined(waves, np.int16, ()))
        np.save(part / "hertz.npy", _joined([one.hertz for one in lessons], np.float32, ()))
        np.save(part / "rows.npy", _joined([one.rows for one in lessons], np.int16, (5,)))
        np.save(part / "frames.npy", _joined([one.frames for one in lessons], np.int16, ()))
        (part / "about.json").write_text(json.dumps({"sentences": len(lessons)}))


def _joined(
    parts: Sequence[NDArray[np.generic]], kind: type[np.generic], shape: tuple[int, ...]
) -> NDArray[np.generic]:
    return np.concatenate([np.zeros((0, *shape)), *parts]).astype(kind)
