"""Trains the shdt transformer: rectified flow on latents of starter-world clips."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine.diffusion.picturing import time_of_frame as frame_in_latents
from engine.diffusion.schedules import shift_sigma
from engine.models.shdt import lexicon
from engine.models.shdt.transformer import REFERENCE_TIME, ShdtTransformer, TransformerConfig
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training import world
from engine.training.autoencoder import to_picture
from engine.training.clips import clip_set, object_cells
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.optimisers import optimisers

SEED = 23  # of the clips that transformers learn from: the same scenarios at every size
IDENTITY_COLUMNS = [list(lexicon.FACETS).index(facet) for facet in lexicon.IDENTITY]


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
    guides: float = 0.0  # batches that are given a picture of their own, at its place in time
    shape_weight: float = 1.0  # of the loss where the shape is: it fills little of the picture
    compile: bool = False


@dataclass(frozen=True)
class LatentSet:
    """Latents (N, C, T, h, w) float16 and concept tokens (N, L) of one size."""

    latents: np.ndarray
    tokens: Tensor

    @cached_property
    def clips(self) -> Tensor:
        """The numbers of all clips."""
        return torch.arange(len(self.latents))

    @cached_property
    def alike(self) -> list[list[int]]:
        """Of every clip, the clips that show the same thing: itself among them."""
        groups: dict[tuple[int, ...], list[int]] = {}
        keys = [tuple(row) for row in self.tokens[:, IDENTITY_COLUMNS].tolist()]
        for clip, key in enumerate(keys):
            groups.setdefault(key, []).append(clip)
        return [groups[key] for key in keys]


@dataclass(frozen=True)
class Bucket:
    """The clips of one size: their latents, a still of each by itself, and where their shape is."""

    clips: LatentSet
    stills: np.ndarray  # (N, C, 1, h, w): a frame coded by itself
    cells: Tensor  # bool (N, T, h, w)

    def some_still(self, generator: torch.Generator) -> int:
        """The frame that the still of a random clip is."""
        frames = still_frames(len(self.stills))
        return int(frames[torch.randint(len(frames), (1,), generator=generator)])

    def shown_at(self, frame: int) -> Tensor:
        """The clips whose still is this frame."""
        return self.clips.clips[still_frames(len(self.stills)) == frame]


@dataclass(frozen=True)
class Place:
    """Where samples are on their ways: x (B, C, T, h, w), at levels sigma (B, T), with velocities.

    Frames at level 0 are given clean: they have no way to go.
    """

    x: Tensor
    sigma: Tensor
    velocity: Tensor


Ways = Callable[[int, Tensor, Tensor, torch.Generator], Place]
"""From a bucket's number, clean latents and the numbers of their clips to places on their ways."""


def train_flow(
    loop: LoopConfig,
    training: FlowTraining,
    config: TransformerConfig,
    folder: Path,
    *,
    vae: VideoAutoencoder,
    start: Mapping[str, Tensor] | None = None,
    ways: Ways | None = None,
    precision: Precision,
    report: Report | None = None,
) -> ShdtTransformer:
    """Train from nothing, from `start`'s weights, or from `folder`'s checkpoint.

    The `ways` that it learns lead from noise, unless others are given.
    """
    torch.manual_seed(loop.seed)
    model = ShdtTransformer(config)
    if start:
        model.load_state_dict(start)
    buckets = [
        bucket(folder.parent / "clips", vae, precision, count=n, width=w, height=h, seed=SEED)
        for w, h, n, _, _ in training.buckets
    ]
    placed = ways or (lambda _choice, clean, _clips, draws: from_noise(clean, training, draws))
    weights = torch.tensor([float(row[4]) for row in training.buckets])
    velocity = torch.compile(model, dynamic=False) if training.compile else model

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        choice = int(torch.multinomial(weights, 1, generator=generator))
        now, batch = buckets[choice], training.buckets[choice][3]
        kind = float(torch.rand((), generator=generator))
        guided = training.references <= kind < training.references + training.guides
        frame = now.some_still(generator)
        among = now.shown_at(frame) if guided else now.clips.clips
        clean, words, index = draw(now.clips, batch, training, generator, among)
        at = placed(choice, clean, index, generator)
        with precision.autocast():
            if kind < training.references:
                seen = references(now, index, words, generator)
                predicted = seeing(model, at, words, seen, REFERENCE_TIME)
            elif guided:
                seen = torch.from_numpy(now.stills[index.numpy()]).float()
                time = frame_in_latents(frame, vae.config.time)
                predicted = seeing(model, at, words, seen, time)
            else:
                predicted = velocity(at.x, at.sigma, words)
        square = (predicted.float() - at.velocity).square().mean(1)
        weight = 1 + (training.shape_weight - 1) * now.cells[index].float()
        weight = weight * (at.sigma > 0).float()[:, :, None, None]
        return (square * weight).sum() / weight.sum(), {}

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
    latents: LatentSet,
    batch: int,
    training: FlowTraining,
    generator: torch.Generator,
    among: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """A batch of latents (B, C, T, h, w), words (B, L) with some left out, and its clips (B,)."""
    some = latents.clips if among is None else among
    index = some[torch.randint(len(some), (batch,), generator=generator)]
    clean = torch.from_numpy(latents.latents[index.numpy()]).float()
    words = latents.tokens[index].clone()
    word = torch.rand(words.shape, generator=generator) < training.drop_word
    prompt = torch.rand((batch, 1), generator=generator) < training.drop_prompt
    words[word | prompt] = lexicon.NOTHING
    return clean, words, index


