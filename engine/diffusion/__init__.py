"""Sampling: schedules, solvers, guidance, conditioning. Knows no model family."""

from engine.diffusion.values import Condition, Latent

__all__ = ["Condition", "Latent"]
