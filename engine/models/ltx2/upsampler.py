"""LTX-2's latent upsamplers: twice or one and a half times the picture, twice the frames."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class UpsamplerConfig:
    """The configuration in an upsampler file's metadata."""

    in_channels: int = 128
    mid_channels: int = 512
    num_blocks_per_stage: int = 4
    dims: int = 3
    spatial_upsample: bool = True
    temporal_upsample: bool = False
    spatial_scale: float = 2.0
    rational_resampler: bool = False

    def __post_init__(self) -> None:
        if self.dims not in (2, 3):
            raise ValueError(f"dims is 2 or 3, not {self.dims}")
        if not (self.spatial_upsample or self.temporal_upsample):
            raise ValueError("it enlarges neither the picture nor the time")
        if self.mid_channels % 32:
            raise ValueError(f"mid_channels is {self.mid_channels}; it is a multiple of 32")


class LatentUpsampler(nn.Module):
    """Plain latent (B, C, T, h, w), statistics taken out, to an enlarged one."""

    def __init__(self, config: UpsamplerConfig) -> None:
        super().__init__()
        self.config = config
        width, blocks = config.mid_channels, config.num_blocks_per_stage
        self.initial_conv = _conv(config.in_channels, width, config.dims)
        self.initial_norm = nn.GroupNorm(32, width)
        self.res_blocks = nn.ModuleList(ResBlock(width, config.dims) for _ in range(blocks))
        self.upsampler = _enlarger(config)
        self.post_upsample_res_blocks = nn.ModuleList(
            ResBlock(width, config.dims) for _ in range(blocks)
        )
        self.final_conv = _conv(width, config.in_channels, config.dims)

    def forward(self, latent: Tensor) -> Tensor:
        frames = latent.shape[2]
        flat = self.config.dims == 2
        x = _frames(latent) if flat else latent
        x = F.silu(self.initial_norm(self.initial_conv(x)))
        for block in self.res_blocks:
            x = block(x)
        x = self._enlarge(x, frames)
        for block in self.post_upsample_res_blocks:
            x = block(x)
        x = self.final_conv(x)
        return _clip(x, frames) if flat else x

    def _enlarge(self, x: Tensor, frames: int) -> Tensor:
        if self.config.temporal_upsample:
            return self.upsampler(x)[:, :, 1:]  # the frame before the first
        if self.config.dims == 2:
            return self.upsampler(x)
        return _clip(self.upsampler(_frames(x)), frames)


class ResBlock(nn.Module):
    """Two normed convolutions around a shortcut; the last activation comes after it."""

    def __init__(self, channels: int, dims: int) -> None:
        super().__init__()
        self.conv1 = _conv(channels, channels, dims)
        self.norm1 = nn.GroupNorm(32, channels)
        self.conv2 = _conv(channels, channels, dims)
        self.norm2 = nn.GroupNorm(32, channels)

    def forward(self, x: Tensor) -> Tensor:
        h = F.silu(self.norm1(self.conv1(x)))
        return F.silu(x + self.norm2(self.conv2(h)))


class Shuffle(nn.Module):
    """Channels into whole multiples of time, height and width."""

    def __init__(self, time: int, space: int, *, flat: bool) -> None:
        super().__init__()
        self.time, self.space, self.flat = time, space, flat

    def forward(self, x: Tensor) -> Tensor:
        if self.flat:
            return F.pixel_shuffle(x, self.space)
        return rearrange(
            x,
            "b (c p q r) t h w -> b c (t p) (h q) (w r)",
            p=self.time,
            q=self.space,
            r=self.space,
        )


class Rational(nn.Module):
    """Up by a whole number, blurred, down by another: 3/2, for example."""

    def __init__(self, channels: int, scale: Fraction) -> None:
        super().__init__()
        self.up, self.down = scale.numerator, scale.denominator
        self.conv = nn.Conv2d(channels, self.up**2 * channels, 3, padding=1)
        self.blur_down = Blur()

    def forward(self, x: Tensor) -> Tensor:
        x = F.pixel_shuffle(self.conv(x), self.up)
        if self.down == 1:
            return x
        kernel = self.blur_down.kernel.to(x).expand(x.shape[1], -1, -1, -1)
        return F.conv2d(x, kernel, stride=self.down, padding=2, groups=x.shape[1])


class Blur(nn.Module):
    """The binomial filter 1 4 6 4 1 in both directions, as the file carries it."""

    kernel: Tensor

    def __init__(self) -> None:
        super().__init__()
        row = torch.tensor([math.comb(4, k) for k in range(5)], dtype=torch.float32)
        self.register_buffer("kernel", (row[:, None] * row / row.sum() ** 2)[None, None])


def _enlarger(config: UpsamplerConfig) -> nn.Module:
    width = config.mid_channels
    if config.temporal_upsample:
        space = 2 if config.spatial_upsample else 1
        conv: nn.Module = nn.Conv3d(width, 2 * space**2 * width, 3, padding=1)
        return nn.Sequential(conv, Shuffle(2, space, flat=False))
    if config.rational_resampler:
        return Rational(width, Fraction(config.spatial_scale).limit_denominator(8))
    if config.spatial_scale != 2:
        raise ValueError(f"spatial_scale {config.spatial_scale} needs the rational resampler")
    return nn.Sequential(nn.Conv2d(width, 4 * width, 3, padding=1), Shuffle(1, 2, flat=True))


def _conv(channels: int, out: int, dims: int) -> nn.Module:
    return (nn.Conv2d if dims == 2 else nn.Conv3d)(channels, out, 3, padding=1)


def _frames(x: Tensor) -> Tensor:
    return rearrange(x, "b c t h w -> (b t) c h w")


def _clip(x: Tensor, frames: int) -> Tensor:
    return rearrange(x, "(b t) c h w -> b c t h w", t=frames)
