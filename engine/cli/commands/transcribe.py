"""`aiprod-engine transcribe`: the words of a sound or film file as text, captions or JSON."""

from __future__ import annotations

import argparse
import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.arguments import read_text
from engine.cli.status import DONE, FAILED
from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.media import Transcript

HELP = "write down what is said in a film or sound file"

_SUFFIXES = (".srt", ".vtt", ".ass", ".json", ".txt")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`transcribe FILE [-o FILE] [--ears NAME] [--language CODE] [--script FILE] ...`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a film or sound file")
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        metavar="FILE",
        help="captions (.srt, .vtt, .ass), words with times (.json) or text (.txt)",
    )
    parser.add_argument("--ears", default="base", metavar="NAME", help="Whisper model (base)")
    parser.add_argument("--language", default="", metavar="CODE", help="en, fr, ... (found)")
    parser.add_argument("--hints", default="", metavar="WORDS", help="names that may be said")
    parser.add_argument("--line", type=int, default=37, help="longest line of captions (37)")
    parser.add_argument("--script", type=Path, metavar="TEXT", help="a text that it should say")
    parser.add_argument(
        "--most", type=float, default=10.0, help="word errors against it in per cent (10)"
    )
    parser.add_argument("--find", default="", metavar="PHRASE", help="print where it is said")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Transcribe; status 1 when the script is given and too much of it is not said."""
    from engine.cli.interrupt import run_interruptible

    output = arguments.output
    if output is not None and output.suffix.lower() not in _SUFFIXES:
        raise UsageError(
            f"{output.name} is not the name of captions, words or text",
            where="--output",
            mend="Let it end in .srt, .vtt, .ass, .json or .txt",
        )
    script = read_text(arguments.script) if arguments.script else ""

    def work(cancel: threading.Event) -> int:
        from engine.errors import Cancelled
        from engine.media import open_sound
        from engine.models.ears import transcribe

        def go_on(_done: float, _total: float) -> None:
            if cancel.is_set():
                raise Cancelled

        heard = transcribe(
            open_sound(arguments.file),
            arguments.ears,
            language=arguments.language,
            hints=arguments.hints,
            on_progress=go_on,
        )
        if output is not None:
            _write(heard, output, arguments.line)
        return _tell(heard, script, arguments)

    return run_interruptible(work)


def _tell(heard: Transcript, script: str, arguments: argparse.Namespace) -> int:
    from engine.media.transcript import find
    from engine.models.ears.script import word_errors

    facts: dict[str, Any] = heard.as_dict()
    if arguments.output is not None:
        facts = {"file": str(arguments.output)}
    lines = [heard.text] if arguments.output is None else [str(arguments.output)]
    if arguments.find:
        places = [[float(start), float(stop)] for start, stop in find(heard, arguments.find)]
        facts["found"] = places
        lines = [f"{start:.2f} s to {stop:.2f} s" for start, stop in places] or ["not heard"]
    status = DONE
    if script:
        errors = word_errors(script, heard)
        status = FAILED if 100 * errors.rate > arguments.most else DONE
        rows = [[float(e.start), e.wanted, e.heard] for e in errors.errors]
        facts |= {"word_error_rate": round(errors.rate, 4), "differences": rows}
        lines.append(f"{len(errors.errors)} of {errors.words} words differ ({errors.rate:.1%})")
        lines += [f"{at:.2f} s: {wanted or '—'} → {said or '—'}" for at, wanted, said in rows]
    print(json.dumps(facts, ensure_ascii=False) if arguments.json else "\n".join(lines))
    return status


def _write(heard: Transcript, output: Path, line: int) -> None:
    from engine.captions import Rules, make_captions, write_captions
    from engine.runtime.files import atomic_write

    if output.suffix.lower() == ".json":
        atomic_write(output, json.dumps(heard.as_dict(), ensure_ascii=False, indent=1) + "\n")
    elif output.suffix.lower() == ".txt":
        atomic_write(output, heard.text + "\n")
    else:
        write_captions(make_captions(heard, Rules(line=line)), output)
