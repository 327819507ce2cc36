"""Brings a sound to a loudness without passing a true-peak ceiling."""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.audio.limiter import limit
from engine.audio.loudness import Loudness, measure
from engine.audio.process import gain
from engine.errors import UsageError
from engine.media.sound import Sound

_NEAR = 0.03  # LU from the target that is good enough
_TRIES = 12
_MOST_GAIN = 60.0  # dB; beyond, a sound is noise and not worth raising


def normalise(sound: Sound, lufs: float = -16.0, peak: float = -1.0) -> Sound:
    """`sound` at an integrated loudness of `lufs`, with no true peak above `peak` dBTP."""
    return normalised(sound, lufs=lufs, peak=peak)[0]


def normalised(sound: Sound, *, lufs: float = -16.0, peak: float = -1.0) -> tuple[Sound, Loudness]:
    """`normalise`, with the measurement of the result.

    Peaks that would pass the ceiling are limited. The result may stay softer than asked where
    that would take a gain above 60 dB or nothing but peaks is left to raise; silence stays
    silence. `sound` is read once, and once more for each try when it has to be limited.
    """
    if not (lufs < 0 and peak <= 0):
        raise UsageError(
            f"no sound can have {lufs:g} LUFS below peaks of {peak:g} dBTP",
            mend="Use a loudness such as -16 LUFS and a peak such as -1 dBTP",
        )
    made, _, found = levelled(sound, lufs, peak, lambda _, loudness: loudness.integrated)
    return made, found


def levelled(
    sound: Sound, lufs: float, peak: float, level: Callable[[Sound, Loudness], float]
) -> tuple[Sound, float, Loudness]:
    """`sound` with a `level` of `lufs` and no true peak above `peak`; its level, its loudness.

    level: measures a sound, whose loudness is given as well; a gain must move it by as much.
    """
    found = measure(sound)
    reached = level(sound, found)
    if not math.isfinite(reached):
        return sound, reached, found
    raised = min(lufs - reached, _MOST_GAIN)
    if found.true_peak + raised <= peak:
        return gain(sound, raised), reached + raised, _shifted(found, raised)
    best: tuple[Sound, float, Loudness] | None = None
    for _ in range(_TRIES):
        candidate = limit(gain(sound, raised), peak=peak)
        result = measure(candidate)
        reached = level(candidate, result)
        missing = lufs - reached
        stuck = best is not None and abs(missing) > abs(lufs - best[1]) - _NEAR / 4
        if best is None or abs(missing) < abs(lufs - best[1]):
            best = (candidate, reached, result)
        if abs(missing) <= _NEAR or stuck or raised >= _MOST_GAIN:
            break
        raised = min(raised + missing, _MOST_GAIN)
    assert best is not None
    return best


def _shifted(found: Loudness, decibels: float) -> Loudness:
    return Loudness(
        integrated=found.integrated + decibels,
        range=found.range,
        max_momentary=found.max_momentary + decibels,
        max_short_term=found.max_short_term + decibels,
        true_peak=found.true_peak + decibels,
        sample_peak=found.sample_peak + decibels,
    )
