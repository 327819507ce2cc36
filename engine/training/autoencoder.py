"""Trains the shdt video autoencoder on random crops of starter-world clips of several sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.runtime.device import Precision
from engine.training.clips import ClipSet, clip_set
from engine.training.loop import LoopConfig, Report, Trainee, train
from engine.training.optimisers import optimisers


@dataclass(frozen=True)
class AutoencoderTraining:
    """The `[training]` table of an autoencoder's training file."""

    sizes: Sequence[Sequence[int]]  # rows of (width, height, clips, weight in per cent)
    crop: int = 64
    frames: int = 9
    candidates: int = 3  # crops drawn for one kept: the one in which most moves
    matrix_rate: float = 1.5e-3  # Muon
    rate: float = 1e-3  # AdamW
    l1: float = 0.5
    square: float = 4.0
    gradient: float = 0.3
    divergence: float = 5e-5
    decoder_only: bool = False  # the encoder stays as it was: latents keep their meaning


def train_autoencoder(
    loop: LoopConfig,
    training: AutoencoderTraining,
    config: VaeConfig,
    folder: Path,
    *,
    start: Mapping[str, Tensor] | None = None,
    precision: Precision,
    report: Report | None = None,
) -> VideoAutoencoder:
    """Train from nothing, from `start`'s weights, or from `folder`'s checkpoint.

    The latent statistics are measured afterwards, unless the encoder stays as it was.
    """
    torch.manual_seed(loop.seed)
    model = VideoAutoencoder(config)
    if start:
        model.load_state_dict(start)
    if training.decoder_only:
        model.encoder.requires_grad_(False)
    sets = [
        clip_set(folder.parent / "clips", count=count, width=width, height=height, seed=11)
        for width, height, count, _ in training.sizes
    ]
    weights = torch.tensor([float(row[3]) for row in training.sizes])

    def loss(generator: torch.Generator) -> tuple[Tensor, Mapping[str, float]]:
        picture = crops(sets, weights, training, loop.batch, generator)
        with precision.autocast():
            mean, log_variance = model.encoder(picture).float().chunk(2, 1)
            log_variance = log_variance.clamp(-20, 4)
            latent = mean
            if (
                not training.decoder_only
            ):  # what is decoded later are means, and predictions of them
                noise = torch.randn(mean.shape, generator=generator)
                latent = mean + noise * torch.exp(0.5 * log_variance)
            decoded = model.decoder(latent).float()
        square = F.mse_loss(decoded, picture)
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
        total = (
            training.square * square
            + training.l1 * F.l1_loss(decoded, picture)
            + training.gradient * _gradient_loss(decoded, picture)
            + training.divergence * divergence
        )
        return total, {"square": float(square.detach()), "divergence": float(divergence.detach())}

    parts = optimisers(
        model,
        matrix_rate=training.matrix_rate,
        rate=training.rate,
        inner=lambda name: ".into." not in name and ".head." not in name,
    )
    average = train(Trainee(model, parts, loss), loop, folder, report=report)
    model.load_state_dict(average, strict=False)
    model.eval()
    if not training.decoder_only:
        _measure_statistics(model, sets[0], precision)
    return model


def crops(
    sets: Sequence[ClipSet],
    weights: Tensor,
    training: AutoencoderTraining,
    batch: int,
    generator: torch.Generator,
) -> Tensor:
    """A batch (B, 3, T, S, S) in -1..1 of random crops in space and time."""
    choices = torch.multinomial(weights, batch, replacement=True, generator=generator)
    rows: list[np.ndarray] = []
    for choice in choices.tolist():
        count = training.candidates if len(rows) % 4 else 1
        drawn = [_crop(sets[choice].pictures, training, generator) for _ in range(count)]
        rows.append(max(drawn, key=_movement))
    return to_picture(np.stack(rows))


def _crop(
    pictures: np.ndarray, training: AutoencoderTraining, generator: torch.Generator
) -> np.ndarray:
    _, frames, height, width, _ = pictures.shape
    size = training.crop
    spans = [len(pictures), frames - training.frames + 1, height - size + 1, width - size + 1]
    index, t, y, x = (int(torch.randint(n, (1,), generator=generator)) for n in spans)
    return pictures[index, t : t + training.frames, y : y + size, x : x + size]


def _movement(crop: np.ndarray) -> float:
    """How much a crop changes over time; small moving things are what is learned last."""
    sparse = crop[::2, ::4, ::4].astype(np.float32)
    return float(np.abs(np.diff(sparse, axis=0)).mean())


def to_picture(pixels: np.ndarray) -> Tensor:
    """uint8 (B, T, H, W, 3) to float (B, 3, T, H, W) in -1..1."""
    return torch.from_numpy(np.array(pixels)).permute(0, 4, 1, 2, 3).float() / 127.5 - 1


def psnr(a: Tensor, b: Tensor) -> float:
    """Peak signal-to-noise ratio in dB of pictures in -1..1."""
    return float(-10 * torch.log10(((a.float() - b.float()) / 2).square().mean()))


def _gradient_loss(a: Tensor, b: Tensor) -> Tensor:
    across = F.l1_loss(a.diff(dim=-1), b.diff(dim=-1))
    down = F.l1_loss(a.diff(dim=-2), b.diff(dim=-2))
    return across + down


@torch.no_grad()
def _measure_statistics(model: VideoAutoencoder, clips: ClipSet, precision: Precision) -> None:
    """Set mean and deviation of the latent channels from 64 clips."""
    model.mean.zero_()
    model.deviation.fill_(1)
    latents = []
    for start in range(0, min(64, len(clips)), 8):
        with precision.autocast():
            latents.append(model.encode(to_picture(clips.pictures[start : start + 8])).float())
    values = torch.cat(latents)
    model.mean.copy_(values.mean((0, 2, 3, 4)))
    model.deviation.copy_(values.std((0, 2, 3, 4)))
