"""Trains an shdt transformer that needs few steps and no guidance, from one that needs many.

Each step of the student lands where several guided steps of the teacher land (progressive
distillation, Salimans and Ho 2022, with the guidance inside as Meng et al. 2023 have it).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.diffusion.guidance import classifier_free
from engine.diffusion.schedules import flow_sigmas
from engine.models.shdt import lexicon
from engine.models.shdt.transformer import ShdtTransformer
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training.flow import SEED, FlowTraining, bucket, draw, given_frames, over_frames
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.optimisers import optimisers


@dataclass(frozen=True)
class DistilTraining:
    """The `[training]` table of a distillation's training file."""

    buckets: Sequence[Sequence[int]]  # rows of (width, height, clips, batch, weight in per cent)
    steps: int = 8  # of the student; its levels of noise are those of a run with so many steps
    substeps: int = 3  # of the teacher within one of them
    guidance: float = 3.0
    shift: float = 2.0
    clean_frames: float = 0.2
    shape_weight: float = 3.0
    matrix_rate: float = 1e-3  # Muon, on the blocks' matrices
    rate: float = 5e-4  # AdamW, on all else

    def __post_init__(self) -> None:
        if self.steps < 1 or self.substeps < 2:
            raise ValueError("steps is at least 1, substeps at least 2")


def train_distilled(
    loop: LoopConfig,
    training: DistilTraining,
    teacher: ShdtTransformer,
    folder: Path,
    *,
    vae: VideoAutoencoder,
    precision: Precision,
    report: Report | None = None,
) -> ShdtTransformer:
    """The student, which starts as the teacher, or from `folder`'s checkpoint."""
    student = deepcopy(teacher).requires_grad_(True)
    buckets = [
        bucket(folder.parent / "clips", vae, precision, count=n, width=w, height=h, seed=SEED)
        for w, h, n, _, _ in training.buckets
    ]
    weights = torch.tensor([float(row[4]) for row in training.buckets])
    flow = FlowTraining(buckets=(), drop_prompt=0.0)
    levels = flow_sigmas(training.steps, shift=training.shift)

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        choice = int(torch.multinomial(weights, 1, generator=generator))
        now, batch = buckets[choice], training.buckets[choice][3]
        clean, words, index = draw(now.clips, batch, flow, generator)
        step = torch.randint(training.steps, (batch, 1), generator=generator)
        given = given_frames(batch, clean.shape[2], training.clean_frames, generator)
        start, end = (level.masked_fill(given, 0) for level in _levels(levels, step, given))
        noise = torch.randn(clean.shape, generator=generator)
        x = torch.lerp(clean, noise, over_frames(start))
        with precision.autocast():
            target = follow(teacher, x, start, end, words, training.substeps, training.guidance)
            predicted = student(x, start, words)
        square = (predicted.float() - target).square().mean(1)
        weight = 1 + (training.shape_weight - 1) * now.cells[index].float()
        weight = weight * (~given).float()[:, :, None, None]
        return (square * weight).sum() / weight.sum().clamp(min=1), {}

    parts = optimisers(
        student,
        matrix_rate=training.matrix_rate,
        rate=training.rate,
        inner=lambda name: name.startswith("blocks."),
    )
    average = train(Trainee(student, parts, loss), loop, folder, report=report)
    student.load_state_dict(average)
    return student.eval()


def _levels(levels: Tensor, step: Tensor, given: Tensor) -> tuple[Tensor, Tensor]:
    """The noise before and after a step of the student, for every frame (B, T)."""
    return levels[step].expand(given.shape), levels[step + 1].expand(given.shape)


@torch.no_grad()
def follow(
    teacher: ShdtTransformer,
    x: Tensor,
    start: Tensor,
    end: Tensor,
    words: Tensor,
    steps: int,
    guidance: float,
) -> Tensor:
    """The velocity that leads from x at `start` to where so many of the teacher's steps end."""
    nothing = torch.full_like(words, lexicon.NOTHING)
    both = torch.cat([words, nothing])
    at, sigma = x, start
    for part in range(1, steps + 1):
        following = torch.lerp(start, end, part / steps)
        found = teacher(at.repeat(2, 1, 1, 1, 1), sigma.repeat(2, 1), both).float()
        with_prompt, without = found.chunk(2)
        velocity = classifier_free(with_prompt, without, guidance)
        at = at + over_frames(following - sigma) * velocity
        sigma = following
    span = over_frames(end - start)
    return torch.where(span < 0, (at - x) / span.clamp(max=-1e-6), torch.zeros_like(x))
