"""`aiprod-engine render`: makes what a project's nodes write, and delivers it into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "render a project"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`render PROJECT [-o DIR] [--node ID] [--set ...] [--seed N] [--device NAME] [--json]`."""
    parser.add_argument("project", type=Path, metavar="PROJECT", help="an .aiprod file")
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        metavar="DIR",
        help="folder for the finished files (out/NAME, after the project's file)",
    )
    parser.add_argument(
        "--node",
        action="append",
        metavar="ID",
        help="render only this node; may be given more than once (every node that writes files)",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="assignments",
        metavar="NODE.PARAM=VALUE",
        help="set a parameter for this render; may be given more than once",
    )
    add_render_options(parser)


def add_render_options(parser: argparse.ArgumentParser) -> None:
    """`--seed`, `--device` and `--json`, which every command that renders takes."""
    parser.add_argument("--seed", type=_seed, metavar="N", help="seed in place of the project's")
    parser.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda", "mps"),
        default="auto",
        help="where networks run (auto)",
    )
    parser.add_argument("--json", action="store_true", help="print one event a line, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Render; the delivered files are listed on standard output."""
    from engine.cli.assignments import read_assignments
    from engine.cli.projects import load_nodes
    from engine.cli.rendering import render_request
    from engine.project import load
    from engine.render import make_request

    project = load(arguments.project)
    base_dir = arguments.project.resolve().parent
    registry = load_nodes()
    request = make_request(
        project,
        output=arguments.output or Path("out", arguments.project.stem),
        base_dir=base_dir,
        registry=registry,
        targets=arguments.node,
        overrides=read_assignments(
            arguments.assignments, project.graph, registry, base_dir=base_dir
        ),
        seed=arguments.seed,
        device=arguments.device,
    )
    return render_request(request, as_json=arguments.json)


def _seed(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 2^63 - 1")
    return int(text)
