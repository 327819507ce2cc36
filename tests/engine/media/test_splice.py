"""Clips put together: what was stored stays stored."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.errors import UsageError
from engine.media import Clip, Sound, encode, open_clip
from engine.media.splice import joined, lengthened, rolled_sound, with_frames


def clip(frames: int, level: int = 0, rate: int = 24, width: int = 32) -> Clip:
    pixels = np.full((frames, 16, width, 3), level, np.uint8)
    pixels[:, :, 0, 0] = np.arange(frames, dtype=np.uint8)[:, None]
    sound = Sound.from_array(np.arange(frames * 2000, dtype=np.float32) / 1e6, 48000)
    return Clip.from_array(pixels, Fraction(rate), sound=sound)


def test_joined_clips_play_one_after_the_other_from_anywhere() -> None:
    made = joined([clip(5), clip(3, 100), clip(4, 200)])
    whole = made.array()
    assert made.frame_count == 12
    assert whole[:, 8, 8, 1].tolist() == [0] * 5 + [100] * 3 + [200] * 4
    for start, stop in ((0, 12), (4, 6), (5, 8), (7, 12), (11, 12)):
        assert np.array_equal(made.array(start, stop), whole[start:stop])


def test_new_frames_lie_in_place_of_others_and_the_rest_stays() -> None:
    made = with_frames(clip(10), 3, clip(4, 90))
    whole, own = made.array(), clip(10).array()
    assert np.array_equal(whole[[0, 1, 2, 7, 8, 9]], own[[0, 1, 2, 7, 8, 9]])
    assert np.array_equal(whole[3:7], clip(4, 90).array())
    for start, stop in ((0, 3), (2, 5), (4, 6), (6, 9), (7, 10)):
        assert np.array_equal(made.array(start, stop), whole[start:stop])
    assert made.sound is not None


def test_new_frames_take_the_form_of_a_film_file(tmp_path: Path) -> None:
    encode(clip(10), tmp_path / "a.mp4", "h264")
    film = open_clip(tmp_path / "a.mp4")
    made = with_frames(film, 3, clip(4, 90))
    formats = {frame.format.name for frame in made.stored()}
    assert formats == {film.pixel_format}
    assert made.array()[4, 8, 8].tolist() == pytest.approx([90, 90, 90], abs=2)


@pytest.mark.parametrize(
    ("other", "cause"), [(clip(3, rate=25), "25 frames"), (clip(3, width=40), "40x16")]
)
def test_clips_of_other_rates_and_sizes_are_refused(other: Clip, cause: str) -> None:
    with pytest.raises(UsageError, match=cause):
        joined([clip(3), other])


@pytest.mark.parametrize("at", [-1, 8, 20])
def test_new_frames_outside_of_the_clip_are_refused(at: int) -> None:
    with pytest.raises(UsageError, match="not all in a clip of 10"):
        with_frames(clip(10), at, clip(4))


def test_sound_is_lengthened_with_silence_and_rolled_without_a_lost_sample() -> None:
    film = clip(10)
    own = film.sound.array()
    longer = lengthened(film, film.sound, 3, 16)
    assert longer.sample_count == 32000
    assert not longer.array(0, 6000).any()
    assert np.array_equal(longer.array(6000, 26000), own)
    turned = rolled_sound(film, 4)
    assert np.array_equal(turned.array(), np.concatenate([own[8000:], own[:8000]]))
    assert np.array_equal(turned.array(11000, 13000), turned.array()[11000:13000])
