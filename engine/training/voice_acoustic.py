"""Trains the acoustic network of the voices: durations, pitch, energy and mel pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models.speech.aiprod.acoustic import (
    DECIBELS,
    LANGUAGES,
    OCTAVES,
    AcousticConfig,
    AcousticModel,
    VoiceFacts,
    at_level,
    inside,
)
from engine.models.speech.aiprod.speakers import SpeakerNetwork, d_vector
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.voice_data import Lesson, VoiceSet, taught_set
from engine.training.voice_likeness import heard_apart, seen_apart

if TYPE_CHECKING:
    from engine.models.speech.align_network import AlignerNetwork

_MEASURED = 100  # sentences that tell where a voice's pitch and level lie
_HEARD = 20  # sentences that a d-vector is heard from


@dataclass(frozen=True)
class VoiceLesson:
    """A row of `voices` in the training file: what the voice is called, and its teacher."""

    name: str
    teacher: str
    sentences: int
    language: str
    sex: str
    description: str


@dataclass(frozen=True)
class AcousticTraining:
    """The `[training]` table: the voices, and the learning rate.

    direct: part of the examples that are told a sentence's own d-vector in place of the table's.
    seen, heard: how much it counts that mel pictures look and sound unlike (`voice_likeness`).
    """

    voices: Sequence[Mapping[str, str | int]]
    seed: int = 51
    direct: float = 0.25
    rate: float = 1e-3
    seen: float = 0.0
    heard: float = 0.0

    @property
    def lessons(self) -> tuple[VoiceLesson, ...]:
        """The rows of `voices`. Raises TypeError for wrong keys."""
        rows: list[Mapping[str, object]] = [dict(row) for row in self.voices]
        return tuple(VoiceLesson(**row) for row in rows)  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        if not self.lessons:
            raise ValueError("voices names at least one voice")
        if any(row.language[:2] not in LANGUAGES for row in self.lessons):
            raise ValueError(f"a voice's language begins with one of {', '.join(LANGUAGES)}")


@dataclass(frozen=True)
class Batch:
    """Sentences side by side, padded: what the network reads and what it should give."""

    rows: Tensor  # (B, L, 5)
    lengths: Tensor  # (B,)
    frames: Tensor  # (B, L)
    said: Tensor  # (B, L, 2) pitch and energy
    mel: Tensor  # (B, 80, T)
    hertz: Tensor  # (B, T)
    who: Tensor  # (B,) index of the voice
    base: Tensor  # (B,) log2 of the voice's Hz
    level: Tensor  # (B,) dB

    @property
    def total(self) -> Tensor:
        """Frames (B,) of the sentences."""
        return self.frames.sum(1)


def train_acoustic(
    loop: LoopConfig,
    training: AcousticTraining,
    config: AcousticConfig,
    folder: Path,
    *,
    speakers: SpeakerNetwork,
    start: Mapping[str, Tensor] | None = None,
    report: Report | None = None,
) -> AcousticModel:
    """Train from `start` or from nothing, and go on from `folder`'s checkpoint.

    Without `start` the table of speakers begins with what `speakers` hears.
    """
    torch.manual_seed(loop.seed)
    sets = [
        taught_set(folder.parent / "voices", row.teacher, row.sentences, training.seed)
        for row in training.lessons
    ]
    facts = tuple(
        measured(VoiceFacts(row.name, row.language, row.sex, row.description, row.teacher), heard)
        for row, heard in zip(training.lessons, sets, strict=True)
    )
    model = AcousticModel(replace(config, voices=facts))
    with torch.no_grad():
        for number, heard in enumerate(sets):
            model.speakers[number] = torch.from_numpy(heard_vector(speakers, heard))
    if start is not None:
        model.load_state_dict(start)

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        random = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        lessons, who = chosen(sets, loop.batch, random)
        batch = batch_of(lessons, who, facts)
        told = F.normalize(model.speakers[batch.who], dim=-1)
        if random.random() < training.direct:
            heard = [d_vector(speakers, [lesson.wave]) for lesson in lessons]
            told = torch.from_numpy(np.stack(heard))
        return acoustic_loss(model, batch, told, seen=training.seen, heard=training.heard)

    optimiser = torch.optim.AdamW(model.parameters(), lr=training.rate, betas=(0.9, 0.98))
    average = train(Trainee(model, (optimiser,), loss), loop, folder, report=report)
    model.load_state_dict(average, strict=False)
    return model.eval()


def acoustic_loss(
    model: AcousticModel, batch: Batch, speaker: Tensor, *, seen: float = 0.0, heard: float = 0.0
) -> tuple[Tensor, Mapping[str, float]]:
    """How far durations, pitch, energy, mel pictures and melody are from those of the batch."""
    languages = [LANGUAGES.index(facts.language[:2]) for facts in model.config.voices]
    known = model.read(batch.rows, batch.lengths, speaker, torch.tensor(languages)[batch.who])
    token = inside(batch.lengths, batch.rows.shape[1])
    predicted = model.predict(known, batch.lengths)
    wanted = torch.cat([batch.frames.float().log1p()[..., None], batch.said], -1)
    square = (predicted - wanted).square()[token].mean(0)
    most = int(batch.total.max())
    told, line = model.decoder.conditions(known, batch.said, batch.frames, speaker, most)
    here = inside(batch.total, most)
    first, after, melody = model.decoder(told, here)
    pictures = [at_level(mel, line[..., 1], batch.level) for mel in (first, after)]
    drawn = [(mel - batch.mel).abs().mean(1)[here].mean() for mel in pictures]
    voiced = (batch.hertz > 0) & here
    octaves = batch.hertz.clamp(min=1).log2() - batch.base[:, None]
    above = (melody[..., 0] - (OCTAVES * octaves - line[..., 0])).abs()
    bend = (above * voiced).sum() / voiced.sum().clamp(min=1)
    voice = F.binary_cross_entropy_with_logits(melody[..., 1][here], voiced.float()[here])
    parts = {"mel": drawn[1], "duration": square[0], "pitch": square[1], "energy": square[2]}
    total = sum(drawn) + square[0] + 0.3 * square[1] + 0.3 * square[2] + 0.2 * bend + 0.3 * voice
    if seen:
        parts["seen"] = seen_apart(pictures[1], batch.mel).mean(1)[here].mean()
        total = total + seen * parts["seen"]
    if heard:
        parts["heard"] = heard_apart(_aligner(), pictures[1], batch.mel, here)
        total = total + heard * parts["heard"]
    return torch.as_tensor(total), {name: float(value.detach()) for name, value in parts.items()}


def _aligner() -> AlignerNetwork:
    """The shipped aligner, which hears and does not learn."""
    from engine.models.speech.align import network

    return network().requires_grad_(False)


def chosen(
    sets: Sequence[VoiceSet], size: int, random: np.random.Generator
) -> tuple[list[Lesson], list[int]]:
    """Sentences of about one length, a voice as often as it has sentences."""
    rank = random.random()
    counts = np.array([len(each) for each in sets])
    lessons, who = [], []
    for _ in range(size):
        voice = int(random.choice(len(sets), p=counts / counts.sum()))
        last = len(sets[voice]) - 1
        index = round((rank + random.uniform(-0.06, 0.06)) * last)
        lessons.append(sets[voice].lesson(min(max(index, 0), last)))
        who.append(voice)
    return lessons, who


def batch_of(lessons: Sequence[Lesson], who: Sequence[int], facts: Sequence[VoiceFacts]) -> Batch:
    """Sentences padded to the longest."""
    base = [np.log2(facts[voice].hertz) for voice in who]
    level = [facts[voice].level for voice in who]
    said = [
        np.stack([OCTAVES * (one.octaves - low), (one.energies - mean) / DECIBELS], 1)
        for one, low, mean in zip(lessons, base, level, strict=True)
    ]
    return Batch(
        rows=_padded([torch.from_numpy(one.rows) for one in lessons]),
        lengths=torch.tensor([len(one.rows) for one in lessons]),
        frames=_padded([torch.from_numpy(one.frames) for one in lessons]),
        said=_padded([torch.from_numpy(part.astype(np.float32)) for part in said]),
        mel=_padded([torch.from_numpy(one.mel.T) for one in lessons]).transpose(1, 2),
        hertz=_padded([torch.from_numpy(one.hertz) for one in lessons]),
        who=torch.tensor(list(who)),
        base=torch.tensor(base, dtype=torch.float32),
        level=torch.tensor(level, dtype=torch.float32),
    )


def measured(facts: VoiceFacts, heard: VoiceSet) -> VoiceFacts:
    """A voice with the middle of its pitch and energy, from sentences of every length."""
    numbers = np.linspace(0, len(heard) - 1, min(_MEASURED, len(heard))).round().astype(int)
    lessons = [heard.lesson(int(number)) for number in numbers]
    hertz = np.concatenate([one.hertz[one.hertz > 0] for one in lessons])
    level = np.concatenate([one.energies[one.rows[:, 4] == 0] for one in lessons])
    middle = float(2 ** np.log2(hertz).mean()) if len(hertz) else facts.hertz
    return replace(facts, hertz=round(middle, 2), level=round(float(level.mean()), 2))


def heard_vector(speakers: SpeakerNetwork, heard: VoiceSet) -> np.ndarray:
    """The d-vector of a voice, from its longest sentences."""
    first = max(0, len(heard) - _HEARD)
    return d_vector(speakers, [heard.lesson(n).wave for n in range(first, len(heard))])


def _padded(parts: Sequence[Tensor]) -> Tensor:
    return torch.nn.utils.rnn.pad_sequence(list(parts), batch_first=True)
