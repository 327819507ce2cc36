"""Sampling: schedules, solvers, guidance, conditioning. Knows no model family."""

from engine.diffusion.values import (
    Condition,
    Guidance,
    Keyframe,
    Latent,
    Mode,
    Reference,
    Region,
    Start,
    Steering,
)

__all__ = [
    "Condition",
    "Guidance",
    "Keyframe",
    "Latent",
    "Mode",
    "Reference",
    "Region",
    "Start",
    "Steering",
]
