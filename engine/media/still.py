"""Reads and writes single pictures: PNG, JPEG and other image files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import MediaError, UsageError
from engine.media.image import Image, Picture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image as PilImage

IMAGE_SUFFIXES = {
    *(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".tga", ".ppm", ".pgm"),
    *(".exr", ".dpx"),
}
WRITTEN_SUFFIXES = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
"""Endings of the files that `write_image` writes, and what they hold."""

_BY_FFMPEG = {".exr", ".dpx"}
_LARGEST = 16384  # pixels a side


def open_image(path: Path | str) -> Image:
    """An image file, upright by its EXIF orientation; the pixels are read when asked for.

    Raises MediaError when it is missing, damaged or no image.
    """
    from engine.media.container import check_readable

    path = Path(path).absolute()
    check_readable(path)
    if path.suffix.lower() in _BY_FFMPEG:
        array = _read_by_ffmpeg(path)
        return replace(Image.from_array(array, name=path.name), read=lambda: _read_by_ffmpeg(path))
    with _pil_opened(path) as image:
        width, height = image.size
        if _orientation(image) >= 5:
            width, height = height, width
        alpha = _has_alpha(image)
    return Image(width, height, lambda: _read(path), alpha, path.name)


def write_image(
    image: Image | Picture,
    path: Path | str,
    *,
    quality: int = 92,
    compression: int = 6,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write a PNG or JPEG (by suffix), whole or not at all. `metadata` become PNG texts.

    quality: of JPEG, 1 to 100. compression: of PNG, 0 (fast) to 9 (small). Transparency is laid
    over black in a JPEG.
    """
    from PIL import Image as Pil
    from PIL.PngImagePlugin import PngInfo

    from engine.runtime.files import atomic_path

    path = Path(path)
    array = image.array() if isinstance(image, Image) else image
    kind = WRITTEN_SUFFIXES.get(path.suffix.lower())
    if kind is None:
        raise UsageError(f"{path.name} is neither .png nor .jpg", mend="Give it such a suffix")
    picture = Pil.fromarray(_opaque(array) if kind == "JPEG" else np.ascontiguousarray(array))
    options: dict[str, Any] = {"quality": quality, "subsampling": 0 if quality > 90 else 2}
    if kind == "PNG":
        texts = PngInfo()
        for key, value in (metadata or {}).items():
            texts.add_itxt(key, value)
        options = {"pnginfo": texts, "compress_level": compression}
    with atomic_path(path) as part:
        picture.save(part, kind, **options)


def image_metadata(path: Path | str) -> dict[str, str]:
    """The texts in an image file, such as what `write_image` was given."""
    with _pil_opened(Path(path)) as image:
        image.load()
        return {str(k): v for k, v in image.info.items() if isinstance(v, str)}


def _read_by_ffmpeg(path: Path) -> Picture:
    """EXR, whose linear light is turned into Rec.709, and DPX."""
    from engine.media.color import RGB709
    from engine.media.container import opened
    from engine.media.pixels import arrays_of_frames

    with opened(path) as container:
        stream = container.streams.video[0]
        if path.suffix.lower() == ".exr":
            stream.codec_context.options = {"apply_trc": "bt709"}
        for frame in container.decode(stream):
            alpha = any(part.is_alpha for part in frame.format.components)
            return next(arrays_of_frames([frame], RGB709, alpha=alpha))
    raise MediaError("no picture in it can be decoded", where=path.name)


def _read(path: Path) -> Picture:
    from PIL import ImageOps

    with _pil_opened(path) as image:
        try:
            upright = ImageOps.exif_transpose(image)
            eight_bit = _eight_bit(upright)
            array = np.asarray(eight_bit.convert("RGBA" if _has_alpha(image) else "RGB"))
        except (OSError, SyntaxError, ValueError) as error:
            raise _damaged(path, error) from error
    array.setflags(write=False)
    return array


def _eight_bit(image: PilImage) -> PilImage:
    """16-bit grey as 8 bits: Pillow would cut it off instead of scaling it."""
    from PIL import Image as Pil

    if image.mode.startswith("I;16") or image.mode == "I":
        wide = np.asarray(image).astype(np.float64)
        return Pil.fromarray(np.clip(np.round(wide / 257), 0, 255).astype(np.uint8))
    return image


def _pil_opened(path: Path) -> PilImage:
    from PIL import Image as Pil
    from PIL import UnidentifiedImageError

    try:
        image = Pil.open(path)
    except UnidentifiedImageError:
        raise MediaError("it is no image, or a damaged one", where=path.name) from None
    except (OSError, SyntaxError, ValueError, Pil.DecompressionBombError) as error:
        raise _damaged(path, error) from error
    if max(image.size) > _LARGEST:
        image.close()
        raise MediaError(
            f"it has {image.size[0]} x {image.size[1]} pixels",
            where=path.name,
            mend=f"Scale it down to at most {_LARGEST} a side",
        )
    return image


def _damaged(path: Path, error: Exception) -> MediaError:
    return MediaError(f"the image is damaged or cut short ({error})", where=path.name)


def _orientation(image: PilImage) -> int:
    try:
        return int(image.getexif().get(0x0112, 1))
    except (OSError, SyntaxError, ValueError, TypeError):
        return 1


def _has_alpha(image: PilImage) -> bool:
    return image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info


def _opaque(array: Picture) -> Picture:
    if array.shape[2] == 3:
        return np.ascontiguousarray(array)
    wide = array[..., :3].astype(np.uint16) * array[..., 3:].astype(np.uint16)
    return ((wide + 127) // 255).astype(np.uint8)
