"""Numbered pictures as a clip: `shot_####.png` or `shot_%04d.png`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from engine.errors import MediaError
from engine.media.clip import Clip
from engine.media.image import Image, Picture
from engine.media.still import open_image

_PATTERN = re.compile(r"(?P<before>.*?)(?P<mark>#+|%0?\d*d)(?P<after>[^#%]*)")


def is_sequence(path: Path) -> bool:
    """Whether the name stands for numbered files: it has `#` or `%d`, and no such file exists."""
    return _PATTERN.fullmatch(path.name) is not None and not path.exists()


def open_sequence(path: Path, *, rate: Fraction) -> Clip:
    """The numbered pictures that a name with `####` or `%04d` stands for, in order.

    Raises MediaError when there are none, when a number is missing, or when sizes differ.
    """
    files = _files(path)
    numbers = sorted(files)
    missing = sorted(set(range(numbers[0], numbers[-1] + 1)) - set(numbers))
    if missing:
        listed = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        raise MediaError(f"pictures are missing: {listed}", where=path.name)
    paths = [files[number] for number in numbers]
    first = open_image(paths[0])

    def make(start: int, stop: int) -> Iterator[Picture]:
        for each in paths[start:stop]:
            yield _alike(open_image(each), first)

    return Clip.from_arrays(
        make,
        rate=rate,
        width=first.width,
        height=first.height,
        frame_count=len(paths),
        has_alpha=first.has_alpha,
        start=numbers[0],
        name=path.name,
    )


def sequence_files(path: Path) -> list[Path]:
    """The files of a sequence in order. Raises MediaError when there are none."""
    files = _files(path)
    return [files[number] for number in sorted(files)]


def _files(path: Path) -> dict[int, Path]:
    match = _PATTERN.fullmatch(path.name)
    if match is None:
        raise MediaError("the name has no #### in it", where=path.name)
    mark = match["mark"]
    digits = len(mark) if mark.startswith("#") else int(mark[1:-1] or 1)
    form = re.compile(
        re.escape(match["before"]) + rf"(\d{{{max(1, digits)},}})" + re.escape(match["after"])
    )
    folder = path.absolute().parent
    found = folder.iterdir() if folder.is_dir() else ()
    files = {int(m[1]): each for each in found if (m := form.fullmatch(each.name))}
    if not files:
        raise MediaError("there are no such pictures", where=str(path), mend="Check the name")
    return files


def _alike(image: Image, first: Image) -> Picture:
    if (image.width, image.height) != (first.width, first.height):
        raise MediaError(
            f"{image.name} has {image.width} x {image.height} pixels, "
            f"{first.name} {first.width} x {first.height}",
            mend="Give all pictures of a sequence one size",
        )
    array = image.array()
    if image.has_alpha == first.has_alpha:
        return array
    if first.has_alpha:
        opaque = np.full((*array.shape[:2], 1), 255, np.uint8)
        return np.concatenate([array, opaque], axis=2)
    return array[..., :3]
