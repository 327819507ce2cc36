"""The LTX-2 video autoencoder: 32x32 in space, 8x in time; the first frame is coded alone."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.ltx2.config import Table, VideoVaeConfig

Stride = tuple[int, int, int]  # time, height, width
STRIDES: dict[str, Stride] = {
    "compress_all": (2, 2, 2),
    "compress_all_res": (2, 2, 2),
    "compress_space": (1, 2, 2),
    "compress_space_res": (1, 2, 2),
    "compress_time": (2, 1, 1),
    "compress_time_res": (2, 1, 1),
}


class Conv(nn.Module):
    """A 3x3x3 convolution; time is padded with the edge frames, space with zeros or mirrored."""

    def __init__(self, channels: int, out: int, *, mirrored: bool) -> None:
        super().__init__()
        self.mirrored = mirrored
        self.conv = nn.Conv3d(channels, out, 3, padding=0 if mirrored else (0, 1, 1))

    def forward(self, x: Tensor, *, causal: bool) -> Tensor:
        first, last = x[:, :, :1], x[:, :, -1:]
        x = torch.cat([first, first, x] if causal else [first, x, last], 2)
        if self.mirrored:
            x = F.pad(x, (1, 1, 1, 1, 0, 0), mode="reflect")
        return self.conv(x)


class ResBlock(nn.Module):
    """Norm, SiLU, convolution, twice, around a shortcut."""

    def __init__(self, channels: int, *, mirrored: bool) -> None:
        super().__init__()
        self.conv1 = Conv(channels, channels, mirrored=mirrored)
        self.conv2 = Conv(channels, channels, mirrored=mirrored)

    def forward(self, x: Tensor, *, causal: bool) -> Tensor:
        h = self.conv1(active(x), causal=causal)
        return x + self.conv2(active(h), causal=causal)


class ResStack(nn.Module):
    """Several residual blocks."""

    def __init__(self, channels: int, count: int, *, mirrored: bool) -> None:
        super().__init__()
        self.res_blocks = nn.ModuleList(ResBlock(channels, mirrored=mirrored) for _ in range(count))

    def forward(self, x: Tensor, *, causal: bool) -> Tensor:
        for block in self.res_blocks:
            x = block(x, causal=causal)
        return x


class Down(nn.Module):
    """Space and time into channels; the shortcut is the mean over groups of channels."""

    def __init__(self, channels: int, out: int, stride: Stride, *, mirrored: bool) -> None:
        super().__init__()
        self.stride, self.out = stride, out
        self.conv = Conv(channels, out // prod(stride), mirrored=mirrored)

    def forward(self, x: Tensor, *, causal: bool) -> Tensor:
        if self.stride[0] == 2:
            x = torch.cat([x[:, :, :1], x], 2)  # so that the first frame is halved by itself
        short = into_channels(x, self.stride)
        short = rearrange(short, "b (c g) t h w -> b c g t h w", c=self.out).mean(2)
        return short + into_channels(self.conv(x, causal=causal), self.stride)


class Up(nn.Module):
    """Channels into space and time; the shortcut is repeated."""

    def __init__(
        self, channels: int, factor: int, stride: Stride, *, residual: bool, mirrored: bool
    ) -> None:
        super().__init__()
        self.stride, self.residual = stride, residual
        self.repeats = prod(stride) // factor
        self.conv = Conv(channels, channels * self.repeats, mirrored=mirrored)

    def forward(self, x: Tensor, *, causal: bool) -> Tensor:
        made = self._whole(self.conv(x, causal=causal))
        if not self.residual:
            return made
        return made + self._whole(x).repeat(1, self.repeats, 1, 1, 1)

    def _whole(self, x: Tensor) -> Tensor:
        x = out_of_channels(x, self.stride)
        return x[:, :, 1:] if self.stride[0] == 2 else x


class Encoder(nn.Module):
    """Picture (B, 3, 1+8k, 32h, 32w) in -1..1 to means and one log variance (B, L + 1, ...)."""

    def __init__(self, config: VideoVaeConfig) -> None:
        super().__init__()
        self.patch = config.patch_size
        width = config.latent_channels
        self.conv_in = Conv(config.in_channels * self.patch**2, width, mirrored=False)
        self.down_blocks = nn.ModuleList()
        for kind, options in config.encoder_blocks:
            if kind == "res_x":
                block: nn.Module = ResStack(width, _layers(options), mirrored=False)
            else:
                out = width * int(options.get("multiplier", 2))
                block = Down(width, out, _stride(kind), mirrored=False)
                width = out
            self.down_blocks.append(block)
        self.conv_out = Conv(width, config.latent_channels + 1, mirrored=False)

    def forward(self, picture: Tensor) -> Tensor:
        p = self.patch
        x = rearrange(picture, "b c t (h p) (w q) -> b (c q p) t h w", p=p, q=p)
        x = self.conv_in(x, causal=True)
        for block in self.down_blocks:
            x = block(x, causal=True)
        return self.conv_out(active(x), causal=True)


class Decoder(nn.Module):
    """Latent (B, L, 1+k, h, w) to the picture (B, 3, 1+8k, 32h, 32w)."""

    def __init__(self, config: VideoVaeConfig) -> None:
        super().__init__()
        self.patch, self.causal = config.patch_size, config.causal_decoder
        blocks = list(reversed(config.decoder_blocks))  # the file lists them from the picture on
        factors = [int(o.get("multiplier", 2)) for kind, o in blocks if kind != "res_x"]
        width = config.decoder_base_channels * prod(factors)
        self.conv_in = Conv(config.latent_channels, width, mirrored=True)
        self.up_blocks = nn.ModuleList()
        for kind, options in blocks:
            if kind == "res_x":
                block: nn.Module = ResStack(width, _layers(options), mirrored=True)
            else:
                factor = int(options.get("multiplier", 2))
                residual = bool(options.get("residual", False))
                block = Up(width, factor, _stride(kind), residual=residual, mirrored=True)
                width //= factor
            self.up_blocks.append(block)
        self.conv_out = Conv(width, config.out_channels * self.patch**2, mirrored=True)

    def forward(self, latent: Tensor) -> Tensor:
        x = self.conv_in(latent, causal=self.causal)
        for block in self.up_blocks:
            x = block(x, causal=self.causal)
        x = self.conv_out(active(x), causal=self.causal)
        p = self.patch
        return rearrange(x, "b (c q p) t h w -> b c t (h p) (w q)", p=p, q=p)


class VideoVae(nn.Module):
    """Encoder and decoder, and the statistics that make latents unit normal."""

    def __init__(self, config: VideoVaeConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.per_channel_statistics = Statistics(config.latent_channels)

    def encode(self, picture: Tensor) -> Tensor:
        """Picture (B, 3, 1+8k, 32h, 32w) in -1..1 to its normalised mean latent."""
        means = self.encoder(picture)[:, : self.config.latent_channels]
        return self.per_channel_statistics.normalise(means)

    def decode(self, latent: Tensor) -> Tensor:
        """Normalised latent (B, L, 1+k, h, w) to the picture, in about -1..1."""
        return self.decoder(self.per_channel_statistics.restore(latent))


class Statistics(nn.Module):
    """Mean and deviation of every channel, under the names that the files have."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.register_buffer("mean-of-means", torch.zeros(channels))
        self.register_buffer("std-of-means", torch.ones(channels))

    def normalise(self, x: Tensor) -> Tensor:
        """x (B, C, ...) to mean 0 and deviation 1 by channel."""
        mean, deviation = self._like(x)
        return (x - mean) / deviation

    def restore(self, x: Tensor) -> Tensor:
        """The inverse of `normalise`."""
        mean, deviation = self._like(x)
        return x * deviation + mean

    def _like(self, x: Tensor) -> tuple[Tensor, Tensor]:
        shape = (1, -1, *[1] * (x.ndim - 2))
        mean, deviation = self.get_buffer("mean-of-means"), self.get_buffer("std-of-means")
        return mean.to(x).view(shape), deviation.to(x).view(shape)


