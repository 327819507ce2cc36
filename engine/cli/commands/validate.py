"""`aiprod-engine validate`: every mistake in a project, with the node and field it is in."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from engine.cli.status import BAD_USAGE, DONE
from engine.errors import Problem

HELP = "check a project without rendering it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`validate PROJECT [--json]`."""
    parser.add_argument("project", type=Path, metavar="PROJECT", help="an .aiprod file")
    parser.add_argument("--json", action="store_true", help="print one mistake a line")


def run(arguments: argparse.Namespace) -> int:
    """Print the mistakes; the status is 2 when there are any."""
    from engine.cli.projects import load_nodes
    from engine.graph.prepare import prepare
    from engine.project import load

    project = load(arguments.project)
    base_dir = arguments.project.resolve().parent
    prepared = prepare(project.graph, load_nodes(), base_dir=base_dir)
    for problem in prepared.problems:
        print(json.dumps(_facts(problem), ensure_ascii=False) if arguments.json else problem)
    count = len(prepared.problems)
    if count:
        print(f"{count} {'mistake' if count == 1 else 'mistakes'}", file=sys.stderr)
        return BAD_USAGE
    print(f"{arguments.project.name}: {len(prepared.nodes)} nodes, no mistakes", file=sys.stderr)
    return DONE


def _facts(problem: Problem) -> dict[str, object]:
    return {"event": "Problem", **vars(problem)}
