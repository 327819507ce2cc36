"""Pictures between the engine and the window: previews, files, composed keyframes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, QRunnable, QSizeF, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QPainter

_KIND = QImage.Format.Format_RGB888


def image_of_preview(value: Any) -> QImage | None:
    """A preview of the engine as a picture: an Image, or an array (H, W, 3 or 4) of bytes."""
    array = value if isinstance(value, np.ndarray) else None
    if array is None and hasattr(value, "array"):
        array = value.array()
    if array is None or array.ndim != 3 or array.dtype != np.uint8 or array.shape[2] not in (3, 4):
        return None
    return image_of_array(array)


def image_of_array(array: np.ndarray[Any, Any]) -> QImage:
    """A uint8 array (H, W, 3), or 4 with straight alpha, as a picture of its own."""
    pixels = np.ascontiguousarray(array)
    height, width, depth = pixels.shape
    kind = _KIND if depth == 3 else QImage.Format.Format_RGBA8888
    return QImage(pixels.tobytes(), width, height, depth * width, kind).copy()


def array_of_image(image: QImage) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """The pixels as an array (H, W, 3), or 4 with straight alpha when there is any."""
    depth = 4 if image.hasAlphaChannel() else 3
    made = image.convertToFormat(QImage.Format.Format_RGBA8888 if depth == 4 else _KIND)
    rows = np.frombuffer(made.constBits(), np.uint8).reshape(made.height(), made.bytesPerLine())
    return rows[:, : depth * made.width()].reshape(made.height(), made.width(), depth).copy()


def composed(ground: QImage, image: QImage, rect: QRectF, size: tuple[int, int]) -> QImage:
    """A picture laid on another in shares of its size; of `size` pixels."""
    made = QImage(*size, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.black)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    whole = QRectF(QPointF(), QSizeF(*size))
    if not ground.isNull():
        painter.drawImage(whole, ground)
    place = QRectF(
        rect.x() * size[0], rect.y() * size[1], rect.width() * size[0], rect.height() * size[1]
    )
    painter.drawImage(place, image)
    painter.end()
    return made


def fitted(image: QImage, size: tuple[int, int]) -> QRectF:
    """Where a picture lies that fits whole into a frame, in shares of the frame."""
    whole = QSizeF(*size)
    shown = QSizeF(image.size()).scaled(whole, Qt.AspectRatioMode.KeepAspectRatio)
    width, height = shown.width() / whole.width(), shown.height() / whole.height()
    return QRectF((1 - width) / 2, (1 - height) / 2, width, height)


def free_path(folder: Path, stem: str, suffix: str = ".png") -> Path:
    """A path in the folder that no file has yet."""
    clean = "".join(part if part.isalnum() or part in "-_" else "_" for part in stem).strip("_")
    stem = clean[:64] or "picture"
    path, number = folder / f"{stem}{suffix}", 2
    while path.exists():
        path, number = folder / f"{stem}_{number}{suffix}", number + 1
    return path


class PictureLoading(QRunnable):
    """Reads a picture file; `loaded` gets it, or none when it cannot be read."""

    def __init__(self, loaded: Any, path: Path) -> None:
        super().__init__()
        self._loaded = loaded
        self._path = path

    def run(self) -> None:
        from engine.media.still import open_image

        try:
            image = image_of_array(open_image(self._path).array())
        except Exception:  # whatever the file holds
            image = QImage()
        _tell(self._loaded, image)


class WaveDrawing(QRunnable):
    """Draws the waveform of a node's sound; `drawn` gets the node and the picture."""

    def __init__(self, drawn: Any, node: str, sound: Any, size: tuple[int, int]) -> None:
        super().__init__()
        self._drawn = drawn
        self._node = node
        self._sound = sound
        self._size = size

    def run(self) -> None:
        from app.pictures import waveform

        try:
            image = waveform(self._sound, width=self._size[0], height=self._size[1])
        except Exception:  # a sound that cannot be read says so when it is played
            return
        _tell(self._drawn, self._node, image)


class Writing(QObject):
    """Writes pictures in the background; `done` tells path and token, `failed` why and token."""

    done = Signal(Path, object)
    failed = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)

    def start(self, make: Any, folder: Path, stem: str, token: object) -> None:
        """Write what `make()` gives (a QImage) into the folder under a free name."""
        self._pool.start(_Write(self, make, folder, stem, token, None))

    def write_to(self, image: QImage, path: Path, token: object) -> None:
        """Write a picture to this path."""
        self._pool.start(_Write(self, lambda: image, path.parent, path.stem, token, path))

    def stop(self) -> None:
        """Returns when nothing is written any more."""
        self._pool.waitForDone(5000)


class _Write(QRunnable):
    def __init__(
        self,
        owner: Writing,
        make: Any,
        folder: Path,
        stem: str,
        token: object,
        path: Path | None,
    ) -> None:
        super().__init__()
        self._owner = owner
        self._make = make
        self._folder = folder
        self._stem = stem
        self._token = token
        self._path = path

    def run(self) -> None:
        try:
            from engine.media.still import write_image

            image = self._make()
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._path or free_path(self._folder, self._stem)
            write_image(_pixels(image), path)
        except Exception as error:  # a full disk, a folder that may not be written
            _tell(self._owner.failed, str(error), self._token)
        else:
            _tell(self._owner.done, path, self._token)


def _tell(signal: Any, *values: object) -> None:
    """Emit a signal of an object that the window may have closed meanwhile."""
    try:
        signal.emit(*values)
    except RuntimeError:
        return


def _pixels(image: QImage) -> np.ndarray[Any, np.dtype[np.uint8]]:
    if image.format() != QImage.Format.Format_Grayscale8:
        return array_of_image(image)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()].copy()
