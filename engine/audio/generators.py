"""Tones, noise and silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.audio.lazy import GRID, Chunks, from_chunks
from engine.audio.scale import amplitude
from engine.audio.spectral_noise import SpectralNoise, bin_frequencies
from engine.audio.streams import Stream
from engine.errors import UsageError
from engine.media.sound import CHANNELS, Samples, Sound

Waveform: TypeAlias = Literal["sine", "triangle", "square", "sawtooth"]
NoiseColour: TypeAlias = Literal["white", "pink", "brown"]

_SLOPES = {"white": 0.0, "pink": -0.5, "brown": -1.0}  # exponents of frequency, of the amplitude
_LOWEST = 20.0  # Hz; coloured noise does not rise further below
_NOISE_GRAIN = 16384
_EDGE = 0.005  # seconds of fade at both ends, against clicks


def silence(seconds: float, *, rate: int = 48000, layout: str = "stereo") -> Sound:
    """Nothing, for a time."""
    return Sound.silent(_samples(seconds, rate), rate, layout=layout)


def tone(
    frequency: float,
    seconds: float,
    *,
    level: float = -20.0,
    waveform: Waveform = "sine",
    rate: int = 48000,
    layout: str = "stereo",
) -> Sound:
    """A steady tone of `frequency` Hz, the same in every channel, with ends that do not click.

    level: the peak of a sine in dBFS; other waveforms swing as far, without aliases to speak of.
    Raises UsageError when the frequency is not below half the sample rate.
    """
    if not 0 < frequency < rate / 2:
        raise UsageError(
            f"a tone of {frequency:g} Hz cannot be heard at a sample rate of {rate} Hz",
            mend=f"Use a frequency between 0 and {rate / 2:g} Hz",
        )
    count = _samples(seconds, rate)
    step = frequency / rate
    height = amplitude(level)
    channels = len(CHANNELS[layout])

    def chunks(first: int) -> Iterator[Samples]:
        number = first
        while True:
            places = np.arange(number * GRID, (number + 1) * GRID)
            wave = _wave(waveform, np.remainder(places * step, 1.0), step)
            wave *= height * edges(places, count, rate)
            yield np.repeat(wave[:, None], channels, axis=1).astype(np.float32)
            number += 1

    return from_chunks(
        chunks, size=GRID, rate=rate, layout=layout, sample_count=count, name=f"{frequency:g} Hz"
    )


def noise(
    colour: NoiseColour,
    seconds: float,
    random: np.random.Generator,
    *,
    level: float = -30.0,
    width: float = 1.0,
    rate: int = 48000,
    layout: str = "stereo",
) -> Sound:
    """Noise of a colour: white (flat), pink (-3 dB an octave) or brown (-6 dB an octave).

    level: RMS in dBFS; white noise peaks about 13 dB above. width: 0 makes the channels alike,
    1 makes them independent. Longer noise of the same seed begins as shorter noise.
    """
    frequencies = bin_frequencies(_NOISE_GRAIN, rate)
    gains = np.maximum(frequencies, _LOWEST) ** _SLOPES[colour]
    gains *= amplitude(level) / np.sqrt(np.mean(gains**2))
    layer = SpectralNoise(
        Stream.drawn(random),
        lambda _: gains,
        rate=rate,
        size=_NOISE_GRAIN,
        channels=len(CHANNELS[layout]),
        width=width,
    )
    count = _samples(seconds, rate)
    return edged(
        layer.chunks, _NOISE_GRAIN // 2, rate=rate, layout=layout, count=count, name=colour
    )


def edged(
    chunks: Chunks,
    size: int,
    *,
    rate: int,
    layout: str,
    count: int,
    name: str,
) -> Sound:
    """An endless stream of chunks as a sound of `count` samples, with ends that do not click."""

    def softened(first: int) -> Iterator[Samples]:
        for number, chunk in enumerate(chunks(first), first):
            gains = edges(np.arange(number * size, (number + 1) * size), count, rate)
            yield (chunk * gains[:, None]).astype(np.float32)

    return from_chunks(softened, size=size, rate=rate, layout=layout, sample_count=count, name=name)


def edges(places: NDArray[np.int64], count: int, rate: int) -> NDArray[np.float64]:
    """Gains at the samples `places` of a sound of `count` samples: 5 ms from and to silence."""
    length = max(1, round(_EDGE * rate))
    distance = np.minimum(places, count - 1 - places) / length
    u = np.clip(distance, 0.0, 1.0)
    return np.asarray(u * u * (3.0 - 2.0 * u))


def _samples(seconds: float, rate: int) -> int:
    if not seconds >= 0:
        raise UsageError(f"a sound cannot be {seconds:g} seconds long")
    return round(seconds * rate)


def _wave(waveform: Waveform, phase: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """One period over `phase` 0..1; jumps and corners are rounded over one sample each side."""
    match waveform:
        case "sine":
            return np.asarray(np.sin(2.0 * np.pi * phase))
        case "sawtooth":
            half = np.remainder(phase + 0.5, 1.0)
            return np.asarray(2.0 * half - 1.0 - _jump(half, step))
        case "square":
            other = np.remainder(phase + 0.5, 1.0)
            return np.asarray(
                np.where(phase < 0.5, 1.0, -1.0) + _jump(phase, step) - _jump(other, step)
            )
        case "triangle":
            quarter = np.remainder(phase + 0.25, 1.0)
            other = np.remainder(phase + 0.75, 1.0)
            wave = 1.0 - 4.0 * np.abs(quarter - 0.5)
            return np.asarray(wave + 4.0 * step * (_corner(quarter, step) - _corner(other, step)))


def _jump(phase: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """Polynomial band-limited step (Välimäki): what is added around a jump from -1 to 1 at 0."""
    after = phase / step
    before = (phase - 1.0) / step
    return np.where(
        after < 1.0,
        -((1.0 - after) ** 2),
        np.where(before > -1.0, (1.0 + before) ** 2, 0.0),
    )


def _corner(phase: NDArray[np.float64], step: float) -> NDArray[np.float64]:
    """The integral of `_jump`: what is added around a corner at 0, in units of the step."""
    after = phase / step
    before = (phase - 1.0) / step
    return np.where(
        after < 1.0,
        (1.0 - after) ** 3 / 3.0,
        np.where(before > -1.0, (1.0 + before) ** 3 / 3.0, 0.0),
    )
