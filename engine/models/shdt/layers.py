"""Layers that the shdt autoencoder and upsampler share: frames as a batch of pictures.

Convolutions are two-dimensional; time is mixed causally by a 1x1 convolution over three frames.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F


class Conv(nn.Module):
    """A same-size convolution whose kernel is one matrix (out, in k k): Muon trains matrices."""

    def __init__(self, channels: int, out: int, kernel: int = 1) -> None:
        super().__init__()
        plain = nn.Conv2d(channels, out, kernel)
        self.kernel = kernel
        self.weight = nn.Parameter(plain.weight.detach().flatten(1).clone())
        self.bias = nn.Parameter(torch.zeros(out))

    def zero(self) -> Conv:
        """The same layer, made to give nothing at first."""
        nn.init.zeros_(self.weight)
        return self

    def forward(self, x: Tensor) -> Tensor:
        k = self.kernel
        weight = rearrange(self.weight, "o (i h w) -> o i h w", h=k, w=k)
        return F.conv2d(x, weight, self.bias, padding=k // 2)


class RmsNorm(nn.Module):
    """Root mean square norm over channels, for (N, C, H, W)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        scale = torch.rsqrt(x.float().square().mean(1, keepdim=True) + 1e-6)
        return x * scale.to(x.dtype) * self.gain[:, None, None].to(x.dtype)


@dataclass
class Past:
    """What the frames so far leave for those after them: the last two inputs of each time mix."""

    kept: dict[nn.Module, Tensor] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether the clip begins now."""
        return not self.kept


class TimeMix(nn.Module):
    """A 1x1 convolution over the frames t-2, t-1 and t; frames before the first repeat it."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mix = Conv(3 * channels, channels)

    def forward(self, x: Tensor, frames: int, past: Past | None = None) -> Tensor:
        clip = rearrange(x, "(b t) c h w -> b t c h w", t=frames)
        before = past.kept.get(self) if past else None
        if before is None:
            before = clip[:, :1].expand(-1, 2, -1, -1, -1)
        longer = torch.cat([before, clip], 1)
        if past is not None:
            past.kept[self] = longer[:, -2:].clone()
        mixed = torch.cat([longer[:, 2:], longer[:, 1:-1], longer[:, :-2]], 2)
        return self.mix(rearrange(mixed, "b t c h w -> (b t) c h w"))


class Block(nn.Module):
    """Residual block: 3x3 convolution, time mix, 3x3 convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm_in = RmsNorm(channels)
        self.conv_in = Conv(channels, channels, 3)
        self.norm_time = RmsNorm(channels)
        self.time = TimeMix(channels)
        self.norm_out = RmsNorm(channels)
        self.conv_out = Conv(channels, channels, 3).zero()

    def forward(self, x: Tensor, frames: int, past: Past | None = None) -> Tensor:
        h = self.conv_in(F.silu(self.norm_in(x)))
        h = h + self.time(F.silu(self.norm_time(h)), frames, past)
        return x + self.conv_out(F.silu(self.norm_out(h)))


def blocks(channels: int, count: int) -> nn.ModuleList:
    """`count` residual blocks of that width."""
    return nn.ModuleList(Block(channels) for _ in range(count))


def run_blocks(stack: nn.Module, x: Tensor, frames: int, past: Past | None = None) -> Tensor:
    """x (B*T, C, H, W) through all blocks of a stack; with `past`, T frames that follow others."""
    for block in stack.children():
        x = block(x, frames, past)
    return x
