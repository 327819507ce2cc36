"""The LTX-2 sound autoencoder: stereo log-mel pictures, 4x in time and in bands, causal in time."""

from __future__ import annotations

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.ltx2.config import AudioVaeConfig
from engine.models.ltx2.video_vae import Statistics


class Conv(nn.Module):
    """A convolution over (time, bands): time sees the past only, bands both sides."""

    def __init__(self, channels: int, out: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.past = kernel - 1
        self.conv = nn.Conv2d(channels, out, kernel, stride)

    def forward(self, x: Tensor) -> Tensor:
        side = self.past // 2
        return self.conv(F.pad(x, (side, self.past - side, self.past, 0)))


class ResBlock(nn.Module):
    """Norm, SiLU, convolution, twice; a 1x1 shortcut where the width changes."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.conv1 = Conv(channels, out)
        self.conv2 = Conv(out, out)
        if channels != out:
            self.nin_shortcut = Conv(channels, out, kernel=1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.conv2(active(self.conv1(active(x))))
        return h + (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x)


class Halve(nn.Module):
    """Every second frame and band."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.pad(x, (0, 1, 2, 0)))


class Double(nn.Module):
    """Frames and bands twice, without the frame before the first."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = Conv(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))[:, :, 1:]


class Level(nn.Module):
    """The blocks of one size, and the step to the next."""

    def __init__(self, channels: int, out: int, count: int, step: dict[str, nn.Module]) -> None:
        super().__init__()
        self.block = nn.ModuleList(
            ResBlock(channels if index == 0 else out, out) for index in range(count)
        )
        for name, module in step.items():
            self.add_module(name, module)

    def forward(self, x: Tensor) -> Tensor:
        for part in (*self.block, *(m for n, m in self.named_children() if n != "block")):
            x = part(x)
        return x


class Middle(nn.Module):
    """The two blocks in the middle."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.block_1 = ResBlock(channels, channels)
        self.block_2 = ResBlock(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.block_2(self.block_1(x))


class Encoder(nn.Module):
    """Log-mel (B, 2, T, bands) to means and log variances (B, 2 z, T/4, bands/4)."""

    def __init__(self, config: AudioVaeConfig) -> None:
        super().__init__()
        widths = [config.ch * factor for factor in config.ch_mult]
        self.conv_in = Conv(config.in_channels, config.ch)
        self.down = nn.ModuleList()
        width = config.ch
        for index, out in enumerate(widths):
            last = index == len(widths) - 1
            step: dict[str, nn.Module] = {} if last else {"downsample": Halve(out)}
            self.down.append(Level(width, out, config.num_res_blocks, step))
            width = out
        self.mid = Middle(width)
        self.conv_out = Conv(width, (2 if config.double_z else 1) * config.z_channels)

    def forward(self, mel: Tensor) -> Tensor:
        x = self.conv_in(mel)
        for level in self.down:
            x = level(x)
        return self.conv_out(active(self.mid(x)))


class Decoder(nn.Module):
    """Latent (B, z, T, bands/4) to log-mel (B, 2, 4T - 3, bands)."""

    def __init__(self, config: AudioVaeConfig) -> None:
        super().__init__()
        widths = [config.ch * factor for factor in config.ch_mult]
        width = widths[-1]
        self.conv_in = Conv(config.z_channels, width)
        self.mid = Middle(width)
        levels = []
        for index, out in reversed(list(enumerate(widths))):
            step: dict[str, nn.Module] = {} if index == 0 else {"upsample": Double(out)}
            levels.append(Level(width, out, config.num_res_blocks + 1, step))
            width = out
        self.up = nn.ModuleList(reversed(levels))
        self.conv_out = Conv(width, config.out_ch)

    def forward(self, latent: Tensor) -> Tensor:
        x = self.mid(self.conv_in(latent))
        for level in reversed(self.up):
            x = level(x)
        return self.conv_out(active(x))


class AudioVae(nn.Module):
    """Encoder and decoder; statistics count over channels and bands together."""

    def __init__(self, config: AudioVaeConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        bands = config.mel_bins // 2 ** (len(config.ch_mult) - 1)
        self.per_channel_statistics = Statistics(config.z_channels * bands)

    def encode(self, mel: Tensor) -> Tensor:
        """Log-mel (B, 2, T, bands) to its normalised mean latent (B, z, T/4, bands/4)."""
        means = self.encoder(mel)[:, : self.config.z_channels]
        return self._by_tokens(means, self.per_channel_statistics.normalise)

    def decode(self, latent: Tensor) -> Tensor:
        """Normalised latent (B, z, T, bands/4) to log-mel (B, 2, 4T - 3, bands)."""
        return self.decoder(self._by_tokens(latent, self.per_channel_statistics.restore))

    @staticmethod
    def _by_tokens(latent: Tensor, change: object) -> Tensor:
        tokens = change(to_tokens(latent).transpose(1, 2)).transpose(1, 2)  # type: ignore[operator]
        return from_tokens(tokens, latent.shape[1])


def to_tokens(latent: Tensor) -> Tensor:
    """(B, z, T, bands) to the transformer's tokens (B, T, z bands)."""
    return rearrange(latent, "b z t f -> b t (z f)")


def from_tokens(tokens: Tensor, channels: int) -> Tensor:
    """Tokens (B, T, z bands) to (B, z, T, bands)."""
    return rearrange(tokens, "b t (z f) -> b z t f", z=channels)


def active(x: Tensor) -> Tensor:
    """Each place's channels brought to root mean square 1, then SiLU."""
    return F.silu(x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-6))
