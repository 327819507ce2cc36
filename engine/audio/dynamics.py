"""Compressor, gate and de-esser: gains that follow the level of a sound.

Levels are looked at in hops of 32 samples, and gains run straight from hop to hop, the same in
all channels. After D. Giannoulis, M. Massberg, J. D. Reiss, "Digital Dynamic Range Compressor
Design: A Tutorial and Analysis", J. Audio Eng. Soc. 60 (2012): gain computer with a soft knee
(equation 4), decoupled peak detector on the reduction in dB (equation 17).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, firwin

from engine.audio.lazy import GRID
from engine.audio.scale import amplitude
from engine.audio.segments import Step, through_segments
from engine.errors import UsageError
from engine.media.sound import Samples, Sound

HOP = 32
"""Samples between points of a gain curve."""

_SILENCE = 1e-6  # amplitude below which a level is -120 dBFS
_FORGOTTEN = 13.0  # time constants until 60 dB of reduction are 0.0002 dB
_REACH = 0.002  # seconds that the de-esser's filter reaches to both sides
_RAMP = (np.arange(1, HOP + 1, dtype=np.float32) / HOP)[None, :]

Curve: TypeAlias = Callable[[NDArray[np.float64]], list[float]]
"""Takes the levels of hops in dBFS; gives what must be taken away, in dB of 0 or more."""


def compress(
    sound: Sound,
    *,
    threshold: float = -18.0,
    ratio: float = 3.0,
    knee: float = 6.0,
    attack: float = 0.01,
    release: float = 0.15,
    look_ahead: float = 0.0,
    makeup: float = 0.0,
    key: Sound | None = None,
) -> Sound:
    """`sound` with what is louder than `threshold` dBFS (peak) brought nearer to it.

    ratio: dB above the threshold that become 1 dB. knee: dB over which that sets in. The gain
    falls within about `attack` seconds, `look_ahead` seconds early, and recovers within about
    `release`. makeup: dB added to all. key: a sound whose level counts instead.
    """
    if ratio < 1 or knee < 0:
        raise UsageError("a compressor needs a ratio of 1 or more and a knee of 0 or more")
    slope = 1.0 - 1.0 / ratio

    def curve(levels: NDArray[np.float64]) -> list[float]:
        over = levels - threshold
        bent = np.clip(over + knee / 2, 0.0, knee) ** 2 / (2.0 * knee) if knee else 0.0
        made: list[float] = (slope * np.where(over > knee / 2, over, bent)).clip(min=0).tolist()
        return made

    followed = _timed(sound.rate, attack, release, look_ahead)
    added = amplitude(makeup)

    def begin() -> Step:
        follow, last = followed(), added

        def step(windows: Sequence[Samples]) -> Samples:
            nonlocal last
            reductions = follow(curve(hop_levels(windows[-1][-GRID:])))
            points = added * 10.0 ** (np.array([0.0, *reductions]) / -20.0)
            points[0], last = last, points[-1]
            return _times(windows[0][:GRID], points)

        return step

    return through_segments(
        [sound] if key is None else [sound, key.part(0, sound.sample_count)],
        begin,
        memory=_memory(sound.rate, attack, release),
        after=_whole(look_ahead, sound.rate),
    )


def gate(
    sound: Sound,
    *,
    threshold: float = -45.0,
    hysteresis: float = 6.0,
    depth: float = 40.0,
    attack: float = 0.002,
    hold: float = 0.1,
    release: float = 0.2,
    look_ahead: float = 0.005,
    key: Sound | None = None,
) -> Sound:
    """`sound` lowered by `depth` dB wherever nothing louder than `threshold` dBFS is heard.

    The gate opens at the threshold, `look_ahead` seconds early, stays open until the level has
    been `hysteresis` dB below it for `hold` seconds, and closes within about `release` seconds.
    key: a sound whose level counts instead.
    """
    if min(hysteresis, depth, attack, hold, release, look_ahead) < 0:
        raise UsageError("a gate's depth and times cannot be below 0")
    rate = sound.rate
    held = round(hold * rate / HOP)
    opening, closing = _constant(attack, rate), _constant(release, rate)

    def begin() -> Step:
        reduction, left, last = depth, 0, amplitude(-depth)

        def step(windows: Sequence[Samples]) -> Samples:
            nonlocal reduction, left, last
            found = []
            for level in hop_levels(windows[-1][-GRID:]).tolist():
                if level >= threshold or (left and level >= threshold - hysteresis):
                    left = held + 1
                elif left:
                    left -= 1
                aim, constant = (0.0, opening) if left else (depth, closing)
                reduction = aim + constant * (reduction - aim)
                found.append(reduction)
            points = 10.0 ** (np.array([0.0, *found]) / -20.0)
            points[0], last = last, points[-1]
            return _times(windows[0][:GRID], points)

        return step

    return through_segments(
        [sound] if key is None else [sound, key.part(0, sound.sample_count)],
        begin,
        memory=_memory(rate, attack, release) + held * HOP,
        after=_whole(look_ahead, rate),
    )


def de_ess(
    sound: Sound,
    *,
    frequency: float = 6000.0,
    threshold: float = -30.0,
    depth: float = 9.0,
    attack: float = 0.002,
    release: float = 0.06,
) -> Sound:
    """`sound` with its hissing above `frequency` Hz lowered by up to `depth` dB where it is loud.

    threshold: dBFS (peak) of what lies above the frequency. Where the hissing stays below it,
    the samples stay as they are.
    """
    if depth < 0:
        raise UsageError("a de-esser's depth cannot be below 0 dB")
    if not 0 < frequency < sound.rate / 2:
        raise UsageError(
            f"there is nothing above {frequency:g} Hz in a sound at {sound.rate} Hz",
            mend=f"Use a frequency below {sound.rate / 2:g} Hz",
        )
    high = _high_pass(frequency, sound.rate)
    half = len(high) // 2
    followed = _timed(sound.rate, attack, release, 0.0)

    def begin() -> Step:
        past = np.zeros((half, sound.channels), np.float32)
        follow, last = followed(), 1.0

        def step(windows: Sequence[Samples]) -> Samples:
            nonlocal past, last
            chunk = windows[0][:GRID]
            hiss = fftconvolve(np.concatenate([past, windows[0]]), high, mode="valid", axes=0)
            past = chunk[-half:]
            over = np.clip(hop_levels(hiss) - threshold, 0.0, depth).tolist()
            points = 10.0 ** (np.array([0.0, *follow(over)]) / -20.0)
            points[0], last = last, points[-1]
            # Only the difference is added: a gain of 1 leaves the sound untouched.
            if (points == 1.0).all():
                return chunk
            return chunk + _times(hiss.astype(np.float32), points - 1.0)

        return step

    return through_segments([sound], begin, memory=_memory(sound.rate, attack, release), after=half)


def _high_pass(frequency: float, rate: int) -> NDArray[np.float32]:
    """A symmetric filter, so that what it passes is in phase with the sound; shape (taps, 1)."""
    half = round(_REACH * rate)
    taps = firwin(2 * half + 1, frequency, fs=rate, pass_zero=False, window=("kaiser", 6.0))
    return np.asarray(taps[:, None], np.float32)


def hop_levels(samples: NDArray[np.floating]) -> NDArray[np.float64]:
    """The peak of every hop over all channels, in dBFS."""
    hops = np.abs(samples).reshape(len(samples) // HOP, -1).max(axis=1)
    return np.asarray(20.0 * np.log10(np.maximum(hops, _SILENCE)), np.float64)


def _timed(
    rate: int, attack: float, release: float, look_ahead: float
) -> Callable[[], Callable[[Sequence[float]], list[float]]]:
    """Makes followers of a reduction: held up and let go slowly, then reached softly."""
    if min(attack, release, look_ahead) < 0:
        raise UsageError("times cannot be below 0 seconds")
    falling, rising = _constant(release, rate), _constant(attack, rate)

    def begin() -> Callable[[Sequence[float]], list[float]]:
        held = reached = 0.0

        def follow(wanted: Sequence[float]) -> list[float]:
            nonlocal held, reached
            found = []
            for reduction in wanted:
                fallen = falling * held
                held = max(reduction, fallen)
                reached = held + rising * (reached - held)
                found.append(reached)
            return [value if value > 1e-9 else 0.0 for value in found]

        return follow

    return begin


def _constant(seconds: float, rate: int) -> float:
    """What is left after a hop of something that decays with a time constant."""
    return math.exp(-HOP / (seconds * rate)) if seconds > 0 else 0.0


def _memory(rate: int, attack: float, release: float) -> int:
    return round(_FORGOTTEN * (attack + release) * rate) + GRID


def _whole(seconds: float, rate: int) -> int:
    return HOP * round(seconds * rate / HOP)


def _times(chunk: Samples, points: NDArray[np.float64]) -> Samples:
    """The chunk times gains that run straight from point to point, a hop apart."""
    if (points == points[0]).all():
        return chunk if points[0] == 1.0 else chunk * np.float32(points[0])
    ends = points.astype(np.float32)[:, None]
    gains = ends[:-1] + (ends[1:] - ends[:-1]) * _RAMP
    return np.asarray(chunk * gains.reshape(-1, 1), np.float32)
