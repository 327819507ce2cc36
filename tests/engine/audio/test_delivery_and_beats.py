"""Delivery presets, dialogue-gated loudness, and rhythm."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.audio import (
    DELIVERIES,
    Sound,
    deliver,
    dialogue_loudness,
    find_rhythm,
    make_stems,
    measure,
)
from engine.errors import MediaError, UsageError

RANDOM = np.random.default_rng(4)
RATE = 16_000


def bursts(seconds: float, level: float, pattern: tuple[int, ...]) -> Sound:
    """Peaky noise that sounds in the half seconds where the pattern, repeated, is 1."""
    count = round(seconds * RATE)
    on = np.resize(np.repeat(pattern, RATE // 2), count)[:, None]
    wave = RANDOM.laplace(0.0, level, (count, 1)) * on
    return Sound.from_array(np.clip(np.repeat(wave, 2, axis=1), -0.9, 0.9), RATE)


VOICE = bursts(6.0, 0.05, (1, 1, 1, 0))
STEMS = make_stems([VOICE], [bursts(6.0, 0.02, (1,))], [bursts(6.0, 0.2, (0, 0, 0, 0, 0, 0, 0, 1))])


@pytest.mark.parametrize("preset", DELIVERIES)
def test_a_delivery_meets_its_loudness_and_its_ceiling(preset: str) -> None:
    asked = DELIVERIES[preset]
    made = deliver(STEMS.mixed, preset, dialogue=STEMS.dialogue)
    found = measure(made.sound)
    level = dialogue_loudness(made.sound, STEMS.dialogue) if asked.dialogue else found.integrated
    assert level == pytest.approx(asked.lufs, abs=0.1)
    assert made.level == pytest.approx(level, abs=0.01)
    assert found.true_peak <= asked.peak


def test_only_passages_with_speech_count_for_a_dialogue_gate() -> None:
    loud = bursts(4.0, 0.3, (0, 0, 0, 0, 1, 1, 1, 1))
    voice = bursts(4.0, 0.05, (1, 1, 1, 1, 0, 0, 0, 0))
    both = make_stems([voice], [], [loud]).mixed
    alone = measure(voice.part(0, 2 * RATE)).integrated
    # Three blocks reach over the end of the speech into what is loud.
    assert dialogue_loudness(both.part(0, 2 * RATE), voice) == pytest.approx(alone, abs=0.3)
    assert measure(both).integrated > alone + 8
    assert dialogue_loudness(both, Sound.silent(10, RATE)) == -math.inf


def test_a_delivery_that_cannot_be_measured_is_refused() -> None:
    with pytest.raises(UsageError, match="no dialogue is given"):
        deliver(STEMS.mixed, "film -27 (dialogue)")
    with pytest.raises(UsageError, match="nobody speaks"):
        deliver(STEMS.mixed, "film -27 (dialogue)", dialogue=Sound.silent(10, RATE))
    with pytest.raises(UsageError, match="no delivery 'loud'"):
        deliver(STEMS.mixed, "loud")


def clicks(tempo: float, seconds: float = 12.0, rate: int = 24_000) -> Sound:
    """Decaying noises on every beat, the first after 0.2 s."""
    wave = RANDOM.normal(0, 1e-4, round(seconds * rate))
    hit = RANDOM.normal(0, 0.3, rate // 10) * np.exp(-np.arange(rate // 10) / (0.02 * rate))
    for at in np.arange(0.2, seconds - 0.15, 60.0 / tempo):
        wave[round(at * rate) :][: len(hit)] += hit
    return Sound.from_array(wave, rate)


@pytest.mark.parametrize("tempo", [72.0, 120.0, 171.0])
def test_beats_are_found_where_they_are(tempo: float) -> None:
    found = find_rhythm(clicks(tempo))
    true = np.arange(0.2, 11.85, 60.0 / tempo)
    assert found.tempo == pytest.approx(tempo, rel=0.01)
    assert len(found.beats) == pytest.approx(len(true), abs=2)
    assert max(np.abs(true - beat).min() for beat in found.beats) < 0.025


def test_onsets_are_found_without_a_beat() -> None:
    times = (0.5, 0.9, 2.3, 2.62, 3.9)
    wave = np.zeros(4 * 24_000 + 12_000)
    for at in times:
        wave[round(at * 24_000) :][:2400] += 0.3 * np.sin(np.arange(2400)) * np.linspace(1, 0, 2400)
    found = find_rhythm(Sound.from_array(wave, 24_000))
    assert np.abs(np.array(found.onsets) - np.array(times)).max() < 0.025


def test_silence_and_broken_samples_have_no_rhythm() -> None:
    assert find_rhythm(Sound.silent(48_000, 48_000)).beats == ()
    assert find_rhythm(Sound.silent(0, 48_000)).tempo == 0.0
    with pytest.raises(MediaError, match="no number"):
        find_rhythm(Sound.from_array(np.full(48_000, np.nan), 48_000))
    with pytest.raises(UsageError, match="beats between"):
        find_rhythm(clicks(120.0), slowest=200.0, fastest=100.0)
