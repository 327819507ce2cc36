"""The frames and bands in which the voices of the family are made: 24 kHz, 10 milliseconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

RATE = 24000
HOP = 240  # samples a frame
FRAMES = RATE // HOP  # a second
WINDOW = 1024
BANDS = 80
BINS = WINDOW // 2 + 1


def voice_mel(wave: Tensor) -> Tensor:
    """Log-mel (B, 80, N) of sound (B, 240 N) at 24 kHz."""
    from engine.models.layers import MelGrid, log_mel

    return log_mel(wave, MelGrid(RATE, HOP, WINDOW, BANDS))


def whole_frames(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    """The samples without those after the last whole frame."""
    return wave[: len(wave) // HOP * HOP]
