"""Turns counts into the pictures of scopes, in colours that are read on a dark ground."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from widgets.scopes import measure

Kind = Literal["waveform", "parade", "vectorscope", "histogram"]
KINDS: tuple[Kind, ...] = ("waveform", "parade", "vectorscope", "histogram")

_RGB = ((255, 84, 84), (84, 230, 110), (96, 150, 255))
_WHITE = (214, 232, 220)
_KIND = QImage.Format.Format_ARGB32_Premultiplied
_MOST = 96  # pixels of one level in a column, from where a trace is at its brightest
_SHADES = np.rint(255 * np.log1p(np.arange(_MOST + 1) * 1.5) / np.log1p(_MOST * 1.5)).astype(
    np.uint16
)


@dataclass(frozen=True)
class Trace:
    """A finished scope: its picture, or the four curves of a histogram scaled from 0 to 1."""

    kind: Kind
    image: QImage | None = None
    curves: NDArray[np.float32] | None = None
    clipped: tuple[float, float] = (0.0, 0.0)  # shares of pixels at black and at white


def trace(kind: Kind, image: QImage) -> Trace:
    """The scope of a picture; for a worker thread."""
    pixels = measure.reduced(image)
    if kind == "waveform":
        return Trace(kind, _image(_colored(measure.waveform(pixels), _WHITE)))
    if kind == "parade":
        parts = measure.parade(pixels)
        pictures = [_colored(part, color) for part, color in zip(parts, _RGB, strict=True)]
        return Trace(kind, _image(np.concatenate(pictures, axis=1)))
    if kind == "vectorscope":
        return Trace(kind, _vectors(measure.vectorscope(pixels)))
    counts = measure.histogram(pixels)
    top = max(1.0, float(counts[:, 1:-1].max()))
    total = max(1.0, float(counts[3].sum()))
    clipped = (float(counts[:3, 0].max()) / total, float(counts[:3, -1].max()) / total)
    return Trace(kind, None, np.asarray(np.minimum(1, np.sqrt(counts / top)), np.float32), clipped)


def _vectors(counts: measure.Counts) -> QImage:
    """Each chroma in its own colour."""
    shades = _SHADES[np.minimum(counts, _MOST)].astype(np.uint16)
    pixels = np.empty((*counts.shape, 4), np.uint8)
    pixels[..., :3] = (_hues()[..., ::-1] * shades[..., None]) >> 8
    pixels[..., 3] = shades
    return _image(pixels.view(np.uint32)[..., 0])


@cache
def _hues() -> NDArray[np.uint16]:
    rows, columns = np.mgrid[0:256, 0:256].astype(np.float32)
    cb, cr = columns - 127.5, 127.5 - rows
    y = 150.0
    red, blue = y + 1.5748 * cr, y + 1.8556 * cb
    green = (y - 0.2126 * red - 0.0722 * blue) / 0.7152
    return np.asarray(np.clip(np.stack([red, green, blue], axis=-1), 40, 255), np.uint16)


def _colored(counts: measure.Counts, color: tuple[int, int, int]) -> NDArray[np.uint32]:
    """Counts as brightness of a colour, premultiplied."""
    return np.take(_palette(color), np.minimum(counts, _MOST))


@cache
def _palette(color: tuple[int, int, int]) -> NDArray[np.uint32]:
    pixels = np.empty((_MOST + 1, 4), np.uint8)
    for place, part in enumerate(reversed(color)):
        pixels[:, place] = part * _SHADES // 255
    pixels[:, 3] = _SHADES
    return np.asarray(pixels.view(np.uint32)[:, 0])


def _image(pixels: NDArray[np.uint32]) -> QImage:
    """Premultiplied pixels as a picture."""
    height, width = pixels.shape
    data = np.ascontiguousarray(pixels).tobytes()
    return QImage(data, width, height, 4 * width, _KIND).copy()
