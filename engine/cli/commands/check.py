"""`aiprod-engine check`: the technical quality of a film, sound or picture file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.status import DONE, FAILED
from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.quality import Report

HELP = "measure a film, sound or picture file"

_SIGNS = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check FILE [--json]`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a media file")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; the status is 1 when there is an error among it."""
    import threading

    from engine.cli.interrupt import run_interruptible

    if not arguments.file.is_file():
        raise UsageError("the file is not there", where=str(arguments.file))

    def work(cancel: threading.Event) -> int:
        from engine.errors import Cancelled
        from engine.quality import check

        def go_on(_done: float, _total: float) -> None:
            if cancel.is_set():
                raise Cancelled

        report = check(arguments.file, on_progress=go_on)
        print(_text(report) if not arguments.json else json.dumps(report.as_dict(), indent=2))
        return FAILED if report.level == "error" else DONE

    return run_interruptible(work)


def _text(report: Report) -> str:
    lines = [f"{_SIGNS[finding.level]}  {finding}" for finding in report.findings]
    return "\n".join([report.path.name, *lines])
