"""The cases of EBU Tech 3341 and 3342, and agreement with other meters."""

from __future__ import annotations

import math

import av
import av.filter
import numpy as np
import pyloudnorm
import pytest

from engine.audio import LoudnessMeter, Sound, measure
from tests.engine.audio.conftest import Tones

LU = 0.1  # tolerance of Tech 3341


@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_a_steady_tone_measures_its_level_in_every_window(tones: Tones, level: float) -> None:
    found = measure(tones([(level, 20)]))
    assert found.max_momentary == pytest.approx(level, abs=LU)
    assert found.max_short_term == pytest.approx(level, abs=LU)
    assert found.integrated == pytest.approx(level, abs=LU)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([(-36, 10), (-23, 60), (-36, 10)], id="case 3"),
        pytest.param([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], id="case 4"),
        pytest.param([(-26, 20), (-20, 20.1), (-26, 20)], id="case 5"),
    ],
)
def test_quiet_parts_are_gated(tones: Tones, steps: list[tuple[float, float]]) -> None:
    assert measure(tones(steps)).integrated == pytest.approx(-23.0, abs=LU)


def test_surround_channels_weigh_more_and_the_lfe_nothing(tones: Tones) -> None:
    offsets = (-28.0, -28.0, -24.0, 0.0, -30.0, -30.0)
    five_one = tones([(0.0, 20)], layout="5.1", offsets=offsets)
    assert measure(five_one).integrated == pytest.approx(-23.0, abs=LU)


def test_short_term_is_steady_over_a_pattern_of_three_seconds(tones: Tones) -> None:
    sound = tones([(-20, 1.34), (-30, 1.66)] * 5)
    meter = LoudnessMeter(sound.rate, sound.layout)
    seen = []
    for number, block in enumerate(sound.blocks(size=4800), start=1):
        meter.push(block)
        if number > 30:
            seen.append(meter.short_term)
    assert seen == pytest.approx([-23.0] * len(seen), abs=LU)


def test_momentary_is_steady_over_a_pattern_of_400_ms(tones: Tones) -> None:
    sound = tones([(-20, 0.18), (-30, 0.22)] * 25)
    meter = LoudnessMeter(sound.rate, sound.layout)
    seen = []
    for number, block in enumerate(sound.blocks(size=4800), start=1):
        meter.push(block)
        if number > 10:
            seen.append(meter.momentary)
    assert seen == pytest.approx([-23.0] * len(seen), abs=LU)


@pytest.mark.parametrize("step", range(20))
def test_a_burst_of_three_seconds_is_caught_at_any_offset(tones: Tones, step: int) -> None:
    found = measure(tones([(-200, 0.150 * step), (-23, 3), (-200, 1)]))
    assert found.max_short_term == pytest.approx(-23.0, abs=LU)


@pytest.mark.parametrize("step", range(20))
def test_a_burst_of_400_ms_is_caught_at_any_offset(tones: Tones, step: int) -> None:
    found = measure(tones([(-200, 0.020 * step), (-23, 0.4), (-200, 1)]))
    assert found.max_momentary == pytest.approx(-23.0, abs=LU)


def test_the_loudest_of_many_bursts_counts(tones: Tones) -> None:
    rising = [step for n in range(20) for step in ((-38 + n, 3.0), (-200, 0.15 * n))]
    assert measure(tones(rising)).max_short_term == pytest.approx(-19.0, abs=LU)
    rising = [step for n in range(20) for step in ((-38 + n, 0.4), (-200, 0.02 * n))]
    assert measure(tones(rising)).max_momentary == pytest.approx(-19.0, abs=LU)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([-20, -30], 10),
        ([-20, -15], 5),
        ([-40, -20], 20),
        ([-50, -35, -20, -35, -50], 15),
    ],
)
def test_loudness_range_follows_the_steps(
    tones: Tones, levels: list[float], expected: float
) -> None:
    found = measure(tones([(level, 20) for level in levels]))
    assert found.range == pytest.approx(expected, abs=1.0)


