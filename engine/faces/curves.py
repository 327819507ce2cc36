"""FaceCurves: how a face moves, as ARKit blend shapes and the turning of its head over time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.faces.arkit import PLACE, SHAPES, sides

Curves = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class FaceCurves:
    """`shapes` (frames, 52) from 0 to 1 in the order of SHAPES, at `rate` frames a second.

    `head` (frames, 3) is yaw (to the face's left), pitch (up) and roll (to the face's right
    shoulder) in radians. Raises UsageError for other arrays and for values that are no numbers.
    """

    rate: Fraction
    shapes: Curves
    head: Curves
    name: str = ""

    def __post_init__(self) -> None:
        count = len(self.shapes)
        if self.shapes.shape != (count, len(SHAPES)) or self.head.shape != (count, 3):
            raise UsageError(
                f"arrays of shapes {self.shapes.shape} and {self.head.shape} move no face"
            )
        if self.rate <= 0:
            raise UsageError(f"a face cannot move at {self.rate} frames a second")
        if not (np.isfinite(self.shapes).all() and np.isfinite(self.head).all()):
            raise UsageError("the curves hold values that are not numbers", where=self.name or None)

    @property
    def frame_count(self) -> int:
        """Number of frames."""
        return len(self.shapes)

    def curve(self, name: str) -> Curves:
        """One shape over time, (frames,); of a name without a side, the mean of both."""
        return np.asarray(self.shapes[:, [PLACE[n] for n in sides(name)]].mean(axis=1), np.float32)


def curves_of(values: Mapping[str, Curves], count: int) -> Curves:
    """Shapes (count, 52) from curves by name; a name without a side moves both sides."""
    shapes = np.zeros((count, len(SHAPES)), np.float32)
    for name, curve in values.items():
        for side in sides(name):
            shapes[:, PLACE[side]] = np.clip(curve, 0.0, 1.0)
    return shapes


def lip_gap(shapes: Curves) -> Curves:
    """How far the lips are apart, (frames,): 0 when they touch, about 1 in a wide-open mouth.

    The jaw takes the lower lip along; mouthClose, pressing and rolling bring the lips together.
    """
    take = {name: shapes[:, [PLACE[n] for n in sides(name)]].mean(axis=1) for name in _OPENING}
    gap = sum((weight * take[name] for name, weight in _OPENING.items()), np.float32(0.0))
    return np.asarray(np.clip(gap, 0.0, None), np.float32)


CLOSED = 0.03
"""A lip gap up to which the lips are seen as touching."""

_OPENING = {
    "jawOpen": 1.0,
    "mouthLowerDown": 0.35,
    "mouthUpperUp": 0.25,
    "mouthFunnel": 0.15,
    "mouthClose": -1.0,
    "mouthPress": -0.3,
    "mouthRollLower": -0.15,
    "mouthRollUpper": -0.15,
}