def references(bucket: Bucket, index: Tensor, words: Tensor, generator: torch.Generator) -> Tensor:
    """Stills (B, C, 1, h, w) of other clips that show the same thing as those of `index`.

    In half of them `words` no longer says what the thing is, so that the picture has to.
    """
    part = torch.rand((2, len(index)), generator=generator)
    mates = [bucket.clips.alike[int(clip)] for clip in index]
    chosen = [mate[int(len(mate) * u)] for mate, u in zip(mates, part[0], strict=True)]
    silent = torch.nonzero(part[1] < 0.5)
    words[silent, IDENTITY_COLUMNS] = lexicon.NOTHING
    return torch.from_numpy(bucket.stills[chosen]).float()


def seeing(model: ShdtTransformer, at: Place, words: Tensor, seen: Tensor, time: float) -> Tensor:
    """The velocity of the clip's own frames, with one clean frame more for the model to look at."""
    frames = at.x.shape[2]
    times = torch.tensor([*map(float, range(frames)), time])
    levels = torch.cat([at.sigma, torch.zeros_like(at.sigma[:, :1])], 1)
    out: Tensor = model(torch.cat([at.x, seen], 2), levels, words, times)
    return out[:, :, :frames]


def from_noise(clean: Tensor, training: FlowTraining, generator: torch.Generator) -> Place:
    """Somewhere on the straight way from noise to each sample of `clean` (B, C, T, h, w)."""
    noise = torch.randn(clean.shape, generator=generator)
    sigma = sigmas(clean, training, generator)
    return Place(torch.lerp(clean, noise, over_frames(sigma)), sigma, noise - clean)


def sigmas(clean: Tensor, training: FlowTraining, generator: torch.Generator) -> Tensor:
    """Noise level of every frame (B, T): one a sample, 0 for frames given clean."""
    batch, frames = clean.shape[0], clean.shape[2]
    level = shift_sigma(torch.rand((batch, 1), generator=generator), training.shift)
    given = given_frames(batch, frames, training.clean_frames, generator)
    return level.expand(batch, frames).masked_fill(given, 0)


def over_frames(levels: Tensor) -> Tensor:
    """Values (B, T) of frames as (B, 1, T, 1, 1), to go with latents."""
    return levels[:, None, :, None, None]


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


def bucket(
    folder: Path,
    vae: VideoAutoencoder,
    precision: Precision,
    *,
    count: int,
    width: int,
    height: int,
    seed: int,
) -> Bucket:
    """What a transformer learns from the clips of one size, made once and kept in `folder`."""
    latents = latent_set(folder, vae, precision, count=count, width=width, height=height, seed=seed)
    clips = clip_set(folder, count=count, width=width, height=height, seed=seed)
    at = still_frames(count).numpy()

    def stills(batch: slice) -> np.ndarray:
        return clips.pictures[np.arange(count)[batch], at[batch]][:, None]

    path = (
        folder / f"stills-v{world.VERSION}-{width}x{height}-{count}-{seed}-{fingerprint(vae)}.npy"
    )
    kept(path, _encoded(stills, count, 4096 * 64 // (width * height), vae, precision))
    cells = object_cells(count, seed, width=width, height=height, space=vae.config.space)
    return Bucket(latents, np.load(path, mmap_mode="r"), torch.from_numpy(cells))


def still_frames(count: int) -> Tensor:
    """Which frame the still of each of `count` clips is."""
    return torch.arange(count) * 7 % world.FRAMES


def latent_set(
    folder: Path,
    vae: VideoAutoencoder,
    precision: Precision,
    *,
    count: int,
    width: int,
    height: int,
    seed: int,
    motion: str = "",
) -> LatentSet:
    """Encode a clip set once and keep it in `folder`, named after the autoencoder's weights."""
    clips = clip_set(folder, count=count, width=width, height=height, seed=seed, motion=motion)
    made = f"{width}x{height}-{count}-{seed}{motion}-{fingerprint(vae)}"
    path = folder / f"latents-v{world.VERSION}-{made}.npy"
    batch = max(1, 16 * 64 * 64 // (width * height))
    kept(path, _encoded(lambda part: clips.pictures[part], count, batch, vae, precision))
    return LatentSet(np.load(path, mmap_mode="r"), torch.from_numpy(clips.tokens))


def kept(path: Path, parts: Iterator[Tensor]) -> None:
    """Write the parts, one after the other, as float16 into `path` unless it is there."""
    if not path.exists():
        made = np.concatenate([part.numpy().astype(np.float16) for part in parts])
        np.save(path.with_suffix(".part.npy"), made)
        path.with_suffix(".part.npy").replace(path)


def fingerprint(network: nn.Module) -> str:
    """Eight hex digits that change with a network's weights; a decoder's do not count."""
    digest = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        if not name.startswith("decoder."):
            digest.update(name.encode() + value.detach().half().numpy().tobytes())
    return digest.hexdigest()[:8]


@torch.no_grad()
def _encoded(
    pictures: Callable[[slice], np.ndarray],
    count: int,
    batch: int,
    vae: VideoAutoencoder,
    precision: Precision,
) -> Iterator[Tensor]:
    for start in range(0, count, batch):
        with precision.autocast():
            yield vae.encode(to_picture(pictures(slice(start, start + batch)))).float()
