"""`aiprod-engine doctor`: whether this machine can render, and how to mend what is missing."""

from __future__ import annotations

import argparse

from engine.cli.status import DONE, FAILED

HELP = "check that this machine can render"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`doctor [--json]`."""
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print every finding; the status is 1 when something needed is missing."""
    from engine import doctor

    findings = doctor.diagnose()
    print(doctor.as_json(findings) if arguments.json else doctor.report(findings))
    return DONE if doctor.is_healthy(findings) else FAILED
