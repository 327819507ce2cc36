"""Parameters set for one render only: checked against their specs, errors list what is legal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.errors import UsageError
from engine.graph import Graph, Node, Param, Registry
from engine.graph.checks import ParamError
from engine.graph.expand import GROUP_PREFIX
from engine.project import Project

_MAX_DEPTH = 16


def with_overrides(project: Project, overrides: Mapping[str, Any], registry: Registry) -> Project:
    """The project with `{"node.param": JSON value}` set; the project itself stays as it is.

    Raises UsageError, naming node and field, when there is no such place or the value is not one
    that it takes.
    """
    if not overrides:
        return project
    nodes = dict(project.graph.nodes)
    for place, value in overrides.items():
        node, param = find_param(project.graph, place, registry)
        try:
            param.check(value)
        except ParamError as error:
            message = str(error).replace("\t", ": ").lstrip(".")
            raise UsageError(message, where=f"{node.id}.{param_name(place)}") from None
        nodes[node.id] = nodes[node.id].with_params(**{param_name(place): value})
    graph = Graph(nodes, list(project.graph.links), dict(project.graph.groups))
    return replace(project, graph=graph)


def find_param(graph: Graph, place: str, registry: Registry) -> tuple[Node, Param]:
    """The node and parameter that "node.param" means; the node by its id, or its title.

    Raises UsageError that lists the nodes, or the parameters of the node.
    """
    wanted, point, name = place.rpartition(".")
    if not point:
        raise UsageError(
            f"{place!r} is not of the form NODE.PARAM", where="--set", mend=_nodes_of(graph)
        )
    node = _find_node(graph, wanted)
    params = params_of(graph, node, registry)
    if name not in params:
        legal = ", ".join(params) or "none at all"
        raise UsageError(
            f"the node {node.id!r} has no parameter {name!r}",
            where=f"{node.id}.{name}",
            mend=f"It has: {legal}.",
        )
    return node, params[name]


def param_name(place: str) -> str:
    """`seed`, of "shot_1.seed"."""
    return place.rpartition(".")[2]


def params_of(graph: Graph, node: Node, registry: Registry) -> dict[str, Param]:
    """The parameters of a node by name; those of a group are the ones it shows."""
    return _params_of(graph, node, registry, _MAX_DEPTH)


def _params_of(graph: Graph, node: Node, registry: Registry, depth: int) -> dict[str, Param]:
    if not node.type.startswith(GROUP_PREFIX):
        spec = registry.get(node.type)
        return dict(spec.param_named) if spec else {}
    group = graph.groups.get(node.type.removeprefix(GROUP_PREFIX))
    if group is None or depth == 0:
        return {}
    shown = {}
    for port in group.params:
        inner = group.nodes.get(port.node)
        found = {} if inner is None else _params_of(graph, inner, registry, depth - 1)
        if port.field in found:
            shown[port.name] = found[port.field]
    return shown


def _find_node(graph: Graph, wanted: str) -> Node:
    if wanted in graph.nodes:
        return graph.nodes[wanted]
    titled = [node for node in graph.nodes.values() if node.title == wanted]
    if len(titled) == 1:
        return titled[0]
    if titled:
        ids = ", ".join(node.id for node in titled)
        raise UsageError(f"{len(titled)} nodes are called {wanted!r}", mend=f"Use an id: {ids}.")
    raise UsageError(f"the project has no node {wanted!r}", where="--set", mend=_nodes_of(graph))


def _nodes_of(graph: Graph) -> str:
    names = sorted(graph.nodes)
    more = f" and {len(names) - 40} more" if len(names) > 40 else ""
    return f"Its nodes: {', '.join(names[:40])}{more}." if names else "It has no nodes."
