"""The noise that a sampling run begins with: explicit, from a seed, the same on every device."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def initial_noise(shape: Sequence[int], seed: int) -> Tensor:
    """Unit normal noise (1, ...) of one sample, drawn on the CPU so that devices agree.

    A batch is made of one call a sample: a sample's noise never depends on its neighbours.
    """
    generator = torch.Generator(device="cpu").manual_seed(seed)
    return torch.randn((1, *shape), generator=generator, dtype=torch.float32)
