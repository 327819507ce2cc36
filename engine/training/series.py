"""Trains everything that a folder of training files describes, in the order of their numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.errors import UsageError
from engine.runtime.device import DeviceName
from engine.runtime.files import atomic_write
from engine.training.loop import Report
from engine.training.processes import team
from engine.training.run import record, run

TIMES = "times.json"


@dataclass(frozen=True)
class Stage:
    """One training of a series: its file, its weights, its time, and whether it was done before."""

    file: str
    weights: str
    steps: int
    seconds: float
    kept: bool


def train_all(
    folder: Path,
    *,
    work: Path = Path("runs"),
    models: Path | None = None,
    device: DeviceName = "auto",
    report: Callable[[Path], Report | None] = lambda _path: None,
) -> Iterator[Stage]:
    """Run the folder's training files and tell of each one when it is done.

    A training is skipped whose file, whose beginnings and whose weights are those of its last run
    in `work`. What each took is written to `times.json` there. Raises UsageError when the folder
    has no training files.
    """
    paths = sorted(folder.glob("*.toml"), key=_place)
    if not paths:
        raise UsageError("there are no training files (.toml)", where=str(folder))
    stages: list[Stage] = []
    for path in paths:
        done = record(path, work=work, models=models, device=device)
        kept = done is not None
        if done is None:
            run(path, work=work, models=models, device=device, report=report(path))
            done = record(path, work=work, models=models, device=device)
        assert done is not None
        stages.append(Stage(path.name, done.weights, done.steps, done.seconds, kept))
        if team().leads:
            rows = [asdict(stage) for stage in stages]
            atomic_write(work / TIMES, json.dumps(rows, indent=2) + "\n")
        yield stages[-1]


def _place(path: Path) -> tuple[int, str]:
    """The number that a file's name begins with: 10 comes after 9."""
    number = re.match(r"\d*", path.name)
    return int(number[0] or 0) if number else 0, path.name
