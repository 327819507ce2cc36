"""What an export renders: the project with a small delivery node added, and its target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.graph import Graph, Link, Node, Registry
from engine.project import Project

FILM_SUFFIXES = {
    "h264": ".mp4",
    "h265": ".mp4",
    "prores_422": ".mov",
    "prores_422_hq": ".mov",
    "prores_4444": ".mov",
    "dnxhr_sq": ".mov",
    "dnxhr_hq": ".mov",
    "vp9": ".webm",
    "av1": ".mp4",
}


@dataclass(frozen=True)
class Source:
    """An output that a film or an edit can be made from: of a Timeline, or of a Clip."""

    node: str
    output: str
    type: str
    title: str


@dataclass(frozen=True)
class Delivery:
    """A project with the added node, whose id is the render's only target."""

    project: Project
    target: str


def sources(project: Project, registry: Registry, *, types: tuple[str, ...]) -> list[Source]:
    """The outputs of these types in the graph; those that feed nothing first."""
    fed = {(link.source, link.output) for link in project.graph.links}
    found = []
    for node in project.graph.nodes.values():
        spec = registry.get(node.type)
        for output in spec.outputs if spec is not None and not node.disabled else ():
            if output.type in types and not output.many:
                title = node.title or (spec.title if spec else node.type)
                found.append(Source(node.id, output.name, output.type, title))
    order = {kind: rank for rank, kind in enumerate(types)}
    return sorted(found, key=lambda s: (order[s.type], (s.node, s.output) in fed))


def film(
    project: Project, source: Source, file: str, preset: str, *, loudness: float | None
) -> Delivery:
    """One film file of a timeline, with its loudness, or of a clip as it is."""
    if source.type == "Timeline":
        params = {"file": file, "preset": preset, "loudness": loudness}
        return _with_node(project, source, "deliver.film", "timeline", params)
    return _with_node(project, source, "deliver.clip", "clip", {"file": file, "preset": preset})


def edit(
    project: Project, source: Source, name: str, preset: str, *, formats: Mapping[str, bool]
) -> Delivery:
    """The edit of a timeline in these formats ("otio", "fcpxml", "edl"), with its media."""
    params = {"name": name, "preset": preset, **formats}
    return _with_node(project, source, "deliver.edit", "timeline", params)


def with_suffix(path: Path, preset: str) -> Path:
    """The file with an ending that its format goes into, such as .mov for ProRes."""
    wanted = FILM_SUFFIXES[preset]
    allowed = {wanted, ".mkv"} | ({".mov"} if preset in ("h264", "h265") else set())
    return path if path.suffix.lower() in allowed else path.with_suffix(wanted)


def _with_node(
    project: Project, source: Source, kind: str, socket: str, params: Mapping[str, Any]
) -> Delivery:
    graph = project.graph
    name = next(n for n in (f"export_{i}" for i in range(1, 10**9)) if n not in graph.nodes)
    node = Node(name, kind, params=dict(params), title=source.title)
    link = Link(source.node, source.output, name, socket)
    larger = Graph({**graph.nodes, name: node}, [*graph.links, link], graph.groups)
    return Delivery(replace(project, graph=larger), name)
