"""Pictures of media for strips: facts, frames made small, peaks of sound and tiles of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from widgets.timeline import WAVE_TILE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HEIGHT = 108  # pixels of a kept picture
WAVE_HEIGHT = 48
PEAKS = 750  # a second


@dataclass(frozen=True)
class MediaFacts:
    """What a result is: frames at its own rate (0 without picture), seconds of sound."""

    frames: int = 0
    rate: str = "24"
    width: int = 0
    height: int = 0
    samples: int = 0
    sample_rate: int = 48000

    @property
    def has_sound(self) -> bool:
        """Whether it can be heard."""
        return self.samples > 0

    def frames_at(self, rate: Fraction) -> int:
        """Its length in frames of a timeline at a rate, as the engine counts it."""
        from engine.media.rates import frames_in

        if self.frames:
            return max(1, frames_in(self.frames / Fraction(self.rate), rate))
        exact = Fraction(self.samples, self.sample_rate) * rate
        return max(1, -(-exact.numerator // exact.denominator))


def facts_of(value: Any) -> MediaFacts | None:
    """What a Clip, Sound or Image is; None for other values."""
    kind = type(value).__name__
    if kind == "Clip":
        sound = value.sound
        return MediaFacts(
            value.frame_count,
            str(value.rate),
            value.width,
            value.height,
            sound.sample_count if sound else 0,
            sound.rate if sound else 48000,
        )
    if kind == "Sound":
        return MediaFacts(samples=value.sample_count, sample_rate=value.rate)
    return None


def wave_tile(peaks: NDArray[np.uint8], rate: float, level: int, tile: int) -> QImage:
    """A tile of a waveform: white with alpha, as high as the peaks are."""
    import numpy as np

    a_pixel = PEAKS / rate / 2.0**level
    edges = (np.arange(WAVE_TILE + 1) + tile * WAVE_TILE) * a_pixel
    starts = np.minimum(edges[:-1].astype(np.int64), len(peaks))
    stops = np.minimum(np.maximum(edges[1:].astype(np.int64), starts + 1), len(peaks))
    padded = np.append(peaks, np.uint8(0))
    pairs = np.stack([starts, np.maximum(stops, starts)], axis=1).ravel()
    highest = np.maximum.reduceat(padded, np.minimum(pairs, len(peaks)))[::2]
    highest = np.where(starts < len(peaks), highest, 0)
    rows = np.abs(np.arange(WAVE_HEIGHT) - (WAVE_HEIGHT - 1) / 2)[:, None]
    # The root shows speech beside music, which a straight scale would leave a line.
    half = np.sqrt(highest[None, :] / 255) * (WAVE_HEIGHT / 2 - 1) + 0.5
    alpha = np.where((rows <= half) & (starts < len(peaks))[None, :], 190, 0).astype(np.uint8)
    pixels = np.repeat(alpha[:, :, None], 4, axis=2)  # premultiplied white
    data = np.ascontiguousarray(pixels).tobytes()
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(data, WAVE_TILE, WAVE_HEIGHT, WAVE_TILE * 4, form).copy()


def frame_image(value: Any, frame: int) -> QImage | None:
    """A frame of a Clip, as high as HEIGHT; None when it cannot be made."""
    import numpy as np

    try:
        pixels = next(value.arrays(frame, frame + 1))
    except Exception:  # the value's own code may raise anything; a look at the node tells it
        return None
    height, width = pixels.shape[:2]
    step = max(1, height // (2 * HEIGHT))
    thin = np.ascontiguousarray(pixels[::step, ::step, :3])
    high, wide = thin.shape[:2]
    image = QImage(thin.tobytes(), wide, high, wide * 3, QImage.Format.Format_RGB888)
    size = QSize(max(1, round(width * HEIGHT / height)), HEIGHT)
    return image.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    ).convertToFormat(QImage.Format.Format_RGB32)


def sound_peaks(value: Any, cancel: threading.Event) -> NDArray[np.uint8] | None:
    """The highest level of every 1/750 s, 0 to 255, all channels together."""
    import numpy as np

    sound = value.sound if type(value).__name__ == "Clip" else value
    count = -(-sound.sample_count * PEAKS // sound.rate)
    made = np.zeros(count, np.float32)
    at = 0
    try:
        for block in sound.blocks():
            if cancel.is_set():
                return None
            level = np.nan_to_num(np.abs(block).max(axis=1, initial=0.0))
            places = (np.arange(at, at + len(level)) * PEAKS // sound.rate).clip(0, count - 1)
            starts = np.flatnonzero(np.diff(places, prepend=-1))
            np.maximum.at(made, places[starts], np.maximum.reduceat(level, starts))
            at += len(level)
    except Exception:  # as for frames
        return None
    return (made.clip(0, 1) * 255).astype(np.uint8)
