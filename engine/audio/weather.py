"""Spectra of sea, wind, snow, night air and rooms, as they change over time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.audio.scale import amplitude
from engine.audio.spectral_noise import Spectrum
from engine.audio.streams import Stream, Wander

Amplitudes = NDArray[np.float64]


def band(frequencies: Amplitudes, low: float, high: float, *, slope: float = 0.0) -> Amplitudes:
    """A band from `low` to `high` Hz with skirts of 12 dB an octave, RMS 1 as noise.

    slope: dB an octave inside the band.
    """
    f = np.maximum(frequencies, 1.0)
    shape = 1.0 / np.sqrt((1.0 + (low / f) ** 4) * (1.0 + (f / high) ** 4))
    return _unit(shape * (f / 1000.0) ** (slope / 6.0206))


def bump(frequencies: Amplitudes, centre: float, octaves: float) -> Amplitudes:
    """A bell around `centre` Hz, `octaves` wide from middle to shoulder, RMS 1 as noise."""
    away = np.log2(np.maximum(frequencies, 1.0) / centre) / octaves
    return _unit(np.exp(-0.5 * away * away))


def _unit(shape: Amplitudes) -> Amplitudes:
    return np.asarray(shape / np.sqrt(np.mean(shape * shape)))


def _together(*parts: Amplitudes) -> Amplitudes:
    """Independent noises at once: their powers add."""
    return np.asarray(
        np.sqrt(np.sum([part * part for part in np.broadcast_arrays(*parts)], axis=0))
    )


def sea(stream: Stream, frequencies: Amplitudes) -> Spectrum:
    """Waves that swell, break and run out in foam, over the surf far away."""
    surf = amplitude(-7.0) * band(frequencies, 40.0, 420.0, slope=-2.0)
    breath = Wander(stream.child("surf"), period=5.0, lo=0.7, hi=1.2)
    swell = band(frequencies, 60.0, 500.0, slope=-1.5)
    crash = band(frequencies, 180.0, 3200.0, slope=-2.5)
    foam = band(frequencies, 1800.0, 9000.0, slope=-1.0)
    waves = stream.child("waves")
    period, lifetime = 7.0, 14.0

    def spectrum(seconds: float) -> Amplitudes:
        parts = [np.broadcast_to(breath(seconds) * surf, (2, len(frequencies)))]
        latest = int(seconds / period)
        for number in range(latest - int(lifetime / period) - 1, latest + 1):
            random = waves.at(number + 8)  # the first waves began before the sound did
            breaks = (number + random.uniform(0.0, 0.45)) * period + 3.0
            strength = random.uniform(0.45, 1.0)
            rise, run = random.uniform(1.6, 2.6), random.uniform(2.0, 3.2)
            pan = random.uniform(-0.7, 0.7)
            t = seconds - breaks
            if t < -3.0 * rise or t > lifetime - 3.0:
                continue
            body = strength * (np.exp(t / rise * 1.6) if t < 0 else np.exp(-t / 1.7))
            surge = 0.95 * strength**1.5 * _swell(t + 0.4, 0.7, 1.3)
            hiss = 0.42 * strength * _swell(t - 0.1, 1.2, run)
            side = np.clip(pan + 0.12 * t, -0.9, 0.9)  # the crest runs along the shore
            gains = np.sqrt(np.array([[1.0 - 0.75 * side], [1.0 + 0.75 * side]]))
            parts.append(gains * _together(0.8 * body * swell, surge * crash, hiss * foam))
        return _together(*parts)

    return spectrum


def _swell(t: float, attack: float, decay: float) -> float:
    """0 before t = 0, a soft rise for `attack` seconds, then an exponential fall."""
    if t <= 0:
        return 0.0
    if t < attack:
        u = t / attack
        return u * u * (3.0 - 2.0 * u)
    return float(np.exp(-(t - attack) / decay))


def wind(
    stream: Stream,
    frequencies: Amplitudes,
    *,
    low: float = 230.0,
    high: float = 620.0,
    rustle: tuple[float, float, float] = (-15.0, 1800.0, 7000.0),
    whistle: float = -22.0,
    gusts: float = 4.5,
    calm: float = 0.22,
) -> Spectrum:
    """Gusts whose pitch follows their strength, apart in both ears, and what they move.

    low, high: Hz of the moan in calm and gust. rustle: level in dB and band in Hz of leaves or
    sand. whistle: level of a thin tone in dB. gusts: seconds between them. calm: strength of the
    wind between gusts, 0 to 1.
    """
    strength = Wander(stream.child("gusts"), period=gusts, lo=calm, hi=1.15)
    season = Wander(stream.child("season"), period=4.0 * gusts, lo=0.75, hi=1.1)
    sides = [Wander(stream.child(f"side {n}"), period=gusts * 0.7, lo=0.8, hi=1.2) for n in (0, 1)]
    pitches = [Wander(stream.child(f"pitch {n}"), period=gusts, lo=-0.25, hi=0.25) for n in (0, 1)]
    rumble = amplitude(-9.0) * band(frequencies, 30.0, 130.0, slope=-1.0)
    moved = amplitude(rustle[0]) * band(frequencies, rustle[1], rustle[2], slope=-1.0)
    thin = amplitude(whistle)

    def spectrum(seconds: float) -> Amplitudes:
        gust = min(1.0, strength(seconds) * season(seconds))
        rows = []
        for side, pitch in zip(sides, pitches, strict=True):
            force = gust * side(seconds)
            centre = low * (high / low) ** (force + pitch(seconds))
            rows.append(
                _together(
                    force**1.5 * bump(frequencies, centre, 0.62),
                    0.5 * force * rumble,
                    force**2.5 * moved,
                    thin * force**3 * bump(frequencies, 2.4 * centre, 0.045),
                )
            )
        return np.stack(rows)

    return spectrum


def desert(stream: Stream, frequencies: Amplitudes) -> Spectrum:
    """A dry, lonely wind with long gusts, sand that hisses and a thin whistle."""
    return wind(
        stream, frequencies, low=300.0, high=820.0, rustle=(-11.0, 3500.0, 11000.0),
        whistle=-13.0, gusts=6.5, calm=0.18,
    )  # fmt: skip


def breeze(stream: Stream, frequencies: Amplitudes) -> Spectrum:
    """Light air over grass and leaves."""
    return wind(
        stream, frequencies, low=180.0, high=420.0, rustle=(-6.0, 1500.0, 8000.0),
        whistle=-60.0, gusts=3.5, calm=0.4,
    )  # fmt: skip


def snow(stream: Stream, frequencies: Amplitudes) -> Spectrum:
    """The hush of a snowfield: soft low air, a whisper of flakes, now and then a breath."""
    air = band(frequencies, 60.0, 300.0, slope=-2.0)
    flakes = amplitude(-17.0) * band(frequencies, 2500.0, 8000.0, slope=-2.0)
    level = Wander(stream.child("air"), period=7.0, lo=0.6, hi=1.0)
    falling = [Wander(stream.child(f"fall {n}"), period=2.5, lo=0.3, hi=1.2) for n in (0, 1)]
    breath = Wander(stream.child("breath"), period=9.0, lo=-0.5, hi=1.0)
    pitch = Wander(stream.child("pitch"), period=6.0, lo=260.0, hi=420.0)

    def spectrum(seconds: float) -> Amplitudes:
        puff = max(0.0, breath(seconds)) ** 2
        whisper = puff * bump(frequencies, pitch(seconds), 0.5)
        common = _together(level(seconds) * air, whisper)
        return np.stack([_together(common, side(seconds) * flakes) for side in falling])

    return spectrum


def night_air(stream: Stream, frequencies: Amplitudes) -> Spectrum:
    """Still, dark air and a chorus of insects too far to tell apart."""
    air = amplitude(-3.0) * band(frequencies, 60.0, 450.0, slope=-3.0)
    near = amplitude(-15.0) * bump(frequencies, 4600.0, 0.26)
    high = amplitude(-20.0) * bump(frequencies, 7300.0, 0.22)
    leaves = amplitude(-24.0) * band(frequencies, 800.0, 12000.0, slope=-2.0)
    level = Wander(stream.child("air"), period=6.0, lo=0.7, hi=1.0)
    chorus = [Wander(stream.child(f"chorus {n}"), period=3.0, lo=0.4, hi=1.1) for n in (0, 1)]

    def spectrum(seconds: float) -> Amplitudes:
        common = level(seconds) * _together(air, leaves)
        return np.stack(
            [_together(common, side(seconds) * near, side(seconds) * high) for side in chorus]
        )

    return spectrum


def room(stream: Stream, frequencies: Amplitudes) -> Spectrum:
    """A quiet studio: air handling far away, barely moving."""
    air = band(frequencies, 40.0, 260.0, slope=-3.0)
    vent = amplitude(-11.0) * band(frequencies, 300.0, 1600.0, slope=-4.0)
    level = Wander(stream.child("level"), period=8.0, lo=0.9, hi=1.0)

    def spectrum(seconds: float) -> Amplitudes:
        return np.broadcast_to(level(seconds) * _together(air, vent), (2, len(frequencies)))

    return spectrum
