"""Drawn faces: what is seen of a mouth, eyes and a head, in every look, the same each time."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.faces import LOOKS, FaceCurves, draw_face, look_named, talking_clip
from engine.faces.acting import act
from engine.faces.curves import curves_of
from engine.faces.drawing import draw_cut_out
from engine.media import Sound

SIZE = (320, 180)
STRAIGHT = np.zeros(3, np.float32)
MOUTH = np.s_[112:160, 130:190]
EYES = np.s_[70:105, 110:210]


def drawn(
    look: str = "honey", head: NDArray[np.float32] = STRAIGHT, **shapes: float
) -> NDArray[np.int16]:
    """A face with some shapes, as numbers that can be subtracted."""
    curves = curves_of({name: np.array([v], np.float32) for name, v in shapes.items()}, 1)
    return draw_face(curves[0], head, look_named(look), *SIZE).astype(np.int16)


def changed(first: NDArray[np.int16], second: NDArray[np.int16], part: object) -> int:
    """Pixels of a part that differ clearly."""
    return int((np.abs(first - second).max(axis=2) > 24)[part].sum())  # type: ignore[index]


def dark(picture: NDArray[np.int16]) -> int:
    """Pixels of the mouth that are nearly black red: the open mouth."""
    mouth = picture[MOUTH]
    return int(((mouth[..., 0] < 110) & (mouth[..., 1] < 60)).sum())


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_is_drawn_anti_aliased_and_alike_each_time(look: str) -> None:
    first = drawn(look, jawOpen=0.4)
    assert first.shape == (180, 320, 3)
    assert np.array_equal(first, drawn(look, jawOpen=0.4))
    assert len(np.unique(first.reshape(-1, 3), axis=0)) > 300  # soft edges and light


def test_looks_differ() -> None:
    pictures = [drawn(look) for look in LOOKS]
    for at, one in enumerate(pictures):
        assert all(changed(one, other, np.s_[:, :]) > 3000 for other in pictures[at + 1 :])


def test_an_open_jaw_opens_the_mouth_and_a_closure_shuts_it() -> None:
    rest, vowel = drawn(), drawn(jawOpen=0.6, mouthLowerDown=0.2)
    bilabial = drawn(jawOpen=0.1, mouthClose=0.1, mouthPress=0.4)
    assert dark(vowel) > dark(rest) + 60
    assert dark(bilabial) <= dark(rest) + 20


def test_rounding_makes_the_mouth_narrower_than_a_smile() -> None:
    def width(picture: NDArray[np.int16]) -> int:
        red = picture[..., 0] - picture[..., 1]
        lips = (red[MOUTH] > 70).any(axis=0)
        return int(np.ptp(np.flatnonzero(lips)))

    assert width(drawn(mouthPucker=0.8)) < 0.75 * width(drawn())
    assert width(drawn(mouthSmile=0.7)) > 1.1 * width(drawn())


def test_a_blink_shuts_the_eyes_and_leaves_the_mouth() -> None:
    open_, shut = drawn(), drawn(eyeBlink=1.0)
    assert changed(open_, shut, EYES) > 150
    assert changed(open_, shut, MOUTH) == 0


def test_eyes_follow_the_look_shapes() -> None:
    left = drawn(eyeLookOutLeft=1.0, eyeLookInRight=1.0)
    right = drawn(eyeLookInLeft=1.0, eyeLookOutRight=1.0)
    assert changed(left, right, EYES) > 60


def test_a_turned_head_moves_the_features_to_its_side() -> None:
    def middle(picture: NDArray[np.int16]) -> float:
        red = picture[..., 0] - picture[..., 1] > 70
        return float(np.flatnonzero(red[112:165].any(axis=0)).mean())

    left = drawn(head=np.array([0.3, 0, 0], np.float32))
    right = drawn(head=np.array([-0.3, 0, 0], np.float32))
    assert middle(left) > middle(drawn()) + 3 > middle(right) + 6


@pytest.mark.parametrize("size", [(64, 64), (90, 200), (641, 359)])
def test_any_shape_of_picture_can_be_filled(size: tuple[int, int]) -> None:
    picture = draw_face(np.zeros(52, np.float32), STRAIGHT, look_named("raven"), *size)
    assert picture.shape == (size[1], size[0], 3)


def test_extreme_shapes_all_at_once_are_drawn() -> None:
    for value in (0.0, 1.0):
        picture = draw_face(
            np.full(52, value, np.float32),
            np.full(3, value, np.float32),
            look_named("silver"),
            *SIZE,
        )
        assert picture.std() > 10


def test_colours_of_a_look_can_be_changed_and_wrong_ones_are_named() -> None:
    changed_look = look_named("honey", background="#102030", hair=None)
    assert changed_look.background == "#102030"
    assert changed_look.hair == LOOKS["honey"].hair
    with pytest.raises(UsageError, match="green"):
        look_named("honey", skin="green")
    with pytest.raises(UsageError, match="copper"):
        look_named("nobody")


def test_a_clip_draws_only_the_frames_that_are_asked_for() -> None:
    count = 100_000  # over an hour
    shapes = curves_of({"jawOpen": np.linspace(0, 1, count, dtype=np.float32)}, count)
    curves = FaceCurves(Fraction(24), shapes, np.zeros((count, 3), np.float32))
    clip = talking_clip(curves, look_named("copper"), *SIZE, sound=Sound.silent(10, 48000))
    assert clip.frame_count == count
    alone = next(clip.arrays(70_000, 70_001))
    assert np.array_equal(alone, list(clip.arrays(69_999, 70_001))[1])


def test_a_face_without_a_background_laid_over_one_is_the_face_on_it() -> None:
    shapes = curves_of({"jawOpen": np.array([0.5], np.float32)}, 1)[0]
    look = look_named("honey", background="#808080")
    cut = draw_cut_out(shapes, STRAIGHT, look, *SIZE).astype(float)
    whole = draw_face(shapes, STRAIGHT, look, *SIZE).astype(float)
    assert cut[0, 0, 3] == 0
    assert cut[90, 160, 3] == 255
    alpha = cut[..., 3:] / 255
    wall = draw_face(np.zeros(52, np.float32), STRAIGHT, look, *SIZE)[2, 2].astype(float)
    solid = alpha[..., 0] == 1
    assert np.abs(cut[solid, :3] - whole[solid]).max() <= 1
    edge = (alpha[..., 0] > 0) & ~solid
    laid = cut[..., :3] * alpha + wall * (1 - alpha)
    assert np.abs(laid[edge] - whole[edge]).mean() < 20  # the wall is lighter in its middle


def test_no_face_is_drawn_without_frames_or_without_room() -> None:
    empty = FaceCurves(Fraction(24), np.zeros((0, 52), np.float32), np.zeros((0, 3), np.float32))
    with pytest.raises(UsageError, match="Give a longer sound"):
        talking_clip(empty, look_named("copper"), *SIZE)
    one = FaceCurves(Fraction(24), np.zeros((1, 52), np.float32), np.zeros((1, 3), np.float32))
    with pytest.raises(UsageError, match="64 to 8192"):
        talking_clip(one, look_named("copper"), 8, 8)


def test_an_idle_face_blinks_looks_about_and_is_the_same_for_a_seed() -> None:
    count, rate = 24 * 30, Fraction(24)
    quiet = np.zeros((count, 52), np.float32), rate, np.zeros(count)
    shapes, head = act(*quiet, np.random.default_rng(4))
    again, _ = act(*quiet, np.random.default_rng(4))
    other, _ = act(*quiet, np.random.default_rng(5))
    assert np.array_equal(shapes, again)
    assert not np.array_equal(shapes, other)
    blinks = np.diff((shapes[:, 0] > 0.9).astype(int)).clip(0).sum()
    assert 4 <= blinks <= 16  # in half a minute
    assert 0.02 < np.abs(head).max() < 0.3
    still, unmoved = act(*quiet, np.random.default_rng(4), liveliness=0.0)
    assert not still.any()
    assert not unmoved.any()
