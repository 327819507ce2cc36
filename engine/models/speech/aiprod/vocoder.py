"""The vocoder: a mel picture and its melody to samples, by an inverse short-time spectrum.

Pulses at the pitch and noise are shaped frame by frame (source and filter): a network says how loud
each frequency of both is and how far the pulses' phases are turned. So a pitch is met exactly, and
little has to be learned. The pulses are the band-limited train of Stilson and Smith, ICMC 1996.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.models.layers import (
    ConvBlock,
    MelGrid,
    from_spectrum,
    mel_edges,
    norm,
    spectrum,
)
from engine.models.speech.aiprod.grid import BANDS, BINS, HOP, RATE, WINDOW

GRID = MelGrid(RATE, HOP, WINDOW, BANDS)
_HIGHEST = 11500.0  # Hz of the highest harmonic


@dataclass(frozen=True)
class VocoderConfig:
    """Sizes, read from the checkpoint."""

    width: int = 256
    blocks: int = 6


class VoiceVocoder(nn.Module):
    """Says for every frame and frequency how loud pulses and noise are."""

    window: Tensor
    spread: Tensor

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        self.config = config
        self.into = nn.Conv1d(BANDS + 2, config.width, 7, padding=3)
        self.blocks = nn.ModuleList(ConvBlock(config.width, 7) for _ in range(config.blocks))
        self.head = nn.Linear(config.width, 3 * BINS)
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.bias)
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)
        self.register_buffer("spread", torch.from_numpy(_spread()), persistent=False)

    @property
    def reach(self) -> int:
        """Frames to either side that the spectrum of a frame depends on."""
        return 3 * (1 + len(self.blocks))

    def shapes(self, mel: Tensor, hertz: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Log levels of pulses and of noise, and turns in radians, (B, bins, N) each.

        mel (B, 80, N); hertz (B, N), 0 where there is no voice.
        """
        voiced = (hertz > 0).to(mel.dtype)
        octaves = torch.log2(hertz.clamp(min=50.0) / 150.0) * voiced
        x = self.into(torch.cat([mel / 4 + 1, octaves[:, None], voiced[:, None]], 1))
        for block in self.blocks:
            x = block(x)
        parts = self.head(norm(x.transpose(1, 2))).float().transpose(1, 2)
        pulses, noise, turn = parts.chunk(3, 1)
        envelope = self.spread @ mel.float()
        quiet = 2.0 * voiced[:, None]  # a voice hides most of the noise
        return (
            (envelope + 1 + 4 * pulses).clamp(max=6),
            (envelope - quiet + 4 * noise).clamp(max=6),
            torch.pi * torch.tanh(turn),
        )

    def shaped(self, mel: Tensor, hertz: Tensor, source: Tensor, noise: Tensor) -> Tensor:
        """The complex spectrum (B, bins, N) of frames.

        source: the spectrum of pulses, noise: complex and normal, both (B, bins, N).
        """
        pulses, hiss, turn = self.shapes(mel, hertz)
        return torch.polar(pulses.exp(), turn) * source + hiss.exp() * noise

    def forward(self, mel: Tensor, hertz: Tensor, wave: Tensor, noise: Tensor) -> Tensor:
        """Sound (B, 240 N) of a mel picture (B, 80, N), its pulses (B, 240 N) and noise."""
        return from_spectrum(
            self.shaped(mel, hertz, pulse_spectrum(wave), noise), self.window, GRID
        )


def pulse_spectrum(wave: Tensor) -> Tensor:
    """The spectrum (B, bins, N) of pulses (B, 240 N); one steady harmonic is 1 at its peak."""
    return spectrum(wave, GRID) / (WINDOW / 4)


def noise_like(mel: Tensor, generator: torch.Generator) -> Tensor:
    """Complex normal noise (B, bins, N) for trainings."""
    shape = (mel.shape[0], BINS, mel.shape[2], 2)
    return torch.view_as_complex(torch.randn(shape, generator=generator) * 0.5**0.5)


@dataclass
class Pulses:
    """Makes the pulses of a melody in stretches; phase and pitch go on from one to the next."""

    phase: float = 0.0  # in turns
    last: float = 0.0  # Hz

    def more(self, hertz: np.ndarray) -> np.ndarray:
        """Pulses float32 (240 N,) of the next N frames; silence where the pitch is 0.

        The pitch goes in a line from each frame to the next.
        """
        here = np.asarray(hertz, np.float64)
        before = np.concatenate(([self.last], here[:-1]))
        before = np.where(before > 0, before, here)
        part = (np.arange(HOP) + 1) / HOP
        pitch = (before[:, None] + (here - before)[:, None] * part).reshape(-1)
        voiced = np.repeat(here > 0, HOP)
        steps = np.where(voiced, pitch, 100.0) / RATE
        turns = self.phase + np.cumsum(steps)
        if len(turns):
            self.phase, self.last = float(turns[-1] % 1.0), float(here[-1])
        return np.where(voiced, _pulse_train(turns, steps), 0.0).astype(np.float32)


def _pulse_train(turns: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """All harmonics below _HIGHEST as cosines of amplitude one, summed in closed form."""
    harmonics = np.floor(_HIGHEST / RATE / steps)
    half = np.pi * (turns % 1.0)
    below = np.sin(half)
    flat = np.abs(below) < 1e-6
    above = np.sin((2 * harmonics + 1) * half)
    return np.where(flat, harmonics, 0.5 * above / np.where(flat, 1.0, below) - 0.5)


def _spread() -> np.ndarray:
    """Weights (bins, 80) that draw the bands of a mel picture as a line over frequencies."""
    middles = mel_edges(GRID)[1:-1]
    place = np.interp(np.arange(BINS) * RATE / WINDOW, middles, np.arange(BANDS))
    low = np.minimum(place.astype(int), BANDS - 2)
    made = np.zeros((BINS, BANDS), np.float32)
    made[np.arange(BINS), low] = 1 - (place - low)
    made[np.arange(BINS), low + 1] += place - low
    return made
