"""Counts the pixels of a picture for scopes: waveform, parade, vectorscope, histogram.

Pictures are uint8 arrays (H, W, 3) of red, green and blue, which `reduced` makes small enough to be
counted within milliseconds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

COLUMNS = 256
ROWS = 144
LEVELS = 256

Pixels = NDArray[np.uint8]
Counts = NDArray[np.int64]

_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec.709


def reduced(image: QImage) -> Pixels:
    """The picture at most 256 x 144 pixels large, without smoothing, so that levels stay true."""
    small = image
    if image.width() > COLUMNS or image.height() > ROWS:
        size = image.size().scaled(COLUMNS, ROWS, Qt.AspectRatioMode.KeepAspectRatio)
        small = image.scaled(size.expandedTo(size.__class__(1, 1)))
    small = small.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(small.constBits(), np.uint8)
    rows = rows.reshape(small.height(), small.bytesPerLine())[:, : 4 * small.width()]
    return np.ascontiguousarray(rows.reshape(small.height(), small.width(), 4)[..., 2::-1])


def luma(pixels: Pixels) -> Pixels:
    """Luma of Rec.709, 0 to 255."""
    return np.asarray(pixels @ _LUMA + 0.5, np.uint8)


def waveform(pixels: Pixels) -> Counts:
    """How often each column of the picture has each luma: shape (256 levels, columns)."""
    return _columns(luma(pixels))


def parade(pixels: Pixels) -> Counts:
    """The waveforms of red, green and blue: shape (3, 256 levels, columns)."""
    return np.stack([_columns(np.ascontiguousarray(pixels[..., part])) for part in range(3)])


def vectorscope(pixels: Pixels) -> Counts:
    """How often each chroma occurs: shape (256, 256), Cr upwards and Cb to the right, Rec.709."""
    cb, cr = chroma(pixels.reshape(-1, 3).astype(np.float32))
    column = np.clip(cb + 128, 0, 255).astype(np.int32)
    row = np.clip(127 - cr, 0, 255).astype(np.int32)
    counts = np.bincount(row * LEVELS + column, minlength=LEVELS * LEVELS)
    return counts.reshape(LEVELS, LEVELS)


def chroma(colors: NDArray[Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cb and Cr of Rec.709 of colours from 0 to 255, each from -128 to 128."""
    y = colors @ _LUMA
    blue = np.asarray((colors[..., 2] - y) / 1.8556, np.float32)
    red = np.asarray((colors[..., 0] - y) / 1.5748, np.float32)
    return blue, red


def histogram(pixels: Pixels) -> Counts:
    """How often red, green, blue and luma have each level: shape (4, 256)."""
    flat = pixels.reshape(-1, 3)
    parts = [np.bincount(flat[:, part], minlength=LEVELS) for part in range(3)]
    parts.append(np.bincount(luma(pixels).reshape(-1), minlength=LEVELS))
    return np.asarray(parts, np.int64)


def _columns(values: Pixels) -> Counts:
    width = values.shape[1]
    places = values.astype(np.int32) * width + np.arange(width, dtype=np.int32)
    counts = np.bincount(places.reshape(-1), minlength=LEVELS * width)
    return counts.reshape(LEVELS, width)[::-1]
