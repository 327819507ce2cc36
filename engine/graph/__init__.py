"""Specs from typed functions, the graph, its validation, execution, keys and cache."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.graph.annotations import (
    Angle,
    Color,
    File,
    Label,
    Multiline,
    Range,
    Seed,
    Socket,
)
from engine.graph.artifacts import Artifact, output_name_problem
from engine.graph.context import Context
from engine.graph.document import Graph, Group, Link, Node, Port
from engine.graph.provenance import Provenance
from engine.graph.registry import Registry, migration
from engine.graph.settings import ProjectSettings
from engine.graph.situation import Situation
from engine.graph.sockets import Codec, conversion, register_socket_type
from engine.graph.spec import Input, NodeSpec, Output, Param, node, read_spec
from engine.graph.types import Flag, Number, Prompt, PromptChange, Text

if TYPE_CHECKING:
    from engine.graph.cache import Cache
    from engine.graph.execution import Results, execute
    from engine.graph.prepare import validate
    from engine.graph.upgrading import upgrade

_ON_USE = {
    "Cache": "engine.graph.cache",
    "Results": "engine.graph.execution",
    "execute": "engine.graph.execution",
    "upgrade": "engine.graph.upgrading",
    "validate": "engine.graph.prepare",
}
"""What those who only write nodes never need, with the modules it is in."""

__all__ = [
    "Angle",
    "Artifact",
    "Cache",
    "Codec",
    "Color",
    "Context",
    "File",
    "Flag",
    "Graph",
    "Group",
    "Input",
    "Label",
    "Link",
    "Multiline",
    "Node",
    "NodeSpec",
    "Number",
    "Output",
    "Param",
    "Port",
    "ProjectSettings",
    "Prompt",
    "PromptChange",
    "Provenance",
    "Range",
    "Registry",
    "Results",
    "Seed",
    "Situation",
    "Socket",
    "Text",
    "conversion",
    "execute",
    "migration",
    "node",
    "output_name_problem",
    "read_spec",
    "register_socket_type",
    "upgrade",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _ON_USE:
        raise AttributeError(f"module 'engine.graph' has no attribute {name!r}")
    value = getattr(import_module(_ON_USE[name]), name)
    globals()[name] = value
    return value
