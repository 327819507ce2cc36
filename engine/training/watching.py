"""What a training leaves in its run's folder for people to see: a loss curve and clips."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from engine.training.curve import draw_curve
from engine.training.loop import LoopConfig, Report, read_log
from engine.training.validation import Made, Validation, write_clips

Show = Callable[[], Made]
"""Makes the clips of the weights in the newest checkpoint."""


class Watch:
    """Reports a training, draws its curve, and now and then writes clips that it makes.

    Curve and clips are made at checkpoints: `loss.png`, and `validation/` in the run's folder.
    """

    def __init__(
        self,
        folder: Path,
        loop: LoopConfig,
        wanted: Validation,
        show: Show | None,
        report: Report | None,
    ) -> None:
        self._folder, self._loop, self._show, self._report = folder, loop, show, report
        every = wanted.every or loop.steps // 8
        chosen = max(1, round(every / loop.checkpoint_every)) * loop.checkpoint_every
        self._every = chosen if wanted.clips else 0
        self._shown = 0

    def __call__(self, step: int, figures: Mapping[str, float]) -> None:
        """Take note of a step that was logged; its checkpoint, if any, is written already."""
        if self._report:
            self._report(step, figures)
        last = step == self._loop.steps
        draw_curve(read_log(self._folder), self._folder / "loss.png", title=self._folder.name)
        due = self._every and (last or step // self._every > self._shown // self._every)
        if due and self._show and (self._folder / "checkpoint.safetensors").exists():
            self._shown = step
            write_clips(self._show(), self._folder / "validation", step)
