"""Trains the whole shdt transformer further on a folder of captioned films."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.models.shdt.transformer import ShdtTransformer
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training.flow import FlowTraining, LatentSet, draw, sigmas
from engine.training.footage import WHOLE, Lesson, footage_sets, lesson_at, lessons
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.optimisers import optimisers


@dataclass(frozen=True)
class FootageTraining:
    """What the `[training]` tables of trainings on the user's footage have in common."""

    footage: str  # the folder of films, beside the training file
    curriculum: Sequence[Sequence[int]] = WHOLE  # rows of (pixels, frames, per cent of the steps)
    shift: float = 2.0
    drop_prompt: float = 0.1
    drop_word: float = 0.08

    def __post_init__(self) -> None:
        lessons(self.curriculum)


@dataclass(frozen=True)
class TuneTraining(FootageTraining):
    """The `[training]` table of a full training on footage."""

    matrix_rate: float = 3e-4  # Muon, on the blocks' matrices
    rate: float = 1e-4  # AdamW, on all else


@dataclass(frozen=True)
class Footage:
    """Where the films are, and what turns them into latents."""

    folder: Path
    work: Path
    vae: VideoAutoencoder
    precision: Precision


class Course:
    """The sets of a curriculum, and those of the lesson that a training has come to."""

    def __init__(self, footage: Footage, training: FootageTraining, steps: int) -> None:
        self._lessons = lessons(training.curriculum)
        self._sets = [_sets(footage, lesson) for lesson in self._lessons]
        self._steps, self._now = steps, 0

    def begin(self, step: int) -> None:
        """Go to the lesson of a step."""
        self._now = lesson_at(step / self._steps, self._lessons)

    def choose(self, generator: torch.Generator) -> LatentSet:
        """One of the lesson's sets, larger ones more often."""
        sets = self._sets[self._now]
        weights = torch.tensor([float(len(one.latents)) for one in sets])
        return sets[int(torch.multinomial(weights, 1, generator=generator))]


def _sets(footage: Footage, lesson: Lesson) -> list[LatentSet]:
    return footage_sets(footage.folder, footage.work, footage.vae, footage.precision, lesson)


def footage_loss(
    model: ShdtTransformer,
    course: Course,
    training: FootageTraining,
    batch: int,
    precision: Precision,
) -> Callable[[torch.Generator], tuple[Tensor, Mapping[str, float]]]:
    """The loss of rectified flow on batches of the user's films."""
    flow = FlowTraining(
        buckets=(),
        shift=training.shift,
        drop_prompt=training.drop_prompt,
        drop_word=training.drop_word,
    )

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        clean, words, _ = draw(course.choose(generator), batch, flow, generator)
        noise = torch.randn(clean.shape, generator=generator)
        sigma = sigmas(clean, flow, generator)
        clean, words, noise, sigma = (
            part.to(precision.device) for part in (clean, words, noise, sigma)
        )
        level = sigma[:, None, :, None, None]
        with precision.autocast():
            predicted = model((1 - level) * clean + level * noise, sigma, words)
        square = (predicted.float() - (noise - clean)).square()
        asked = (level > 0).float().expand_as(square)
        return (square * asked).sum() / asked.sum(), {}

    return loss


def train_tuned(
    loop: LoopConfig,
    training: TuneTraining,
    model: ShdtTransformer,
    folder: Path,
    *,
    footage: Footage,
    report: Report | None = None,
) -> ShdtTransformer:
    """Train `model` on, from its weights or from `folder`'s checkpoint."""
    torch.manual_seed(loop.seed)
    model = model.to(footage.precision.device).requires_grad_(True).train()
    course = Course(footage, training, loop.steps)
    parts = optimisers(
        model,
        matrix_rate=training.matrix_rate,
        rate=training.rate,
        inner=lambda name: name.startswith("blocks."),
    )
    loss = footage_loss(model, course, training, loop.batch, footage.precision)
    trainee = Trainee(model, parts, loss, course.begin)
    model.load_state_dict(train(trainee, loop, folder, report=report), strict=False)
    return model.eval().cpu()
