"""What the starter world sounds like: the scene's ambience, and a thud when a shape lands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.audio import Scene, ambience
from engine.models.shdt.audio import RATE
from engine.training import world
from engine.training.world import Scenario

PLACES: Mapping[str, Scene] = {
    "studio": "room",
    "sea": "sea",
    "night": "night",
    "meadow": "meadow",
    "desert": "desert",
    "snow": "snow",
}
_BODY = {"ball": 1.0, "cube": 0.8, "star": 1.35, "ring": 1.6, "heart": 1.15}  # pitch of the thud


@dataclass(frozen=True)
class Beds:
    """Ambience of every scene, mono at 16 kHz, from which clips take their stretch."""

    sound: Mapping[str, np.ndarray]


def make_beds(seconds: float, seed: int = 5) -> Beds:
    """Synthesise so many seconds of every scene."""
    made = {}
    for number, (scene, place) in enumerate(PLACES.items()):
        rng = np.random.default_rng([seed, number])
        sound = ambience(place, seconds, rng, loudness=-27.0, rate=RATE).array()
        made[scene] = sound.mean(1).astype(np.float32)
    return Beds(made)


def render_sound(scenario: Scenario, beds: Beds, frames: int = world.FRAMES) -> np.ndarray:
    """The clip's sound: float32 mono at 16 kHz, as long as its frames."""
    count = frames * RATE // world.RATE
    bed = beds.sound[scenario.concepts["scene"]]
    rng = np.random.default_rng([scenario.seed, 7])
    start = int(rng.integers(len(bed) - count))
    sound = bed[start : start + count].copy()
    for moment in world.contacts(scenario):
        _add(sound, thud(scenario, rng), round(moment * RATE))
    return np.clip(sound, -1, 1)


def thud(scenario: Scenario, rng: np.random.Generator) -> np.ndarray:
    """A short low knock with a click at its start; deeper for large things."""
    deep = 95.0 if scenario.concepts["size"] == "large" else 190.0
    pitch = deep * _BODY[scenario.concepts["shape"]] * float(rng.uniform(0.95, 1.05))
    t = np.arange(int(0.22 * RATE)) / RATE
    sweep = 2 * np.pi * pitch * (t + 0.012 * (1 - np.exp(-t / 0.02)))
    body = np.sin(sweep) * np.exp(-t / 0.055)
    click = rng.standard_normal(len(t)) * np.exp(-t / 0.006) * 0.25
    return ((body + click) * np.minimum(t / 0.002, 1) * 0.5).astype(np.float32)


def _add(sound: np.ndarray, part: np.ndarray, at: int) -> None:
    end = min(len(sound), at + len(part))
    if at < end:
        sound[at:end] += part[: end - at]
