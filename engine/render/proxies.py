"""Makes generated shots small for a first look: width and height halved until they fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.graph import Graph, Node, Registry
from engine.project import Project

_COARSE = 32  # pixels; sizes that are multiples of it stay so in families other than the starter's
_STARTER = "shdt"


def proxied(project: Project, width: int, registry: Registry) -> Project:
    """The project with every generated shot that is wider than `width` made at most so wide.

    Shots are halved as often as it needs, which keeps their aspect and what the model can make;
    the very same project is given back when none of them is wider.
    """
    graph = project.graph
    families = _families(graph)
    nodes = {name: _small(node, width, registry, families) for name, node in graph.nodes.items()}
    groups = {
        name: replace(
            group,
            nodes={k: _small(node, width, registry, families) for k, node in group.nodes.items()},
        )
        for name, group in graph.groups.items()
    }
    if nodes == graph.nodes and groups == graph.groups:
        return project
    return replace(project, graph=Graph(nodes, list(graph.links), groups))


def _small(node: Node, width: int, registry: Registry, families: frozenset[str]) -> Node:
    spec = registry.get(node.type)
    if spec is None or not spec.device:
        return node
    params = [spec.param_named.get(name) for name in ("width", "height")]
    size = [node.params.get(param.name, param.default) for param in params if param]
    if len(size) != 2 or not all(isinstance(side, int) for side in size):
        return node
    wide, high = halved(size[0], size[1], width, coarse=bool(families - {_STARTER}))
    return node if wide == size[0] else node.with_params(width=wide, height=high)


def halved(width: int, height: int, limit: int, *, coarse: bool = False) -> tuple[int, int]:
    """The size halved until it is at most `limit` wide; sides stay even.

    With `coarse`, a size of whole 32 pixels stays one.
    """
    step = _COARSE if coarse and width % _COARSE == height % _COARSE == 0 else 2
    wide, high = width, height
    while wide > limit and min(wide, high) >= 2 * step:
        wide, high = (max(step, round(side / 2 / step) * step) for side in (wide, high))
    return wide, high


def _families(graph: Graph) -> frozenset[str]:
    """The families of the models that the graph's shots use: those it names, and the default."""
    from engine.models.registry import default, models

    names = {
        str(node.params["name"])
        for nodes in (graph.nodes, *(group.nodes for group in graph.groups.values()))
        for node in nodes.values()
        if _chooses_model(node.type, node.params)
    }
    names.add(default())
    return frozenset(entry.family for name, entry in models().items() if name in names)


def _chooses_model(kind: str, params: Mapping[str, object]) -> bool:
    return kind.endswith(".model") and isinstance(params.get("name"), str)
