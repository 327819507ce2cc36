"""Brings nodes of older versions up to what the registry has, with their links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from engine.graph.document import Graph, Group, Link, Node
from engine.graph.registry import Registry

_MAX_STEPS = 100


@dataclass(frozen=True, slots=True)
class _Upgraded:
    """A node of today, and the sockets that had another name."""

    node: Node
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)


def upgrade(graph: Graph, registry: Registry) -> Graph:
    """The graph with every node that has a migration brought up to date.

    Nodes of unknown types, of newer versions, and those without a migration stay as they are.
    A migration that raises leaves its node as it is.
    """
    if not _is_old(graph, registry):
        return graph
    nodes, links = _upgrade_level(graph.nodes, graph.links, registry)
    groups = {name: _upgrade_group(group, registry) for name, group in graph.groups.items()}
    return Graph(nodes, links, groups)


def _is_old(graph: Graph, registry: Registry) -> bool:
    levels: list[Mapping[str, Node]] = [graph.nodes]
    levels.extend(group.nodes for group in graph.groups.values())
    for nodes in levels:
        for node in nodes.values():
            spec = registry.get(node.type)
            if spec is not None and spec.version == node.version:
                continue
            if registry.migration(node.type, node.version) is not None:
                return True
    return False


def _upgrade_level(
    nodes: Mapping[str, Node], links: Iterable[Link], registry: Registry
) -> tuple[dict[str, Node], list[Link]]:
    upgraded = {name: _upgrade_node(node, registry) for name, node in nodes.items()}
    made = []
    for link in links:
        source, target = upgraded.get(link.source), upgraded.get(link.target)
        output = source.outputs.get(link.output, link.output) if source else link.output
        name = target.inputs.get(link.input, link.input) if target else link.input
        if (output, name) != (link.output, link.input):
            link = replace(link, output=output, input=name)
        made.append(link)
    return {name: item.node for name, item in upgraded.items()}, made


def _upgrade_node(node: Node, registry: Registry) -> _Upgraded:
    made = _Upgraded(node)
    for _ in range(_MAX_STEPS):
        step = registry.migration(made.node.type, made.node.version)
        if step is None:
            break
        try:
            params = step.change(dict(made.node.params))
        except (KeyError, TypeError, ValueError, AttributeError):
            return _Upgraded(node)
        version = made.node.version + 1 if step.to is None else 1
        made = _Upgraded(
            replace(made.node, type=step.to or made.node.type, version=version, params=params),
            _followed(made.inputs, step.inputs),
            _followed(made.outputs, step.outputs),
        )
    return made


def _followed(earlier: Mapping[str, str], later: Mapping[str, str]) -> Mapping[str, str]:
    """Old names led through two steps of renaming."""
    made = dict(later)
    made.update({old: later.get(new, new) for old, new in earlier.items()})
    return made


def _upgrade_group(group: Group, registry: Registry) -> Group:
    nodes, links = _upgrade_level(group.nodes, group.links, registry)
    inputs = {name: _upgrade_node(node, registry) for name, node in group.nodes.items()}

    def moved(node: str, name: str, *, output: bool) -> str:
        item = inputs.get(node)
        names = {} if item is None else item.outputs if output else item.inputs
        return names.get(name, name)

    return replace(
        group,
        nodes=nodes,
        links=tuple(links),
        inputs=tuple(replace(p, field=moved(p.node, p.field, output=False)) for p in group.inputs),
        outputs=tuple(replace(p, field=moved(p.node, p.field, output=True)) for p in group.outputs),
        params=tuple(replace(p, field=moved(p.node, p.field, output=False)) for p in group.params),
    )
