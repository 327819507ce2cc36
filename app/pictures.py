"""Draws values of the engine as small pictures: a frame of a clip, the waveform of a sound."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.faces import FaceCurves
    from engine.media import Clip, Sound
    from engine.timeline import Timeline

SIDE = 256  # pixels: the longest a picture gets
_SOUND_HEIGHT = 96
_WAVE = "#4f9be8"  # seen on dark and on light grounds
_LONG = 60  # seconds from which on a sound is looked at in samples
_TASTE = 1024  # samples of each look


def picture_of(value: object) -> QImage | None:
    """A picture of at most SIDE pixels a side; None for a value that shows nothing.

    Works on any thread. Raises what reading the value raises.
    """
    match type(value).__name__:
        case "Clip":
            clip: Any = value
            return _frame(clip)
        case "Image":
            image: Any = value
            return small(image.array())
        case "Sound":
            sound: Any = value
            return waveform(sound)
        case "FaceCurves":
            curves: Any = value
            return _face(curves)
        case "Timeline":
            timeline: Any = value
            return _timeline(timeline)
        case "Sequence":
            media = getattr(value, "media", {})
            clips = (item for item in media.values() if type(item).__name__ == "Clip")
            return next((_frame(clip) for clip in clips if clip.frame_count), None)
        case _:
            return None


def small(pixels: NDArray[np.uint8]) -> QImage:
    """An array (H, W, 3 or 4) as a picture, made smaller smoothly."""
    import numpy as np

    height, width, depth = pixels.shape
    step = max(1, max(width, height) // (2 * SIDE))  # the rest is for the smooth scaling
    thin = np.ascontiguousarray(pixels[::step, ::step])
    form = QImage.Format.Format_RGBA8888 if depth == 4 else QImage.Format.Format_RGB888
    height, width = thin.shape[:2]
    image = QImage(thin.tobytes(), width, height, thin.strides[0], form)
    if max(width, height) <= SIDE:
        return image.copy()
    return image.scaled(
        SIDE,
        SIDE,
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def waveform(sound: Sound, *, width: int = SIDE, height: int = _SOUND_HEIGHT) -> QImage:
    """The peaks of a sound over time, all channels together, on a transparent ground."""
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    middle = height / 2
    for column, peak in enumerate(peaks(sound, width)):
        half = max(0.5, min(1.0, peak) * (middle - 1))
        painter.fillRect(QRectF(column, middle - half, 1, 2 * half), QColor(_WAVE))
    painter.end()
    return image


def peaks(sound: Sound, columns: int) -> list[float]:
    """The highest level of each of so many parts of a sound; long ones are only tasted."""
    import numpy as np

    count = sound.sample_count
    edges = [count * column // columns for column in range(columns + 1)]
    if count > _LONG * sound.rate:
        parts = (sound.array(at, min(at + _TASTE, count)) for at in edges[:-1])
        return [float(np.abs(part).max(initial=0.0)) for part in parts]
    level = np.abs(sound.array()).max(axis=1, initial=0.0)
    return [
        float(level[start : max(stop, start + 1)].max(initial=0.0))
        for start, stop in itertools.pairwise(edges)
    ]


def _frame(clip: Clip) -> QImage | None:
    """The frame after the first third, where most shots show what they are about."""
    if not clip.frame_count:
        return None
    at = clip.frame_count // 3
    return small(next(clip.arrays(at, at + 1)))


def _face(curves: FaceCurves) -> QImage | None:
    """The face at the frame in which its mouth is widest open."""
    from engine.faces import draw_face, lip_gap, look_named

    if not curves.frame_count:
        return None
    at = int(lip_gap(curves.shapes).argmax())
    return small(draw_face(curves.shapes[at], curves.head[at], look_named("copper"), 256, 144))


def _timeline(timeline: Timeline) -> QImage | None:
    from engine.timeline import render_video

    sizes = [item.shown for item in timeline.media.values() if hasattr(item, "shown")]
    width, height = max(sizes, default=(16, 9))
    wide = SIDE if width >= height else max(2, round(SIDE * width / height / 2) * 2)
    high = max(2, round(wide * height / width / 2) * 2)
    return _frame(render_video(timeline, rate=timeline.rate, width=wide, height=high))
