"""`aiprod-engine train`: trains what a training file (TOML) describes, or goes on with it."""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.cli.status import DONE

HELP = "train a network"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`train CONFIG [--work DIR] [--models DIR] [--device NAME] [--json]`."""
    parser.add_argument("config", type=Path, metavar="CONFIG", help="a training file (.toml)")
    parser.add_argument(
        "--work", type=Path, default=Path("runs"), metavar="DIR", help="for checkpoints (runs)"
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=Path("resources/models"),
        metavar="DIR",
        help="where the weights and their card go (resources/models)",
    )
    parser.add_argument("--device", choices=("auto", "cpu", "cuda", "mps"), default="auto")
    parser.add_argument("--json", action="store_true", help="print one report a line, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Train; the weights file is named on standard output."""
    from engine.cli.interrupt import run_interruptible

    def work(cancel: threading.Event) -> int:
        from engine.training.run import run as train

        report = _report(cancel, as_json=arguments.json)
        weights = train(
            arguments.config,
            work=arguments.work,
            models=arguments.models,
            device=arguments.device,
            report=report,
        )
        if arguments.json:
            print(json.dumps({"event": "Trained", "weights": str(weights)}))
        else:
            print(weights)
        return DONE

    return run_interruptible(work)


def _report(
    cancel: threading.Event, *, as_json: bool
) -> Callable[[int, Mapping[str, float]], None]:
    """The function that shows how a training goes, and ends it when the user asks to."""
    from engine.errors import Cancelled

    started = time.monotonic()

    def report(step: int, figures: Mapping[str, float]) -> None:
        if cancel.is_set():
            raise Cancelled
        seconds = time.monotonic() - started
        if as_json:
            line = {"event": "Training", "step": step, "seconds": round(seconds, 1), **figures}
            print(json.dumps(line), flush=True)
        else:
            shown = "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
            print(f"step {step}  {shown}  ({seconds:.0f} s)", file=sys.stderr, flush=True)

    return report
