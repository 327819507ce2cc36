"""Layers that several families share: norm, rotary turns, and what sound is made of and from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

FLOOR = -9.0  # natural logarithm of the quietest band


def norm(x: Tensor) -> Tensor:
    """Root mean square norm over the last axis, without a gain."""
    return F.rms_norm(x, (x.shape[-1],), eps=1e-6)


def turning(angles: Tensor) -> Tensor:
    """What `rotate` turns pairs by at angles (..., D / 2): cosines and signed sines (2, ..., D)."""
    cos, sin = angles.cos(), angles.sin()
    return torch.stack([torch.cat([cos, cos], -1), torch.cat([-sin, sin], -1)])


def rotate(x: Tensor, by: Tensor) -> Tensor:
    """Turn the pairs (first half, second half) of the last axis by the `turning` of each place."""
    cos, sin = by.to(x.dtype)
    return torch.addcmul(x * cos, x.roll(x.shape[-1] // 2, -1), sin)


class ConvBlock(nn.Module):
    """Residual block (B, C, N): depthwise convolution, then a feed-forward over channels."""

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.along = nn.Conv1d(channels, channels, kernel, padding=kernel // 2, groups=channels)
        self.up = nn.Linear(channels, 3 * channels)
        self.down = nn.Linear(3 * channels, channels)
        nn.init.zeros_(self.down.weight)

    def forward(self, x: Tensor) -> Tensor:
        h = norm(self.along(x).transpose(1, 2))
        return x + self.down(F.silu(self.up(h))).transpose(1, 2)


@dataclass(frozen=True)
class MelGrid:
    """How sound is cut into frames and bands: frame t is centred on sample `hop` t."""

    rate: int
    hop: int
    window: int
    bands: int
    low: float = 40.0  # Hz, where the lowest band begins

    @property
    def bins(self) -> int:
        """Frequencies of a spectrum."""
        return self.window // 2 + 1


def spectrum(wave: Tensor, grid: MelGrid) -> Tensor:
    """Complex short-time spectrum (B, bins, N) of sound (B, hop N), Hann window."""
    window = torch.hann_window(grid.window, device=wave.device)
    found = torch.stft(wave, grid.window, grid.hop, window=window, return_complex=True)
    return found[..., :-1]


def from_spectrum(found: Tensor, window: Tensor, grid: MelGrid) -> Tensor:
    """Sound (B, hop N) of a complex short-time spectrum (B, bins, N)."""
    frames = found.shape[2]
    padded = F.pad(torch.view_as_real(found), (0, 0, 0, 1))  # the frame after the last
    return torch.istft(
        torch.view_as_complex(padded),
        grid.window,
        grid.hop,
        window=window,
        length=grid.hop * frames,
    )


def log_mel(wave: Tensor, grid: MelGrid) -> Tensor:
    """Natural logarithm of the mel magnitudes, at least `FLOOR`: (B, hop N) to (B, bands, N)."""
    found = spectrum(wave, grid).abs()
    bank = torch.from_numpy(mel_bank(grid)).to(found)
    return (bank @ found).clamp(min=np.exp(FLOOR)).log()


@cache
def mel_bank(grid: MelGrid) -> np.ndarray:
    """Triangular filters (bands, bins) of equal width on O'Shaughnessy's mel scale."""
    edges = mel_edges(grid)
    bins = np.arange(grid.bins) * grid.rate / grid.window
    rise = (bins - edges[:-2, None]) / (edges[1:-1, None] - edges[:-2, None])
    fall = (edges[2:, None] - bins) / (edges[2:, None] - edges[1:-1, None])
    bank = np.maximum(0, np.minimum(rise, fall))
    return (bank / np.maximum(bank.sum(1, keepdims=True), 1e-8)).astype(np.float32)


def mel_edges(grid: MelGrid) -> np.ndarray:
    """Where the filters begin, peak and end: (bands + 2) in Hz, up to half the rate."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (grid.low, grid.rate / 2))
    return 700 * (10 ** (np.linspace(low, high, grid.bands + 2) / 2595) - 1)
