"""Entry point `aiprod-engine`: reads the command, runs it, turns errors into exit statuses."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import sys
from collections.abc import Sequence

from engine.cli.status import BAD_USAGE, FAILED, INTERRUPTED, status_of
from engine.errors import AiprodError, ValidationError

# Each is a module of engine.cli.commands with `HELP`, `add_arguments(parser)` and `run(arguments)`.
COMMANDS = (
    *("render", "export", "generate", "validate", "nodes", "check", "transcribe"),
    *("speak", "voices"),
    *("models", "jobs", "train", "doctor"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 done, 1 it failed, 2 bad usage or project, 130 interrupted."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments = make_parser().parse_args(words)
    except SystemExit as end:  # argparse ends by itself, after help and after bad usage
        return end.code if isinstance(end.code, int) else BAD_USAGE
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
        return status
    except AiprodError as error:
        _tell(error, as_json=getattr(arguments, "json", False))
        return status_of(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands. Their modules load little; what they need they load to run."""
    from engine import __version__

    parser = argparse.ArgumentParser(
        prog="aiprod-engine",
        description="Render and inspect AIPROD projects.",
        epilog="Exit status: 0 done, 1 failed, 2 bad usage or bad project, 130 interrupted.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"aiprod {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        module = importlib.import_module(f"engine.cli.commands.{name}")
        command = commands.add_parser(
            name, help=module.HELP, description=module.HELP + ".", allow_abbrev=False
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def _tell(error: AiprodError, *, as_json: bool) -> None:
    """The error for people on standard error, and as one more event for a program that reads."""
    if as_json:
        problems = error.problems if isinstance(error, ValidationError) else []
        facts = {
            "event": "Error",
            "kind": type(error).__name__,
            "message": error.message,
            "where": error.where,
            "mend": error.mend,
            "problems": [vars(problem) for problem in problems],
        }
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(facts, ensure_ascii=False), flush=True)
    print(f"aiprod-engine: {error}", file=sys.stderr)
