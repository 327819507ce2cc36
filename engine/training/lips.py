"""Trains the lip network on speech whose phone times are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine.models.lipsync.hearing import FRAMES, heard
from engine.models.lipsync.moving import SpokenPhone
from engine.models.lipsync.network import OUTPUTS, LipConfig, LipNetwork
from engine.models.lipsync.phones import CLASSES
from engine.models.speech.align_network import HOP, RATE
from engine.training.articulation import Segment, articulate, segments
from engine.training.flite import Taught, sentences, speak
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.spoken import ARPABET

# English lacks the front rounded vowels of French: their shapes are learned from times alone.
_ROUNDED = {"iy": "ue", "ih": "ue", "eh": "oe"}
_GAP = {"jawOpen": 1.0, "mouthLowerDown": 0.35, "mouthUpperUp": 0.25, "mouthClose": -1.0}


@dataclass(frozen=True)
class LipTraining:
    """The `[training]` table: how much speech, how it is varied, and the learning rate."""

    flite: Sequence[str] = ("slt", "rms", "kal16")
    sentences: int = 500  # of each voice
    seed: int = 31
    seconds: float = 3.0  # of a training example
    blind: float = 0.6  # part of the examples in which no phone times are known
    jitter: float = 0.015  # seconds by which known times are wrong, standard deviation
    rounded: float = 0.12  # part of the sentences whose front vowels are told as rounded
    rate: float = 2e-3


@dataclass(frozen=True, eq=False)
class Lesson:
    """A sentence as samples at 16 kHz, its segments, and the curves (frames, outputs).

    `told` says that its times are always known, because its sound does not tell the curves.
    """

    samples: NDArray[np.float32]
    line: list[Segment]
    curves: NDArray[np.float32]
    told: bool = False


def train_lips(
    loop: LoopConfig,
    training: LipTraining,
    config: LipConfig,
    folder: Path,
    *,
    start: Mapping[str, Tensor] | None = None,
    report: Report | None = None,
) -> LipNetwork:
    """Train from nothing, from `start`, or go on in `folder`. Needs the program flite."""
    torch.manual_seed(loop.seed)
    network = LipNetwork(config)
    if start is not None:
        network.load_state_dict(dict(start))
    lessons = taught(training)

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        random = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        waves, known, spoken, wanted = _batch(lessons, loop.batch, training, random)
        shapes, scores = network(heard(waves, config.bands), known)
        return _loss(shapes, scores, wanted, spoken)

    optimiser = torch.optim.AdamW(
        network.parameters(), lr=training.rate, betas=(0.9, 0.98), weight_decay=0.01
    )
    average = train(Trainee(network, (optimiser,), loss), loop, folder, report=report)
    network.load_state_dict(average)
    return network.eval()


def taught(training: LipTraining) -> list[Lesson]:
    """Every sentence by every voice, each at a pace and pitch of its own."""
    random = np.random.default_rng(training.seed)
    made = []
    for number, voice in enumerate(training.flite):
        for text in sentences(training.sentences, training.seed + number):
            stretch, pitch = random.uniform(0.75, 1.35), random.uniform(85, 240)
            spoken = speak(text, voice, stretch=stretch, pitch=pitch)
            count = len(spoken.samples) // HOP + 1
            line, told = segments(known_phones(spoken)), bool(random.random() < training.rounded)
            if told:
                line = [replace(item, cls=_ROUNDED.get(item.cls, item.cls)) for item in line]
            made.append(Lesson(spoken.samples, line, articulate(line, count), told))
    return made


def known_phones(spoken: Taught) -> list[SpokenPhone]:
    """The phones of a sentence by flite in IPA."""
    return [SpokenPhone(ARPABET.get(p.name, ""), p.start, p.end) for p in spoken.phones]


def _loss(
    shapes: Tensor, scores: Tensor, wanted: Tensor, spoken: Tensor
) -> tuple[Tensor, Mapping[str, float]]:
    """Shapes, their speed and the gap of the lips, where closures count five times."""
    closed = wanted[..., OUTPUTS.index("mouthPress")] / 0.4
    weight = 1 + 4 * closed
    error = F.smooth_l1_loss(shapes, wanted, reduction="none", beta=0.05).mean(-1)
    speed = F.l1_loss(shapes.diff(dim=1), wanted.diff(dim=1))
    gap = ((_gap(shapes) - _gap(wanted)).abs() * weight).mean()
    named = F.cross_entropy(scores.flatten(0, 1), spoken.flatten())
    total = (error * weight).mean() * 4 + speed + gap + 0.1 * named
    return total, {"gap": float(gap.detach()), "class": float(named.detach())}


def _gap(shapes: Tensor) -> Tensor:
    return sum(
        (weight * shapes[..., OUTPUTS.index(name)] for name, weight in _GAP.items()),
        shapes.new_zeros(()),
    )


def _batch(
    lessons: Sequence[Lesson],
    size: int,
    training: LipTraining,
    random: np.random.Generator,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Sound (B, samples), classes known and spoken (B, T), and curves wanted (B, T, outputs)."""
    frames = round(training.seconds * FRAMES) // 2 * 2
    parts = [
        _example(lessons[index], frames, training, random)
        for index in random.integers(len(lessons), size=size)
    ]
    waves, known, spoken, wanted = (
        torch.from_numpy(np.stack(column)) for column in zip(*parts, strict=True)
    )
    return waves, known, spoken, wanted


def _example(
    lesson: Lesson,
    frames: int,
    training: LipTraining,
    random: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """A part of a lesson in another room, at another level, with times known or not."""
    count = len(lesson.curves)
    first = int(random.integers(-30, max(1, count - frames + 30)))
    spoken = class_frames(lesson.line, first, frames)
    if random.random() < training.blind and not lesson.told:
        known = np.zeros(frames, np.int64)
    else:
        shaken = shake(lesson.line, training.jitter, random)
        known = class_frames(shaken, first, frames)
    start = first * HOP
    wave = np.zeros((frames - 1) * HOP, np.float32)
    low, high = max(0, start), min(len(lesson.samples), start + len(wave))
    wave[low - start : high - start] = lesson.samples[low:high]
    wanted = np.zeros((frames, len(OUTPUTS)), np.float32)
    stop = min(count, first + frames)
    wanted[max(0, -first) : stop - first] = lesson.curves[max(0, first) : stop]
    return in_a_room(wave, random), known, spoken, wanted


def class_frames(line: Sequence[Segment], first: int, frames: int) -> NDArray[np.int64]:
    """The class spoken at each frame from `first` on; rest outside the line."""
    found = np.full(frames, CLASSES.index("rest"), np.int64)
    for item in line:
        start, stop = (round(t * FRAMES) - first for t in (item.start, item.end))
        found[max(0, start) : max(0, stop)] = CLASSES.index(item.cls)
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
