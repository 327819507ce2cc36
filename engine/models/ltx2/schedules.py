"""The noise levels that LTX-2's owner publishes."""

from __future__ import annotations

import math

import torch
from torch import Tensor

FEW = (1.0, 0.99375, 0.9875, 0.98125, 0.975, 0.909375, 0.725, 0.421875, 0.0)
REFINING = (0.909375, 0.725, 0.421875, 0.0)
LAST = 0.1  # the last level above 0


def token_shifted(steps: int, tokens: int) -> Tensor:
    """Levels from 1 to 0, moved towards noise by the number of tokens, for the full model.

    The shift's exponent is linear through 0.95 at 1024 tokens and 2.05 at 4096.
    """
    shift = 0.95 + (tokens - 1024) * (2.05 - 0.95) / (4096 - 1024)
    even = torch.linspace(1, 0, steps + 1, dtype=torch.float64)[:-1]
    moved = math.exp(shift) / (math.exp(shift) + (1 / even - 1))
    if steps > 1:  # one step has nothing to stretch
        moved = 1 - (1 - moved) * ((1 - LAST) / (1 - moved[-1]))
    return torch.cat([moved, torch.zeros(1, dtype=torch.float64)]).float()
