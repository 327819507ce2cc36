"""Edits of parameters, on any number of nodes at once: set, reset, shown as sockets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.editing.draft import Draft
from app.editing.level import EditError, Level, group_of, input_of
from app.editing.links import cut
from app.editing.patch import Patch
from engine.graph import Node, Param
from engine.graph.checks import ParamError
from engine.render.overrides import params_of


def set_params(level: Level, changes: Mapping[str, Mapping[str, Any]]) -> Patch:
    """Set parameters, by node and name, to JSON values.

    Raises EditError, naming node and parameter, when there is none or the value does not fit.
    """
    draft = Draft(level)
    for name, values in changes.items():
        node = draft.node(name)
        params = params_of(level.project.graph, node, level.registry)
        for key, value in values.items():
            _check(level, node, params, key, value)
        draft.put(node.with_params(**values))
    return draft.patch()


def reset_params(level: Level, names: Iterable[str], params: Iterable[str] | None = None) -> Patch:
    """Give parameters (all of them by default) of nodes back their default values.

    A parameter that has no default stays as it is.
    """
    draft = Draft(level)
    wanted = None if params is None else set(params)
    for name in names:
        node = draft.node(name)
        known = params_of(level.project.graph, node, level.registry)
        kept = {
            key: value
            for key, value in node.params.items()
            if (wanted is not None and key not in wanted) or (key in known and known[key].required)
        }
        if len(kept) != len(node.params):
            draft.put(replace(node, params=kept))
    return draft.patch()


def promote(level: Level, names: Iterable[str], param: str) -> Patch:
    """Show a parameter as a socket, on all those nodes that have it and can.

    Raises EditError when none of them can.
    """
    draft = Draft(level)
    able = False
    for name in names:
        node = draft.node(name)
        socket = input_of(level, node, param)
        if socket is None or not socket.param:
            continue
        able = True
        if param not in node.promoted:
            draft.put(replace(node, promoted=(*node.promoted, param)))
    if not able:
        raise EditError(
            QCoreApplication.translate("Editing", "“{name}” cannot be shown as a socket").format(
                name=param
            )
        )
    return draft.patch()


def demote(level: Level, names: Iterable[str], param: str) -> Patch:
    """Show a parameter as a control again; a link that feeds it is removed."""
    draft = Draft(level)
    for name in names:
        node = draft.node(name)
        socket = input_of(level, node, param)
        if socket is not None and not socket.param:
            continue
        cut(draft, draft.links_into(name, param))
        if param in node.promoted:
            left = tuple(item for item in node.promoted if item != param)
            draft.put(replace(draft.node(name), promoted=left))
    return draft.patch()


def _check(level: Level, node: Node, params: Mapping[str, Param], name: str, value: Any) -> None:
    if level.spec(node) is None and group_of(node) not in level.groups:
        return  # the node's type is missing: nothing is known of its parameters
    if name not in params:
        raise EditError(
            QCoreApplication.translate("Editing", "It has no parameter “{name}”").format(name=name),
            where=node.id,
        )
    try:
        params[name].check(value)
    except ParamError as error:
        message = str(error).replace("\t", ": ").lstrip(".")
        raise EditError(message, where=f"{node.id}.{name}") from None