@pytest.mark.parametrize("rate", [22050, 32000, 44100, 48000, 88200, 96000, 192000])
def test_the_sample_rate_does_not_matter(tones: Tones, rate: int) -> None:
    found = measure(tones([(-23, 5)], rate=rate))
    assert found.integrated == pytest.approx(-23.0, abs=LU)
    assert found.max_momentary == pytest.approx(-23.0, abs=LU)


@pytest.mark.parametrize("size", [1, 999, 48000, 10**6])
def test_the_size_of_blocks_does_not_matter(tones: Tones, size: int) -> None:
    sound = tones([(-20, 0.5), (-30, 0.6)])
    meter = LoudnessMeter(sound.rate, sound.layout)
    for block in sound.blocks(size=size):
        meter.push(block)
    assert meter.finish() == measure(sound)


def test_silence_is_minus_infinity() -> None:
    found = measure(Sound.silent(48000, 48000))
    assert found.integrated == found.true_peak == found.max_momentary == -math.inf
    assert found.range == 0.0
    assert measure(Sound.silent(0, 48000)).integrated == -math.inf


def test_a_sound_below_400_ms_is_measured_as_one_block(tones: Tones) -> None:
    assert measure(tones([(-23, 0.25)])).integrated == pytest.approx(-23.0, abs=LU)


def programme(seed: int, seconds: float = 12.0, rate: int = 48000) -> Sound:
    """Coloured noise whose level and width change: unlike a tone in every way."""
    random = np.random.default_rng(seed)
    count = round(seconds * rate)
    noise = np.cumsum(random.standard_normal((count, 2)), axis=0) % 7.0 - 3.5
    noise = np.diff(noise, axis=0, prepend=0.0) + 0.3 * random.standard_normal((count, 2))
    level = np.interp(np.arange(count) / rate, np.arange(13), random.uniform(-50, -12, 13))
    wave = noise / np.abs(noise).max() * 10 ** (level[:, None] / 20)
    return Sound.from_array(wave, rate)


@pytest.mark.parametrize("seed", range(3))
def test_pyloudnorm_agrees(seed: int) -> None:
    sound = programme(seed)
    theirs = pyloudnorm.Meter(sound.rate, filter_class="DeMan").integrated_loudness(sound.array())
    assert measure(sound).integrated == pytest.approx(theirs, abs=LU)


@pytest.mark.parametrize("seed", range(3))
def test_ffmpeg_agrees(seed: int) -> None:
    sound = programme(seed)
    theirs = ebur128(sound)
    ours = measure(sound)
    assert ours.integrated == pytest.approx(theirs["I"], abs=LU)
    assert ours.range == pytest.approx(theirs["LRA"], abs=0.5)
    assert ours.max_momentary == pytest.approx(theirs["M"], abs=0.25)  # it looks every 100 ms
    assert ours.max_short_term == pytest.approx(theirs["S"], abs=LU)
    assert ours.true_peak == pytest.approx(theirs["true_peak"], abs=0.2)


def ebur128(sound: Sound) -> dict[str, float]:
    """What FFmpeg's meter says; M and S are the largest it saw."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        format="flt", sample_rate=sound.rate, layout=sound.layout, time_base=f"1/{sound.rate}"
    )
    meter = graph.add("ebur128", "metadata=1:peak=true")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    found = {"M": -math.inf, "S": -math.inf, "true_peak": -math.inf}
    for number, block in enumerate(sound.blocks(size=4800)):
        packed = np.ascontiguousarray(block).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=sound.layout)
        frame.sample_rate, frame.pts = sound.rate, number * 4800
        source.push(frame)
        while True:
            try:
                tags = sink.pull().metadata
            except (av.BlockingIOError, BlockingIOError):
                break
            for name in ("M", "S"):
                value = float(tags.get(f"lavfi.r128.{name}", "-inf"))
                found[name] = max(found[name], value)
            for key in ("I", "LRA"):
                found[key] = float(tags.get(f"lavfi.r128.{key}", "-inf"))
            for channel in ("ch0", "ch1"):
                peak = float(tags.get(f"lavfi.r128.true_peaks_{channel}", "0"))
                if peak > 0:
                    found["true_peak"] = max(found["true_peak"], 20 * math.log10(peak))
    return found
