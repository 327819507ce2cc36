"""Runs a solver so that it can be stopped: each step is checked, kept and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine.diffusion.solvers import SOLVERS, Past, Settle, SolverName, Velocity, solve, unchanged
from engine.diffusion.store import load_step, save_step
from engine.errors import ModelError

OnStep = Callable[[int, int, Tensor], None]
"""(steps done, steps in all, sample): may raise Cancelled."""


@dataclass(frozen=True)
class Run:
    """What the caller listens to, where half-finished runs are kept, what may give memory back."""

    on_step: OnStep | None = None
    on_note: Callable[[str], None] | None = None
    checkpoint: Path | None = None
    others: object = None


def run(
    solver: SolverName,
    velocity: Velocity,
    x: Tensor,
    sigmas: Tensor,
    *,
    settle: Settle = unchanged,
    on_step: OnStep | None = None,
    checkpoint: Path | None = None,
) -> Tensor:
    """Take a sample through all levels. With `checkpoint`, a killed run goes on from it.

    Raises ModelError when the predictions are no numbers.
    """
    steps = len(sigmas) - 1

    def after(step: int, x: Tensor, past: Past) -> None:
        if not bool(torch.isfinite(x).all()):
            raise ModelError(
                f"after step {step + 1} the sample is not a number",
                where="model",
                mend="Verify its weights, and lower the guidance.",
            )
        if checkpoint:
            save_step(checkpoint, step, x, past)
        if on_step:
            on_step(step + 1, steps, x)

    kept = load_step(checkpoint, x.shape) if checkpoint else None
    first, x, past = (kept.step + 1, kept.x, kept.past) if kept else (0, x, ())
    with torch.inference_mode():
        return solve(
            *(SOLVERS[solver], velocity, x, sigmas),
            first=min(first, steps),
            past=past,
            settle=settle,
            after=after,
        )
