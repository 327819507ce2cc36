"""`aiprod-engine generate`: one shot from a prompt, made by a small project of ordinary nodes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.arguments import size
from engine.cli.commands.render import add_render_options
from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.project import Project

HELP = "make a clip from a prompt"

SUFFIXES = (".mp4", ".mov", ".mkv")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`generate PROMPT -o FILE [--size WxH] [--seconds S] [--steps N] [--guidance G] ...`."""
    parser.add_argument("prompt", metavar="PROMPT", help="what the clip shows, in words")
    parser.add_argument(
        *("-o", "--output"),
        type=Path,
        default=Path("clip.mp4"),
        metavar="FILE",
        help="the film file, .mp4, .mov or .mkv (clip.mp4)",
    )
    parser.add_argument("--not", default="", dest="negative", metavar="WORDS", help="what not")
    parser.add_argument("--size", type=size, default=(256, 144), metavar="WxH", help="(256x144)")
    parser.add_argument("--seconds", type=float, metavar="S", help="length (2)")
    parser.add_argument("--steps", type=int, metavar="N", help="denoising steps (30)")
    parser.add_argument("--guidance", type=float, metavar="G", help="how closely (3)")
    parser.add_argument("--tries", type=int, metavar="N", help="until it is as asked, at most (4)")
    add_render_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Render the clip; its file is named on standard output."""
    from engine.cli.projects import load_nodes
    from engine.cli.rendering import render_request
    from engine.render import make_request

    if not arguments.prompt.strip():
        raise UsageError("the prompt is empty", mend="Say what the clip shows.")
    output = arguments.output
    if output.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"{output.name} is not the name of a film file",
            where="--output",
            mend=f"Let it end in {' or '.join(SUFFIXES)}.",
        )
    request = make_request(
        shot_project(
            arguments.prompt,
            output.name,
            negative=arguments.negative,
            size=arguments.size,
            seconds=arguments.seconds,
            steps=arguments.steps,
            guidance=arguments.guidance,
            tries=arguments.tries,
        ),
        output=output.parent,
        base_dir=Path.cwd(),
        registry=load_nodes(),
        seed=arguments.seed,
        device=arguments.device,
    )
    return render_request(request, as_json=arguments.json)


def shot_project(
    prompt: str,
    file: str,
    *,
    negative: str = "",
    size: tuple[int, int] = (256, 144),
    **params: float | None,
) -> Project:
    """A project of a prompt, a shot and a file; `params` of the shot that are None are left out."""
    from engine.graph import Graph, Node
    from engine.nodes import builtin_registry
    from engine.project import Project, ProjectSettings

    width, height = size
    nodes = builtin_registry()
    given = {name: value for name, value in params.items() if value is not None}
    wanted: dict[str, tuple[str, dict[str, Any]]] = {
        "prompt": ("values.prompt", {"text": prompt, "negative": negative}),
        "shot": ("generate.shot", {"width": width, "height": height, **given}),
        "file": ("deliver.clip", {"file": file}),
    }
    graph = Graph()
    for name, (kind, values) in wanted.items():
        graph.add(Node(name, kind, nodes[kind].version, values))
    graph.connect("prompt", "shot.prompt")
    graph.connect("shot", "file.clip")
    settings = ProjectSettings(name=Path(file).stem)
    return Project(graph, settings)
