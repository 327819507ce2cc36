"""`aiprod-engine export`: a project's timeline as one file, for a viewer or an editing program."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.commands.render import add_render_options
from engine.errors import UsageError

if TYPE_CHECKING:
    from engine.graph import Registry
    from engine.project import Project

HELP = "write the edit or the film of a project into a file"

EDITS = ("otio", "fcpxml", "edl")
PRESETS = {".mp4": "h264", ".mkv": "h264", ".mov": "prores_422", ".webm": "vp9"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`export PROJECT --to FILE [--media DIR] [--preset NAME] [--node ID] ...`."""
    parser.add_argument("project", type=Path, metavar="PROJECT", help="an .aiprod file")
    parser.add_argument(
        "--to",
        type=Path,
        required=True,
        metavar="FILE",
        help="its ending chooses the format: .otio, .fcpxml, .edl, .mp4, .mov, .mkv, .webm",
    )
    parser.add_argument(
        "--media",
        type=Path,
        metavar="DIR",
        help="folder for the media of an edit, below that of the file (media)",
    )
    parser.add_argument("--preset", metavar="NAME", help="how pictures are encoded")
    parser.add_argument("--node", metavar="ID", help="the timeline, when the project has several")
    add_render_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Export; the files are listed on standard output."""
    from engine.cli.projects import load_nodes
    from engine.cli.rendering import render_request
    from engine.project import load
    from engine.render import make_request

    registry = load_nodes()
    project = load(arguments.project)
    project, target = with_export(
        project,
        arguments.to,
        registry,
        media=arguments.media,
        preset=arguments.preset,
        timeline=arguments.node,
    )
    request = make_request(
        project,
        output=arguments.to.parent,
        base_dir=arguments.project.resolve().parent,
        registry=registry,
        targets=[target],
        seed=arguments.seed,
        device=arguments.device,
    )
    return render_request(request, as_json=arguments.json)


def with_export(
    project: Project,
    file: Path,
    registry: Registry,
    *,
    media: Path | None = None,
    preset: str | None = None,
    timeline: str | None = None,
) -> tuple[Project, str]:
    """The project with an export of its timeline into `file` behind it, and that node's id.

    The film is exported as a film node of the project would, where it has one. Raises UsageError
    for endings that are not known and projects without one timeline.
    """
    from engine.render.saving import append

    ending = file.suffix.lower()
    if ending.removeprefix(".") in EDITS:
        kind, params = "deliver.edit", _edit_params(file, media, preset)
    elif ending in PRESETS:
        kind, params = "deliver.film", {"file": file.name, "preset": preset or PRESETS[ending]}
    else:
        known = ", ".join([*(f".{name}" for name in EDITS), *PRESETS])
        raise UsageError(
            f"{file.name}: the ending {ending or 'that it lacks'!r} is not known",
            where="--to",
            mend=f"Known are {known}.",
        )
    source = find_timeline(project, registry, timeline)
    if kind == "deliver.film":
        params = _settings_of_film(project, source) | params
    return append(project, source, [(kind, "timeline")], registry, **params)


def find_timeline(project: Project, registry: Registry, wanted: str | None) -> str:
    """The "node.output" of the timeline that is exported: the one that no other timeline uses.

    Raises UsageError that lists them when there are several, or none.
    """
    found = {
        f"{node.id}.{output.name}": node.id
        for node in project.graph.nodes.values()
        if (spec := registry.get(node.type)) is not None and not (node.muted or node.disabled)
        for output in spec.outputs
        if output.type == "Timeline"
    }
    ids = ", ".join(found.values()) or "none"
    if wanted is not None:
        chosen = [place for place, node in found.items() if node == wanted]
        if not chosen:
            raise UsageError(
                f"{wanted!r} is not a timeline", where="--node", mend=f"Timelines: {ids}."
            )
        return chosen[0]
    used = {
        f"{link.source}.{link.output}"
        for link in project.graph.links
        if link.target in found.values()
    }
    last = [place for place in found if place not in used]
    if len(last) == 1:
        return last[0]
    count = f"{len(last)} timelines" if last else "no timeline"
    raise UsageError(
        f"the project has {count}",
        where=project.settings.name,
        mend=f"Choose one with --node: {ids}." if last else "Add a Timeline node.",
    )


def _edit_params(file: Path, media: Path | None, preset: str | None) -> dict[str, Any]:
    params: dict[str, Any] = {"name": file.stem}
    params |= {form: form == file.suffix.lower().removeprefix(".") for form in EDITS}
    if preset is not None:
        params["preset"] = preset
    if media is not None:
        inside = Path(os.path.relpath(media, file.parent))
        if inside.parts[:1] == ("..",) or not inside.parts:
            raise UsageError(
                f"{media} is not below {file.parent.resolve()}",
                where="--media",
                mend="An edit finds its media by relative paths: choose a folder below the file's.",
            )
        params["media"] = inside.as_posix()
    return params


def _settings_of_film(project: Project, source: str) -> dict[str, Any]:
    """Loudness and the like of the project's own film node of that timeline."""
    graph = project.graph
    for link in graph.links:
        node = graph.nodes.get(link.target)
        if f"{link.source}.{link.output}" == source and node and node.type == "deliver.film":
            kept = ("loudness", "peak")
            return {name: node.params[name] for name in kept if name in node.params}
    return {}
