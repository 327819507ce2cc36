"""What a face does besides speaking: it blinks, looks about, moves its brows and its head."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from engine.faces.arkit import PLACE, sides
from engine.faces.curves import Curves

Signal = NDArray[np.float64]

_BLINK = 0.3  # seconds; the lids close in the first third
_PAUSE = (1.8, 5.5)  # seconds between blinks
_GLANCE = (1.2, 3.5)  # seconds that the eyes rest on a point


def idle(
    count: int,
    rate: Fraction,
    speaking: Signal,
    generator: np.random.Generator,
    *,
    liveliness: float = 1.0,
) -> tuple[Curves, Curves]:
    """Shapes (count, 52) and head (count, 3) of a face that is awake; nothing at liveliness 0.

    speaking: (count,) from 0 to 1, how loud the voice is: brows and head go with its stress.
    """
    times = np.arange(count) / float(rate)
    seeds = generator.integers(2**63, size=3)
    lids, gaze_x, gaze_y = (np.random.default_rng(int(seed)) for seed in seeds)
    shapes = np.zeros((count, len(PLACE)), np.float32)
    stress = _stress(speaking, float(rate))

    def put(name: str, curve: Signal) -> None:
        for side in sides(name):
            shapes[:, PLACE[side]] = np.clip(curve * liveliness, 0.0, 1.0)

    put("eyeBlink", _blinks(times, lids))
    across, up = _glances(times, gaze_x), 0.6 * _glances(times, gaze_y)
    for side, sign in (("Left", 1.0), ("Right", -1.0)):  # the face's left is the picture's right
        put(f"eyeLookOut{side}", np.maximum(0.0, sign * across))
        put(f"eyeLookIn{side}", np.maximum(0.0, -sign * across))
        put(f"eyeLookUp{side}", np.maximum(0.0, up))
        put(f"eyeLookDown{side}", np.maximum(0.0, -up))
    drift = _wander(times, generator, 0.25)
    put("browInnerUp", np.maximum(0.0, 0.45 * stress + 0.12 * drift))
    put("browOuterUp", np.maximum(0.0, 0.35 * stress + 0.08 * drift))
    put("cheekSquint", 0.1 * np.maximum(0.0, _wander(times, generator, 0.15)))
    head = np.stack(
        [
            0.1 * _wander(times, generator, 0.22) + 0.05 * across,
            0.045 * _wander(times, generator, 0.3) - 0.05 * stress,
            0.035 * _wander(times, generator, 0.18),
        ],
        axis=1,
    )
    return shapes, np.asarray(head * liveliness, np.float32)


def _blinks(times: Signal, random: np.random.Generator) -> Signal:
    """Lids that close fast and open slowly, now and then."""
    closed = np.zeros_like(times)
    at = float(random.uniform(0.4, 2.5))
    while len(times) and at < times[-1]:
        part = (times - at) / _BLINK
        shut = np.where(part < 0.35, part / 0.35, (1 - part) / 0.65)
        closed = np.maximum(closed, np.clip(1.35 * shut, 0.0, 1.0))
        at += _BLINK + float(random.uniform(*_PAUSE))
    return closed


def _glances(times: Signal, random: np.random.Generator) -> Signal:
    """Places that the eyes rest at, -0.35 to 0.35; most are straight ahead."""
    found = np.zeros_like(times)
    at = 0.0
    while len(times) and at <= times[-1]:
        aim = 0.0 if random.random() < 0.6 else float(random.uniform(-0.35, 0.35))
        stay = float(random.uniform(*_GLANCE))
        moved = np.clip((times - at) / 0.08, 0.0, 1.0)
        found = found + (aim - found) * moved * (times >= at)
        at += stay
    return found


def _wander(times: Signal, random: np.random.Generator, hertz: float) -> Signal:
    """A slow smooth motion of about -1 to 1: four waves that never meet again."""
    speeds = hertz * np.array([0.5, 1.0, 1.618, 2.618])
    phases = random.uniform(0, 2 * np.pi, 4)
    waves = np.sin(2 * np.pi * speeds[:, None] * times + phases[:, None])
    return np.asarray(np.array([0.45, 0.3, 0.16, 0.09]) @ waves, np.float64)


def _stress(speaking: Signal, rate: float) -> Signal:
    """Where the voice is louder than around it, smooth."""
    from scipy.ndimage import gaussian_filter1d

    if not len(speaking):
        return speaking
    near = gaussian_filter1d(np.asarray(speaking, np.float64), 0.12 * rate)
    wide = gaussian_filter1d(near, 1.0 * rate)
    return np.asarray(np.clip(2.5 * (near - wide), 0.0, 1.0), np.float64)
