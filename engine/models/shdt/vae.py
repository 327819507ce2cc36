"""The shdt video autoencoder: 8x8 in space, 4x in time, 16 latent channels.

The first frame is coded alone, then groups of four; convolutions are two-dimensional and time is
mixed causally by 1x1 convolutions over three frames, which is what a CPU does quickly.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.shdt.layers import Conv, Past, RmsNorm, blocks, run_blocks


@dataclass(frozen=True)
class VaeConfig:
    """Widths of the autoencoder; read from the checkpoint."""

    latent_channels: int = 16
    fine: int = 64  # channels at a quarter of the size
    coarse: int = 128  # channels at an eighth of the size
    fine_blocks: int = 2
    top_blocks: int = 3
    coarse_blocks: int = 2

    space: int = 8
    time: int = 4

    @property
    def reach(self) -> int:
        """Latent rows and columns to each side that a place of the decoded picture depends on."""
        coarse = 1 + 3 * 2 * self.coarse_blocks  # a 3x3 convolution each
        fine = 2 * self.top_blocks + 1  # at half a latent's size
        return coarse + -(-fine // 2)


class HalveTime(nn.Module):
    """1 + 2k frames to 1 + k: the first alone, then pairs."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = RmsNorm(channels)
        self.mix = Conv(2 * channels, channels)

    def forward(self, x: Tensor, frames: int) -> Tensor:
        mixed = self.mix(self._pairs(F.silu(self.norm(x)), frames))
        return mixed + rearrange(
            self._pairs(x, frames), "n (two c) h w -> n two c h w", two=2
        ).mean(1)

    @staticmethod
    def _pairs(x: Tensor, frames: int) -> Tensor:
        clip = rearrange(x, "(b t) c h w -> b t c h w", t=frames)
        clip = torch.cat([clip[:, :1], clip], 1)
        return rearrange(clip, "b (t two) c h w -> (b t) (two c) h w", two=2)


class DoubleTime(nn.Module):
    """1 + k frames to 1 + 2k, later ones to 2k: the mirror of `HalveTime`."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = RmsNorm(channels)
        self.mix = Conv(channels, 2 * channels)

    def forward(self, x: Tensor, frames: int, *, begins: bool = True) -> Tensor:
        pairs = self.mix(F.silu(self.norm(x))) + x.repeat(1, 2, 1, 1)
        clip = rearrange(pairs, "(b t) (two c) h w -> b (t two) c h w", two=2, t=frames)
        return rearrange(clip[:, int(begins) :], "b t c h w -> (b t) c h w")


class Encoder(nn.Module):
    """Picture (B, 3, 1+4k, H, W) in -1..1 to mean and log variance (B, 2L, 1+k, H/8, W/8)."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.into = Conv(48, config.fine, 3)
        self.fine = blocks(config.fine, config.fine_blocks)
        self.down = Conv(4 * config.fine, config.coarse)
        self.coarse = nn.ModuleList(blocks(config.coarse, config.coarse_blocks) for _ in range(3))
        self.time_down = nn.ModuleList(HalveTime(config.coarse) for _ in range(2))
        self.norm = RmsNorm(config.coarse)
        self.head = Conv(config.coarse, 2 * config.latent_channels, 3)
        with torch.no_grad():  # begin with little noise, or nothing is learned through it at first
            self.head.bias[config.latent_channels :] = -6

    def forward(self, picture: Tensor) -> Tensor:
        frames = picture.shape[2]
        x = rearrange(picture, "b c t h w -> (b t) c h w")
        x = run_blocks(self.fine, self.into(F.pixel_unshuffle(x, 4)), frames)
        x = self.down(F.pixel_unshuffle(x, 2))
        x = run_blocks(self.coarse[0], x, frames)
        for halve, stack in zip(self.time_down, list(self.coarse)[1:], strict=True):
            x = halve(x, frames)
            frames = (frames + 1) // 2
            x = run_blocks(stack, x, frames)
        x = self.head(F.silu(self.norm(x)))
        return rearrange(x, "(b t) c h w -> b c t h w", t=frames)


class Decoder(nn.Module):
    """Latent (B, L, 1+k, h, w) to picture (B, 3, 1+4k, 8h, 8w) in about -1..1."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.into = Conv(config.latent_channels, config.coarse, 3)
        self.coarse = nn.ModuleList(blocks(config.coarse, config.coarse_blocks) for _ in range(3))
        self.time_up = nn.ModuleList(DoubleTime(config.coarse) for _ in range(2))
        self.up = Conv(config.coarse, 4 * config.fine)
        self.fine = blocks(config.fine, config.top_blocks)
        self.norm = RmsNorm(config.fine)
        self.head = Conv(config.fine, 48, 3)

    def forward(self, latent: Tensor, past: Past | None = None) -> Tensor:
        """With `past`, of the latents before, the frames that follow: 4k where it is not empty."""
        frames = latent.shape[2]
        begins = past is None or past.is_empty
        x = self.into(rearrange(latent, "b c t h w -> (b t) c h w"))
        x = run_blocks(self.coarse[0], x, frames, past)
        for double, stack in zip(self.time_up, list(self.coarse)[1:], strict=True):
            x = double(x, frames, begins=begins)
            frames = 2 * frames - int(begins)
            x = run_blocks(stack, x, frames, past)
        x = run_blocks(self.fine, F.pixel_shuffle(self.up(x), 2), frames, past)
        x = F.pixel_shuffle(self.head(F.silu(self.norm(x))), 4)
        return rearrange(x, "(b t) c h w -> b c t h w", t=frames)


class VideoAutoencoder(nn.Module):
    """Encoder and decoder with the latent statistics that make latents unit normal."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.register_buffer("mean", torch.zeros(config.latent_channels))
        self.register_buffer("deviation", torch.ones(config.latent_channels))

    def encode(self, picture: Tensor) -> Tensor:
        """Picture (B, 3, 1+4k, 8h, 8w) in -1..1 to its mean latent, unit normal over channels."""
        mean, _ = self.encoder(picture).chunk(2, 1)
        return (mean - _channels(self.mean, mean)) / _channels(self.deviation, mean)

    def decode(self, latent: Tensor, past: Past | None = None) -> Tensor:
        """Latent (B, L, 1+k, h, w) to the picture (B, 3, 1+4k, 8h, 8w), clipped to -1..1.

        With `past`, a piece of a clip: k latent frames that follow others are 4k frames.
        """
        raw = latent * _channels(self.deviation, latent) + _channels(self.mean, latent)
        picture: Tensor = self.decoder(raw, past).clamp(-1, 1)
        return picture


def _channels(values: Tensor, like: Tensor) -> Tensor:
    return values.to(like.dtype)[None, :, None, None, None]
