"""Trains the network that tells speakers apart, by the loss of generalized end-to-end training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.speech.aiprod.grid import HOP, voice_mel
from engine.models.speech.aiprod.speakers import WINDOW, SpeakerConfig, SpeakerNetwork
from engine.training.lips_lessons import in_a_room
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.voice_data import VoiceSet, taught_set


@dataclass(frozen=True)
class SpeakerTraining:
    """The `[training]` table: whose sentences are heard.

    Each voice is also heard played faster and slower, as somebody larger or smaller.
    """

    voices: Sequence[str] = ("heart",)
    sentences: int = 60  # of each voice
    sizes: Sequence[float] = (0.84, 0.92, 1.0, 1.09, 1.19)
    held_out: float = 0.2  # part of the sentences that the threshold is measured on
    takes: int = 4  # of each speaker in a step; the loop's batch is how many speakers
    seed: int = 41
    rate: float = 2e-3


class _Judged(nn.Module):
    """The network with the scale and offset of likeness that the loss learns."""

    def __init__(self, config: SpeakerConfig) -> None:
        super().__init__()
        self.network = SpeakerNetwork(config)
        self.scale = nn.Parameter(torch.tensor(10.0))
        self.offset = nn.Parameter(torch.tensor(-5.0))


def train_speakers(
    loop: LoopConfig,
    training: SpeakerTraining,
    config: SpeakerConfig,
    folder: Path,
    *,
    report: Report | None = None,
) -> SpeakerNetwork:
    """Train from nothing or go on, then measure from which likeness two takes are of one."""
    torch.manual_seed(loop.seed)
    model = _Judged(config)
    sets = [
        taught_set(folder.parent / "voices", voice, training.sentences, training.seed)
        for voice in training.voices
    ]
    people = [(each, size) for each in sets for size in training.sizes]

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        random = np.random.default_rng(int(torch.randint(2**62, (), generator=generator)))
        count = min(loop.batch, len(people))
        chosen = random.choice(len(people), count, replace=False)
        mel = torch.cat([_takes(*people[int(one)], training, random) for one in chosen])
        vectors = model.network(mel).unflatten(0, (count, training.takes))
        like = likeness(vectors) * model.scale.clamp(min=1) + model.offset
        wanted = torch.arange(count).repeat_interleave(training.takes)
        flat = like.flatten(0, 1)
        right = (flat.argmax(1) == wanted).float().mean()
        return F.cross_entropy(flat, wanted), {"right": float(right)}

    optimiser = torch.optim.AdamW(model.parameters(), lr=training.rate, weight_decay=0.01)
    average = train(Trainee(model, (optimiser,), loss), loop, folder, report=report)
    model.load_state_dict(average, strict=False)
    network = model.network.eval()
    network.same.fill_(_threshold(network, people, training))
    return network


def likeness(vectors: Tensor) -> Tensor:
    """Cosines (S, T, S) of takes (S, T, D) to the means of speakers, a take's own left out.

    Wan et al., ICASSP 2018, equations 8 and 9.
    """
    people, takes, _ = vectors.shape
    total = vectors.sum(1)
    means = F.normalize(total, dim=-1)
    others = F.normalize(total[:, None] - vectors, dim=-1)
    like = vectors @ means.T
    own = (vectors * others).sum(-1)
    same = torch.eye(people, dtype=torch.bool)[:, None].expand(-1, takes, -1)
    return torch.where(same, own[..., None], like)


def _takes(
    voice: VoiceSet,
    size: float,
    training: SpeakerTraining,
    random: np.random.Generator,
    *,
    held_out: bool = False,
) -> Tensor:
    """Stretches (takes, 80, WINDOW) of one speaker, each in a room of its own."""
    numbers = [n for n in range(len(voice)) if (_held(n, training.held_out)) == held_out]
    chosen = random.choice(numbers or range(len(voice)), training.takes)
    return torch.cat([_take(voice.lesson(int(n)).wave, size, random) for n in chosen])


def _held(number: int, part: float) -> bool:
    return part > 0 and number % max(2, round(1 / part)) == 0


def _take(wave: NDArray[np.float32], size: float, random: np.random.Generator) -> Tensor:
    count = int(len(wave) / size)
    sized = np.interp(np.arange(count) * size, np.arange(len(wave)), wave).astype(np.float32)
    length = WINDOW * HOP
    sized = np.pad(sized, (0, max(0, length - len(sized))), mode="wrap")
    start = int(random.integers(len(sized) - length + 1))
    heard = in_a_room(sized[start : start + length], random)
    return voice_mel(torch.from_numpy(heard)[None])


@torch.no_grad()
def _threshold(
    network: SpeakerNetwork, people: Sequence[tuple[VoiceSet, float]], training: SpeakerTraining
) -> float:
    """The likeness at which as many strangers pass as speakers fail, on held-out sentences."""
    random = np.random.default_rng(training.seed)
    own: list[float] = []
    other: list[float] = []
    means: list[Tensor] = []
    for voice, size in people:
        vectors = network(_takes(voice, size, training, random, held_out=True))
        mean = F.normalize(vectors[1:].sum(0), dim=0)
        own.append(float(vectors[0] @ mean))
        other += [float(vectors[0] @ known) for known in means]
        means.append(mean)
    if not other:
        return min(own)
    steps = np.linspace(-1, 1, 401)
    failed = np.array([np.mean(np.array(own) < step) for step in steps])
    passed = np.array([np.mean(np.array(other) >= step) for step in steps])
    return float(steps[int(np.abs(failed - passed).argmin())])
