"""`aiprod-engine nodes`: the node types that projects are made of, those of plugins included."""

from __future__ import annotations

import argparse
import json
import sys
from itertools import groupby

from engine.cli.status import DONE

HELP = "list the node types"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`nodes [--json]`."""
    parser.add_argument("--json", action="store_true", help="print the full specs, one a line")


def run(arguments: argparse.Namespace) -> int:
    """Print the node types by category; on standard error, the plugins that did not load."""
    from engine.cli.projects import load_nodes

    specs = sorted(load_nodes(tracebacks=True), key=lambda spec: (spec.category, spec.title))
    if arguments.json:
        for spec in specs:
            print(json.dumps(spec.as_dict(), ensure_ascii=False))
        return DONE
    width = max((len(spec.id) for spec in specs), default=0)
    for category, members in groupby(specs, key=lambda spec: spec.category):
        print(category)
        for spec in members:
            print(f"  {spec.id.ljust(width)}  {spec.title}: {_first_line(spec.doc)}")
    print(f"{len(specs)} node types", file=sys.stderr)
    return DONE


def _first_line(doc: str) -> str:
    return doc.strip().partition("\n")[0]
