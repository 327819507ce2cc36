"""A clip of a talking face: each frame is drawn when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.faces.curves import FaceCurves
from engine.faces.drawing import draw_cut_out, draw_face
from engine.faces.looks import Look
from engine.media.clip import Clip
from engine.media.sound import Sound


def talking_clip(
    curves: FaceCurves,
    look: Look,
    width: int,
    height: int,
    *,
    sound: Sound | None = None,
    cut_out: bool = False,
) -> Clip:
    """The face moved by the curves, at their rate, with a sound. Raises UsageError without frames.

    cut_out: without a background, to be laid over another picture.

    width and height: from 64 to 8192 pixels.
    """
    if not curves.frame_count:
        raise UsageError("curves without a frame move no face", mend="Give a longer sound")
    if not (64 <= width <= 8192 and 64 <= height <= 8192):
        raise UsageError(f"a face is drawn at 64 to 8192 pixels a side, not {width} x {height}")

    draw = draw_cut_out if cut_out else draw_face

    def make(start: int, stop: int) -> Iterator[NDArray[np.uint8]]:
        for index in range(start, stop):
            yield draw(curves.shapes[index], curves.head[index], look, width, height)

    return Clip.from_arrays(
        make,
        rate=curves.rate,
        width=width,
        height=height,
        frame_count=curves.frame_count,
        has_alpha=cut_out,
        sound=sound,
        name=curves.name,
    )


def at_rate(curves: FaceCurves, rate: Fraction) -> FaceCurves:
    """The curves at another rate, as long as before, straight between their frames."""
    if rate == curves.rate or not curves.frame_count:
        return replace(curves, rate=rate)
    count = max(1, round(curves.frame_count * rate / curves.rate))
    own = (np.arange(count) + 0.5) * float(curves.rate / rate) - 0.5
    places = np.arange(curves.frame_count)

    def taken(values: NDArray[np.float32]) -> NDArray[np.float32]:
        columns = [np.interp(own, places, column) for column in values.T]
        return np.stack(columns, axis=1).astype(np.float32)

    return FaceCurves(rate, taken(curves.shapes), taken(curves.head), curves.name)
