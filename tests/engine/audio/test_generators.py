"""Tones, noise and ambience: exact, seamless, the same whatever block size asks for them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from engine.audio import SCENES, Sound, ambience, measure, noise, silence, tone
from engine.errors import UsageError


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


MAKERS: dict[str, Callable[[], Sound]] = {
    "tone": lambda: tone(440.0, 1.3),
    "square": lambda: tone(441.3, 0.7, waveform="square"),
    "white": lambda: noise("white", 1.3, rng()),
    "brown": lambda: noise("brown", 1.3, rng()),
    **{scene: lambda scene=scene: ambience(scene, 2.2, rng()) for scene in SCENES},
}


@pytest.mark.parametrize("name", MAKERS)
def test_any_block_size_and_any_start_give_the_same_samples(name: str) -> None:
    whole = MAKERS[name]().array()
    for size in (1000, 4096, 10**6):
        assert np.array_equal(np.concatenate(list(MAKERS[name]().blocks(size=size))), whole)
    assert np.array_equal(MAKERS[name]().array(12345, 30001), whole[12345:30001])
    assert np.array_equal(MAKERS[name]().array(20000), whole[20000:])


@pytest.mark.parametrize("name", MAKERS)
def test_ends_do_not_click(name: str) -> None:
    samples = MAKERS[name]().array()
    assert not samples[0].any()
    assert not samples[-1].any()
    assert np.abs(samples[:24]).max() < 0.25 * np.abs(samples).max()


@pytest.mark.parametrize("scene", SCENES)
def test_a_longer_ambience_begins_as_a_shorter_one(scene: str) -> None:
    short = ambience(scene, 1.0, rng()).array()
    long = ambience(scene, 1.5, rng()).array()
    assert np.array_equal(long[:47000], short[:47000])


@pytest.mark.parametrize("scene", SCENES)
def test_ambience_depends_on_the_seed_alone(scene: str) -> None:
    first = ambience(scene, 0.5, rng(1)).array()
    assert np.array_equal(first, ambience(scene, 0.5, rng(1)).array())
    assert not np.array_equal(first, ambience(scene, 0.5, rng(2)).array())


@pytest.mark.parametrize("scene", SCENES)
def test_ambience_is_near_its_loudness_stereo_and_unclipped(scene: str) -> None:
    sound = ambience(scene, 12.0, rng(5), loudness=-28.0)
    found = measure(sound)
    assert found.integrated == pytest.approx(-28.0, abs=3.0)
    assert found.true_peak < -8.0
    left, right = sound.array().T
    assert np.corrcoef(left, right)[0, 1] < 0.9
    assert abs(10 * np.log10(np.mean(left**2) / np.mean(right**2))) < 3.0
    assert abs(float(np.mean(left))) < 1e-3


@pytest.mark.parametrize("scene", SCENES)
def test_ambience_has_no_seam_where_its_chunks_meet(scene: str) -> None:
    """Steps between neighbouring samples are no larger at the joints than elsewhere."""
    samples = ambience(scene, 8.0, rng(2)).array()[:, 0]
    steps = np.abs(np.diff(samples.astype(np.float64)))
    at_joints = steps[1023::1024]
    elsewhere = steps[500::1024]
    assert np.median(at_joints) < 1.5 * np.median(elsewhere)
    assert at_joints.max() < 1.5 * steps.max()


@pytest.mark.parametrize("scene", ["sea", "wind", "desert", "meadow"])
def test_ambience_changes_all_the_time(scene: str) -> None:
    samples = ambience(scene, 16.0, rng(3)).array()
    powers = [float(np.mean(np.square(part))) for part in np.split(samples, 16)]
    levels = 10 * np.log10(powers)
    assert levels.max() - levels.min() > 2.0
    assert not any(
        np.corrcoef(a[:, 0], b[:, 0])[0, 1] > 0.5 for a, b in pairwise(np.split(samples, 16))
    )


def test_waves_break_every_few_seconds() -> None:
    samples = ambience("sea", 40.0, rng(4)).array()[:, 0]
    spectra = np.abs(np.fft.rfft(samples[: 48000 * 40].reshape(-1, 9600), axis=1))
    hiss = np.convolve(spectra[:, 400:1000].mean(axis=1), np.ones(5) / 5, mode="same")
    peaks = [n for n in range(1, len(hiss) - 1) if hiss[n] == hiss[max(0, n - 10) : n + 11].max()]
    assert 3 <= len(peaks) <= 9


def test_birds_sing_above_the_breeze() -> None:
    samples = ambience("meadow", 24.0, rng(6)).array()
    frames = np.abs(np.fft.rfft(samples[:, 0].reshape(-1, 2000), axis=1))
    song = frames[:, 100:230]  # 2.4 to 5.5 kHz
    tonal = song.max(axis=1) / np.median(song, axis=1)
    assert np.mean(tonal > 12.0) > 0.05


@pytest.mark.parametrize(("colour", "octave"), [("white", 0.0), ("pink", -3.01), ("brown", -6.02)])
def test_noise_falls_by_its_colour_and_has_its_level(colour: str, octave: float) -> None:
    samples = noise(colour, 20.0, rng(), level=-26.0).array()
    level = 20 * np.log10(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
    assert level == pytest.approx(-26.0, abs=1.0 if colour == "brown" else 0.2)
    spectrum = np.mean(np.abs(np.fft.rfft(samples[:, 0].reshape(-1, 9600), axis=1)) ** 2, axis=0)
    low, high = spectrum[40:80].mean(), spectrum[640:1280].mean()
    assert 10 * np.log10(high / low) / 4 == pytest.approx(octave, abs=0.4)


def test_the_width_of_noise_is_how_much_its_channels_share() -> None:
    for width, shared in ((0.0, 1.0), (1.0, 0.0), (0.5, 0.5)):
        left, right = noise("white", 4.0, rng(), width=width).array().T
        assert np.corrcoef(left, right)[0, 1] == pytest.approx(shared, abs=0.03)


@pytest.mark.parametrize("waveform", ["sine", "triangle", "square", "sawtooth"])
def test_a_tone_has_its_pitch_its_level_and_hardly_an_alias(waveform: str) -> None:
    frequency = 1500.0
    wave = tone(frequency, 1.2, level=-12.0, waveform=waveform).array()[4800:52800, 0]
    assert np.abs(wave).max() == pytest.approx(10 ** (-12 / 20), rel=0.07)
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    assert int(np.argmax(spectrum)) == round(frequency)
    harmonic = np.zeros(len(spectrum), bool)
    for n in range(1, 16):
        harmonic[max(0, int(n * frequency) - 3) : int(n * frequency) + 4] = True
    audible = np.arange(len(spectrum)) < 16000
    alias = spectrum[~harmonic & audible].max() / spectrum.max()
    assert 20 * np.log10(alias) < -45.0


def test_silence_is_silent() -> None:
    sound = silence(0.5, rate=44100, layout="mono")
    assert sound.sample_count == 22050
    assert not sound.array().any()


def test_impossible_sounds_are_refused() -> None:
    with pytest.raises(UsageError, match="between 0 and 24000"):
        tone(25000.0, 1.0)
    with pytest.raises(UsageError, match="seconds long"):
        silence(-1.0)
    with pytest.raises(UsageError, match="sea, wind"):
        ambience("moon", 1.0, rng())  # type: ignore[arg-type]
