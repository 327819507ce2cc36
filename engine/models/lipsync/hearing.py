"""What the lip network hears: log-mel bands at 100 Hz, levelled so that any recording will do."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.models.speech.align_network import HOP, RATE, log_mel

FRAMES = RATE // HOP  # a second

_SPOKEN = -1.0  # log10 of power against loud frames, plus 2.5: from there on somebody speaks
_SILENT = -2.5


def heard(wave: Tensor, bands: int) -> Tensor:
    """Bands (B, T, bands) of speech (B, samples) at 16 kHz; frame t is centred on sample 160 t.

    The level of a recording and the colour of its channel are taken away: each band is measured
    against its own mean over what is spoken. Silence is -2.5.
    """
    level = log_mel(wave, bands)
    spoken = (level.amax(dim=2, keepdim=True) > _SPOKEN + 2.5).float()
    mean = (level * spoken).sum(dim=1, keepdim=True) / spoken.sum(dim=1, keepdim=True).clamp_min(1)
    return torch.clamp(level - mean, _SILENT, -_SILENT)
