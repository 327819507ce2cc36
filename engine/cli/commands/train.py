"""`aiprod-engine train`: trains what a training file (TOML) describes, or a folder of them."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.status import DONE
from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.training.series import Stage

HELP = "train a network"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`train CONFIG [--work DIR] [--models DIR] [--device NAME] [--processes N] [--json]`."""
    parser.add_argument(
        "config",
        type=Path,
        metavar="CONFIG",
        help="a training file (.toml), or a folder of them: all in order, but what is done",
    )
    parser.add_argument(
        "--work", type=Path, default=Path("runs"), metavar="DIR", help="for checkpoints (runs)"
    )
    parser.add_argument(
        "--models",
        type=Path,
        metavar="DIR",
        help="where the weights go that are made (with the starter's; a LoRA's into its run)",
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument(
        "--processes",
        type=int,
        default=1,
        metavar="N",
        help="share the work out to N processes, one a GPU (1)",
    )
    parser.add_argument("--json", action="store_true", help="print one report a line, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Train; the weights file is named on standard output."""
    if arguments.processes < 1:
        raise UsageError("at least one process trains", where="--processes")
    if arguments.processes > 1:
        return _launch(arguments)
    from engine.cli.interrupt import run_interruptible

    return run_interruptible(lambda cancel: _train(arguments, cancel))


def _train(arguments: argparse.Namespace, cancel: threading.Event) -> int:
    from engine.cli.training import Reporter, showing
    from engine.training.processes import team
    from engine.training.run import run as train
    from engine.training.series import train_all

    where = {name: getattr(arguments, name) for name in ("work", "models", "device")}
    leads = team().leads
    with showing(as_json=arguments.json) as shown:
        if arguments.config.is_dir():
            stages = list(
                train_all(
                    arguments.config, **where, report=lambda path: Reporter(shown, path, cancel)
                )
            )
        else:
            report = Reporter(shown, arguments.config, cancel)
            weights = train(arguments.config, **where, report=report)
    if not leads:
        return DONE
    if arguments.config.is_dir():
        _tell_times(stages, as_json=arguments.json)
    elif arguments.json:
        print(json.dumps({"event": "Trained", "weights": str(weights)}))
    else:
        print(weights)
    return DONE


def _tell_times(stages: list[Stage], *, as_json: bool) -> None:
    from engine.cli.tables import columns

    if as_json:
        for stage in stages:
            print(json.dumps({"event": "Trained", **vars(stage)}))
        return
    rows = [
        (
            stage.file,
            str(stage.steps),
            f"{stage.seconds / 60:.1f} min",
            _state(stage),
            stage.weights,
        )
        for stage in stages
    ]
    print(columns(rows, head=("file", "steps", "time", "", "weights")))
    print(f"{sum(stage.seconds for stage in stages) / 60:.0f} min in all", file=sys.stderr)


def _state(stage: Stage) -> str:
    return "done before" if stage.kept else "trained"


def _launch(arguments: argparse.Namespace) -> int:
    from engine.training.processes import launch

    again = [str(arguments.config), "--work", str(arguments.work), "--device", arguments.device]
    if arguments.models:
        again += ["--models", str(arguments.models)]
    if arguments.json:
        again.append("--json")
    return launch(again, arguments.processes, cpu=arguments.device == "cpu")
