"""How a training shows itself on a terminal: how far it is, its figures, the curve of its loss."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from engine.errors import Cancelled

if TYPE_CHECKING:
    from rich.console import Group
    from rich.live import Live
    from rich.progress import Progress


class Shown(Protocol):
    """Shows one step of a training file after the other."""

    def show(self, path: Path, step: int, figures: Mapping[str, float]) -> None:
        """Take in the figures of a step."""


@contextmanager
def showing(*, as_json: bool) -> Iterator[Shown]:
    """JSON on standard output; on a terminal a bar and a curve; else lines on standard error."""
    if as_json:
        yield JsonSteps()
    elif sys.stderr.isatty():
        with _live() as shown:
            yield shown
    else:
        yield StepLines()


class Reporter:
    """What a training calls with its figures; it ends the training when the user asks to."""

    def __init__(self, shown: Shown, path: Path, cancel: threading.Event) -> None:
        self._shown, self._path, self._cancel = shown, path, cancel

    def __call__(self, step: int, figures: Mapping[str, float]) -> None:
        """Show the step. Raises Cancelled."""
        if self._cancel.is_set():
            raise Cancelled
        self._shown.show(self._path, step, figures)


class JsonSteps:
    """One line of JSON a step."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def show(self, path: Path, step: int, figures: Mapping[str, float]) -> None:
        """Print the step."""
        seconds = round(time.monotonic() - self._began, 1)
        line = {"event": "Training", "file": path.name, "step": step, "seconds": seconds}
        print(json.dumps(line | dict(figures)), flush=True)


class StepLines:
    """One line of text a step."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def show(self, path: Path, step: int, figures: Mapping[str, float]) -> None:
        """Print the step."""
        seconds = time.monotonic() - self._began
        shown = "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
        print(f"{path.stem}  step {step}  {shown}  ({seconds:.0f} s)", file=sys.stderr, flush=True)


class Curve:
    """A bar, the newest figures and the curve of the loss, kept up to date in place."""

    def __init__(self, live: Live, bars: Progress) -> None:
        self._live, self._bars = live, bars
        self._path: Path | None = None
        self._losses: list[float] = []

    def show(self, path: Path, step: int, figures: Mapping[str, float]) -> None:
        """Draw the step."""
        if path != self._path:
            self._path, self._losses = path, []
            for task in self._bars.task_ids:
                self._bars.remove_task(task)
            self._bars.add_task(path.stem, total=steps_of(path))
        self._losses.append(figures["loss"])
        self._bars.update(self._bars.task_ids[0], completed=step)
        self._live.update(self._picture(figures), refresh=True)

    def _picture(self, figures: Mapping[str, float]) -> Group:
        from rich.console import Group
        from rich.panel import Panel

        from engine.training.curve import rows_of_text

        told = "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
        width = max(20, min(100, self._live.console.width - 4))
        return Group(self._bars, Panel("\n".join(rows_of_text(self._losses, width)), title=told))


def steps_of(path: Path) -> int | None:
    """The steps that a training file asks for."""
    import tomllib

    table = tomllib.loads(path.read_text(encoding="utf-8"))
    steps = table.get("loop", {}).get("steps")
    return steps if isinstance(steps, int) else None


@contextmanager
def _live() -> Iterator[Curve]:
    from rich.console import Console
    from rich.live import Live
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    with Live(bars, console=console, auto_refresh=False) as live:
        yield Curve(live, bars)
