"""Compressor, gate and de-esser."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import Sound, compress, de_ess, gate, mix, noise, tone
from engine.errors import UsageError


def level(sound: Sound, start: float, stop: float) -> float:
    """Peak in dBFS between two times."""
    part = sound.array(round(start * sound.rate), round(stop * sound.rate))
    return float(20 * np.log10(np.abs(part).max()))


def steps(*levels: float, seconds: float = 1.0) -> Sound:
    """A tone of 1 kHz whose peak takes each level in turn."""
    heights = np.repeat(10 ** (np.array(levels) / 20), round(seconds * 48000))
    return Sound.from_array(heights * np.sin(np.arange(len(heights)) * np.pi / 24), 48000)


@pytest.mark.parametrize(
    ("loud", "ratio", "knee", "heard"),
    [(-6, 4, 0, -16.5), (-6, 2, 6, -13.0), (-20, 4, 6, -20.5625), (-30, 4, 6, -30.0)],
)
def test_a_compressor_follows_its_curve(
    loud: float, ratio: float, knee: float, heard: float
) -> None:
    made = compress(steps(loud), threshold=-20.0, ratio=ratio, knee=knee)
    assert level(made, 0.5, 0.9) == pytest.approx(heard, abs=0.1)


def test_attack_and_release_take_their_times() -> None:
    made = compress(steps(-30, 0, -30), threshold=-20, ratio=1000, attack=0.05, release=0.2, knee=0)
    assert level(made, 1.0, 1.005) > -3.0
    assert level(made, 1.049, 1.051) == pytest.approx(-20 * (1 - np.exp(-1)), abs=0.5)
    assert level(made, 1.5, 1.9) == pytest.approx(-20.0, abs=0.1)
    assert level(made, 2.25, 2.252) == pytest.approx(-30 - 20 * np.exp(-1), abs=2.0)
    assert level(made, 2.9, 3.0) > -30.5


def test_look_ahead_lowers_the_gain_before_the_peak() -> None:
    sound = steps(-30, 0)
    late = compress(sound, threshold=-20, ratio=20, attack=0.002)
    early = compress(sound, threshold=-20, ratio=20, attack=0.002, look_ahead=0.01)
    assert level(late, 1.0, 1.002) > -5
    assert level(early, 1.0, 1.002) < -17


def test_a_key_and_makeup_count() -> None:
    made = compress(steps(-30, -30), key=steps(-90, 0), threshold=-20, ratio=20, makeup=6.0, knee=0)
    assert level(made, 0.5, 0.9) == pytest.approx(-24, abs=0.1)
    assert level(made, 1.5, 1.9) == pytest.approx(-43, abs=0.1)
    with pytest.raises(UsageError, match="24000 Hz"):
        compress(steps(-30), key=Sound.silent(10, 24000))


def test_a_gate_closes_in_pauses_and_opens_for_words() -> None:
    made = gate(steps(-60, -20, -60), threshold=-45, depth=40)
    assert level(made, 0.5, 0.9) == pytest.approx(-100, abs=0.5)
    assert level(made, 1.0, 1.9) == pytest.approx(-20, abs=0.1)
    assert level(made, 2.0, 2.09) == pytest.approx(-60, abs=0.1)  # held
    assert level(made, 2.95, 3.0) < -93


def test_a_gate_does_not_flutter_between_its_two_thresholds() -> None:
    made = gate(steps(-44, -48, -44, -48, seconds=0.3), threshold=-45, hysteresis=6)
    assert level(made, 0.9, 1.2) == pytest.approx(-48, abs=0.1)


def test_a_de_esser_lowers_hissing_and_nothing_else() -> None:
    voice = tone(300.0, 2.0, level=-12.0, layout="mono")
    hiss = Sound.from_array(np.r_[np.zeros(48000), steps(-12).array()[:, 0]], 48000)
    high = Sound.from_array(
        np.where(np.arange(96000) < 48000, 0, 0.25 * np.sin(np.arange(96000) * 1.1)), 48000
    )
    assert np.array_equal(de_ess(voice).array(), voice.array())
    assert level(de_ess(high), 1.5, 1.9) == pytest.approx(-12 - 9, abs=1.5)
    spoken = de_ess(mix([voice, high])).array() - de_ess(high).array()
    assert np.abs(spoken - voice.array()).max() < 0.02
    assert level(de_ess(hiss), 1.5, 1.9) > -14  # 1 kHz passes


LOUD = Sound.from_array(
    np.random.default_rng(1).laplace(0, 0.1, (150_000, 2))
    * np.repeat(np.random.default_rng(2).random(100) > 0.5, 1500)[:, None],
    48000,
)
CHAINS: dict[str, Callable[[Sound], Sound]] = {
    "compress": lambda s: compress(s, release=0.03, look_ahead=0.003),
    "gate": lambda s: gate(s, release=0.03, hold=0.01),
    "de-ess": lambda s: de_ess(s, threshold=-40),
    "all": lambda s: de_ess(compress(gate(s, release=0.02, hold=0.0), release=0.02)),
}
MADE = {name: (chain(LOUD), chain(LOUD).array()) for name, chain in CHAINS.items()}


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(sorted(CHAINS)), st.integers(500, 200_000), st.integers(0, 149_999))
def test_any_block_size_and_starting_point_give_the_same_bits(
    name: str, size: int, start: int
) -> None:
    sound, whole = MADE[name]
    stop = min(start + 40_000, 150_000)
    assert np.array_equal(np.concatenate(list(sound.blocks(start, stop, size))), whole[start:stop])


@pytest.mark.parametrize("name", CHAINS)
def test_starting_at_a_later_segment_makes_no_audible_difference(name: str) -> None:
    def shifted(by: int) -> Sound:
        return CHAINS[name](LOUD.part(-by, LOUD.sample_count)).part(by, by + LOUD.sample_count)

    difference = shifted(8192 * 3).array() - MADE[name][1]
    assert np.abs(difference).max() < 1e-4


def test_impossible_settings_are_refused() -> None:
    quiet = noise("white", 0.1, np.random.default_rng(0))
    with pytest.raises(UsageError, match="ratio"):
        compress(quiet, ratio=0.5)
    with pytest.raises(UsageError, match="below 0"):
        gate(quiet, hold=-1.0)
    with pytest.raises(UsageError, match="depth"):
        de_ess(quiet, depth=-1.0)
