"""Ambience for film scenes: sea, wind, night, meadow, desert, snow and a studio's room tone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias, get_args

import numpy as np

from engine.audio import weather
from engine.audio.calls import CallLayer
from engine.audio.creatures import birds, crickets
from engine.audio.generators import edged
from engine.audio.lazy import Chunks
from engine.audio.scale import amplitude
from engine.audio.spectral_noise import SpectralNoise, Spectrum, bin_frequencies
from engine.audio.streams import Stream
from engine.errors import UsageError
from engine.media.sound import Samples, Sound

Scene: TypeAlias = Literal["sea", "wind", "night", "meadow", "desert", "snow", "room"]
SCENES: tuple[Scene, ...] = get_args(Scene)

_Air: TypeAlias = Callable[[Stream, np.ndarray], Spectrum]

_AIR: dict[Scene, tuple[_Air, float]] = {  # what sounds all the time, and how wide it is
    "sea": (weather.sea, 0.7),
    "wind": (weather.wind, 0.8),
    "night": (weather.night_air, 0.7),
    "meadow": (weather.breeze, 0.8),
    "desert": (weather.desert, 0.8),
    "snow": (weather.snow, 0.6),
    "room": (weather.room, 0.35),
}
_LUFS: dict[Scene, float] = {  # integrated loudness of a minute as synthesised, measured
    "sea": -2.1,
    "wind": -2.6,
    "night": 1.9,
    "meadow": 0.7,
    "desert": -2.9,
    "snow": 0.3,
    "room": 0.8,
}
_CREATURES_LEVEL = {"night": 21.0, "meadow": 11.0}  # dB beside the air


def ambience(
    scene: Scene,
    seconds: float,
    random: np.random.Generator,
    *,
    loudness: float = -30.0,
    rate: int = 48000,
) -> Sound:
    """The sound of a place in stereo: it changes all the time and never repeats.

    loudness: LUFS of a long stretch; a short one may lie 3 LU off. A longer ambience of the same
    seed begins as a shorter one.
    """
    if scene not in _AIR:
        raise UsageError(f"there is no ambience {scene!r}", mend=f"Use one of {', '.join(SCENES)}")
    stream = Stream.drawn(random)
    size = 2 ** round(math.log2(rate / 24.0))  # grains of about 43 ms
    layers = _layers(scene, stream, rate, size)
    gain = amplitude(loudness - _LUFS[scene])

    def chunks(first: int) -> Iterator[Samples]:
        for parts in zip(*(layer(first) for layer in layers), strict=False):
            yield np.asarray(gain * sum(parts), np.float32)

    count = round(seconds * rate)
    return edged(chunks, size // 2, rate=rate, layout="stereo", count=count, name=scene)


def _layers(scene: Scene, stream: Stream, rate: int, size: int) -> list[Chunks]:
    air, width = _AIR[scene]
    spectrum = air(stream.child("air"), bin_frequencies(size, rate))
    noise = SpectralNoise(stream.child("noise"), spectrum, rate=rate, size=size, width=width)
    if scene == "night":
        callers = crickets(stream.child("crickets"), rate)
    elif scene == "meadow":
        callers = birds(stream.child("birds"), rate)
    else:
        return [noise.chunks]
    calls = CallLayer(callers, rate=rate, size=size // 2)
    level = amplitude(_CREATURES_LEVEL[scene])
    return [noise.chunks, lambda first: (level * chunk for chunk in calls.chunks(first))]
