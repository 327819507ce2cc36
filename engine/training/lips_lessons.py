"""Lessons of the lip network: speech with its phone times, varied as voices and rooms vary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.media.resample import conform_sample_rate
from engine.media.sound import Sound
from engine.models.lipsync.moving import SpokenPhone
from engine.models.lipsync.phones import CLASSES
from engine.models.speech.align_network import HOP, RATE
from engine.training.articulation import RATE as FRAMES
from engine.training.articulation import Segment, articulate, segments
from engine.training.flite import Taught, sentences, speak
from engine.training.spoken import ARPABET

if TYPE_CHECKING:
    from engine.training.lips import LipTraining

_REST = CLASSES.index("rest")
# English lacks the front rounded vowels of French: their shapes are learned from times alone.
_ROUNDED = {"iy": "ue", "ih": "ue", "eh": "oe"}


@dataclass(frozen=True, eq=False)
class Lesson:
    """A sentence as samples at 16 kHz, its segments, and the curves (frames, outputs).

    `told` says that its times are always known, because its sound does not tell the curves.
    """

    samples: NDArray[np.float32]
    line: list[Segment]
    curves: NDArray[np.float32]
    told: bool = False


@dataclass(frozen=True, eq=False)
class Example:
    """What a training step takes of a lesson.

    wave (samples,) at 16 kHz; known and spoken (frames,) classes, 0 where no times are known;
    wanted (frames, outputs).
    """

    wave: NDArray[np.float32]
    known: NDArray[np.int64]
    spoken: NDArray[np.int64]
    wanted: NDArray[np.float32]


def lessons_of(training: LipTraining) -> list[Lesson]:
    """Sentences by voices of flite with exact times, and by ours as the aligner places them."""
    random = np.random.default_rng(training.seed)
    return [*_exact(training, random), *_placed(training, random)]


def known_phones(spoken: Taught) -> list[SpokenPhone]:
    """The phones of a sentence by flite in IPA."""
    return [SpokenPhone(ARPABET.get(p.name, ""), p.start, p.end) for p in spoken.phones]


def _exact(training: LipTraining, random: np.random.Generator) -> Iterator[Lesson]:
    for number, voice in enumerate(training.flite):
        for text in sentences(training.sentences, training.seed + number):
            stretch, pitch = random.uniform(0.75, 1.35), random.uniform(85, 240)
            spoken = speak(text, voice, stretch=stretch, pitch=pitch)
            line, told = segments(known_phones(spoken)), bool(random.random() < training.rounded)
            if told:
                line = [replace(item, cls=_ROUNDED.get(item.cls, item.cls)) for item in line]
            yield _lesson(spoken.samples, line, told=told)


def _placed(training: LipTraining, random: np.random.Generator) -> Iterator[Lesson]:
    from engine.models.speech import speak as say
    from engine.models.speech.align import align

    for number, voice in enumerate(training.voices):
        for text in sentences(training.voice_sentences, training.seed + 100 + number):
            spoken = say(text, voice, random.uniform(0.8, 1.3), seed=training.seed)
            words = align(
                spoken.samples, spoken.rate, [word.phones for word in spoken.script.words]
            )
            phones = [SpokenPhone(p.phone, p.start, p.end) for word in words for p in word.phones]
            sound = conform_sample_rate(Sound.from_array(spoken.samples, spoken.rate), RATE)
            yield _lesson(sound.array()[:, 0], segments(with_pauses(phones, float(sound.duration))))


def with_pauses(phones: Sequence[SpokenPhone], seconds: float) -> list[SpokenPhone]:
    """Phones with a silence wherever none is spoken."""
    found: list[SpokenPhone] = []
    now = 0.0
    for phone in [*phones, SpokenPhone("", seconds, seconds)]:
        if phone.start > now + 0.02:
            found.append(SpokenPhone("", now, phone.start))
        if phone.end > phone.start:
            found.append(phone)
        now = max(now, phone.end)
    return found


def _lesson(samples: NDArray[np.float32], line: list[Segment], *, told: bool = False) -> Lesson:
    return Lesson(samples, line, articulate(line, len(samples) // HOP + 1), told)


def example(
    lesson: Lesson, frames: int, training: LipTraining, random: np.random.Generator
) -> Example:
    """A part of a lesson, by a larger or smaller speaker, in another room, with times or not."""
    speed = float(np.exp(random.uniform(-training.warp, training.warp)))
    count = len(lesson.curves)
    first = int(random.integers(-30, max(1, count - round(frames * speed) + 30)))
    at = np.rint(first + np.arange(frames) * speed).astype(int)
    inside = (at >= 0) & (at < count)
    place = np.clip(at, 0, count - 1)
    spoken = np.where(inside, class_frames(lesson.line, count)[place], _REST)
    known = np.zeros(frames, np.int64)
    if lesson.told or random.random() >= training.blind:
        shaken = shake(lesson.line, training.jitter, random)
        known = np.where(inside, class_frames(shaken, count)[place], _REST)
    wanted = np.where(inside[:, None], lesson.curves[place], np.float32(0.0))
    heard = first * HOP + np.arange((frames - 1) * HOP) * speed
    wave = np.interp(heard, np.arange(len(lesson.samples)), lesson.samples, 0.0, 0.0)
    return Example(in_a_room(wave.astype(np.float32), random), known, spoken, wanted)


def class_frames(line: Sequence[Segment], frames: int) -> NDArray[np.int64]:
    """The class spoken at each frame; rest outside the line."""
    found = np.full(frames, _REST, np.int64)
    for item in line:
        found[max(0, round(item.start * FRAMES)) : max(0, round(item.end * FRAMES))] = (
            CLASSES.index(item.cls)
        )
    return found


def shake(line: Sequence[Segment], jitter: float, random: np.random.Generator) -> list[Segment]:
    """The line with every border moved a little, as an aligner is wrong; in order still."""
    edges = np.array([line[0].start, *(item.end for item in line)])
    edges = np.maximum.accumulate(edges + random.normal(0, jitter, len(edges)))
    return [
        Segment(item.cls, float(start), float(end))
        for item, start, end in zip(line, edges, edges[1:], strict=False)
    ]


def in_a_room(wave: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """The voice through a tilted channel, perhaps a telephone, an echo, and noise."""
    spectrum = np.fft.rfft(wave)
    hertz = np.fft.rfftfreq(len(wave), 1 / RATE)
    octaves = np.log2(np.maximum(hertz, 60) / 1000)
    gain = 10 ** (random.uniform(-4, 4) * octaves / 20)
    gain *= 10 ** (random.normal(0, 3, 9)[np.clip(np.round(octaves + 4), 0, 8).astype(int)] / 20)
    if random.random() < 0.15:
        gain *= hertz < random.uniform(3300, 6000)
    if random.random() < 0.3:
        delay, level = random.uniform(0.01, 0.06), random.uniform(0.05, 0.35)
        spectrum = spectrum * (1 + level * np.exp(-2j * np.pi * hertz * delay))
    heard = np.fft.irfft(spectrum * gain, len(wave))
    loud = np.sqrt((heard**2).mean()) + 1e-6
    noise = np.fft.rfft(random.standard_normal(len(wave)))
    noise *= np.maximum(hertz, 50) ** -random.uniform(0.0, 0.7)
    hiss = np.fft.irfft(noise, len(wave))
    hiss *= loud * 10 ** (-random.uniform(8, 60) / 20) / (hiss.std() + 1e-9)
    return np.asarray(heard + hiss, np.float32)
