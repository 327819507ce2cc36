"""Who speaks: an LSTM hears a voice and says it as a vector of length one (a d-vector).

Wan et al., Generalized end-to-end loss for speaker verification, ICASSP 2018.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.speech.aiprod.grid import BANDS, FRAMES, HOP, voice_mel

WINDOW = 160  # frames that are heard at once
_STEP = 80


@dataclass(frozen=True)
class SpeakerConfig:
    """Sizes, read from the checkpoint."""

    width: int = 128
    layers: int = 2
    vector: int = 64


class SpeakerNetwork(nn.Module):
    """Log-mel (B, 80, T) to d-vectors (B, vector)."""

    same: Tensor

    def __init__(self, config: SpeakerConfig) -> None:
        super().__init__()
        self.config = config
        self.lstm = nn.LSTM(BANDS, config.width, config.layers, batch_first=True)
        self.out = nn.Linear(config.width, config.vector)
        # Likeness from which two recordings count as one speaker: measured when trained.
        self.register_buffer("same", torch.tensor([0.7]))

    def forward(self, mel: Tensor) -> Tensor:
        level = mel.mean((1, 2), keepdim=True)  # of the recording, which is nobody's
        heard, _ = self.lstm(((mel - level) / 3).transpose(1, 2))
        return F.normalize(self.out(heard).mean(1), dim=-1)


@torch.inference_mode()
def d_vector(network: SpeakerNetwork, waves: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """The d-vector (vector,) of a speaker, the mean over windows of recordings at 24 kHz."""
    found = [network(windows(wave)) for wave in waves if len(wave) >= HOP * 8]
    mean = torch.cat(found).mean(0)
    return np.asarray(F.normalize(mean, dim=0).numpy())


def windows(wave: NDArray[np.float32]) -> Tensor:
    """Stretches (n, 80, frames) of a recording, half overlapping; a short one is one stretch."""
    mel = voice_mel(torch.from_numpy(np.ascontiguousarray(wave[: len(wave) // HOP * HOP]))[None])
    frames = mel.shape[2]
    if frames <= WINDOW:
        return mel
    begins = range(0, frames - WINDOW + 1, _STEP)
    return torch.cat([mel[:, :, at : at + WINDOW] for at in begins])


def seconds_of_window() -> float:
    """How much speech is heard at once."""
    return WINDOW / FRAMES
