"""An example plugin: one node that changes an image. Copy it and make it your own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.graph import Color, Range, node

if TYPE_CHECKING:
    from engine import Image


@node("Tint", category="Example")
def tint(
    image: Image,
    color: Annotated[str, Color()] = "#ff9040",
    amount: Annotated[float, Range(0, 1, step=0.05)] = 0.3,
) -> Image:
    """Mix a colour into an image; an amount of 1 leaves nothing but the colour."""
    import numpy as np

    from engine import Image

    pixels = image.array().copy()  # (H, W, 3), or 4 with alpha; bytes
    tone = np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)])
    mixed = pixels[..., :3] * (1 - amount) + tone * amount
    pixels[..., :3] = np.rint(mixed)
    return Image.from_array(pixels)
