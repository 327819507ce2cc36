"""Sampling: schedules, solvers, guidance, conditioning. Knows no model family."""

from engine.diffusion.values import (
    Condition,
    GivenSound,
    Guidance,
    Keyframe,
    Latent,
    Mode,
    Reference,
    ReferenceClip,
    Region,
    Start,
    Steering,
)

__all__ = [
    "Condition",
    "GivenSound",
    "Guidance",
    "Keyframe",
    "Latent",
    "Mode",
    "Reference",
    "ReferenceClip",
    "Region",
    "Start",
    "Steering",
]
