"""Clips that are made of one picture or one colour."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from av import VideoFrame

from engine.errors import UsageError
from engine.media.clip import Clip, Geometry
from engine.media.color import RGB709
from engine.media.image import Image
from engine.media.pixels import frame_of_array
from engine.media.rates import frames_in

STILL_SECONDS = Fraction(5)
STILL_RATE = Fraction(24)


def still_clip(
    image: Image, *, seconds: Fraction = STILL_SECONDS, rate: Fraction = STILL_RATE
) -> Clip:
    """The image held for a time: 5 seconds at 24 frames a second unless said otherwise."""
    pixel_format = "rgba" if image.has_alpha else "rgb24"

    def read(start: int, stop: int) -> Iterator[VideoFrame]:
        frame = frame_of_array(image.array(), pixel_format)
        for _ in range(start, stop):
            yield frame

    return Clip(
        rate=rate,
        frame_count=_frames(seconds, rate),
        geometry=Geometry(image.width, image.height),
        pixel_format=pixel_format,
        color=RGB709,
        read=read,
        name=image.name,
    )


def solid_clip(
    rgba: tuple[int, int, int, int],
    width: int,
    height: int,
    *,
    seconds: Fraction = STILL_SECONDS,
    rate: Fraction = STILL_RATE,
) -> Clip:
    """A clip of one colour: red, green, blue and opacity, 0 to 255."""
    depth = 3 if rgba[3] == 255 else 4

    def read() -> np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]:
        return np.full((height, width, depth), rgba[:depth], np.uint8)

    name = "#" + "".join(f"{value:02x}" for value in rgba[:depth])
    image = Image(width, height, read, has_alpha=depth == 4, name=name)
    return still_clip(image, seconds=seconds, rate=rate)


def colour_of_text(text: str) -> tuple[int, int, int, int]:
    """Red, green, blue and opacity of `#rrggbb` or `#rrggbbaa`. Raises UsageError for others."""
    digits = text.strip().removeprefix("#")
    try:
        values = bytes.fromhex(digits)
    except ValueError:
        values = b""
    if len(values) not in (3, 4):
        raise UsageError(f"{text!r} is no colour", mend="Write it as #rrggbb or #rrggbbaa")
    red, green, blue, *opacity = values
    return red, green, blue, opacity[0] if opacity else 255


def _frames(seconds: Fraction, rate: Fraction) -> int:
    count = frames_in(seconds, rate)
    if count < 1:
        raise UsageError(f"{float(seconds):g} s are less than one frame", mend="Make it longer")
    return count
