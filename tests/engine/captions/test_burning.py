"""Captions drawn into pictures: where, when, in which colour, and the same on every machine."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from engine.captions import Caption, Captions, Look, burned
from engine.errors import MediaError, UsageError
from engine.media import Clip

RATE = Fraction(25)


def grey(*, alpha: bool = False) -> Clip:
    frames = np.full((50, 180, 320, 4 if alpha else 3), 100, np.uint8)
    return Clip.from_array(frames, RATE)


def one(text: str = "Hello", speaker: str = "", start: int = 10, stop: int = 20) -> Captions:
    caption = Caption(start / RATE, stop / RATE, (text,), speaker)
    return Captions((caption,), "en")


def changed(frame: np.ndarray) -> np.ndarray:
    return np.any(frame[..., :3] != 100, axis=-1)


def test_a_caption_is_in_its_frames_and_in_no_other() -> None:
    frames = burned(grey(), one()).array()
    assert [place for place in range(50) if changed(frames[place]).any()] == list(range(10, 20))


@pytest.mark.parametrize(("place", "rows"), [("bottom", (120, 180)), ("top", (0, 40))])
def test_text_stands_at_its_edge_in_the_middle_of_the_width(
    place: str, rows: tuple[int, int]
) -> None:
    look = Look(place=place)  # type: ignore[arg-type]
    found = np.argwhere(changed(burned(grey(), one(), look).array(12, 13)[0]))
    assert rows[0] <= found[:, 0].min()
    assert found[:, 0].max() < rows[1]
    assert abs(found[:, 1].min() + found[:, 1].max() - 319) <= 2


def test_speakers_have_colours_of_their_own() -> None:
    both = Captions(
        (
            Caption(Fraction(0), Fraction(1), ("MMM",), "Ann"),
            Caption(Fraction(1), Fraction(2), ("MMM",), "Bob"),
        )
    )
    frames = burned(grey(), both, Look(ground="none")).array()
    white, yellow = frames[5].reshape(-1, 3).max(axis=0), frames[30].reshape(-1, 3).max(axis=0)
    assert tuple(white) == (255, 255, 255)
    assert tuple(yellow) == (255, 255, 100)


def test_a_box_lets_the_picture_through_as_far_as_it_is_told() -> None:
    boxed = burned(grey(), one(), Look(opacity=1.0)).array(12, 13)[0]
    thin = burned(grey(), one(), Look(opacity=0.5)).array(12, 13)[0]
    assert boxed.min() == 0
    assert thin.min() == 50


def test_long_lines_shrink_until_they_fit() -> None:
    frame = burned(grey(), one("A very long line of words " * 4)).array(12, 13)[0]
    columns = np.flatnonzero(changed(frame).any(axis=0))
    assert columns[0] > 0
    assert columns[-1] < 319


def test_french_letters_are_in_the_shipped_font() -> None:
    drawn = [
        burned(grey(), one(letter), Look(size=0.2, ground="none")).array(12, 13)[0]
        for letter in ("\ufffe", *"éèêëàâçîïôùûœŒÉ«»’…€")
    ]
    missing, letters = drawn[0], drawn[1:]
    assert not any(np.array_equal(letter, missing) for letter in letters)


def test_any_part_of_the_clip_is_the_same_as_in_the_whole() -> None:
    clip = burned(grey(), one())
    assert np.array_equal(clip.array(15, 25), clip.array()[15:25])


def test_a_clear_picture_becomes_opaque_where_text_is() -> None:
    clip = burned(grey(alpha=True), one(), Look(opacity=1.0))
    frame = clip.array(12, 13)[0]
    assert clip.has_alpha
    assert set(np.unique(frame[..., 3])) == {100, 255}


def test_without_captions_nothing_changes() -> None:
    assert np.array_equal(burned(grey(), Captions(())).array(), grey().array())


def test_a_file_that_is_no_font_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "font.ttf").write_bytes(b"not a font")
    with pytest.raises(MediaError, match=r"font\.ttf"):
        burned(grey(), one(), font=tmp_path / "font.ttf")


@pytest.mark.parametrize(
    "look", [{"size": 2.0}, {"margin": 0.9}, {"place": "left"}, {"colour": "red"}]
)
def test_looks_that_cannot_be_drawn_are_refused(look: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        Look(**look)  # type: ignore[arg-type]
