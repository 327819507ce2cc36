"""Places in 5.1, folding down, headphones, stems, pitch and length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio import (
    Sound,
    binaural,
    change_length,
    fold_down,
    make_stems,
    place_around,
    shift_pitch,
    tone,
)
from engine.audio.surround import speaker_gains
from engine.errors import UsageError
from engine.media.sound import CHANNELS

RANDOM = np.random.default_rng(1)
HISS = Sound.from_array(RANDOM.normal(0, 0.1, (50_000, 2)), 48000)
AROUND = Sound.from_array(RANDOM.normal(0, 0.1, (50_000, 6)), 48000, layout="5.1")


@pytest.mark.parametrize(
    ("degrees", "name"),
    [(0, "FC"), (30, "FR"), (-30, "FL"), (110, "BR"), (-110, "BL"), (250, "BL")],
)
def test_a_sound_at_a_loudspeaker_comes_from_it_alone(degrees: float, name: str) -> None:
    gains = speaker_gains(np.array([float(degrees)]))[0]
    assert gains[CHANNELS["5.1"].index(name)] == pytest.approx(1.0, abs=1e-9)
    assert np.abs(gains).sum() == pytest.approx(1.0, abs=1e-9)


def test_a_sound_going_round_keeps_its_power() -> None:
    gains = speaker_gains(np.arange(-400.0, 400.0, 0.5))
    assert np.abs(np.square(gains).sum(axis=1) - 1.0).max() < 1e-9
    assert (gains >= -1e-9).all()
    assert np.abs(np.diff(gains, axis=0)).max() < 0.05


def test_a_stereo_sound_is_placed_with_its_width_and_sent_to_the_lfe() -> None:
    made = place_around(HISS, width=60.0, lfe=-6.0206).array()
    assert np.abs(made[:, :2] - HISS.array()).max() < 1e-6
    assert np.abs(made[:, 3] - 0.25 * HISS.array().sum(axis=1)).max() < 1e-6
    with pytest.raises(UsageError, match=r"5\.1"):
        place_around(AROUND)


def test_folding_down_is_that_of_bs_775() -> None:
    left, _, centre, lfe, back, _ = AROUND.array().T
    made = fold_down(AROUND).array()[:, 0]
    assert np.abs(made - (left + 0.5**0.5 * (centre + back))).max() < 1e-5
    with_bass = fold_down(AROUND, surround=-96.0, lfe=0.0).array()[:, 0]
    assert np.abs(with_bass - (left + 0.5**0.5 * centre + lfe)).max() < 1e-4
    with pytest.raises(UsageError, match="mono"):
        fold_down(Sound.silent(10, 48000, layout="mono"))
    stereo = Sound.silent(10, 48000, layout="stereo")
    assert fold_down(stereo) is stereo


def test_headphones_hear_the_near_side_first_and_louder() -> None:
    wave = np.zeros((4800, 6))
    wave[1000, CHANNELS["5.1"].index("BR")] = 1.0
    left, right = binaural(Sound.from_array(wave, 48000, layout="5.1")).array().T
    later = int(np.abs(left).argmax()) - int(np.abs(right).argmax())
    assert 0.0005 < later / 48000 < 0.0008  # around a head of 17.5 cm
    assert np.abs(right).max() > 2 * np.abs(left).max()
    assert 1000 <= int(np.abs(right).argmax()) < 1015
    assert np.abs(right[:980]).max() < 1e-3


def test_headphones_hear_the_middle_alike_at_both_ears() -> None:
    heard = binaural(Sound.from_array(HISS.array()[:, 0], 48000)).array()
    assert np.abs(heard[:, 0] - heard[:, 1]).max() < 1e-6
    assert len(heard) == 50_000


def test_stems_sum_to_the_mix() -> None:
    voice, music = tone(300.0, 1.0), tone(110.0, 3.0, level=-12.0)
    made = make_stems([voice], [music], [HISS], gains=(0.0, -3.0, -6.0), ducking=12.0)
    parts = [stem.array() for stem in (made.dialogue, made.music, made.effects)]
    assert {len(part) for part in parts} == {144_000}
    assert np.abs(sum(parts) - made.mixed.array()).max() < 1e-6
    under, free = np.abs(parts[1][30000:40000]).max(), np.abs(parts[1][-9000:-4000]).max()
    assert 20 * np.log10(under / free) < -9
    assert not make_stems([voice]).music.array().any()
    with pytest.raises(UsageError, match="nothing"):
        make_stems()


@pytest.mark.parametrize("semitones", [-12.0, 7.0])
def test_pitch_moves_and_length_stays(semitones: float) -> None:
    made = shift_pitch(tone(440.0, 1.0), semitones)
    spectrum = np.abs(np.fft.rfft(made.array()[8000:40000, 0] * np.hanning(32000)))
    assert made.sample_count == 48000
    assert spectrum.argmax() * 1.5 == pytest.approx(440 * 2 ** (semitones / 12), rel=0.01)


def test_length_changes_and_pitch_stays() -> None:
    made = change_length(tone(440.0, 1.0), 1.5)
    spectrum = np.abs(np.fft.rfft(made.array()[8000:40000, 0] * np.hanning(32000)))
    assert made.sample_count == 72000
    assert spectrum.argmax() * 1.5 == pytest.approx(440, rel=0.01)
    with pytest.raises(UsageError, match="5 times"):
        change_length(HISS, 5.0)
    with pytest.raises(UsageError, match="semitones"):
        shift_pitch(HISS, 30.0)


EFFECTS = [
    place_around(HISS, path=[(0.0, -180.0), (1.0, 180.0)]),
    fold_down(AROUND),
    binaural(AROUND),
    make_stems([HISS], [HISS], ducking=6.0).mixed,
    shift_pitch(HISS, 3.0),
]
WHOLES = [effect.array() for effect in EFFECTS]


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 4), st.integers(500, 90_000), st.integers(0, 49_999))
def test_any_block_size_and_starting_point_give_the_same_bits(
    which: int, size: int, start: int
) -> None:
    effect, whole = EFFECTS[which], WHOLES[which]
    assert np.array_equal(np.concatenate(list(effect.blocks(start, None, size))), whole[start:])
