"""Small real films with one fault each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.audio import noise, normalise
from engine.media import Clip, Sound, encode

RATE = Fraction(25)
SIZE = (128, 72)

Picture = Callable[[int], np.ndarray]
MakeFilm = Callable[..., Path]


def moving(index: int) -> np.ndarray:
    """A bright gradient with a block that moves a little every frame."""
    width, height = SIZE
    picture = np.zeros((height, width, 3), np.uint8)
    picture[..., 0] = np.linspace(80, 220, width)
    picture[..., 1] = np.linspace(60, 200, height)[:, None]
    left = 3 * index % (width - 20)
    picture[20:40, left : left + 20] = (250, 250, 40)
    return picture


def black(_: int) -> np.ndarray:
    return np.zeros((SIZE[1], SIZE[0], 3), np.uint8)


def good_sound(seconds: float, rate: int = 48000) -> Sound:
    return normalise(noise("pink", seconds, np.random.default_rng(0), rate=rate))


@pytest.fixture
def film(tmp_path: Path) -> MakeFilm:
    """Makes a film of `picture(index)`; without a sound it gets a faultless one."""

    def make(
        picture: Picture = moving,
        *,
        frames: int = 75,
        sound: Sound | None = None,
        name: str = "film.mp4",
        preset: str = "h264",
        audio: str | None = None,
    ) -> Path:
        def read(start: int, stop: int) -> Iterator[np.ndarray]:
            return (picture(index) for index in range(start, stop))

        clip = Clip.from_arrays(read, rate=RATE, width=SIZE[0], height=SIZE[1], frame_count=frames)
        track = sound if sound is not None else good_sound(frames / 25)
        return encode(clip, tmp_path / name, preset, sound=track, audio=audio)

    return make
