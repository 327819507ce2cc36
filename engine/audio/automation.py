"""Gain and place of a sound that change over time, along curves of (seconds, value) points."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.audio.lazy import GRID, through_windows
from engine.audio.process import mix
from engine.audio.process import pan as panned
from engine.errors import UsageError
from engine.media.sound import Samples, Sound

Points: TypeAlias = Sequence[tuple[float, float]]
"""(seconds, value) in order of time; straight between, level before the first and past the last."""

_HOP = 32  # samples between evaluated points; gains run straight between


def automate(sound: Sound, *, gain: Points = (), pan: Points = ()) -> Sound:
    """`sound` with a gain in dB and a place of -1 (left) to 1 (right) that follow curves.

    A place is set at equal power, as `pan` does, and makes stereo of a mono sound. A gain of -96
    or less is silence. Raises UsageError for points out of order and for a place of a sound that
    is neither mono nor stereo.
    """
    level, place = curve(gain, 0.0), curve(pan, 0.0)
    if pan and sound.layout not in ("mono", "stereo"):
        raise UsageError(
            f"a {sound.layout} sound cannot be panned", mend="Convert it to mono or stereo first"
        )
    if not gain and not pan:
        return sound
    full = math.sqrt(2.0) if sound.layout == "stereo" else 1.0

    def process(window: Samples, at: int) -> Samples:
        seconds = hops(at, sound.rate)
        if gain:
            decibels = level(seconds)
            factors = np.where(decibels > -96.0, 10.0 ** (decibels / 20.0), 0.0)
            window = window * between(factors[:, None])
        if pan:
            angle = (np.clip(place(seconds), -1.0, 1.0) + 1.0) * (np.pi / 4.0)
            window = window * between(full * np.stack([np.cos(angle), np.sin(angle)], axis=1))
        return np.asarray(window, np.float32)

    return through_windows(sound, process, layout="stereo" if pan else None)


def curve(points: Points, default: float) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """The values of a curve at times in seconds; `default` everywhere without points."""
    if not points:
        return lambda seconds: np.full(len(seconds), default)
    times, values = (np.array(column, np.float64) for column in zip(*points, strict=True))
    if not (np.isfinite(times).all() and np.isfinite(values).all()):
        raise UsageError("a point of an automation curve is no number")
    if any(later < earlier for earlier, later in pairwise(times.tolist())):
        raise UsageError(
            "the points of an automation curve are not in order of time", mend="Sort them by time"
        )
    return lambda seconds: np.asarray(np.interp(seconds, times, values), np.float64)


def bus(
    sounds: Sequence[Sound],
    *,
    gains: Sequence[float] = (),
    pans: Sequence[float] = (),
    curves: Sequence[Points] = (),
) -> Sound:
    """The sum of sounds of one rate, each by its gain in dB and, in a stereo bus, its place.

    curves: for each sound, a gain in dB over time besides. What is not given is 0. All are
    stereo or mono, or, without places, all of one layout.
    """
    if max(len(gains), len(pans), len(curves)) > len(sounds):
        raise UsageError(
            f"there are {len(sounds)} sounds and more gains, places or curves than that",
            mend="Take some away",
        )
    stereo = bool(pans) or {sound.layout for sound in sounds} == {"mono", "stereo"}
    parts = []
    for number, sound in enumerate(sounds):
        if stereo:
            sound = panned(sound, pans[number] if number < len(pans) else 0.0)
        parts.append(automate(sound, gain=curves[number]) if number < len(curves) else sound)
    return mix(parts, gains=[*gains, *[0.0] * (len(sounds) - len(gains))])


def hops(at: int, rate: int) -> NDArray[np.float64]:
    """The times in seconds, in a chunk that begins at sample `at`, that `between` takes."""
    return np.asarray((at + _HOP * np.arange(GRID // _HOP + 1)) / rate)


def between(points: NDArray[np.float64]) -> NDArray[np.float32]:
    """(hops + 1, channels) points as (samples, channels), straight from point to point."""
    ends = points.astype(np.float32)[:, None, :]
    ramp = (np.arange(_HOP, dtype=np.float32) / _HOP)[None, :, None]
    return np.asarray((ends[:-1] + (ends[1:] - ends[:-1]) * ramp).reshape(-1, points.shape[1]))
