"""Puts an ordinary node that writes a file behind a node whose result is to be delivered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.graph import Graph, Link, Node, NodeSpec, Registry
from engine.project import Project

SAVERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Clip": (("deliver.clip", "clip"),),
    "Timeline": (("deliver.film", "timeline"),),
    "Sequence": (("editorial.timeline", "sequences"), ("deliver.film", "timeline")),
    "Image": (("deliver.image", "image"),),
    "Sound": (("deliver.sound", "sound"),),
    "FaceCurves": (("lips.save", "curves"),),
}
"""For each type of result, the nodes that lead to a file, each with the input it is fed by."""

_SUFFIXES = {"deliver.image": ".png", "deliver.sound": ".wav", "lips.save": ".csv"}
_FILM_SUFFIX = ".mp4"


def with_savers(
    project: Project, targets: Iterable[str], registry: Registry
) -> tuple[Project, tuple[str, ...]]:
    """The project with a saving node behind each target that writes no file, and new targets.

    Targets that write files, and those whose results no node saves, stay as they are.
    """
    made: list[str] = []
    for target in targets:
        output = _output_of(project.graph, target, registry)
        if output is None:
            made.append(target)
            continue
        name, kind = output
        saver = SAVERS[kind][-1][0]
        file = f"{target}{_SUFFIXES.get(saver, _FILM_SUFFIX)}"
        project, last = append(project, f"{target}.{name}", SAVERS[kind], registry, file=file)
        made.append(last)
    return project, tuple(made)


def append(
    project: Project,
    source: str,
    chain: Iterable[tuple[str, str]],
    registry: Registry,
    **params: Any,
) -> tuple[Project, str]:
    """The project with a chain of (node type, input) behind "node.output"; the last one's id.

    `params` are those of the last node.
    """
    graph = project.graph
    nodes, links = dict(graph.nodes), list(graph.links)
    origin, _, output = source.partition(".")
    stem, last = origin, origin
    steps = list(chain)
    for number, (kind, name) in enumerate(steps):
        last = _free_id(f"{stem}_{kind.partition('.')[2]}", nodes)
        given = params if number == len(steps) - 1 else {}
        nodes[last] = Node(last, kind, registry[kind].version, given)
        links.append(Link(origin, output, last, name))
        origin, output = last, "out"
    return replace(project, graph=Graph(nodes, links, dict(graph.groups))), last


def _output_of(graph: Graph, target: str, registry: Registry) -> tuple[str, str] | None:
    """The first output of a node that can be saved: its name and type."""
    node = graph.nodes.get(target)
    spec: NodeSpec | None = registry.get(node.type) if node else None
    if spec is None or spec.sink:
        return None
    return next(
        (
            (output.name, output.type)
            for output in spec.outputs
            if not output.many
            and output.type in SAVERS
            and all(kind in registry for kind, _ in SAVERS[output.type])
        ),
        None,
    )


def _free_id(wanted: str, taken: Mapping[str, Node]) -> str:
    """An id that no node has yet, of at most 64 characters."""
    wanted = wanted[:56]
    number, made = 2, wanted
    while made in taken:
        number, made = number + 1, f"{wanted}_{number}"
    return made
