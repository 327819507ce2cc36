"""Ways that things take, with when they land: as in the starter world, and wilder.

What is generated moves as no render does: faster or slower, higher or lower, less smoothly. Who
tells landings from such ways has to know them too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from engine.training import world
from engine.training.clips import scenarios

NEAR = 0.6  # frames: the deviation of what is said to land around a landing


def tracks(count: int, seed: int, aspect: float, *, motion: str = "") -> Tensor:
    """Where the shape of each clip of a set is: (N, F, 3), see `world.track`."""
    rows = [world.track(one, aspect) for one in scenarios(count, seed, motion=motion)]
    return torch.from_numpy(np.stack(rows))


def landings(count: int, seed: int, *, motion: str = "") -> Tensor:
    """How much each frame of each clip of a set is a landing: (N, F), 0 to 1."""
    return torch.stack([landed(one) for one in scenarios(count, seed, motion=motion)])


def landed(scenario: world.Scenario) -> Tensor:
    """How much each frame (F,) is a landing: 1 where one is, less beside it."""
    frames = torch.arange(world.FRAMES)
    found = torch.zeros(world.FRAMES)
    for moment in world.contacts(scenario):
        off = frames - moment * world.RATE
        found = found.maximum(torch.exp(-0.5 * (off / NEAR).square()))
    return found


def wild_courses(count: int, seed: int, *, bouncing: float = 0.6) -> tuple[Tensor, Tensor]:
    """Tracks (N, F, 3) of drawn ways, and how much each frame is a landing (N, F).

    That part of them bounces, of the others some only go up and down.
    """
    ways = list(_drawn(count, seed, bouncing))
    return torch.stack([track for track, _ in ways]), torch.stack([lands for _, lands in ways])


def _drawn(count: int, seed: int, bouncing: float) -> Iterator[tuple[Tensor, Tensor]]:
    for index, scenario in enumerate(scenarios(count, seed)):
        rng = np.random.default_rng([seed, index, 3])
        if rng.uniform() < bouncing:
            concepts = {**scenario.concepts, "motion": "bounces"}
            speed = float(np.exp(rng.uniform(np.log(0.55), np.log(2.0))))
            scenario = replace(scenario, concepts=concepts, speed=speed)
        track = world.track(scenario, float(rng.uniform(0.6, 1.9)))
        yield torch.from_numpy(_wilder(track, rng)), landed(scenario)


def _wilder(track: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same way, lower or higher, rounder, and unsteady."""
    made = track.copy()
    ground = made[:, 1].max()
    made[:, 1] = ground + (made[:, 1] - ground) * rng.uniform(0.35, 1.2) + rng.uniform(-0.1, 0.1)
    if rng.uniform() < 0.5:  # as things are seen whose landing is smeared over frames
        padded = np.pad(made, ((1, 1), (0, 0)), "edge")
        made = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    drift = np.cumsum(rng.standard_normal(made.shape), 0) * rng.uniform(0, 0.012)
    shake = rng.standard_normal(made.shape) * rng.uniform(0, 0.02)
    return (made + (drift + shake) * np.array([1, 1, 3])).astype(np.float32)
