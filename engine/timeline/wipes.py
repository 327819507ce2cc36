"""The shapes of SMPTE 258M wipes: for every pixel, how far the wipe is when it turns over."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[np.floating[Any]]
Shape: TypeAlias = Callable[[Plane, Plane], Plane]
"""Takes x and y of the pixels' centres, 0 to 1, y down."""

RoundShape: TypeAlias = Callable[[Plane, Plane, float], Plane]
"""As Shape, and takes the picture's width / height."""


def _two_sided(position: Plane) -> Plane:
    return np.asarray(np.abs(2 * position - 1), np.float32)


def _circle(x: Plane, y: Plane, aspect: float) -> Plane:
    across, down = (2 * x - 1) * aspect, 2 * y - 1
    return np.asarray(np.hypot(across, down) / math.hypot(aspect, 1.0), np.float32)


def _clock(x: Plane, y: Plane, aspect: float) -> Plane:
    turn = np.arctan2((2 * x - 1) * aspect, 1 - 2 * y) / (2 * math.pi)
    return np.asarray(np.where(turn < 0, turn + 1, turn), np.float32)


_SHAPES: Mapping[int, Shape] = {
    1: lambda x, y: x + 0 * y,
    2: lambda x, y: y + 0 * x,
    3: lambda x, y: np.maximum(x, y),  # noqa: PLW0108
    4: lambda x, y: np.maximum(1 - x, y),
    5: lambda x, y: np.maximum(1 - x, 1 - y),
    6: lambda x, y: np.maximum(x, 1 - y),
    21: lambda x, y: _two_sided(x) + 0 * y,
    22: lambda x, y: _two_sided(y) + 0 * x,
    23: lambda x, y: np.maximum(_two_sided(x), y),
    24: lambda x, y: np.maximum(1 - x, _two_sided(y)),
    25: lambda x, y: np.maximum(_two_sided(x), 1 - y),
    26: lambda x, y: np.maximum(x, _two_sided(y)),
    41: lambda x, y: (x + y) / 2,
    42: lambda x, y: (1 - x + y) / 2,
    101: lambda x, y: np.maximum(_two_sided(x), _two_sided(y)),
    102: lambda x, y: (_two_sided(x) + _two_sided(y)) / 2,
}

_ROUND_SHAPES: Mapping[int, RoundShape] = {119: _circle, 201: _clock}


@lru_cache(maxsize=4)
def turning_points(code: int, width: int, height: int) -> Plane:
    """When each pixel turns over, 0 (first) to 1 (last), of shape (height, width)."""
    x: Plane = ((np.arange(width) + 0.5) / width).astype(np.float32)[None, :]
    y: Plane = ((np.arange(height) + 0.5) / height).astype(np.float32)[:, None]
    round_shape = _ROUND_SHAPES.get(code)
    shape = round_shape(x, y, width / height) if round_shape else _SHAPES[code](x, y)
    points = np.ascontiguousarray(shape, np.float32)
    points.flags.writeable = False
    return points


def wipe_mask(
    code: int, width: int, height: int, progress: float, *, softness: float, reverse: bool
) -> NDArray[np.uint8]:
    """How much of the incoming picture shows, 0 to 255, when the wipe is `progress` (0-1) done."""
    points = turning_points(code, width, height)
    if reverse:
        points = 1 - points
    if softness <= 0:
        return np.where(points < progress, np.uint8(255), np.uint8(0))
    edge = (progress * (1 + softness) - points) / softness
    return np.asarray(np.rint(np.clip(edge, 0, 1) * 255), np.uint8)
