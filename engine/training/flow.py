"""Trains the shdt transformer: rectified flow on latents of starter-world clips."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine.diffusion.schedules import shift_sigma
from engine.models.shdt import lexicon
from engine.models.shdt.transformer import REFERENCE_TIME, ShdtTransformer, TransformerConfig
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training import world
from engine.training.autoencoder import to_picture
from engine.training.clips import clip_set
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.optimisers import optimisers

IDENTITY = [list(lexicon.FACETS).index(name) for name in ("size", "colour", "surface", "shape")]


@dataclass(frozen=True)
class FlowTraining:
    """The `[training]` table of a transformer's training file."""

    buckets: Sequence[Sequence[int]]  # rows of (width, height, clips, batch, weight in per cent)
    matrix_rate: float = 2e-3  # Muon, on the blocks' matrices
    rate: float = 1e-3  # AdamW, on all else
    shift: float = 2.0
    drop_prompt: float = 0.1
    drop_word: float = 0.08
    clean_frames: float = 0.2  # samples with some latent frames given clean
    references: float = 0.0  # batches that are given another clip's picture of the same thing
    compile: bool = False


@dataclass(frozen=True)
class LatentSet:
    """Latents (N, C, T, h, w) float16 and concept tokens (N, L) of one size."""

    latents: np.ndarray
    tokens: Tensor

    @cached_property
    def alike(self) -> list[list[int]]:
        """Of every clip, the clips that show the same thing: itself among them."""
        groups: dict[tuple[int, ...], list[int]] = {}
        keys = [tuple(row) for row in self.tokens[:, IDENTITY].tolist()]
        for clip, key in enumerate(keys):
            groups.setdefault(key, []).append(clip)
        return [groups[key] for key in keys]


def train_flow(
    loop: LoopConfig,
    training: FlowTraining,
    config: TransformerConfig,
    folder: Path,
    *,
    vae: VideoAutoencoder,
    start: Mapping[str, Tensor] | None = None,
    precision: Precision,
    report: Report | None = None,
) -> ShdtTransformer:
    """Train from nothing, from `start`'s weights, or from `folder`'s checkpoint."""
    torch.manual_seed(loop.seed)
    model = ShdtTransformer(config)
    if start:
        model.load_state_dict(start)
    sets = [
        latent_set(folder.parent / "clips", vae, precision, count=n, width=w, height=h, seed=23)
        for w, h, n, _, _ in training.buckets
    ]
    weights = torch.tensor([float(row[4]) for row in training.buckets])
    velocity = torch.compile(model, dynamic=False) if training.compile else model

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        choice = int(torch.multinomial(weights, 1, generator=generator))
        clean, words, index = draw(sets[choice], training.buckets[choice][3], training, generator)
        noise = torch.randn(clean.shape, generator=generator)
        sigma = sigmas(clean, training, generator)
        level = sigma[:, None, :, None, None]
        noisy = (1 - level) * clean + level * noise
        with_reference = float(torch.rand((), generator=generator)) < training.references
        with precision.autocast():
            if with_reference:
                seen = references(sets[choice], index, words, generator)
                predicted = with_references(model, noisy, sigma, words, seen)
            else:
                predicted = velocity(noisy, sigma, words)
        square = (predicted.float() - (noise - clean)).square()
        asked = (level > 0).float().expand_as(square)
        return (square * asked).sum() / asked.sum(), {}

    parts = optimisers(
        model,
        matrix_rate=training.matrix_rate,
        rate=training.rate,
        inner=lambda name: name.startswith("blocks."),
    )
    average = train(Trainee(model, parts, loss), loop, folder, report=report)
    model.load_state_dict(average)
    return model.eval()


