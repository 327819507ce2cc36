"""The LTX-2 video autoencoder: 32x32 in space, 8x in time; the first frame is coded alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import prod

import torch
from einops import rearrange
from torch import Tensor, nn

from engine.models.ltx2.config import Table, VideoVaeConfig
from engine.models.ltx2.slices import SLICE, Conv, Slices, Waiting, cut, each

Stride = tuple[int, int, int]  # time, height, width
STRIDES: dict[str, Stride] = {
    "compress_all": (2, 2, 2),
    "compress_all_res": (2, 2, 2),
    "compress_space": (1, 2, 2),
    "compress_space_res": (1, 2, 2),
    "compress_time": (2, 1, 1),
    "compress_time_res": (2, 1, 1),
}


class ResBlock(nn.Module):
    """Norm, SiLU, convolution, twice, around a shortcut."""

    def __init__(self, channels: int, *, mirrored: bool) -> None:
        super().__init__()
        self.conv1 = Conv(channels, channels, mirrored=mirrored, active=True)
        self.conv2 = Conv(channels, channels, mirrored=mirrored, active=True)

    def forward(self, slices: Slices, *, causal: bool) -> Slices:
        short = Waiting()
        h = self.conv1(short.passing(slices), causal=causal)
        return each(short.added_to, self.conv2(h, causal=causal))


class ResStack(nn.Module):
    """Several residual blocks."""

    def __init__(self, channels: int, count: int, *, mirrored: bool) -> None:
        super().__init__()
        self.res_blocks = nn.ModuleList(ResBlock(channels, mirrored=mirrored) for _ in range(count))

    def forward(self, slices: Slices, *, causal: bool) -> Slices:
        for block in self.res_blocks:
            slices = block(slices, causal=causal)
        return slices


class Down(nn.Module):
    """Space and time into channels; the shortcut is the mean over groups of channels."""

    def __init__(self, channels: int, out: int, stride: Stride, *, mirrored: bool) -> None:
        super().__init__()
        self.stride, self.out = stride, out
        self.conv = Conv(channels, out // prod(stride), mirrored=mirrored)

    def forward(self, slices: Slices, *, causal: bool) -> Slices:
        short = Waiting()
        whole = each(self._first_twice(), slices)  # of whole strides in time

        def shortened(x: Tensor) -> Tensor:
            groups = torch.unflatten(into_channels(x, self.stride), -1, (self.out, -1))
            short.wait(groups.mean(-1))
            return x

        def added(made: Tensor) -> Tensor:
            return short.added_to(into_channels(made, self.stride))

        return each(added, self.conv(each(shortened, whole), causal=causal))

    def _first_twice(self) -> Callable[[Tensor], Tensor]:
        """Doubles the first frame of a clip, so that it is halved by itself."""
        first = self.stride[0] == 2

        def doubled(x: Tensor) -> Tensor:
            nonlocal first
            if first:
                x, first = torch.cat([x[:, :1], x], 1), False
            return x

        return doubled


class Up(nn.Module):
    """Channels into space and time; the shortcut is repeated."""

    def __init__(
        self, channels: int, factor: int, stride: Stride, *, residual: bool, mirrored: bool
    ) -> None:
        super().__init__()
        self.stride, self.residual = stride, residual
        self.conv = Conv(channels, channels * prod(stride) // factor, mirrored=mirrored)
        self.growth = self.conv.growth

    def forward(self, slices: Slices, *, causal: bool) -> Slices:
        short = Waiting()
        if self.residual:
            slices = short.passing(slices)
        first = self.stride[0] == 2  # the first frame's other half lies before the clip

        def whole(made: Tensor) -> Tensor:
            nonlocal first
            made = out_of_channels(short.added_to(made) if self.residual else made, self.stride)
            first, skip = False, int(first)
            return made[:, skip:]

        return each(whole, self.conv(slices, causal=causal))


class Encoder(nn.Module):
    """Picture to means and one log variance, channels innermost: (B, 1+k, h, w, L + 1)."""

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
        self.conv_out = Conv(width, config.latent_channels + 1, mirrored=False, active=True)

    def forward(self, slices: Slices) -> Slices:
        """Slices of pictures (B, T, 32h, 32w, 3): 1+8k frames first, then 8k."""
        p = self.patch

        def folded(x: Tensor) -> Tensor:
            return rearrange(x, "b t (h p) (w q) c -> b t h w (c q p)", p=p, q=p)

        slices = self.conv_in(each(folded, slices), causal=True)
        for block in self.down_blocks:
            slices = block(slices, causal=True)
        return self.conv_out(slices, causal=True)


class Decoder(nn.Module):
    """Latents, channels innermost, to pictures whose patches are channels: (B, T, 8h, 8w, 48)."""

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
        out = config.out_channels * self.patch**2
        self.conv_out = Conv(width, out, mirrored=True, active=True)

    def forward(self, slices: Slices, *, most: int) -> Slices:
        """Inside, a slice holds at most `most` numbers, or one frame."""
        slices = self.conv_in(cut(slices, most // self.conv_in.growth), causal=self.causal)
        for block in self.up_blocks:
            growth = block.growth if isinstance(block, Up) else 1
            slices = block(cut(slices, most // growth), causal=self.causal)
        out = cut(slices, most // self.conv_out.growth)
        return self.conv_out(out, causal=self.causal)


class VideoVae(nn.Module):
    """Encoder and decoder, and the statistics that make latents unit normal."""

    def __init__(self, config: VideoVaeConfig) -> None:
        super().__init__()
        self.config = config
        self.compression = compression(config.decoder_blocks, config.patch_size)
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.per_channel_statistics = Statistics(config.latent_channels)

    def encode(self, picture: Tensor, *, most: int = SLICE) -> Tensor:
        """Picture (B, 3, 1+8k, 32h, 32w) in -1..1 to its normalised mean latent."""
        step = self.compression[0] * max(
            1, most // (self.compression[0] * picture[:, :, 0].numel())
        )
        frames = rearrange(picture, "b c t h w -> b t h w c")
        starts = [0, *range(1 + step, frames.shape[1], step), frames.shape[1]]
        slices = ((frames[:, start:stop], stop == starts[-1]) for start, stop in pairwise(starts))
        means = torch.cat([made for made, _ in self.encoder(slices)], 1)
        means = rearrange(means[..., : self.config.latent_channels], "b t h w c -> b c t h w")
        return self.per_channel_statistics.normalise(means)

    def decode(self, latent: Tensor, *, most: int = SLICE) -> Tensor:
        """Normalised latent (B, L, 1+k, h, w) to the whole picture, in about -1..1."""
        b, _, t, h, w = latent.shape
        time, height, width = self.compression
        out = latent.new_empty(
            b, self.config.out_channels, 1 + time * (t - 1), h * height, w * width
        )
        p, at = self.config.patch_size, 0
        for x, _ in self._decoded(latent, most):
            part = out[:, :, at : at + x.shape[1]]
            part.copy_(rearrange(x, "b t h w (c q p) -> b c t (h p) (w q)", p=p, q=p))
            at += x.shape[1]
            del x
        return out

    def decode_slices(self, latent: Tensor, *, most: int = SLICE) -> Iterator[Tensor]:
        """The same picture slice by slice: (B, T, 32h, 32w, 3) each, however long the clip is."""
        p = self.config.patch_size
        for x, _ in self._decoded(latent, most):
            made = [rearrange(x, "b t h w (c q p) -> b t (h p) (w q) c", p=p, q=p)]
            del x
            yield made.pop()

    def _decoded(self, latent: Tensor, most: int) -> Slices:
        plain = rearrange(self.per_channel_statistics.restore(latent), "b c t h w -> b t h w c")
        return self.decoder(iter([(plain, True)]), most=most)


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


def into_channels(x: Tensor, stride: Stride) -> Tensor:
    """(B, T p, H q, W r, C) to (B, T, H, W, C p q r)."""
    p, q, r = stride
    return rearrange(x, "b (t p) (h q) (w r) c -> b t h w (c p q r)", p=p, q=q, r=r)


def out_of_channels(x: Tensor, stride: Stride) -> Tensor:
    """(B, T, H, W, C p q r) to (B, T p, H q, W r, C)."""
    p, q, r = stride
    return rearrange(x, "b t h w (c p q r) -> b (t p) (h q) (w r) c", p=p, q=q, r=r)


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
