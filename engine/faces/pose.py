"""Where points of a head come to lie on the picture as it turns and nods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.faces.canvas import Points

_NECK = 1.35  # the head rolls about this height
_WIDE, _HIGH, _DEEP = 1.12, 1.5, 0.8  # radii of the ellipsoid that features lie on


@dataclass(frozen=True)
class Pose:
    """The head's middle in pixels, pixels a unit (half the width of the face), and its turning.

    Points of a head: (0, 0) is between the eyes and the nose, x goes to the right of the picture, y
    down, the chin is near (0, 1.25).
    """

    middle: tuple[float, float]
    unit: float
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0

    def place(self, points: Points, *, depth: float | None = None) -> Points:
        """Pixels of points; without a depth they lie on the front of the head."""
        x, y = points[:, 0], points[:, 1]
        if depth is None:
            round_ = 1 - (x / _WIDE) ** 2 - (y / _HIGH) ** 2
            z = _DEEP * np.sqrt(np.clip(round_, 0.0, None))
        else:
            z = np.full(len(points), depth)
        across = x * np.cos(self.yaw) + z * np.sin(self.yaw)
        near = z * np.cos(self.yaw) - x * np.sin(self.yaw)
        down = y * np.cos(self.pitch) - near * np.sin(self.pitch) - _NECK
        turned = across * np.cos(self.roll) + down * np.sin(self.roll)
        sunk = -across * np.sin(self.roll) + down * np.cos(self.roll) + _NECK
        return np.stack(
            [self.middle[0] + self.unit * turned, self.middle[1] + self.unit * sunk], axis=1
        )

    def at(self, x: float, y: float, *, depth: float | None = None) -> Points:
        """Pixels (2,) of one point."""
        return np.asarray(self.place(np.array([[x, y]]), depth=depth)[0], np.float64)
