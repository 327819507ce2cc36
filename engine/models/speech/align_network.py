"""The aligner's network: sound to the features of what is being said, every 10 milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.speech.align_phones import FEATURES, feature_table

RATE = 16000
HOP = 160  # samples a frame: 10 ms
_WINDOW = 400
_SIZE = 512
_FLOOR = 1e-5  # of the power of a loud frame: what lies below is silence


@dataclass(frozen=True)
class AlignerConfig:
    """Sizes of the network, read from the checkpoint."""

    bands: int = 48
    width: int = 128  # channels of the convolutions and of each direction of the LSTM
    layers: int = 2
    dropout: float = 0.1


class AlignerNetwork(nn.Module):
    """Convolutions see 90 ms, a bidirectional LSTM the sentence; features score the sounds.

    The LSTM goes in steps of two frames and says both.
    """

    features: Tensor

    def __init__(self, config: AlignerConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.near = nn.Conv1d(config.bands, width, 5, padding=2)
        self.wide = nn.Conv1d(width, width, 6, stride=2, padding=2)
        self.norm = nn.LayerNorm(width)
        self.lstm = nn.LSTM(
            width,
            width,
            config.layers,
            batch_first=True,
            bidirectional=True,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )
        self.drop = nn.Dropout(config.dropout)
        self.out = nn.Linear(2 * width, 2 * len(FEATURES))
        table = torch.from_numpy(feature_table())
        self.register_buffer("features", table, persistent=False)

    def forward(self, mel: Tensor) -> Tensor:
        """Log probability (B, T, sounds) of every sound from log-mel (B, T, bands)."""
        frames = mel.shape[1]
        hidden = F.gelu(self.near(F.pad(mel, (0, 0, 0, frames % 2)).transpose(1, 2)))
        hidden = F.gelu(self.wide(hidden)).transpose(1, 2)  # (B, T / 2, width)
        seen, _ = self.lstm(self.norm(hidden))
        pairs = rearrange(self.out(self.drop(seen)), "b t (two f) -> b (t two) f", two=2)
        return F.log_softmax(pairs[:, :frames] @ self.features.T, -1)  # (B, T, sounds)


def log_mel(wave: Tensor, bands: int) -> Tensor:
    """Log-mel (B, T, bands) of sound (B, samples) at 16 kHz, whatever its level.

    Frame t is centred on sample 160 t; there are samples // 160 + 1. Each sound is measured against
    its own loud frames, and what is 50 dB below them counts as silence.
    """
    window = torch.hann_window(_WINDOW, device=wave.device)
    spectrum = torch.stft(
        wave, _SIZE, HOP, _WINDOW, window, return_complex=True, pad_mode="constant"
    )
    power = spectrum.abs().square().transpose(1, 2) @ bank(bands).to(wave.device)
    return against(power, loudest(power))


def loudest(power: Tensor) -> Tensor:
    """The power (B) of the loud frames of power (B, T, bands)."""
    return torch.quantile(power.mean(-1), 0.95, dim=1).clamp_min(1e-10)


def against(power: Tensor, loud: Tensor) -> Tensor:
    """Power (B, T, bands) as log-mel against that of loud frames (B)."""
    return (power / loud[:, None, None] + _FLOOR).log10() + 2.5


@cache
def bank(bands: int) -> Tensor:
    """Triangles (bins, bands) evenly spaced on the mel scale from 60 Hz to 7.6 kHz."""
    edges = np.linspace(_mel(60.0), _mel(7600.0), bands + 2)
    centres = 700.0 * (10.0 ** (edges / 2595.0) - 1.0)
    bins = np.arange(_SIZE // 2 + 1)[:, None] * RATE / _SIZE
    low, middle, high = centres[:-2], centres[1:-1], centres[2:]
    rise, fall = (bins - low) / (middle - low), (high - bins) / (high - middle)
    return torch.from_numpy(np.clip(np.minimum(rise, fall), 0, None).astype(np.float32))


def _mel(hertz: float) -> float:
    return float(2595.0 * np.log10(1.0 + hertz / 700.0))
