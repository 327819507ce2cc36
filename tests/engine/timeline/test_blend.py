"""Every transition frame is what its name says, to the byte."""

from __future__ import annotations

import numpy as np
import pytest

from engine.timeline.blend import Picture, faded, over, placed, premultiplied, transition_frame
from engine.timeline.transitions import WIPE_NAMES, Transition
from engine.timeline.wipes import wipe_mask

SIZE = (64, 36)


def plain(red: int, green: int, blue: int, size: tuple[int, int] = SIZE) -> Picture:
    return np.full((size[1], size[0], 3), (red, green, blue), np.uint8)


A, B = plain(200, 0, 0), plain(0, 100, 0)


def frame(transition: Transition, step: int, steps: int) -> Picture:
    made = transition_frame(transition, step, steps, A, B, SIZE)
    assert made is not None
    return made


def test_a_dissolve_mixes_by_the_middle_of_each_frame() -> None:
    mixes = [frame(Transition("dissolve"), step, 4)[0, 0].tolist() for step in range(4)]
    assert mixes == [[175, 13, 0], [125, 38, 0], [75, 63, 0], [25, 88, 0]]


def test_a_dissolve_of_a_picture_with_itself_changes_nothing() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (36, 64, 3), np.uint8)
    for step in range(300):
        made = transition_frame(Transition("dissolve"), step, 300, noise, noise, SIZE)
        np.testing.assert_array_equal(made, noise)


def test_a_dip_shows_its_colour_in_the_middle_and_no_mix_of_both() -> None:
    dip = Transition("dip", color="#0000ff")
    for step in range(9):
        red, green, _ = frame(dip, step, 9)[0, 0]
        assert red == 0 or green == 0
    assert frame(dip, 4, 9)[0, 0].tolist() == [0, 0, 255]


@pytest.mark.parametrize("code", sorted(WIPE_NAMES))
def test_a_wipe_grows_from_nothing_to_everything(code: int) -> None:
    shares = []
    for step in range(24):
        made = frame(Transition("wipe", code=code), step, 24)
        new = (made == B).all(axis=2)
        assert (new | (made == A).all(axis=2)).all()
        shares.append(new.mean())
    assert shares == sorted(shares)
    assert shares[0] < 0.1
    assert shares[-1] > 0.9


@pytest.mark.parametrize(
    ("code", "new", "old"),
    [
        (1, (18, 2), (18, 61)),
        (2, (2, 32), (33, 32)),
        (3, (2, 2), (33, 61)),
        (4, (2, 61), (33, 2)),
        (5, (33, 61), (2, 2)),
        (6, (33, 2), (2, 61)),
        (21, (18, 32), (18, 2)),
        (22, (18, 32), (2, 32)),
        (23, (2, 32), (33, 2)),
        (24, (18, 61), (2, 2)),
        (25, (33, 32), (2, 2)),
        (26, (18, 2), (2, 61)),
        (41, (2, 2), (33, 61)),
        (42, (2, 61), (33, 2)),
        (101, (18, 32), (2, 2)),
        (102, (18, 32), (2, 2)),
        (119, (18, 32), (2, 2)),
        (201, (2, 40), (2, 24)),
    ],
)
def test_each_wipe_begins_where_its_name_says(
    code: int, new: tuple[int, int], old: tuple[int, int]
) -> None:
    made = frame(Transition("wipe", code=code), 4, 10)
    assert made[new].tolist() == [0, 100, 0]
    assert made[old].tolist() == [200, 0, 0]


def test_a_reversed_wipe_is_its_opposite_seen_backwards() -> None:
    forward = wipe_mask(1, 64, 36, 0.25, softness=0, reverse=False)
    backward = wipe_mask(1, 64, 36, 0.25, softness=0, reverse=True)
    np.testing.assert_array_equal(forward, backward[:, ::-1])


def test_a_soft_wipe_has_an_edge_of_that_width() -> None:
    row = wipe_mask(1, 1000, 1, 0.5, softness=0.2, reverse=False)[0]
    assert abs(int(((row > 0) & (row < 255)).sum()) - 200) <= 2
    assert (np.diff(row.astype(int)) <= 0).all()


def test_a_circle_is_round_on_a_wide_picture() -> None:
    mask = wipe_mask(119, 320, 180, 0.4, softness=0, reverse=False) > 0
    width, height = mask.any(axis=0).sum(), mask.any(axis=1).sum()
    assert abs(int(width) - int(height)) <= 2


@pytest.mark.parametrize("direction", ["left", "right", "up", "down"])
def test_a_push_moves_both_and_a_slide_only_the_new(direction: str) -> None:
    ramp = np.zeros((36, 64, 3), np.uint8)
    ramp[..., 0] = np.arange(64)
    ramp[..., 1] = np.arange(36)[:, None]
    ramp[..., 2] = 9
    pushed = transition_frame(Transition("push", direction=direction), 1, 4, ramp, B, SIZE)  # type: ignore[arg-type]
    slid = transition_frame(Transition("slide", direction=direction), 1, 4, ramp, B, SIZE)  # type: ignore[arg-type]
    assert pushed is not None
    assert slid is not None
    old = pushed[..., 2] == 9
    np.testing.assert_array_equal(old, slid[..., 2] == 9)
    np.testing.assert_array_equal(slid[old], ramp[old])
    corner = {"left": (0, 0), "up": (0, 0), "right": (35, 63), "down": (35, 63)}[direction]
    moved = {"left": (24, 0), "right": (39, 35), "up": (0, 14), "down": (63, 21)}[direction]
    assert tuple(pushed[corner][:2]) == moved


def test_alpha_is_laid_over_the_picture_below() -> None:
    glass = np.zeros((36, 64, 4), np.uint8)
    glass[..., :] = (255, 255, 255, 51)
    assert over(premultiplied(glass), A)[0, 0].tolist() == [211, 51, 51]


def test_opacity_mixes_with_the_picture_below() -> None:
    assert over(faded(B, 0.5), A)[0, 0].tolist() == [100, 50, 0]
    assert faded(B, 0.0) is None
    assert faded(B, 1.0) is B


def test_a_placed_picture_is_cut_at_the_edge() -> None:
    small = plain(1, 2, 3, (20, 10))
    made = placed(small, SIZE, (0.0, 18.0))
    assert made is not None
    assert (made[..., 3] > 0).sum() == 10 * 10
    assert made[18, 0].tolist() == [1, 2, 3, 255]
    assert placed(small, SIZE, (-30.0, 18.0)) is None
    assert placed(A, SIZE, (32.0, 18.0)) is A


def test_fading_from_nothing_is_fading_from_black() -> None:
    made = transition_frame(Transition("dissolve"), 0, 2, None, B, SIZE)
    assert over(made, plain(0, 0, 0))[0, 0].tolist() == [0, 25, 0]
