"""Noise levels of a sampling run: falling sigmas of a rectified flow, from 1 to 0."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.errors import UsageError


def shift_sigma(u: Tensor, shift: float) -> Tensor:
    """Move evenly spread u (0..1) towards noise: shift u / (1 + (shift - 1) u) (SD3, eq. 23)."""
    return shift * u / (1 + (shift - 1) * u)


def flow_sigmas(steps: int, *, shift: float = 2.0, start: float = 1.0) -> Tensor:
    """`steps` + 1 sigmas from `start` (0..1] down to 0, shifted. Raises UsageError."""
    if steps < 1:
        raise UsageError(f"steps is at least 1, not {steps}", where="steps")
    if shift <= 0:
        raise UsageError(f"shift is above 0, not {shift}", where="shift")
    if not 0 < start <= 1:
        raise UsageError(f"start is above 0 and at most 1, not {start}", where="start")
    even = torch.linspace(1, 0, steps + 1, dtype=torch.float64)
    return (shift_sigma(even, shift) * start).to(torch.float32)
