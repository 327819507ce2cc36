"""The node types that exist, and how parameters of their older versions are brought up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeVar

from engine.graph.spec import NodeFunction, NodeSpec, declaration_of, read_spec

_MIGRATION = "__aiprod_migration__"


@dataclass(frozen=True)
class Migration:
    """One step from `from_version` of a node type to the next, or to another type.

    `change` gets the parameters and gives the new ones; `inputs` and `outputs` say which sockets
    have another name now.
    """

    type: str
    from_version: int
    change: Callable[[dict[str, Any]], dict[str, Any]]
    to: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)


_Change = TypeVar("_Change", bound=Callable[[dict[str, Any]], dict[str, Any]])


def migration(
    node_type: str,
    *,
    from_version: int,
    to: str | None = None,
    inputs: Mapping[str, str] | None = None,
    outputs: Mapping[str, str] | None = None,
) -> Callable[[_Change], _Change]:
    """Declare how the parameters of a node of `from_version` become those of the next version.

    With `to`, the node becomes version 1 of that other type.
    """

    def declare(change: _Change) -> _Change:
        step = Migration(node_type, from_version, change, to, inputs or {}, outputs or {})
        setattr(change, _MIGRATION, step)
        return change

    return declare


class Registry:
    """Node types by id."""

    def __init__(self) -> None:
        self._specs: dict[str, NodeSpec] = {}
        self._migrations: dict[tuple[str, int], Migration] = {}

    def add(self, spec: NodeSpec) -> NodeSpec:
        """Add one node type. Raises ValueError when its id is taken."""
        taken = self._specs.get(spec.id)
        if taken is not None:
            raise ValueError(
                f"the node type {spec.id!r} is taken by {taken.function.__module__}"
                f".{taken.function.__qualname__}"
            )
        self._specs[spec.id] = spec
        return spec

    def add_function(self, function: NodeFunction, *, type_id: str | None = None) -> NodeSpec:
        """Add the node that a function declares."""
        return self.add(read_spec(function, type_id=type_id))

    def add_migration(self, step: Migration) -> None:
        """Add one migration. Raises ValueError when there is one already."""
        place = (step.type, step.from_version)
        if place in self._migrations:
            raise ValueError(f"two migrations of {step.type!r} start at {step.from_version}")
        self._migrations[place] = step

    def add_module(self, module: ModuleType) -> list[NodeSpec]:
        """Add the nodes and migrations that a module defines, in the order of the file."""
        functions, migrations = declared_in(module)
        added = [self.add_function(function) for function in functions]
        for step in migrations:
            self.add_migration(step)
        return added

    def get(self, type_id: str) -> NodeSpec | None:
        """The node type of that id, or None."""
        return self._specs.get(type_id)

    def migration(self, node_type: str, version: int) -> Migration | None:
        """The step that leads on from that version of a node type, or None."""
        return self._migrations.get((node_type, version))

    def copy(self) -> Registry:
        """A registry of the same nodes, to which others can be added."""
        made = Registry()
        made._specs = dict(self._specs)
        made._migrations = dict(self._migrations)
        return made

    def mapped(self, change: Callable[[NodeSpec], NodeSpec]) -> Registry:
        """A registry of the same ids whose specs went through `change`."""
        made = self.copy()
        made._specs = {name: change(spec) for name, spec in self._specs.items()}
        return made

    def __getitem__(self, type_id: str) -> NodeSpec:
        return self._specs[type_id]

    def __contains__(self, type_id: object) -> bool:
        return type_id in self._specs

    def __iter__(self) -> Iterator[NodeSpec]:
        return iter(self._specs.values())

    def __len__(self) -> int:
        return len(self._specs)


def declared_in(module: ModuleType) -> tuple[list[NodeFunction], list[Migration]]:
    """The node functions and migrations that a module defines itself, in the order of the file."""
    functions: list[NodeFunction] = []
    migrations: list[Migration] = []
    for item in list(vars(module).values()):
        if getattr(item, "__module__", None) != module.__name__:
            continue
        if declaration_of(item) is not None:
            functions.append(item)
        step = getattr(item, "__dict__", {}).get(_MIGRATION)
        if isinstance(step, Migration):
            migrations.append(step)
    return functions, migrations
