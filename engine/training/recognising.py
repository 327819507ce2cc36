"""Trains the recogniser of reference pictures on stills of the starter world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models.shdt import lexicon
from engine.models.shdt.recogniser import Recogniser, RecogniserConfig
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training import world
from engine.training.autoencoder import to_picture
from engine.training.flow import IDENTITY_COLUMNS, fingerprint, kept
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.optimisers import optimisers

BATCH = 8  # stills that are coded at a time
_FIRST = [
    lexicon.concept_id(facet, next(iter(lexicon.FACETS[facet]))) for facet in lexicon.IDENTITY
]


@dataclass(frozen=True)
class RecogniserTraining:
    """The `[training]` table of a recogniser's training file."""

    buckets: Sequence[Sequence[int]]  # rows of (width, height, stills, batch, weight in per cent)
    noise: float = 0.3  # largest deviation of the noise on a latent: samples are not renders
    matrix_rate: float = 2e-3  # Muon, on the blocks' matrices
    rate: float = 1e-3  # AdamW, on all else


def train_recogniser(
    loop: LoopConfig,
    training: RecogniserTraining,
    config: RecogniserConfig,
    folder: Path,
    *,
    vae: VideoAutoencoder,
    precision: Precision,
    report: Report | None = None,
) -> Recogniser:
    """Train from nothing or from `folder`'s checkpoint."""
    torch.manual_seed(loop.seed)
    model = Recogniser(config)
    buckets = [
        still_set(folder.parent / "clips", vae, precision, count=n, width=w, height=h, seed=37)
        for w, h, n, _, _ in training.buckets
    ]
    weights = torch.tensor([float(row[4]) for row in training.buckets])

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        choice = int(torch.multinomial(weights, 1, generator=generator))
        latents, concepts = buckets[choice]
        index = torch.randint(len(latents), (training.buckets[choice][3],), generator=generator)
        latent = torch.from_numpy(latents[index.numpy()]).float()
        spread = training.noise * torch.rand((len(index), 1, 1, 1, 1), generator=generator)
        latent = latent + spread * torch.randn(latent.shape, generator=generator)
        with precision.autocast():
            logits = model(latent)
        rows = list(zip(logits, concepts[index].unbind(1), strict=True))
        right = torch.stack([(row.argmax(-1) == truth).float().mean() for row, truth in rows])
        wrong = 1 - float(right.mean())
        return sum((F.cross_entropy(*row) for row in rows), torch.zeros(())), {"wrong": wrong}

    parts = optimisers(
        model,
        matrix_rate=training.matrix_rate,
        rate=training.rate,
        inner=lambda name: name.startswith(("fine.", "coarse.")),
    )
    model.load_state_dict(train(Trainee(model, parts, loss), loop, folder, report=report))
    return model.eval()


def still_set(
    folder: Path,
    vae: VideoAutoencoder,
    precision: Precision,
    *,
    count: int,
    width: int,
    height: int,
    seed: int,
) -> tuple[np.ndarray, Tensor]:
    """Latents (N, C, 1, h, w) of stills, and the concept (N, facets) of each, by its place.

    They are made once and kept in `folder`.
    """
    drawn = [resting(index, seed) for index in range(count)]
    name = f"resting-v{world.VERSION}-{width}x{height}-{count}-{seed}-{fingerprint(vae)}"
    kept(folder / f"{name}.npy", _coded(drawn, (width, height), vae, precision))
    tokens = torch.tensor([lexicon.tokens(scenario.concepts) for scenario in drawn])
    concepts = tokens[:, IDENTITY_COLUMNS] - torch.tensor(_FIRST)
    return np.load(folder / f"{name}.npy", mmap_mode="r"), concepts


def resting(index: int, seed: int) -> world.Scenario:
    """A scenario of training whose thing rests anywhere in the picture."""
    rng = np.random.default_rng([seed, index])
    while True:
        concepts = {**world.draw_concepts(rng), "motion": "still", "camera": "fixed"}
        if not world.held_out(concepts):
            break
    place = float(rng.uniform(-0.5, 0.5)), float(rng.uniform(-0.3, 0.2))
    return replace(world.draw_scenario(rng, concepts), place=place)


@torch.no_grad()
def _coded(
    drawn: Sequence[world.Scenario],
    size: tuple[int, int],
    vae: VideoAutoencoder,
    precision: Precision,
) -> Iterator[Tensor]:
    for start in range(0, len(drawn), BATCH):
        some = drawn[start : start + BATCH]
        stills = np.stack([world.render(scenario, *size, frames=2)[:1] for scenario in some])
        with precision.autocast():
            yield vae.encode(to_picture(stills)).float()
