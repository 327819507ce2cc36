"""`aiprod-engine check`: how good a file is, and whether its sound fits its picture."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.arguments import read_text
from engine.cli.status import DONE, FAILED
from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.quality import Finding, Report

HELP = "measure a film, sound or picture file"

_SIGNS = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check FILE [--coherence] [--script TEXT] [--face CURVES] [--plot PNG] [--json]`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a media file")
    parser.add_argument(
        "--coherence", action="store_true", help="compare what is heard with what is seen, by shot"
    )
    parser.add_argument("--script", type=Path, metavar="TEXT", help="a text that it should say")
    parser.add_argument("--ears", default="base", metavar="NAME", help="Whisper model (base)")
    parser.add_argument(
        "--face", type=Path, metavar="CURVES", help="curves (.csv, .json) that move its face"
    )
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw the comparison")
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
        if any((arguments.coherence, arguments.script, arguments.face, arguments.plot)):
            found = _coherence(arguments, go_on)
            report = replace(report, findings=(*report.findings, *found))
        print(_text(report) if not arguments.json else json.dumps(report.as_dict(), indent=2))
        return FAILED if report.level == "error" else DONE

    return run_interruptible(work)


def _coherence(
    arguments: argparse.Namespace, go_on: Callable[[float, float], None]
) -> list[Finding]:
    """What a comparison of sound and picture finds; its plot is written where one is asked for."""
    from engine.faces.exchange import read_curves
    from engine.media import open_clip, write_image
    from engine.models.ears import transcribe
    from engine.quality.coherence import coherence
    from engine.quality.coherence_plot import plot_coherence
    from engine.runtime.files import atomic_path

    clip = open_clip(arguments.file)
    script, heard = "", None
    if arguments.script:
        script = read_text(arguments.script)
        if clip.sound is None:
            raise UsageError("it has no sound that could say a script", where=arguments.file.name)
        heard = transcribe(clip.sound, arguments.ears, on_progress=go_on)
    face = read_curves(arguments.face) if arguments.face else None
    found = coherence(clip, face=face, script=script, transcript=heard, on_progress=go_on)
    if arguments.plot:
        with atomic_path(arguments.plot) as part:
            write_image(plot_coherence(found), part)
    return found.findings()


def _text(report: Report) -> str:
    lines = [f"{_SIGNS[finding.level]}  {finding}" for finding in report.findings]
    return "\n".join([report.path.name, *lines])
