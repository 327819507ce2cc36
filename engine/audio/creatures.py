"""Crickets and birds, synthesised call by call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from engine.audio.calls import Caller
from engine.audio.streams import Stream, Wander
from engine.media.sound import Samples

Wave: TypeAlias = NDArray[np.float64]
Phrase: TypeAlias = Callable[[np.random.Generator, int], Wave]
"""Makes one call of a bird, at a sample rate."""

_SILENT = np.zeros((0, 2), np.float32)
_OPEN_AIR = 0.45  # seconds until the last echo


def placed(wave: Wave, pan: float, level: float) -> Samples:
    """A mono wave at `pan` (-1 left, 1 right) with equal power, times `level`."""
    angle = (pan + 1.0) * np.pi / 4.0
    return np.asarray(
        wave[:, None] * (level * np.array([np.cos(angle), np.sin(angle)])), np.float32
    )


def crickets(stream: Stream, rate: int, count: int = 5) -> list[Caller]:
    """Field crickets near and far, each with its own pitch, pace and pauses."""
    return [_cricket(stream.child(f"cricket {number}"), rate, number) for number in range(count)]


def _cricket(stream: Stream, rate: int, number: int) -> Caller:
    traits = stream.child("traits").at(0)
    pitch = traits.uniform(4000.0, 5100.0)
    syllables = int(traits.integers(3, 5))
    pace = traits.uniform(0.021, 0.027)
    period = traits.uniform(0.42, 0.78)
    pan = (-1.0) ** number * traits.uniform(0.15, 0.85)
    level = 0.9**number * traits.uniform(0.25, 0.6)
    mood = Wander(stream.child("mood"), period=9.0, lo=-0.6, hi=1.4)

    def call(k: int, random: np.random.Generator) -> Samples:
        loudness = min(1.0, mood(k * period))
        if loudness <= 0.0:
            return _SILENT
        notes = [
            (pitch * random.uniform(0.995, 1.005), 0.75 + 0.25 * n / syllables)
            for n in range(syllables)
        ]
        wave = np.zeros(round((syllables * pace + 0.05) * rate))
        for n, (frequency, strength) in enumerate(notes):
            syllable = strength * _syllable(frequency, pace * 0.8, rate)
            begin = round(n * pace * rate)
            wave[begin : begin + len(syllable)] += syllable
        return placed(wave, pan, level * loudness)

    return Caller(stream.child("calls"), period, 0.06, syllables * pace + 0.05, call)


def _syllable(frequency: float, seconds: float, rate: int) -> Wave:
    """One stroke of the wings: a tone that falls a little, softly begun and ended."""
    u = np.arange(round(seconds * rate)) / (seconds * rate)
    phase = frequency * seconds * (u - 0.012 * u * u)
    shape = np.sin(np.pi * u**0.7) ** 1.5
    return shape * (np.sin(2 * np.pi * phase) + 0.06 * np.sin(4 * np.pi * phase))


def birds(stream: Stream, rate: int) -> list[Caller]:
    """Six small birds of four kinds, near and far, in open air."""
    kinds: Sequence[tuple[str, Phrase, float, float]] = (
        ("whistler", _whistles, 7.0, 0.50),
        ("chirper", _chirps, 5.3, 0.34),
        ("triller", _trill, 9.7, 0.26),
        ("warbler", _warble, 8.3, 0.36),
        ("far chirper", _chirps, 6.1, 0.12),
        ("far whistler", _whistles, 11.3, 0.14),
    )
    return [
        _bird(stream.child(name), rate, phrase, period, level)
        for name, phrase, period, level in kinds
    ]


def _bird(stream: Stream, rate: int, phrase: Phrase, period: float, level: float) -> Caller:
    pan = float(stream.child("place").at(0).uniform(-0.85, 0.85))
    far = level < 0.2
    air = _echoes(stream.child("air").at(0), rate, dry=0.5 if far else 1.0)

    def call(_: int, random: np.random.Generator) -> Samples:
        if random.random() < 0.15:
            return _SILENT
        dry = placed(phrase(random, rate), pan, level * random.uniform(0.75, 1.0))
        return np.asarray(fftconvolve(dry, air, axes=0), np.float32)

    return Caller(stream.child("calls"), period, 0.6, 3.0 + _OPEN_AIR, call)


def _echoes(random: np.random.Generator, rate: int, *, dry: float) -> NDArray[np.float32]:
    """What trees and ground send back: few echoes, soon gone, different in both channels."""
    response = np.zeros((round(_OPEN_AIR * rate), 2))
    response[0] = dry
    for channel in range(2):
        times = random.uniform(0.012, _OPEN_AIR, 60)
        gains = random.uniform(-1.0, 1.0, 60) * 0.16 * np.exp(-times / 0.11)
        np.add.at(response[:, channel], (times * rate).astype(int) % len(response), gains)
    return response.astype(np.float32)


def _note(
    start: float, middle: float, end: float, seconds: float, rate: int, *, overtone: float = 0.05
) -> Wave:
    """A whistled note that glides through three pitches in Hz."""
    u = np.arange(round(seconds * rate)) / (seconds * rate)
    pitch = (1 - u) ** 2 * start + 2 * u * (1 - u) * middle + u * u * end
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    shape = np.sin(np.pi * u**0.8) ** 1.2
    return shape * (np.sin(phase) + overtone * np.sin(2 * phase))


def _phrase(notes: Sequence[tuple[float, Wave]], rate: int) -> Wave:
    """Notes laid at their times in seconds."""
    length = max(round(at * rate) + len(note) for at, note in notes)
    wave = np.zeros(length)
    for at, note in notes:
        begin = round(at * rate)
        wave[begin : begin + len(note)] += note
    return wave


def _whistles(random: np.random.Generator, rate: int) -> Wave:
    at, notes = 0.0, []
    pitch = random.uniform(2300.0, 3000.0)
    for _ in range(int(random.integers(2, 5))):
        seconds = random.uniform(0.16, 0.32)
        bend = random.uniform(0.9, 1.15)
        notes.append((at, _note(pitch, pitch * bend, pitch * 0.97, seconds, rate)))
        pitch *= random.choice([0.84, 0.89, 1.0, 1.12])
        at += seconds + random.uniform(0.05, 0.14)
    return _phrase(notes, rate)


def _chirps(random: np.random.Generator, rate: int) -> Wave:
    top = random.uniform(4600.0, 5400.0)
    pace = random.uniform(0.10, 0.15)
    return _phrase(
        [
            (n * pace, _note(top * random.uniform(0.96, 1.04), top * 0.8, top * 0.66, 0.055, rate))
            for n in range(int(random.integers(3, 9)))
        ],
        rate,
    )


def _trill(random: np.random.Generator, rate: int) -> Wave:
    pitch = random.uniform(3700.0, 4500.0)
    count = int(random.integers(12, 26))
    pace = random.uniform(0.045, 0.055)
    notes = [
        (n * pace, min(1.0, 0.3 + n / 8) * _note(pitch, pitch * 1.08, pitch * 0.94, 0.04, rate))
        for n in range(count)
    ]
    return _phrase(notes, rate)


def _warble(random: np.random.Generator, rate: int) -> Wave:
    at, notes = 0.0, []
    for _ in range(int(random.integers(7, 14))):
        low, high = random.uniform(2400.0, 3400.0), random.uniform(3400.0, 5200.0)
        pitches = (low, high, low * 1.1) if random.random() < 0.5 else (high, low, high * 0.9)
        seconds = random.uniform(0.06, 0.15)
        notes.append((at, random.uniform(0.6, 1.0) * _note(*pitches, seconds, rate)))
        at += seconds * random.uniform(0.9, 1.5)
    return _phrase(notes, rate)
