"""A picture that closed curves are drawn on, several times finer than it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.faces.looks import Rgb

Points: TypeAlias = NDArray[np.float64]
"""Points (n, 2) of x to the right and y downwards."""


class Canvas:
    """Draws in pixels of the fine picture; `finished` makes it smaller by averaging."""

    def __init__(self, ground: Image.Image, finer: int) -> None:
        self._image = ground.copy()
        self._finer = finer
        self._draw = ImageDraw.Draw(self._image)

    def fill(self, points: Points, colour: Rgb) -> None:
        """Fill a closed curve."""
        self._draw.polygon(_flat(points), fill=colour)

    def line(self, points: Points, width: float, colour: Rgb) -> None:
        """Draw an open curve with round ends."""
        thick = max(1, round(width))
        flat = _flat(points)
        self._draw.line(flat, fill=colour, width=thick, joint="curve")
        for x, y in (flat[:2], flat[-2:]):
            half = thick / 2
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)

    def within(self, outline: Points, shapes: Sequence[tuple[Points, Rgb]], ground: Rgb) -> None:
        """Fill a closed curve with `ground`, and shapes on it as far as they lie inside."""
        low = np.floor(outline.min(axis=0)).astype(int) - 1
        size = np.ceil(outline.max(axis=0)).astype(int) + 2 - low
        mask = Image.new("L", (int(size[0]), int(size[1])))
        ImageDraw.Draw(mask).polygon(_flat(outline - low), fill=255)
        inside = Image.new("RGB", mask.size, ground)
        draw = ImageDraw.Draw(inside)
        for points, colour in shapes:
            draw.polygon(_flat(points - low), fill=colour)
        self._image.paste(inside, (int(low[0]), int(low[1])), mask)

    def glow(
        self, centre: Points, radii: tuple[float, float], colour: Rgb, strength: float
    ) -> None:
        """A soft spot: `strength` in its middle, nothing at its edge."""
        width, height = (max(2, round(2 * radius)) for radius in radii)
        mask = _spot().resize((width, height), Image.Resampling.BILINEAR)
        mask = mask.point([round(value * strength) for value in range(256)])
        corner = round(centre[0] - width / 2), round(centre[1] - height / 2)
        self._image.paste(Image.new("RGB", mask.size, colour), corner, mask)

    def finished(self) -> NDArray[np.uint8]:
        """The picture (height, width, 3)."""
        return np.asarray(self._image.reduce(self._finer))


def smooth(
    points: Sequence[Sequence[float]] | Points, *, closed: bool = True, steps: int = 10
) -> Points:
    """A curve through all points (Catmull and Rom, 1974)."""
    given = np.asarray(points, np.float64)
    if closed:
        ring = np.concatenate([given[-1:], given, given[:2]])
    else:
        ring = np.concatenate([given[:1], given, given[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None, None]
    before, start, end, after = ring[:-3], ring[1:-2], ring[2:-1], ring[3:]
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    found = curve.transpose(1, 0, 2).reshape(-1, 2)
    return found if closed else np.concatenate([found, given[-1:]])


def ellipse(x: float, y: float, wide: float, high: float, *, count: int = 40) -> Points:
    """An ellipse around (x, y) with those radii."""
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([x + wide * np.cos(angle), y + high * np.sin(angle)], axis=1)


def mirrored(points: Points) -> Points:
    """Left and right exchanged."""
    return points * [-1.0, 1.0]


_SPOTS: list[Image.Image] = []


def _spot() -> Image.Image:
    if not _SPOTS:
        axis = np.linspace(-1, 1, 96)
        away = np.clip(1 - np.hypot(axis[:, None], axis[None, :]), 0, 1)
        soft = away * away * (3 - 2 * away)
        _SPOTS.append(Image.fromarray(np.round(soft * 255).astype(np.uint8), "L"))
    return _SPOTS[0]


def _flat(points: Points) -> list[float]:
    return [float(value) for value in points.ravel()]
