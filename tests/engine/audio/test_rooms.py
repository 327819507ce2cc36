"""Convolution, reverberation and echoes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import fftconvolve

from engine.audio import Sound, convolution_reverb, convolve, echo, repair, reverberate
from engine.audio.reverb import room_response
from engine.errors import MediaError, UsageError

RANDOM = np.random.default_rng(1)
HISS = Sound.from_array(RANDOM.normal(0, 0.1, (60_000, 2)), 48000)
RESPONSE = RANDOM.normal(0, 0.02, (20_000, 2)).astype(np.float32)


def click(rate: int = 48000, channels: int = 1) -> Sound:
    wave = np.zeros((rate // 10, channels))
    wave[100] = 1.0
    return Sound.from_array(wave, rate)


def test_convolution_is_exact_and_in_time() -> None:
    straight = fftconvolve(HISS.array().astype(float), RESPONSE.astype(float), axes=0)
    made = convolve(HISS, RESPONSE).array()
    assert made.shape == straight.shape
    assert np.abs(made - straight).max() < 1e-5


def test_convolution_sums_over_its_inputs() -> None:
    matrix = np.zeros((3, 2, 1), np.float32)
    matrix[2, 0, 0], matrix[0, 1, 0] = 0.5, 2.0
    made = convolve(HISS, matrix, layout="mono", tail=False).array()[:, 0]
    left, right = HISS.array().T
    assert np.abs(made[2:] - (0.5 * left[:-2] + 2.0 * right[2:])).max() < 1e-5


@pytest.mark.parametrize("seconds", [0.5, 2.0])
def test_a_room_rings_as_long_as_it_says(seconds: float) -> None:
    energy = np.square(room_response(48000, seconds, 0.5, 0.0, 0.0, 1.0, 0)).sum(axis=1)
    left = 10 * np.log10(np.cumsum(energy[::-1])[::-1] / energy.sum())  # Schroeder's integral
    fall = [int(np.argmax(left < level)) / 48000 for level in (-5.0, -35.0)]
    assert 2 * (fall[1] - fall[0]) == pytest.approx(seconds, rel=0.12)


def test_damping_makes_high_frequencies_die_sooner() -> None:
    def brightness(damping: float) -> float:
        late = room_response(48000, 1.0, 0.5, damping, 0.0, 1.0, 0)[14400:28800, 0]
        power = np.square(np.abs(np.fft.rfft(late)))
        return float(power[3000:].sum() / power.sum())

    assert brightness(1.0) < 0.2 * brightness(0.0)


def test_a_dry_room_is_the_sound_and_width_0_is_mono() -> None:
    assert np.abs(reverberate(HISS, wet=0.0).array()[:60000] - HISS.array()).max() < 1e-6
    narrow = reverberate(click(), width=0.0, wet=1.0).array()
    assert np.abs(narrow[:, 0] - narrow[:, 1]).max() < 1e-6
    wide = reverberate(click(), wet=1.0).array()
    assert abs(np.corrcoef(wide[4000:].T)[0, 1]) < 0.3
    assert not np.abs(wide[:960]).max() > 1e-6  # in time: nothing before the room answers


def test_a_recorded_place_keeps_the_average_level() -> None:
    place = Sound.from_array(RESPONSE[:9600, 0], 48000)
    loud = convolution_reverb(HISS, place, wet=1.0).array()[20000:60000]
    assert loud.std() == pytest.approx(HISS.array().std(), rel=0.1)
    assert convolution_reverb(click(), Sound.from_array(RESPONSE, 48000)).layout == "stereo"


def test_echoes_come_in_time_and_grow_softer() -> None:
    made = echo(click(), 0.05, feedback=0.5, damping=0.0, wet=0.5).array()[:, 0] / np.sqrt(0.5)
    assert made[[100, 2500, 4900, 7300]] == pytest.approx([1.0, 1.0, 0.5, 0.25], abs=1e-3)
    assert np.abs(made[-2400:]).max() < 1e-2
    darker = echo(click(), 0.05, feedback=0.5, damping=1.0, wet=0.5).array()[:, 0]
    assert darker[4900] < 0.3


def test_echoes_change_sides() -> None:
    left = click(channels=2).array()
    left[:, 1] = 0.0
    made = echo(Sound.from_array(left, 48000), 0.05, feedback=0.5, damping=0, sides=1.0, wet=1.0)
    assert made.array()[[2500, 4900]] == pytest.approx(np.array([[1.0, 0.0], [0.0, 0.5]]), abs=1e-3)


EFFECTS = [
    convolve(HISS, RESPONSE),
    reverberate(HISS, seconds=0.3),
    echo(HISS, 0.07, feedback=0.3, damping=0.4, sides=0.5),
    echo(HISS, 0.004, feedback=0.2),
]
WHOLES = [effect.array() for effect in EFFECTS]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 3), st.integers(500, 90_000), st.integers(0, 59_999))
def test_any_block_size_and_starting_point_give_the_same_bits(
    which: int, size: int, start: int
) -> None:
    effect, whole = EFFECTS[which], WHOLES[which]
    assert np.array_equal(np.concatenate(list(effect.blocks(start, None, size))), whole[start:])


def test_what_cannot_be_done_is_refused() -> None:
    with pytest.raises(UsageError, match="shape"):
        convolve(HISS, RESPONSE[:, :1])
    with pytest.raises(UsageError, match="24000 Hz"):
        convolution_reverb(HISS, Sound.from_array(RESPONSE, 24000))
    with pytest.raises(UsageError, match="silent"):
        convolution_reverb(HISS, Sound.silent(100, 48000))
    with pytest.raises(UsageError, match=r"5\.1"):
        reverberate(Sound.silent(10, 48000, layout="5.1"))
    with pytest.raises(UsageError, match="feedback"):
        echo(HISS, feedback=1.0)
    broken = HISS.array()
    broken[5] = np.inf
    with pytest.raises(MediaError, match="no number"):
        reverberate(Sound.from_array(broken, 48000)).array()
    assert np.isfinite(reverberate(repair(Sound.from_array(broken, 48000))).array()).all()


@pytest.mark.parametrize("rate", [8000, 192_000])
def test_rooms_are_made_at_any_rate(rate: int) -> None:
    made = reverberate(click(rate), seconds=0.2, wet=1.0)
    assert made.rate == rate
    assert np.isfinite(made.array()).all()
