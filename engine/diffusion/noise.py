"""The noise that a sampling run begins with: explicit, from a seed, the same on every device.

Each number depends on the seed and on its place in the latent alone (a counter-based generator:
Philox4x32-10 of Salmon et al. 2011). So a tile has the noise of its place in the whole, a longer
or larger shot begins with the noise of the smaller one, and no sample of a batch knows the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Words = NDArray[np.uint32]

_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_FACTORS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_STEPS = 0x9E3779B9, 0xBB67AE85


def initial_noise(
    shape: Sequence[int], seed: int, *, origin: tuple[int, int, int] = (0, 0, 0)
) -> Tensor:
    """Unit normal noise (1, C, T, h, w) for `shape` (C, T, h, w).

    `origin` is the place (t, y, x) of its first corner in the whole latent that a tile is part of.
    """
    channels, *extent = shape
    t, y, x = (
        np.arange(first, first + length, dtype=np.int64).astype(np.uint32)
        for first, length in zip(origin, extent, strict=True)
    )
    group = np.arange(-(-channels // 4), dtype=np.uint32)
    counter = np.broadcast_arrays(
        x, y[:, None], t[:, None, None], group[:, None, None, None]
    )  # each (C / 4, T, h, w)
    words = philox(counter, (seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF))
    normal = np.stack([*_normal(words[0], words[1]), *_normal(words[2], words[3])], 1)
    made = normal.reshape(-1, *extent)[:channels]
    return torch.from_numpy(made.astype(np.float32))[None]


def philox(counter: Sequence[Words], key: tuple[int, int]) -> tuple[Words, Words, Words, Words]:
    """Philox4x32-10: four random words for each four words of a counter, under a key of two."""
    a, b, c, d = (part.astype(np.uint64) for part in counter)
    first, second = key
    for _ in range(10):
        even, odd = _FACTORS[0] * a, _FACTORS[1] * c
        a = odd >> _HALF ^ b ^ np.uint64(first)
        b = odd & _LOW
        c = even >> _HALF ^ d ^ np.uint64(second)
        d = even & _LOW
        first, second = (first + _STEPS[0]) & 0xFFFFFFFF, (second + _STEPS[1]) & 0xFFFFFFFF
    return tuple(part.astype(np.uint32) for part in (a, b, c, d))  # type: ignore[return-value]


def _normal(one: Words, two: Words) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two normal numbers of two words, by Box and Muller."""
    radius = np.sqrt(-2 * np.log((one + 0.5) / 2**32))
    angle = (two + 0.5) * (2 * np.pi / 2**32)
    return radius * np.cos(angle), radius * np.sin(angle)
