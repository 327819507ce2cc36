"""Latents and conditions as values in a graph."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from torch import Tensor

    from engine.media import Image


@dataclass(frozen=True, eq=False)
class Latent:
    """A clip in a model's latent space: (1, C, T, h, w), float32, on the CPU.

    `width` and `height` are those of the picture to cut from the middle of the decoded one.
    """

    tensor: Tensor
    model: str
    rate: Fraction
    width: int
    height: int


@dataclass(frozen=True)
class Condition:
    """A picture that the clip shows at its first or last frame; strength in 0..1, 1 exactly."""

    image: Image
    frame: Literal["first", "last"] = "first"
    strength: float = 1.0
