"""From a project to its canonical JSON text: stable order, one node a group of lines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import ProjectError
from engine.graph.document import Group, Link, Node, Port, link_order
from engine.project.document import FORMAT_VERSION, Project
from engine.project.limits import check_value
from engine.project.names import NAME, NODE_ID, TYPE_ID

_WIDTH = 96
_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def write_document(project: Project) -> str:
    """The project as text; equal projects give equal text. Raises ProjectError."""
    check_value(dict(project.extra), "the file")
    settings = project.settings
    document: dict[str, Any] = {
        "aiprod": FORMAT_VERSION,
        "settings": {
            "name": settings.name,
            "rate": str(settings.rate),
            "width": settings.width,
            "height": settings.height,
            "sample_rate": settings.sample_rate,
            "seed": settings.seed,
        },
        "nodes": _nodes(project.graph.nodes),
        "links": _links(project.graph.links),
    }
    if project.graph.groups:
        groups = project.graph.groups
        document["groups"] = {name: _group(groups[name]) for name in sorted(groups, key=natural)}
    document |= {name: _sorted(project.extra[name]) for name in sorted(project.extra)}
    check_value(document["settings"], "settings")
    return "".join((*_lines(document, "", levels=4), "\n"))


def natural(name: str) -> tuple[list[tuple[int, int | str]], str]:
    """Sort key that puts "shot2" before "shot10"."""
    parts = re.split(r"(\d+)", name)
    return [(1, part) if not part.isdecimal() else (0, int(part)) for part in parts if part], name


def _valid(pattern: re.Pattern[str], name: str, where: str) -> str:
    if not pattern.fullmatch(name):
        raise ProjectError(f"{name[:80]!r} is not a valid name", where=where)
    return name


def _nodes(nodes: Mapping[str, Node]) -> dict[str, Any]:
    for name, node in nodes.items():
        if node.id != _valid(NODE_ID, name, "nodes"):
            raise ProjectError(f"the node is kept under {name!r}", where=f"nodes.{node.id}")
    return {node_id: _node(nodes[node_id]) for node_id in sorted(nodes, key=natural)}


def _node(node: Node) -> dict[str, Any]:
    check_value(dict(node.params), f"nodes.{node.id}")
    check_value(dict(node.extra), f"nodes.{node.id}")
    check_value(node.title, f"nodes.{node.id}.title")
    where = f"nodes.{node.id}"
    made: dict[str, Any] = {
        "type": _valid(TYPE_ID, node.type, where),
        "version": node.version,
    }
    for name in (*node.params, *node.promoted):
        _valid(NAME, name, where)
    if node.title:
        made["title"] = node.title
    if node.params:
        made["params"] = {name: _sorted(node.params[name]) for name in sorted(node.params)}
    if node.pos != (0.0, 0.0):
        made["pos"] = [_short(part) for part in node.pos]
    for name in ("muted", "bypassed", "disabled"):
        if getattr(node, name):
            made[name] = True
    if node.promoted:
        made["promoted"] = list(node.promoted)
    return made | {name: _sorted(node.extra[name]) for name in sorted(node.extra)}


def _links(links: Iterable[Link]) -> list[Any]:
    made = []
    for link in sorted(links, key=link_order):
        for pattern, name in (
            (NODE_ID, link.source),
            (NAME, link.output),
            (NODE_ID, link.target),
            (NAME, link.input),
        ):
            _valid(pattern, name, "links")
        item: dict[str, Any] = {
            "from": f"{link.source}.{link.output}",
            "to": f"{link.target}.{link.input}",
        }
        if link.index:
            item["index"] = link.index
        if link.muted:
            item["muted"] = True
        made.append(item)
    return made


def _group(group: Group) -> dict[str, Any]:
    made: dict[str, Any] = {"title": group.title, "nodes": _nodes(group.nodes)}
    made["links"] = _links(group.links)
    for name in ("inputs", "outputs", "params"):
        ports: tuple[Port, ...] = getattr(group, name)
        if ports:
            made[name] = [{"name": port.name, "at": f"{port.node}.{port.field}"} for port in ports]
    check_value(group.title, "groups")
    check_value(dict(group.extra), "groups")
    return made | {name: _sorted(group.extra[name]) for name in sorted(group.extra)}


def _short(part: float) -> float | int:
    return int(part) if float(part).is_integer() else part


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, (list, tuple)):
        return [_sorted(item) for item in value]
    return value


def _lines(value: Any, margin: str, *, levels: int) -> Iterable[str]:
    """Pieces of the text of `value`; the outer `levels` are always broken into lines."""
    if not value or not isinstance(value, (dict, list)):
        yield _ENCODE(value)
        return
    if levels <= 0 or (isinstance(value, list) and levels == 1):
        text = _ENCODE(value)
        if len(text) + len(margin) <= _WIDTH:
            yield text
            return
    inner = margin + "  "
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    comma = opening + "\n"
    for name, item in value.items() if isinstance(value, dict) else ((None, i) for i in value):
        yield comma + inner if name is None else f"{comma}{inner}{_ENCODE(name)}: "
        below = levels - 1 if isinstance(value, dict) else 0
        if name == "groups" and not margin:
            below += 2  # a group has nodes of its own
        yield from _lines(item, inner, levels=below)
        comma = ",\n"
    yield f"\n{margin}{closing}"
