"""Puts a speaking mouth and an idle face together."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.faces.curves import Curves
from engine.faces.idle import idle


def act(
    mouth_shapes: Curves,
    rate: Fraction,
    speaking: NDArray[np.float64],
    generator: np.random.Generator,
    *,
    mouth: float = 1.0,
    liveliness: float = 1.0,
) -> tuple[Curves, Curves]:
    """Shapes (frames, 52) and head (frames, 3): a mouth moved `mouth` times as far, and `idle`."""
    shapes, head = idle(len(mouth_shapes), rate, speaking, generator, liveliness=liveliness)
    spoken = np.clip(mouth_shapes * mouth, 0.0, 1.0)
    return np.maximum(shapes, spoken), head
