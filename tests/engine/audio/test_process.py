"""Gain, fades, trim, pan, placement and mixing."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio import Sound, fade, gain, mix, noise, pan, place, silence, trim
from engine.errors import UsageError


@pytest.fixture
def hiss() -> Sound:
    return noise("pink", 1.0, np.random.default_rng(0))


@pytest.fixture
def steady() -> Sound:
    return Sound.from_array(np.full((48000, 2), 0.5), 48000)


def test_gain_is_in_decibels(steady: Sound) -> None:
    assert gain(steady, -6.0206).array()[100, 0] == pytest.approx(0.25, rel=1e-4)


@pytest.mark.parametrize("shape", ["linear", "smooth", "equal power", "late"])
def test_a_fade_rises_from_silence_and_falls_to_it(steady: Sound, shape: str) -> None:
    faded = fade(steady, 0.25, 0.5, shape=shape).array()[:, 0]
    assert faded[0] == 0.0
    assert faded[-1] == 0.0
    assert np.all(np.diff(faded[:12000]) >= 0)
    assert np.all(np.diff(faded[-24000:]) <= 0)
    assert np.all(faded[12000:24000] == 0.5)


def test_equal_power_fades_cross_at_steady_power(steady: Sound) -> None:
    rise = fade(steady, 1.0, shape="equal power").array()[:, 0] / 0.5
    fall = fade(steady, 0.0, 1.0, shape="equal power").array()[:, 0] / 0.5
    assert rise**2 + fall**2 == pytest.approx(np.ones(48000), abs=1e-4)


def test_trim_keeps_the_part_between_two_times(hiss: Sound) -> None:
    part = trim(hiss, 0.25, 0.5)
    assert np.array_equal(part.array(), hiss.array()[12000:24000])
    assert np.array_equal(trim(hiss, 0.5).array(), hiss.array()[24000:])
    with pytest.raises(UsageError, match="nothing is left of 1 s"):
        trim(hiss, 2.0, 3.0)


def test_place_lays_silence_before_and_after(hiss: Sound) -> None:
    placed = place(hiss, 0.5, length=2.0).array()
    assert len(placed) == 96000
    assert not placed[:24000].any()
    assert not placed[72000:].any()
    assert np.array_equal(placed[24000:72000], hiss.array())
    assert place(hiss, 0.5).sample_count == 72000
    assert place(hiss, 0.5, length=1.0).sample_count == 48000


@pytest.mark.parametrize("position", [-1.0, -0.3, 0.0, 0.7, 1.0])
def test_panning_a_mono_sound_keeps_its_power(position: float) -> None:
    mono = Sound.from_array(np.full(100, 0.5), 48000)
    left, right = pan(mono, position).array()[0]
    assert left**2 + right**2 == pytest.approx(0.25)
    assert (left > right) == (position < 0)


def test_panning_a_stereo_sound_in_the_middle_changes_nothing(hiss: Sound) -> None:
    assert pan(hiss, 0.0).array() == pytest.approx(hiss.array(), rel=1e-6)
    assert not pan(hiss, 1.0).array()[:, 0].any()
    with pytest.raises(UsageError, match=r"5\.1"):
        pan(Sound.silent(10, 48000, layout="5.1"), 0.0)


def test_a_mix_is_the_sum_at_its_gains_and_starts(hiss: Sound, steady: Sound) -> None:
    mixed = mix([hiss, steady], gains=[0.0, -20.0], starts=[0.0, 0.5])
    expected = np.zeros((72000, 2))
    expected[:48000] += hiss.array()
    expected[24000:] += 0.05
    assert mixed.sample_count == 72000
    assert mixed.array() == pytest.approx(expected, abs=1e-6)


def test_a_mix_may_begin_inside_a_sound(hiss: Sound) -> None:
    assert np.array_equal(mix([hiss], starts=[-0.25]).array(), hiss.array()[12000:])


def test_what_cannot_be_mixed_is_refused(hiss: Sound) -> None:
    with pytest.raises(UsageError, match="nothing to mix"):
        mix([])
    with pytest.raises(UsageError, match="44100 Hz"):
        mix([hiss, silence(1.0, rate=44100)])


def test_chains_give_the_same_samples_at_any_block_size(hiss: Sound) -> None:
    chain = mix([fade(gain(hiss, 3.0), 0.2, 0.3), place(pan(hiss, 0.5), 0.4)])
    whole = chain.array()
    assert np.array_equal(np.concatenate(list(chain.blocks(size=777))), whole)
    assert np.array_equal(chain.array(30001, 40000), whole[30001:40000])
