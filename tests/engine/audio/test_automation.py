"""Gain and place along curves, and busses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Sound, automate, bus, gain, pan
from engine.errors import UsageError

ONES = Sound.from_array(np.ones((96_000, 1)), 48000)


def test_a_gain_runs_straight_in_decibels_between_its_points() -> None:
    made = automate(ONES, gain=[(0.5, 0.0), (1.0, -12.0), (1.5, -96.0)]).array()[:, 0]
    assert np.abs(made[:24000] - 1.0).max() < 1e-6
    assert 20 * np.log10(made[36000]) == pytest.approx(-6.0, abs=0.01)
    assert 20 * np.log10(made[48000]) == pytest.approx(-12.0, abs=0.01)
    assert not made[72064:].any()


def test_a_moving_place_keeps_its_power() -> None:
    made = automate(ONES, pan=[(0.0, -1.0), (2.0, 1.0)]).array()
    assert np.abs(np.square(made).sum(axis=1) - 1.0).max() < 1e-4
    assert made[0] == pytest.approx([1.0, 0.0], abs=1e-6)
    assert made[48000] == pytest.approx([0.7071, 0.7071], abs=1e-3)


def test_a_bus_is_the_sum_of_its_placed_sounds() -> None:
    made = bus([ONES, ONES], gains=(-6.0,), pans=(-1.0, 0.5)).array()
    expected = pan(gain(ONES, -6.0), -1.0).array() + pan(ONES, 0.5).array()
    assert np.abs(made - expected).max() < 1e-6
    moved = bus([ONES, ONES], curves=([(0, -96), (0.0, 0.0)], [(0, -96)]))
    assert np.abs(moved.array()[100:] - 1.0).max() < 1e-4


def test_points_out_of_order_and_too_many_gains_are_refused() -> None:
    with pytest.raises(UsageError, match="order of time"):
        automate(ONES, gain=[(1.0, 0.0), (0.5, 0.0)])
    with pytest.raises(UsageError, match="no number"):
        automate(ONES, gain=[(1.0, float("nan"))])
    with pytest.raises(UsageError, match=r"5\.1"):
        automate(Sound.silent(10, 48000, layout="5.1"), pan=[(0.0, 0.0)])
    with pytest.raises(UsageError, match="1 sounds"):
        bus([ONES], gains=(0.0, 0.0))


HISS = Sound.from_array(np.random.default_rng(1).normal(0, 0.1, (96_000, 2)), 48000)
MOVED = automate(
    bus([HISS, ONES], pans=(0.3, -0.2)), gain=[(0.1, -20), (1.7, 3)], pan=[(0.0, -1.0), (1.9, 1.0)]
)
WHOLE = MOVED.array()


@settings(max_examples=10, deadline=None)
@given(st.integers(300, 100_000), st.integers(0, 95_999))
def test_any_block_size_and_starting_point_give_the_same_bits(size: int, start: int) -> None:
    assert np.array_equal(np.concatenate(list(MOVED.blocks(start, None, size))), WHOLE[start:])
