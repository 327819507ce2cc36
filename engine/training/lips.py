"""Trains the lip network on speech whose phone times are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models.lipsync.hearing import FRAMES, heard
from engine.models.lipsync.network import OUTPUTS, LipConfig, LipNetwork
from engine.training.lips_lessons import example, lessons_of
from engine.training.loop import LoopConfig, Report, Trainee, train

_GAP = {"jawOpen": 1.0, "mouthLowerDown": 0.35, "mouthUpperUp": 0.25, "mouthClose": -1.0}
_MASKED = 10  # bands of an example that may be hidden from the network


@dataclass(frozen=True)
class LipTraining:
    """The `[training]` table: how much speech, how it is varied, and the learning rate."""

    flite: Sequence[str] = ("slt", "rms", "kal16")
    sentences: int = 500  # of each voice of flite
    voices: Sequence[str] = ()  # of our own, placed by the aligner
    voice_sentences: int = 400
    seed: int = 31
    seconds: float = 3.0  # of a training example
    blind: float = 0.6  # part of the examples in which no phone times are known
    jitter: float = 0.015  # seconds by which known times are wrong, standard deviation
    rounded: float = 0.12  # part of flite's sentences whose front vowels are told as rounded
    warp: float = 0.0  # speakers are larger and smaller by up to this (natural logarithm)
    closures: float = 4.0  # how much more closures of the lips count than the rest
    rate: float = 2e-3


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
    lessons = lessons_of(training)
    frames = round(training.seconds * FRAMES) // 2 * 2

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        random = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        chosen = random.integers(len(lessons), size=loop.batch)
        parts = [example(lessons[index], frames, training, random) for index in chosen]
        mel = heard(_stacked([part.wave for part in parts]), config.bands)
        shapes, scores = network(_masked(mel, random), _stacked([part.known for part in parts]))
        wanted = _stacked([part.wanted for part in parts])
        spoken = _stacked([part.spoken for part in parts])
        return _loss(shapes, scores, wanted, spoken, training.closures)

    optimiser = torch.optim.AdamW(
        network.parameters(), lr=training.rate, betas=(0.9, 0.98), weight_decay=0.01
    )
    average = train(Trainee(network, (optimiser,), loss), loop, folder, report=report)
    network.load_state_dict(average)
    return network.eval()


def _stacked(arrays: Sequence[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(arrays))


def _masked(mel: Tensor, random: np.random.Generator) -> Tensor:
    """Log-mel (B, T, bands) with some neighbouring bands of each example hidden.

    After Park and others, SpecAugment, Interspeech 2019.
    """
    for row in mel:
        width = int(random.integers(_MASKED + 1))
        low = int(random.integers(mel.shape[2] - width))
        row[:, low : low + width] = 0.0
    return mel


def _loss(
    shapes: Tensor, scores: Tensor, wanted: Tensor, spoken: Tensor, closures: float
) -> tuple[Tensor, Mapping[str, float]]:
    """Shapes, their speed and the gap of the lips; frames of closures count more."""
    weight = 1 + closures * wanted[..., OUTPUTS.index("mouthPress")] / 0.4
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
