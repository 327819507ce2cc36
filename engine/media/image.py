"""Image: one picture that is read only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError

Picture: TypeAlias = NDArray[np.uint8]
"""uint8 of shape (height, width, 3) red, green, blue; 4 with straight alpha last."""


@dataclass(frozen=True, eq=False)
class Image:
    """A picture of `width` x `height` square pixels, upright, with the colours of Rec.709."""

    width: int
    height: int
    read: Callable[[], Picture] = field(repr=False)
    has_alpha: bool = False
    name: str = ""

    @classmethod
    def from_array(cls, array: NDArray[np.generic], *, name: str = "") -> Image:
        """An image of a uint8 array of shape (H, W), (H, W, 3) or (H, W, 4)."""
        if array.dtype != np.uint8 or array.ndim not in (2, 3):
            raise UsageError(f"an array of {array.dtype} of shape {array.shape} is no picture")
        pixels = np.array(array, np.uint8)
        if pixels.ndim == 2:
            pixels = np.repeat(pixels[:, :, None], 3, axis=2)
        if pixels.shape[2] not in (3, 4) or 0 in pixels.shape:
            raise UsageError(f"an array of shape {array.shape} is no picture")
        pixels.setflags(write=False)
        height, width, depth = pixels.shape
        return cls(width, height, lambda: pixels, has_alpha=depth == 4, name=name)

    def array(self) -> Picture:
        """The picture; it may be read-only: copy before you write into it."""
        return self.read()