def active(x: Tensor) -> Tensor:
    """Each place's channels brought to root mean square 1, then SiLU."""
    return F.silu(x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8), inplace=True)


def into_channels(x: Tensor, stride: Stride) -> Tensor:
    """(B, C, T p, H q, W r) to (B, C p q r, T, H, W)."""
    p, q, r = stride
    return rearrange(x, "b c (t p) (h q) (w r) -> b (c p q r) t h w", p=p, q=q, r=r)


def out_of_channels(x: Tensor, stride: Stride) -> Tensor:
    """(B, C p q r, T, H, W) to (B, C, T p, H q, W r)."""
    p, q, r = stride
    return rearrange(x, "b (c p q r) t h w -> b c (t p) (h q) (w r)", p=p, q=q, r=r)


def _layers(options: Table) -> int:
    if options.get("inject_noise"):
        raise ValueError("a decoder that injects noise is not LTX-2's")
    return int(options["num_layers"])


def _stride(kind: str) -> Stride:
    if kind not in STRIDES:
        raise ValueError(f"the block {kind!r} of the video autoencoder is not known")
    return STRIDES[kind]


def compression(blocks: Sequence[tuple[str, Table]], patch: int) -> Stride:
    """Pixels of time, height and width in one latent place."""
    strides = [STRIDES[kind] for kind, _ in blocks if kind != "res_x"]
    time, height, width = (prod(stride[axis] for stride in strides) for axis in range(3))
    return time, height * patch, width * patch
