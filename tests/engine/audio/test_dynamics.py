"""Limiting, loudness normalisation and ducking."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio import Sound, ambience, duck, gain, limit, measure, mix, noise, normalise, tone
from engine.audio.true_peak import phases
from engine.errors import UsageError


def speech_like(seconds: float = 6.0) -> Sound:
    """Bursts with high peaks over a quiet ground, as speech has them."""
    random = np.random.default_rng(3)
    count = round(seconds * 48000)
    words = np.repeat(random.random(count // 4800 + 1) > 0.4, 4800)[:count]
    wave = random.laplace(0.0, 0.05, (count, 1)) * (0.02 + words[:, None])
    return Sound.from_array(np.clip(np.repeat(wave, 2, axis=1), -0.9, 0.9), 48000)


PROGRAMMES = {
    "speech": speech_like,
    "sea": lambda: ambience("sea", 6.0, np.random.default_rng(1)),
    "white": lambda: noise("white", 4.0, np.random.default_rng(1)),
    "tone": lambda: tone(997.0, 4.0),
    "high tone": lambda: tone(11950.0, 4.0, level=-3.0),
    "both": lambda: mix([speech_like(4.0), tone(60.0, 4.0)]),
}


@pytest.mark.parametrize("name", PROGRAMMES)
@pytest.mark.parametrize(("lufs", "peak"), [(-16.0, -1.0), (-23.0, -3.0)])
def test_normalising_meets_loudness_and_ceiling(name: str, lufs: float, peak: float) -> None:
    found = measure(normalise(PROGRAMMES[name](), lufs, peak))
    assert found.integrated == pytest.approx(lufs, abs=0.1)
    assert found.true_peak <= peak


def test_normalising_leaves_dynamics_alone_when_there_is_room() -> None:
    sound = ambience("wind", 4.0, np.random.default_rng(1))
    quiet = normalise(sound, -40.0)
    ratio = quiet.array()[9000:90000] / sound.array()[9000:90000]
    assert ratio.std() / ratio.mean() < 1e-4


def test_silence_stays_silent_and_a_click_stays_below_the_ceiling() -> None:
    assert not normalise(Sound.silent(48000, 48000)).array().any()
    click = np.zeros((48000, 2))
    click[24000] = 0.5
    found = measure(normalise(Sound.from_array(click, 48000)))
    assert found.true_peak <= -1.0


def test_an_impossible_target_is_refused() -> None:
    with pytest.raises(UsageError, match="LUFS"):
        normalise(Sound.silent(10, 48000), 3.0)


def test_a_limiter_holds_true_peaks_that_samples_do_not_show() -> None:
    n = np.arange(48000)
    wave = np.sin(2 * np.pi * n / 4 + np.pi / 4)  # every sample at 0.707, true peaks at 1
    found = measure(limit(Sound.from_array(np.stack([wave, wave], 1) * 1.3, 48000), peak=-1.0))
    assert -1.3 < found.true_peak <= -1.0


def test_a_limiter_leaves_quiet_passages_untouched() -> None:
    sound = mix([noise("pink", 3.0, np.random.default_rng(0), level=-30.0)])
    assert np.array_equal(limit(sound).array(), sound.array())
    loud = np.zeros((48000 * 3, 2), np.float32)
    loud[72000:72400] = 3.0 * np.sin(np.arange(400) / 10)[:, None]
    limited = limit(mix([sound, Sound.from_array(loud, 48000)])).array()
    assert np.array_equal(limited[:71500], sound.array()[:71500])
    assert np.array_equal(limited[-48000:], sound.array()[-48000:])
    assert np.abs(limited).max() < 0.9


def test_a_limiter_moves_its_gain_smoothly() -> None:
    wave = 0.3 * np.sin(2 * np.pi * 100 / 48000 * np.arange(96000))
    wave[40000:40500] *= 8.0
    limited = limit(Sound.from_array(wave, 48000)).array()[:, 0]
    heard = np.abs(wave) > 0.02
    gains = np.where(heard, limited, 1.0) / np.where(heard, wave, 1.0)
    moves = np.abs(np.diff(gains))[heard[1:] & heard[:-1]]
    assert moves.max() < 0.01


@pytest.mark.parametrize("size", [1000, 8192, 10**6])
def test_limiting_does_not_depend_on_block_sizes(size: int) -> None:
    limited = limit(gain(speech_like(1.5), 18.0))
    whole = limited.array()
    assert np.array_equal(np.concatenate(list(limited.blocks(size=size))), whole)
    assert np.array_equal(limited.array(33333, 50000), whole[33333:50000])


def test_interpolation_cannot_raise_a_sample_beyond_what_the_limiter_expects() -> None:
    assert np.abs(phases(4)).sum(axis=1).max() < 4.0


@pytest.fixture
def spoken() -> Sound:
    wave = np.zeros((48000 * 6, 1), np.float32)
    wave[96000:144000, 0] = 0.2 * np.sin(np.arange(48000) / 20)
    return Sound.from_array(wave, 48000)


def test_a_bed_is_lowered_under_the_voice_and_comes_back(spoken: Sound) -> None:
    bed = Sound.from_array(np.full((48000 * 6, 2), 0.5), 48000)
    level = 20 * np.log10(duck(bed, spoken, depth=12.0).array()[:, 0] / 0.5)
    assert level[:72000] == pytest.approx(np.zeros(72000), abs=0.01)
    assert level[96000:144000] == pytest.approx(np.full(48000, -12.0), abs=0.2)
    assert level[240000:] == pytest.approx(np.zeros(48000), abs=0.01)
    assert np.abs(np.diff(level)).max() < 0.01  # no steps


def test_a_bed_does_not_pump_in_the_gaps_between_words() -> None:
    wave = np.zeros((48000 * 4, 1), np.float32)
    for begin in (1.0, 1.5, 2.0):
        wave[int(begin * 48000) : int((begin + 0.2) * 48000), 0] = 0.2
    bed = Sound.from_array(np.full((48000 * 4, 2), 0.5), 48000)
    level = 20 * np.log10(duck(bed, Sound.from_array(wave, 48000)).array()[:, 0] / 0.5)
    assert level[48000 : int(2.2 * 48000)].max() < -8.5


def test_ducking_is_the_same_at_any_block_size(spoken: Sound) -> None:
    ducked = duck(ambience("sea", 6.0, np.random.default_rng(0)), spoken)
    whole = ducked.array()
    assert np.array_equal(np.concatenate(list(ducked.blocks(size=5000))), whole)
    assert np.array_equal(ducked.array(100001, 120000), whole[100001:120000])


def test_a_silent_voice_changes_nothing() -> None:
    bed = Sound.from_array(np.full((9600, 2), 0.5), 48000)
    assert np.array_equal(duck(bed, Sound.silent(100, 48000)).array(), bed.array())


def test_a_bed_and_a_voice_must_share_a_rate(spoken: Sound) -> None:
    with pytest.raises(UsageError, match="24000 Hz"):
        duck(spoken, Sound.silent(100, 24000))
