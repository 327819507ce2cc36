"""The equaliser and what holds for all recursive processing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Band, Sound, equalise, noise, repair, tone
from engine.audio.equaliser import response
from engine.errors import MediaError, UsageError

BANDS = (
    Band("high pass", 40.0),
    Band("low shelf", 120.0, 4.0),
    Band("peak", 1000.0, -9.0, 4.0),
    Band("high shelf", 8000.0, 6.0),
    Band("notch", 50.0, q=5.0),
)


@pytest.mark.parametrize(
    ("band", "frequency", "level"),
    [
        (Band("peak", 1000.0, 6.0, 2.0), 1000.0, 6.0),
        (Band("low shelf", 500.0, -8.0), 20.0, -8.0),
        (Band("low shelf", 500.0, -8.0), 500.0, -4.0),
        (Band("high shelf", 2000.0, 5.0), 18000.0, 5.0),
        (Band("low pass", 1000.0), 1000.0, -3.01),
        (Band("high pass", 1000.0), 1000.0, -3.01),
        (Band("high pass", 1000.0), 100.0, -40.0),
        (Band("band pass", 1000.0, q=5.0), 1000.0, 0.0),
    ],
)
def test_a_band_adds_at_its_frequency_what_it_says(
    band: Band, frequency: float, level: float
) -> None:
    sine = tone(frequency, 1.0)
    before, after = sine.array(20000, 44000), equalise(sine, [band]).array(20000, 44000)
    heard = 10 * np.log10(np.square(after).sum() / np.square(before).sum())
    assert heard == pytest.approx(level, abs=0.1)
    assert response([band], np.array([frequency]), 48000)[0] == pytest.approx(level, abs=0.1)


def test_a_notch_takes_a_tone_away() -> None:
    hum = equalise(tone(50.0, 3.0), [Band("notch", 50.0, q=5.0)]).array(100000, 130000)
    assert np.abs(hum).max() < 1e-4


def test_bands_that_add_nothing_change_nothing() -> None:
    hiss = noise("pink", 0.5, np.random.default_rng(0))
    flat = equalise(hiss, [Band("peak", 900.0), Band("low shelf", 100.0)])
    assert np.abs(flat.array() - hiss.array()).max() < 1e-6
    assert equalise(hiss, []) is hiss


HISS = Sound.from_array(np.random.default_rng(1).normal(0, 0.1, (200_000, 2)), 48000)
EQUALISED = equalise(HISS, BANDS)
WHOLE = EQUALISED.array()


@settings(max_examples=15, deadline=None)
@given(st.integers(500, 300_000), st.integers(0, 199_000), st.integers(1, 60_000))
def test_blocks_of_any_size_from_any_place_are_the_same_bits(
    size: int, start: int, count: int
) -> None:
    stop = min(start + count, 200_000)
    part = np.concatenate(list(EQUALISED.blocks(start, stop, size)))
    assert np.array_equal(part, WHOLE[start:stop])


def test_segments_join_without_a_seam() -> None:
    from scipy.signal import sosfilt

    from engine.audio.equaliser import section

    sections = np.array([section(band, 48000) for band in BANDS])
    straight = sosfilt(sections, HISS.array().astype(float), axis=0)
    assert np.abs(WHOLE - straight).max() < 1e-6


@pytest.mark.parametrize("rate", [8000, 192_000])
def test_any_sample_rate_is_equalised(rate: int) -> None:
    sine = tone(1000.0, 0.5, rate=rate)
    louder = equalise(sine, [Band("peak", 1000.0, 6.0206)]).array()
    assert np.abs(louder).max() == pytest.approx(0.2, rel=0.02)


def test_a_band_that_changes_nothing_needs_no_sample_rate() -> None:
    sine = tone(1000.0, 0.5, rate=8000)
    flat = [Band(kind, 8000.0) for kind in ("peak", "low shelf", "high shelf")]
    assert np.array_equal(equalise(sine, flat).array(), sine.array())
    assert response(flat, np.array([100.0, 3000.0]), 8000) == [0.0, 0.0]


def test_a_band_above_what_the_sound_holds_is_refused() -> None:
    with pytest.raises(UsageError, match="8000 Hz"):
        equalise(Sound.silent(10, 8000), [Band("high shelf", 6000.0, 3.0)])
    with pytest.raises(ValueError, match="q is 0"):
        Band(q=0.0)


def test_samples_that_are_no_numbers_are_named_and_can_be_repaired() -> None:
    broken = HISS.array()
    broken[24000, 1] = np.nan
    sound = Sound.from_array(broken, 48000, name="take.wav")
    with pytest.raises(MediaError, match=r"take.wav.*0\.500 s is no number"):
        equalise(sound, BANDS).array()
    repaired = repair(sound).array()
    assert repaired[24000, 1] == 0.0
    assert np.array_equal(repaired[:24000], broken[:24000])
    assert np.isfinite(equalise(repair(sound), BANDS).array()).all()
