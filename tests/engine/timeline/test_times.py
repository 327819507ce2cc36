"""Editorial time is exact: frames, rational seconds, and rates that floats only hint at."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentimelineio.opentime import RationalTime

from engine.errors import AiprodError
from engine.timeline.times import (
    exact_rate,
    frames_of,
    frames_of_seconds,
    rational_time,
    seconds_of_text,
    seconds_text,
)
from tests.engine.timeline.footage import RATES

frames = st.integers(0, 10_000_000)


@given(frames, st.sampled_from(RATES))
def test_frames_survive_otio(frame: int, rate: Fraction) -> None:
    assert frames_of(rational_time(frame, rate), rate) == frame


@given(frames, st.sampled_from(RATES))
def test_frames_survive_fcpxml_seconds(frame: int, rate: Fraction) -> None:
    text = seconds_text(frame, rate)
    assert frames_of_seconds(seconds_of_text(text), rate) == frame
    assert seconds_of_text(text) * rate == frame


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (23.976, "24000/1001"),
        (23.976023976023978, "24000/1001"),
        (23.98, "24000/1001"),
        (29.97, "30000/1001"),
        (59.94, "60000/1001"),
        (24.0, "24"),
        ("30000/1001", "30000/1001"),
    ],
)
def test_a_float_rate_means_an_exact_one(said: float | str, meant: str) -> None:
    assert exact_rate(said) == Fraction(meant)


def test_times_of_other_rates_go_to_the_nearest_frame() -> None:
    assert frames_of(RationalTime(25, 25), Fraction(24)) == 24
    assert frames_of(RationalTime(1, 48), Fraction(24)) == 1


@pytest.mark.parametrize("text", ["", "5", "1/0s", "a/2s", "1/24", "--1s"])
def test_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(AiprodError, match="is no time"):
        seconds_of_text(text)
