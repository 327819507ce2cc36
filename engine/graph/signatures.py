"""Reads annotations that were written as text, without importing what they name.

A node module imports `Clip` and the like only for the type checker; here such a name stands for
the socket type that is registered under it.
"""

from __future__ import annotations

import builtins
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ForwardRef, Union, get_args, get_origin

from engine.graph.annotations import Socket
from engine.graph.sockets import socket_of_class, socket_types


@dataclass(frozen=True)
class Reading:
    """One annotation taken apart: the type, what `Annotated` adds, `| None`, `list[...]`."""

    type: Any
    notes: tuple[object, ...] = ()
    optional: bool = False

    def note(self, kind: type) -> Any:
        """The first annotation of that kind, or None."""
        return next((note for note in self.notes if isinstance(note, kind)), None)

    @property
    def socket(self) -> str | None:
        """Name of the socket type that this annotation means; None for plain parameters."""
        noted = self.note(Socket)
        if noted:
            return str(noted.type)
        found = socket_of_class(self.type) if isinstance(self.type, type) else None
        return found.name if found and not found.class_path.startswith("builtins.") else None


def evaluate(annotation: object, namespace: Mapping[str, Any]) -> Any:
    """The type that an annotation means. Raises NameError for names known nowhere."""
    if isinstance(annotation, ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        return eval(annotation, {"__builtins__": {}}, _Names(namespace))
    return annotation


def read(annotation: object, namespace: Mapping[str, Any]) -> Reading:
    """Take apart `annotation`, found in a module with that `namespace`."""
    return _read(evaluate(annotation, namespace))


def _read(annotation: Any) -> Reading:
    if get_origin(annotation) is Annotated:
        inner = _read(annotation.__origin__)
        return Reading(inner.type, inner.notes + annotation.__metadata__, inner.optional)
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [arg for arg in get_args(annotation) if arg is not type(None)]
        if len(rest) == 1 and len(get_args(annotation)) == 2:
            inner = _read(rest[0])
            return Reading(inner.type, inner.notes, optional=True)
    return Reading(annotation)


class _Names(Mapping[str, Any]):
    """A module's names, then Python's, then those of the socket types."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace
        self._sockets = {kind.name for kind in socket_types()}

    def __getitem__(self, name: str) -> Any:
        if name in self._namespace:
            return self._namespace[name]
        if hasattr(builtins, name):
            return getattr(builtins, name)
        if name in self._sockets:
            return Annotated[object, Socket(name)]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._namespace)

    def __len__(self) -> int:
        return len(self._namespace)
