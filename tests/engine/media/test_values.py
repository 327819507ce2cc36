"""Clip, Image and Sound as values; rates and timecode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MediaError, UsageError
from engine.media import Clip, Geometry, Image, Sound, rate, timecode_frame, timecode_text
from engine.media.color import RGB709
from engine.media.rates import nearest_rate
from engine.media.stretch import stretch_sound

NTSC = Fraction(30000, 1001)


def pictures(count: int, *, depth: int = 3, height: int = 18, width: int = 34) -> np.ndarray:
    shape = (count, height, width, depth)
    return np.random.default_rng(1).integers(0, 256, shape, np.uint8)


def noise(samples: int, channels: int = 2) -> np.ndarray:
    return np.random.default_rng(2).uniform(-1, 1, (samples, channels)).astype(np.float32)


@pytest.mark.parametrize("depth", [3, 4])
def test_a_clip_of_arrays_gives_the_arrays_back(depth: int) -> None:
    made = pictures(5, depth=depth)
    clip = Clip.from_array(made, Fraction(24))
    assert (clip.width, clip.height, clip.frame_count) == (34, 18, 5)
    assert clip.has_alpha == (depth == 4)
    assert clip.duration == Fraction(5, 24)
    assert np.array_equal(clip.array(), made)
    assert np.array_equal(clip.array(2, 4), made[2:4])
    assert np.array_equal(clip.array(-3, 99), made)


def test_a_clip_makes_only_the_frames_that_are_asked_for() -> None:
    made: list[int] = []

    def make(start: int, stop: int) -> Iterator[np.ndarray]:
        for index in range(start, stop):
            made.append(index)
            yield np.full((4, 4, 3), index % 256, np.uint8)

    clip = Clip.from_arrays(make, rate=Fraction(25), width=4, height=4, frame_count=1000)
    frames = clip.arrays(500)
    assert next(frames)[0, 0, 0] == 500 % 256
    assert made == [500]


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (np.zeros((3, 4, 3), np.uint8), "frame 2 is uint8 of shape (3, 4, 3)"),
        (np.zeros((4, 4, 4), np.uint8), "frame 2 is uint8 of shape (4, 4, 4)"),
        (np.zeros((4, 4, 3), np.float32), "frame 2 is float32 of shape (4, 4, 3)"),
        ("grey", "frame 2 is str of shape ()"),
    ],
)
def test_a_frame_that_is_not_as_its_clip_says_is_an_error(frame: object, told: str) -> None:
    def make(start: int, stop: int) -> Iterator[object]:
        for number in range(start, stop):
            yield frame if number == 2 else np.zeros((4, 4, 3), np.uint8)

    clip = Clip.from_arrays(make, rate=Fraction(25), width=4, height=4, frame_count=3)
    with pytest.raises(MediaError, match=re.escape(f"{told}, not uint8 of shape (4, 4, 3)")):
        list(clip.frames(1))


def test_a_clip_that_ends_early_is_an_error() -> None:
    clip = Clip.from_arrays(
        lambda start, stop: iter([np.zeros((4, 4, 3), np.uint8)]),
        rate=Fraction(25),
        width=4,
        height=4,
        frame_count=3,
        name="short",
    )
    with pytest.raises(MediaError, match="short: the clip has 1 of 3 frames"):
        list(clip.frames())


@pytest.mark.parametrize(
    ("geometry", "shown"),
    [
        (Geometry(720, 576, Fraction(16, 15)), (768, 576)),
        (Geometry(720, 480, Fraction(8, 9)), (720, 540)),
        (Geometry(1920, 1080, rotation=90), (1080, 1920)),
        (Geometry(1440, 1080, Fraction(4, 3), 270), (1080, 1920)),
        (Geometry(853, 480), (853, 480)),
    ],
)
def test_stored_pixels_are_shown_square_and_upright(
    geometry: Geometry, shown: tuple[int, int]
) -> None:
    assert geometry.shown == shown


def test_impossible_clips_and_sounds_are_refused() -> None:
    with pytest.raises(UsageError):
        Clip(Fraction(0), 1, Geometry(4, 4), "rgb24", RGB709, lambda a, b: iter(()))
    with pytest.raises(UsageError):
        Clip.from_array(np.zeros((2, 4, 4, 3)), Fraction(24))
    with pytest.raises(UsageError):
        Sound.from_array(noise(10), 48000, layout="mono")
    with pytest.raises(UsageError):
        Sound(48000, "surround", 10, lambda a, b: iter(()))
    with pytest.raises(UsageError):
        Image.from_array(np.zeros((4, 4), np.float32))


def test_an_image_of_an_array_is_its_own_copy() -> None:
    array = pictures(1)[0].copy()
    image = Image.from_array(array)
    array[:] = 0
    assert image.array().any()
    assert Image.from_array(np.zeros((3, 5), np.uint8)).array().shape == (3, 5, 3)


@given(st.integers(0, 500), st.integers(-20, 520), st.integers(0, 540), st.integers(1, 200))
def test_blocks_hold_the_samples_asked_for(count: int, start: int, length: int, size: int) -> None:
    made = noise(count)
    blocks = list(Sound.from_array(made, 48000).blocks(start, start + length, size))
    assert all(len(block) == size for block in blocks[:-1])
    expected = made[max(0, start) : max(0, start + length)]
    assert np.array_equal(np.concatenate([np.zeros((0, 2)), *blocks]), expected)


def test_a_part_of_a_sound_is_silent_outside() -> None:
    made = noise(100)
    part = Sound.from_array(made, 48000).part(-10, 130)
    assert part.sample_count == 140
    assert not part.array(0, 10).any()
    assert np.array_equal(part.array(10, 110), made)
    assert not part.array(110).any()
    assert not Sound.from_array(made, 48000).part(-50, -20).array().any()


def test_a_sound_that_ends_early_is_an_error() -> None:
    sound = Sound(48000, "mono", 10, lambda a, b: iter([np.zeros((4, 1), np.float32)]), "hum")
    with pytest.raises(MediaError, match="hum: the sound has 4 of 10 samples"):
        sound.array()


@pytest.mark.parametrize(
    ("text", "exact"),
    [
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("24", Fraction(24)),
        (29.97, NTSC),
        ("59.94", Fraction(60000, 1001)),
        ("30000/1001", NTSC),
        (25, Fraction(25)),
        ("12.5", Fraction(25, 2)),
    ],
)
def test_rates_are_exact(text: str | float, exact: Fraction) -> None:
    assert rate(text) == exact


@pytest.mark.parametrize("text", ["", "x", "0", "-24", "nan", "inf", "1/0", "1e9"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no frame rate"):
        rate(text)


def test_measured_rates_find_the_nearest_standard() -> None:
    assert nearest_rate(23.976023976) == Fraction(24000, 1001)
    assert nearest_rate(23.9999) == 24
    assert nearest_rate(Fraction(1000, 33)) == Fraction(1000, 33)


@pytest.mark.parametrize(
    ("frame", "at", "drop", "text"),
    [
        (1799, NTSC, True, "00:00:59;29"),
        (1800, NTSC, True, "00:01:00;02"),
        (17982, NTSC, True, "00:10:00;00"),
        (107892, NTSC, True, "01:00:00;00"),
        (3600, Fraction(60000, 1001), True, "00:01:00;04"),
        (86400, Fraction(24000, 1001), False, "01:00:00:00"),
        (90000, Fraction(25), False, "01:00:00:00"),
    ],
)
def test_timecode_is_written_and_read(frame: int, at: Fraction, drop: bool, text: str) -> None:
    assert timecode_text(frame, at, drop=drop) == text
    assert timecode_frame(text, at) == frame


@given(st.integers(0, 2589407))
def test_every_drop_frame_timecode_reads_back(frame: int) -> None:
    assert timecode_frame(timecode_text(frame, NTSC, drop=True), NTSC) == frame


@pytest.mark.parametrize(
    ("text", "at"),
    [("1:2:3", Fraction(24)), ("00:00:00:24", Fraction(24)), ("00:01:00;00", NTSC)],
)
def test_what_is_no_timecode_is_refused(text: str, at: Fraction) -> None:
    with pytest.raises(UsageError):
        timecode_frame(text, at)


def test_silence_around_a_sound_takes_no_memory_of_its_length() -> None:
    hour = 48000 * 3600
    sound = Sound.from_array(np.ones(10, np.float32), 48000)
    for made in (
        sound.part(-hour, hour),
        stretch_sound(sound, Fraction(hour)),
        sound.part(9, hour),
    ):
        sizes = [len(block) for block in made.read(0, made.sample_count)]
        assert sum(sizes) == made.sample_count
        assert max(sizes) <= 65536
