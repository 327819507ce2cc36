"""From the JSON document of a project to its values, each field checked and named in errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.errors import ProjectError
from engine.graph.checks import ParamError, parse_fraction
from engine.graph.document import Graph, Group, Link, Node, Port
from engine.graph.settings import ProjectSettings
from engine.project.document import Project, bring_up
from engine.project.limits import MAX_LINKS, MAX_NODES, check_value
from engine.project.names import NAME, NODE_ID, TYPE_ID

_NODE_FIELDS = {
    "type",
    "version",
    "params",
    "title",
    "pos",
    "muted",
    "bypassed",
    "disabled",
    "promoted",
}
_SETTINGS = {
    "width": (16, 16384),
    "height": (16, 16384),
    "sample_rate": (8000, 384_000),
    "seed": (0, 2**63 - 1),
}


def read_document(document: object) -> Project:
    """The project that a JSON document describes. Raises ProjectError, naming the field."""
    if not isinstance(document, dict) or "aiprod" not in document:
        raise ProjectError('this is not an AIPROD project: it has no "aiprod" version')
    version = _int(document["aiprod"], "aiprod", 1, 10**6)
    document = dict(bring_up(document, version))
    document.pop("aiprod", None)
    settings = _settings(document.pop("settings", {}))
    nodes = _nodes(document.pop("nodes", {}), "nodes")
    links = _links(document.pop("links", []), "links")
    groups = {
        _matched(NODE_ID, name, "groups"): _group(item, f"groups.{name}")
        for name, item in _table(document.pop("groups", {}), "groups").items()
    }
    check_value(document, "the file")
    _check_totals(nodes, links, groups)
    return Project(Graph(nodes, list(links), groups), settings, document)


def _check_totals(
    nodes: Mapping[str, Node], links: tuple[Link, ...], groups: Mapping[str, Group]
) -> None:
    node_count = len(nodes) + sum(len(group.nodes) for group in groups.values())
    link_count = len(links) + sum(len(group.links) for group in groups.values())
    if node_count > MAX_NODES:
        raise ProjectError(f"{node_count} nodes are too many: a project has at most {MAX_NODES}")
    if link_count > MAX_LINKS:
        raise ProjectError(f"{link_count} links are too many: a project has at most {MAX_LINKS}")


def _settings(value: object) -> ProjectSettings:
    table = _table(value, "settings")
    made: dict[str, Any] = {}
    for name, item in table.items():
        where = f"settings.{name}"
        if name == "name":
            made[name] = _text(item, where, 200)
        elif name == "rate":
            made[name] = _rate(item, where)
        elif name in _SETTINGS:
            made[name] = _int(item, where, *_SETTINGS[name])
        else:
            raise ProjectError("there is no such setting", where=where[:120])
    return ProjectSettings(**made)


def _rate(value: object, where: str) -> Any:
    try:
        rate = parse_fraction(value)
    except ParamError as error:
        raise ProjectError(str(error), where=where) from None
    if not 0 < rate <= 1000:
        raise ProjectError("the rate must be above 0 and at most 1000 frames/s", where=where)
    return rate


def _nodes(value: object, where: str) -> dict[str, Node]:
    table = _table(value, where)
    if len(table) > MAX_NODES:
        raise ProjectError(f"{len(table)} nodes are too many: a project has at most {MAX_NODES}")
    return {
        node_id: _node(_matched(NODE_ID, node_id, where), item, where)
        for node_id, item in table.items()
    }


def _node(node_id: str, value: object, parent: str) -> Node:
    where = f"{parent}.{node_id}"
    table = _table(value, where)
    if "type" not in table:
        raise ProjectError("the node has no type", where=where)
    params = _table(table.get("params", {}), f"{where}.params")
    for name, item in params.items():
        check_value(item, f"{where}.params.{_matched(NAME, name, where)}")
    extra = {name: item for name, item in table.items() if name not in _NODE_FIELDS}
    if extra:
        check_value(extra, where)
    return Node(
        node_id,
        _matched(TYPE_ID, table["type"], f"{where}.type"),
        _int(table.get("version", 1), f"{where}.version", 1, 10**6),
        params,
        _text(table.get("title", ""), f"{where}.title", 500),
        _position(table.get("pos", [0.0, 0.0]), f"{where}.pos"),
        muted=_bool(table.get("muted", False), f"{where}.muted"),
        bypassed=_bool(table.get("bypassed", False), f"{where}.bypassed"),
        disabled=_bool(table.get("disabled", False), f"{where}.disabled"),
        promoted=tuple(
            _matched(NAME, name, f"{where}.promoted")
            for name in _list(table.get("promoted", []), f"{where}.promoted")
        ),
        extra=extra,
    )


def _links(value: object, where: str) -> tuple[Link, ...]:
    items = _list(value, where)
    if len(items) > MAX_LINKS:
        raise ProjectError(f"{len(items)} links are too many: a project has at most {MAX_LINKS}")
    return tuple(_link(item, f"{where}[{number}]") for number, item in enumerate(items))


def _link(value: object, where: str) -> Link:
    table = _only(_table(value, where), ("from", "to", "index", "muted"), where)
    source, output = _place(table.get("from"), f"{where}.from")
    target, name = _place(table.get("to"), f"{where}.to")
    return Link(
        source,
        output,
        target,
        name,
        _int(table.get("index", 0), f"{where}.index", 0, 2**31),
        muted=_bool(table.get("muted", False), f"{where}.muted"),
    )


def _group(value: object, where: str) -> Group:
    table = dict(_table(value, where))
    made = Group(
        title=_text(table.pop("title", ""), f"{where}.title", 500),
        nodes=_nodes(table.pop("nodes", {}), f"{where}.nodes"),
        links=_links(table.pop("links", []), f"{where}.links"),
        inputs=_ports(table.pop("inputs", []), f"{where}.inputs"),
        outputs=_ports(table.pop("outputs", []), f"{where}.outputs"),
        params=_ports(table.pop("params", []), f"{where}.params"),
        extra=table,
    )
    check_value(table, where)
    return made


def _ports(value: object, where: str) -> tuple[Port, ...]:
    made = []
    for number, item in enumerate(_list(value, where)):
        place = f"{where}[{number}]"
        table = _only(_table(item, place), ("name", "at"), place)
        node, field = _place(table.get("at"), f"{place}.at")
        made.append(Port(_matched(NAME, table.get("name"), f"{place}.name"), node, field))
    return tuple(made)


def _place(value: object, where: str) -> tuple[str, str]:
    if isinstance(value, str):
        node, dot, field = value.partition(".")
        if dot and NODE_ID.fullmatch(node) and NAME.fullmatch(field):
            return node, field
    raise ProjectError(f'{_shown(value)} is not a place such as "shot1.out"', where=where)


def _table(value: object, where: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise ProjectError(f"{_shown(value)} is not a table", where=where)


def _only(table: dict[str, Any], names: tuple[str, ...], where: str) -> dict[str, Any]:
    for name in table:
        if name not in names:
            raise ProjectError(f"there is no field {name[:80]!r} here", where=where)
    return table


def _list(value: object, where: str) -> list[Any]:
    if isinstance(value, list):
        return value
    raise ProjectError(f"{_shown(value)} is not a list", where=where)


def _matched(pattern: re.Pattern[str], value: object, where: str) -> str:
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise ProjectError(f"{_shown(value)} is not a valid name", where=where)


def _text(value: object, where: str, longest: int) -> str:
    if not isinstance(value, str):
        raise ProjectError(f"{_shown(value)} is not text", where=where)
    if len(value) > longest:
        raise ProjectError(f"the text is longer than {longest} characters", where=where)
    check_value(value, where)
    return value


def _int(value: object, where: str, lo: int, hi: int) -> int:
    if type(value) is int and lo <= value <= hi:
        return value
    raise ProjectError(f"{_shown(value)} is not a whole number from {lo} to {hi}", where=where)


def _bool(value: object, where: str) -> bool:
    if value is True or value is False:
        return value
    raise ProjectError(f"{_shown(value)} is neither true nor false", where=where)


def _position(value: object, where: str) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2:
        x, y = value
        if all(type(part) in (int, float) and abs(part) < 1e9 for part in value):
            return float(x), float(y)
    raise ProjectError(f"{_shown(value)} is not a position such as [120, 80]", where=where)


def _shown(value: object) -> str:
    if isinstance(value, (dict, list)):
        return "a table" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
