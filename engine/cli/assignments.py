"""`--set NODE.PARAM=VALUE`: text from the command line, typed by the parameter's spec."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.errors import UsageError
from engine.graph import Graph, Param, Registry
from engine.render.overrides import find_param, param_name

_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def read_assignments(
    texts: Iterable[str], graph: Graph, registry: Registry, *, base_dir: Path
) -> dict[str, Any]:
    """`{"node.param": JSON value}` of texts such as `shot_1.seed=7`.

    A relative path that exists from where the command was typed is taken from there, any other
    from the project's folder `base_dir`. Raises UsageError, naming node and field.
    """
    return dict(_read(text, graph, registry, base_dir) for text in texts)


def _read(text: str, graph: Graph, registry: Registry, base_dir: Path) -> tuple[str, Any]:
    place, equals, value = text.partition("=")
    if not equals:
        raise UsageError(
            f"{text!r} is not of the form NODE.PARAM=VALUE",
            where="--set",
            mend="For example: --set shot_1.seed=7",
        )
    node, param = find_param(graph, place, registry)
    where = f"{node.id}.{param_name(place)}"
    return where, _typed(value, param, where=where, base_dir=base_dir)


def _typed(text: str, param: Param, *, where: str, base_dir: Path) -> Any:
    if param.optional and text in ("", "none", "null"):
        return None
    match param.kind:
        case "bool":
            return _bool(text, where)
        case "int" | "float" | "data":
            return _json(text, where, what=param.kind)
        case "choice":
            return next((choice for choice in param.choices if str(choice) == text), text)
        case "path" if param.file is not None and not param.file.save:
            return _path(text, base_dir)
        case _:
            return text


def _bool(text: str, where: str) -> bool:
    if text.lower() in _TRUE + _FALSE:
        return text.lower() in _TRUE
    raise UsageError(f"{text!r} is neither true nor false", where=where)


def _json(text: str, where: str, *, what: str) -> Any:
    kinds = {"int": "a whole number", "float": "a number", "data": "JSON"}
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise UsageError(f"{text[:60]!r} is not {kinds[what]}", where=where) from None


def _path(text: str, base_dir: Path) -> str:
    typed = Path(text).expanduser()
    if typed.is_absolute() or not typed.exists():
        return typed.as_posix()
    try:
        return Path(os.path.relpath(typed, base_dir)).as_posix()
    except ValueError:  # another drive
        return typed.resolve().as_posix()
