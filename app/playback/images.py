"""Turns decoded frames into pictures that the window can draw, and keeps those made lately."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PySide6.QtGui import QImage

from app.playback.playable import Playable, Size

if TYPE_CHECKING:
    from av import VideoFrame
    from av.video.reformatter import VideoReformatter

    from engine.media import ColorInfo

Key: TypeAlias = tuple[int, Size, int]
"""A picture's place in the store: which playable, at which size, which frame."""

_SLOW = 0.04  # seconds to seek from which on it is worth to keep what is passed
_LONGEST = 250  # frames that are ever decoded only to get past them


class ImageStore:
    """Pictures by key, the least recently used out first, within a number of bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._images: OrderedDict[Key, QImage] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def limit(self) -> int:
        """Bytes that it may hold."""
        return self._limit

    @property
    def bytes(self) -> int:
        """Bytes that it holds."""
        return self._bytes

    def get(self, key: Key) -> QImage | None:
        """The picture, if it is kept."""
        with self._lock:
            image = self._images.get(key)
            if image is not None:
                self._images.move_to_end(key)
            return image

    def put(self, key: Key, image: QImage) -> None:
        """Keep a picture."""
        with self._lock:
            before = self._images.pop(key, None)
            if before is not None:
                self._bytes -= before.sizeInBytes()
            self._images[key] = image
            self._bytes += image.sizeInBytes()
            while self._bytes > self._limit and len(self._images) > 1:
                _, oldest = self._images.popitem(last=False)
                self._bytes -= oldest.sizeInBytes()

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._images.clear()
            self._bytes = 0


class FrameReader:
    """Frames of a playable at one size, by number.

    It goes on decoding or seeks, whichever has been cheaper so far with this picture. Frames that
    it only passes are decoded but not converted. For one thread.
    """

    def __init__(self, source: Playable, size: Size) -> None:
        from av.video.reformatter import VideoReformatter

        assert source.at_size is not None
        self._clip = source.at_size(size)
        self._size = size
        self._scaler = VideoReformatter()
        self._frames: Iterator[VideoFrame] | None = None
        self._next = 0
        self._step_cost = 0.0
        self._seek_cost = 0.0

    @property
    def is_slow_to_seek(self) -> bool:
        """Whether going to another place decodes much, as in films with few keyframes."""
        return self._seek_cost > _SLOW

    def image(self, number: int, check: Callable[[], None] = lambda: None) -> QImage:
        """Frame `number` as a picture. Raises MediaError when it cannot be decoded.

        `check` is called for each frame on the way there, and may raise to give up.
        """
        from engine.media.decode import interruptible

        with interruptible(check):
            frame = self._frame(number, check)
        return image_of_frame(
            frame, self._clip.color, self._size, self._scaler, alpha=self._clip.has_alpha
        )

    def close(self) -> None:
        """Close the files it reads."""
        if isinstance(self._frames, Generator):
            self._frames.close()
        self._frames = None

    def _frame(self, number: int, check: Callable[[], None]) -> VideoFrame:
        if self._frames is None or not self._is_ahead(number):
            self.close()
            self._frames = self._clip.frames(number)
            self._next = number
            begun = time.perf_counter()
            frame = self._advance()
            self._seek_cost = _smoothed(self._seek_cost, time.perf_counter() - begun)
            return frame
        begun, passed = time.perf_counter(), number - self._next + 1
        while self._next < number:
            check()
            self._advance()
        frame = self._advance()
        self._step_cost = _smoothed(self._step_cost, (time.perf_counter() - begun) / passed)
        return frame

    def _advance(self) -> VideoFrame:
        assert self._frames is not None
        try:
            frame = next(self._frames)
        except BaseException:
            self._frames = None
            raise
        self._next += 1
        return frame

    def _is_ahead(self, number: int) -> bool:
        """Whether decoding on to `number` costs less than seeking to it."""
        passed = number - self._next
        if not 0 <= passed <= _LONGEST:
            return False
        if not self._step_cost or not self._seek_cost:
            return passed <= 8
        return passed * self._step_cost <= self._seek_cost


def _smoothed(before: float, now: float) -> float:
    return now if not before else before * 0.8 + now * 0.2


def image_of_frame(
    frame: VideoFrame, color: ColorInfo, size: Size, scaler: VideoReformatter, *, alpha: bool
) -> QImage:
    """A frame as a picture of that size in Rec.709; premultiplied when there is alpha."""
    from av.video.reformatter import Interpolation

    from engine.media.color import RGB709
    from engine.media.pixels import scaler_colors

    exact = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.FULL_CHR_H_INP
    reduced = size[0] < frame.width
    made = scaler.reformat(
        frame,
        *size,
        "bgra",
        interpolation=Interpolation.AREA if reduced else Interpolation.BICUBIC | exact,
        threads=1,
        **scaler_colors(color, RGB709),
    )
    kind = QImage.Format.Format_ARGB32 if alpha else QImage.Format.Format_RGB32
    image = QImage(*size, kind)
    plane: Any = made.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: size[1], : 4 * size[0]]
    pixels_of_image(image)[:] = rows.reshape(size[1], size[0], 4)
    if alpha:
        image.convertTo(QImage.Format.Format_ARGB32_Premultiplied)
    return image


def pixels_of_image(image: QImage) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The bytes of a 32-bit picture as an array (H, W, 4) of blue, green, red, alpha; a view."""
    rows = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)
