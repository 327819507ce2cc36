"""Clips that show, while a training runs, what its network makes by now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.diffusion.guidance import Wanted
from engine.diffusion.sample import Predict, Sampling, sample
from engine.media import Clip, encode
from engine.models.shdt import lexicon
from engine.models.shdt.sizes import RATE
from engine.models.shdt.transformer import ShdtTransformer
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.runtime.files import atomic_path
from engine.training import world
from engine.training.autoencoder import to_picture
from engine.training.clips import scenarios

SHOWN = ("a large red ball bounces in a meadow", "a small blue striped star spins in a night sky")
Averages = Mapping[str, Tensor]
Made = Iterator[tuple[str, np.ndarray]]
"""Names and pictures (T, H, W, 3) uint8 of clips."""


@dataclass(frozen=True)
class Validation:
    """The `[validation]` table of a training file."""

    prompts: Sequence[str] = SHOWN
    steps: int = 12  # of denoising
    guidance: float = 3.0
    every: int = 0  # steps of the training, 0 for eight times in all; rounded up to checkpoints
    clips: bool = True

    def __post_init__(self) -> None:
        if self.steps < 1 or self.every < 0:
            raise ValueError("steps is at least 1, every at least 0")


def write_clips(made: Made, folder: Path, step: int) -> list[Path]:
    """Write clips as films into `folder`, named after the step."""
    written = []
    for name, pictures in made:
        path = folder / f"{step:06}-{name}.mp4"
        with atomic_path(path) as temporary:
            encode(Clip.from_array(pictures, Fraction(RATE)), temporary, "h264")
        written.append(path)
    return written


def sampled_clips(
    model: ShdtTransformer,
    vae: VideoAutoencoder,
    precision: Precision,
    wanted: Validation,
    size: tuple[int, int],
) -> Made:
    """A clip for each prompt, at the size of the pictures that the network is trained on."""
    model = model.to(precision.device).eval().requires_grad_(False)
    frames = 1 + (world.FRAMES - 1) // vae.config.time
    width, height = (side // vae.config.space for side in size)
    shape = (vae.config.latent_channels, frames, height, width)
    for number, prompt in enumerate(wanted.prompts, 1):
        predict = _predictor(model, prompt, precision)
        sampling = Sampling(steps=wanted.steps, guidance=wanted.guidance, seed=number)
        latent = sample(predict, shape, sampling).to(precision.device)
        with torch.inference_mode(), precision.autocast():
            picture = vae.to(precision.device).decode(latent)
        yield f"prompt-{number}", _pixels(picture)


def restored_clips(vae: VideoAutoencoder, precision: Precision, size: tuple[int, int]) -> Made:
    """A clip that no training sees, beside what the autoencoder makes of it."""
    vae = vae.to(precision.device).eval().requires_grad_(False)
    for number, scenario in enumerate(scenarios(2, 5, held=True), 1):
        picture = to_picture(world.render(scenario, *size)[None])
        with torch.inference_mode(), precision.autocast():
            again = vae.decode(vae.encode(picture.to(precision.device)))
        yield f"clip-{number}", np.concatenate([_pixels(picture), _pixels(again)], 2)


def _predictor(model: ShdtTransformer, prompt: str, precision: Precision) -> Predict:
    said = torch.tensor([lexicon.tokens(lexicon.read_prompt(prompt).concepts)])
    nothing = torch.full_like(said, lexicon.NOTHING)

    @torch.inference_mode()
    def predict(latent: Tensor, levels: Tensor, wanted: Sequence[Wanted]) -> list[Tensor]:
        words = torch.cat([said if each == "prompt" else nothing for each in wanted])
        times = torch.arange(latent.shape[2], dtype=torch.float32)
        count = len(wanted)
        given = latent.expand(count, -1, -1, -1, -1), levels.expand(count, -1), words, times
        with precision.autocast():
            out = model(*(part.to(precision.device) for part in given))
        return list(out.float().cpu().split(1))

    return predict


def _pixels(picture: Tensor) -> np.ndarray:
    """(1, 3, T, H, W) in -1..1 to uint8 (T, H, W, 3)."""
    pixels = ((picture[0].float() + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(pixels.permute(1, 2, 3, 0).cpu().numpy())
