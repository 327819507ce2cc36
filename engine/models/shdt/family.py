"""The shdt family as samplers see it: words in, velocities out, pictures to latents and back."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from engine.errors import ModelError, UsageError
from engine.models.checkpoint import config_of, load_into, read_header
from engine.models.family import Beside, PromptFeatures, ShotPlan
from engine.models.shdt import lexicon
from engine.models.shdt.transformer import REFERENCE_TIME, ShdtTransformer, TransformerConfig
from engine.models.shdt.upsampler import LatentUpsampler, UpsamplerConfig
from engine.models.shdt.vae import VaeConfig, VideoAutoencoder
from engine.runtime.device import Precision

RATE = Fraction(8)  # frames a second of the starter world
LONGEST = 17  # frames of one generation
SPACE, TIME, PATCH = 8, 4, 2


BASE = (56, 80)  # shortest side of the base picture: what the transformer was trained on
DOUBLINGS = 4


@dataclass(frozen=True)
class ShdtModel:
    """The three loaded networks, on one device."""

    vae: VideoAutoencoder
    transformer: ShdtTransformer
    upsampler: LatentUpsampler
    precision: Precision

    @property
    def latent_channels(self) -> int:
        """Channels of the latents."""
        return self.vae.config.latent_channels

    @property
    def rate(self) -> Fraction:
        """Frames a second of what the model makes."""
        return RATE

    def plan(self, width: int, height: int, frames: int) -> ShotPlan:
        """See `plan`."""
        return plan(width, height, frames)

    def frames_of(self, seconds: float) -> int:
        """See `frames_of`."""
        return frames_of(seconds)

    def encode_prompt(self, text: str) -> PromptFeatures:
        """The concept tokens (1, L) of a prompt, and what of it was not understood."""
        reading = lexicon.read_prompt(text)
        notes = []
        if reading.unknown:
            notes.append(f"the model does not know: {', '.join(reading.unknown)}")
        notes += [f"only the first counts of: {names}" for names in reading.conflicts]
        tokens = torch.tensor([lexicon.tokens(reading.concepts)])
        return PromptFeatures(tokens, bool(reading.concepts), tuple(notes))

    @property
    def space(self) -> int:
        """Pixels that a latent's row or column spans."""
        return SPACE

    @property
    def time(self) -> int:
        """Frames that a latent frame after the first spans."""
        return TIME

    @property
    def longest(self) -> int:
        """Frames of the longest shot."""
        return LONGEST

    @property
    def blocks(self) -> int:
        """Blocks of the transformer."""
        return self.transformer.config.depth

    @property
    def reference_time(self) -> float:
        """Where a reference lies in time."""
        return REFERENCE_TIME

    @torch.inference_mode()
    def velocity(
        self,
        latent: Tensor,
        sigma: Tensor,
        words: Tensor,
        *,
        beside: Beside | None = None,
        skip: Collection[int] = (),
    ) -> Tensor:
        """Velocity (B, C, T, h, w) in float32, for sigma (B, T) and words (B, L)."""
        device, frames = self.precision.device, latent.shape[2]
        times = torch.arange(frames, dtype=torch.float32)
        if beside is not None:
            latent = torch.cat([latent, beside.latent.expand(len(latent), -1, -1, -1, -1)], 2)
            sigma = torch.cat([sigma, beside.sigma.expand(len(sigma), -1)], 1)
            times = torch.cat([times, beside.times])
        with self.precision.autocast():
            out: Tensor = self.transformer(
                *(part.to(device) for part in (latent, sigma, words, times)), skip=skip
            )
        return out[:, :, :frames].float()

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


def plan(width: int, height: int, frames: int) -> ShotPlan:
    """How to make a picture of that size: the base latent, then how many times it is doubled.

    Raises UsageError that names legal sizes and frame counts nearby.
    """
    _check_frames(frames)
    for doublings in range(DOUBLINGS + 1):
        part = 2**doublings
        short = min(width, height) / part
        fits = BASE[0] <= short <= BASE[1] and width % part == 0 and height % part == 0
        if fits and max(width, height) <= 2.4 * min(width, height):
            return _plan(width, height, frames, doublings)
    raise UsageError(
        f"{width}x{height} is not a size that this model makes",
        where="size",
        mend=f"Nearby: {', '.join(f'{w}x{h}' for w, h in _legal_sizes(width, height))}.",
    )


def _plan(width: int, height: int, frames: int, doublings: int) -> ShotPlan:
    step = SPACE * PATCH
    part = 2**doublings
    return ShotPlan(
        width=width,
        height=height,
        frames=1 + (frames - 1) // TIME,
        rows=-(-height // part // step) * PATCH,
        columns=-(-width // part // step) * PATCH,
        doublings=doublings,
    )


def _check_frames(frames: int) -> None:
    if 1 <= frames <= LONGEST and (frames - 1) % TIME == 0:
        return
    low = max(1, min(LONGEST, 1 + (frames - 1) // TIME * TIME))
    near = sorted({low, min(LONGEST, low + TIME)})
    raise UsageError(
        f"{frames} frames cannot be made: 1 + a multiple of {TIME}, at most {LONGEST}",
        where="frames",
        mend=f"Use {' or '.join(map(str, near))}.",
    )


def _legal_sizes(width: int, height: int) -> list[tuple[int, int]]:
    """Up to three legal sizes of about the same shape, nearest first."""
    shape = max(0.42, min(2.4, width / max(1, height)))
    bases = [(128, 72), (72, 128), (64, 64), (96, 72), (72, 96)]
    bases.sort(key=lambda base: abs(math.log(base[0] / base[1] / shape)))
    sizes = [(w * 2**n, h * 2**n) for w, h in bases[:1] for n in range(DOUBLINGS + 1)]
    sizes.sort(key=lambda size: abs(math.log(size[1] / max(1, height))))
    return sizes[:3]


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