def draw(
    latents: LatentSet, batch: int, training: FlowTraining, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """A batch of latents (B, C, T, h, w), words (B, L) with some left out, and its clips (B,)."""
    index = torch.randint(len(latents.latents), (batch,), generator=generator)
    clean = torch.from_numpy(latents.latents[index.numpy()]).float()
    words = latents.tokens[index].clone()
    word = torch.rand(words.shape, generator=generator) < training.drop_word
    prompt = torch.rand((batch, 1), generator=generator) < training.drop_prompt
    words[word | prompt] = lexicon.NOTHING
    return clean, words, index


def references(
    latents: LatentSet, index: Tensor, words: Tensor, generator: torch.Generator
) -> Tensor:
    """First frames (B, C, 1, h, w) of other clips that show the same thing as those of `index`.

    In half of them `words` no longer says what the thing is, so that the picture has to.
    """
    part = torch.rand((2, len(index)), generator=generator)
    mates = [latents.alike[int(clip)] for clip in index]
    chosen = [mate[int(len(mate) * u)] for mate, u in zip(mates, part[0], strict=True)]
    silent = torch.nonzero(part[1] < 0.5)
    words[silent, IDENTITY] = lexicon.NOTHING
    return torch.from_numpy(latents.latents[chosen, :, :1]).float()


def with_references(
    model: ShdtTransformer, noisy: Tensor, sigma: Tensor, words: Tensor, seen: Tensor
) -> Tensor:
    """The velocity of the clip's own frames, with one clean frame more for the model to look at."""
    times = torch.tensor([*map(float, range(noisy.shape[2])), REFERENCE_TIME])
    levels = torch.cat([sigma, torch.zeros_like(sigma[:, :1])], 1)
    out: Tensor = model(torch.cat([noisy, seen], 2), levels, words, times)
    return out[:, :, : noisy.shape[2]]


def sigmas(clean: Tensor, training: FlowTraining, generator: torch.Generator) -> Tensor:
    """Noise level of every frame (B, T): one a sample, 0 for frames given clean."""
    batch, frames = clean.shape[0], clean.shape[2]
    level = shift_sigma(torch.rand((batch, 1), generator=generator), training.shift)
    given = given_frames(batch, frames, training.clean_frames, generator)
    return level.expand(batch, frames).masked_fill(given, 0)


def given_frames(batch: int, frames: int, part: float, generator: torch.Generator) -> Tensor:
    """Frames given clean (B, T), in `part` of the samples.

    Half of those samples know the first frame, the last or both, the other half any frames:
    what keyframes, extending, bridging and retakes ask of the model.
    """
    ends = torch.zeros((batch, frames), dtype=torch.bool)
    ends[:, [0, -1]] = torch.rand((batch, 2), generator=generator) < 0.6
    share = torch.rand((batch, 1), generator=generator)
    scattered = torch.rand((batch, frames), generator=generator) < share
    kind = torch.rand((batch, 1), generator=generator)
    return (ends & (kind < part / 2)) | (scattered & (kind >= part / 2) & (kind < part))


def latent_set(
    folder: Path,
    vae: VideoAutoencoder,
    precision: Precision,
    *,
    count: int,
    width: int,
    height: int,
    seed: int,
) -> LatentSet:
    """Encode a clip set once and keep it in `folder`, named after the autoencoder's weights."""
    clips = clip_set(folder, count=count, width=width, height=height, seed=seed)
    path = (
        folder / f"latents-v{world.VERSION}-{width}x{height}-{count}-{seed}-{fingerprint(vae)}.npy"
    )
    if not path.exists():
        parts = [
            part.numpy().astype(np.float16) for part in _encoded(clips.pictures, vae, precision)
        ]
        np.save(path.with_suffix(".part.npy"), np.concatenate(parts))
        path.with_suffix(".part.npy").replace(path)
    return LatentSet(np.load(path, mmap_mode="r"), torch.from_numpy(clips.tokens))


def fingerprint(model: nn.Module) -> str:
    """Eight hex digits that change with the weights."""
    digest = hashlib.sha256()
    for name, value in sorted(model.state_dict().items()):
        digest.update(name.encode() + value.detach().half().numpy().tobytes())
    return digest.hexdigest()[:8]


@torch.no_grad()
def _encoded(pictures: np.ndarray, vae: VideoAutoencoder, precision: Precision) -> Iterator[Tensor]:
    batch = max(1, 16 * 64 * 64 // (pictures.shape[2] * pictures.shape[3]))
    for start in range(0, len(pictures), batch):
        with precision.autocast():
            yield vae.encode(to_picture(pictures[start : start + batch])).float()
