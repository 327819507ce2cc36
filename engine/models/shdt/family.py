"""The shdt family as samplers see it: words in, velocities out, pictures to latents and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from engine.errors import ModelError, UsageError
from engine.models.checkpoint import config_of, load_into, read_header
from engine.models.shdt import lexicon
from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig
from engine.models.shdt.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.runtime.device import Precision

RATE = Fraction(8)  # frames a second of the starter world
LONGEST = 17  # frames of one generation
SPACE, TIME, PATCH = 8, 4, 2


@dataclass(frozen=True)
class LatentSize:
    """Rows and columns of latents (both even) and latent frames; the picture is cut out of them."""

    frames: int
    rows: int
    columns: int


@dataclass(frozen=True)
class ShdtModel:
    """The three loaded networks, on one device."""

    vae: VideoAutoencoder
    transformer: ShdtTransformer
    upsampler: LatentUpsampler
    precision: Precision

    def words(self, text: str) -> tuple[Tensor, lexicon.Reading]:
        """Concept tokens (1, L) of a prompt, and what was understood of it."""
        reading = lexicon.read_prompt(text)
        return torch.tensor([lexicon.tokens(reading.concepts)]), reading

    @torch.inference_mode()
    def velocity(self, latent: Tensor, sigma: Tensor, words: Tensor) -> Tensor:
        """Velocity (B, C, T, h, w) in float32, for sigma (B, T) and words (B, L)."""
        device = self.precision.device
        with self.precision.autocast():
            out: Tensor = self.transformer(latent.to(device), sigma.to(device), words.to(device))
        return out.float()

    @torch.inference_mode()
    def encode(self, picture: Tensor) -> Tensor:
        """Picture (1, 3, 1+4k, 8h, 8w) in -1..1 to its latent (1, C, 1+k, h, w)."""
        with self.precision.autocast():
            return self.vae.encode(picture.to(self.precision.device)).float()

    @torch.inference_mode()
    def decode(self, latent: Tensor) -> Tensor:
        """Latent (1, C, 1+k, h, w) to the picture (1, 3, 1+4k, 8h, 8w) in -1..1."""
        with self.precision.autocast():
            return self.vae.decode(latent.to(self.precision.device)).float()

    @torch.inference_mode()
    def upsample(self, latent: Tensor) -> Tensor:
        """Latent (1, C, T, h, w) to (1, C, T, 2h, 2w)."""
        with self.precision.autocast():
            out: Tensor = self.upsampler(latent.to(self.precision.device))
        return out.float()


def latent_size(width: int, height: int, frames: int) -> LatentSize:
    """The latent that covers a picture. Raises UsageError that names legal sizes nearby."""
    if width < 32 or height < 32 or width > 4096 or height > 4096:
        raise UsageError(
            f"{width}x{height} is outside 32x32 to 4096x4096", where="size", mend="Use 256x144."
        )
    if frames < 1 or (frames - 1) % TIME or frames > LONGEST:
        low = max(1, min(LONGEST, 1 + (frames - 1) // TIME * TIME))
        high = min(LONGEST, low + TIME)
        raise UsageError(
            f"{frames} frames cannot be made: 1 + a multiple of {TIME}, at most {LONGEST}",
            where="frames",
            mend=f"Use {low} or {high}.",
        )
    step = SPACE * PATCH
    return LatentSize(
        frames=1 + (frames - 1) // TIME,
        rows=-(-height // step) * PATCH,
        columns=-(-width // step) * PATCH,
    )


def frames_of(seconds: float) -> int:
    """The legal frame count nearest to a duration. Raises UsageError outside 0..2.2 s."""
    longest = LONGEST / float(RATE)
    if not 0 < seconds <= longest + 0.1:
        raise UsageError(
            f"{seconds:g} s cannot be made in one shot: above 0 and at most {longest:.3g} s",
            where="seconds",
            mend="Make several shots and cut them together.",
        )
    steps = round((seconds * float(RATE) - 1) / TIME)
    return 1 + TIME * max(0, min((LONGEST - 1) // TIME, steps))


def load_shdt(parts: Mapping[str, Path], precision: Precision) -> ShdtModel:
    """Build and fill the three networks. Raises ModelError when a file does not fit."""
    return ShdtModel(
        vae=_load(VideoAutoencoder, VaeConfig, parts["vae"], precision),
        transformer=_load(ShdtTransformer, TransformerConfig, parts["transformer"], precision),
        upsampler=_load(LatentUpsampler, UpsamplerConfig, parts["upsampler"], precision),
        precision=precision,
    )


_Network = TypeVar("_Network", bound=nn.Module)


def _load(network: type[_Network], config: type[Any], path: Path, precision: Precision) -> _Network:
    table = config_of(read_header(path), path)
    try:
        module = network(config(**table))
    except (TypeError, ValueError) as error:
        raise ModelError(f"its configuration does not fit ({error})", where=str(path)) from None
    load_into(module, path)
    return module.to(precision.device).eval().requires_grad_(False)
