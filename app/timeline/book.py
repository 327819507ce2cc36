"""Items and sound clips as values, and as the JSON objects that the project holds.

The same object gives the same value and the same name every time, so that undo brings back what
was selected, and a change of one item of thousands is a change of one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engine.graph.checks import to_json

_MOST = 60_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A value with its JSON object and its name."""

    value: T
    json: Any
    name: str


class Book(Generic[T]):
    """The values read so far. `check` turns a JSON object into a value or raises ValueError."""

    def __init__(self, check: Callable[[Any], T], plain: Mapping[str, Any]) -> None:
        self._check = check
        self._plain = plain
        self._by_json: dict[int, Entry[T]] = {}
        self._number = 0

    def read(self, rows: Sequence[Any]) -> tuple[Entry[T], ...]:
        """The entries of JSON objects. Raises ValueError for one that is no value."""
        if len(self._by_json) > _MOST:
            self._by_json.clear()
        seen: set[int] = set()
        made: list[Entry[T]] = []
        for row in rows:
            entry = self._by_json.get(id(row))
            if entry is None or id(row) in seen:
                entry = self._keep(self._check(dict(row)), row, self._next())
            seen.add(id(row))
            made.append(entry)
        return tuple(made)

    def write(self, values: Sequence[T], before: Sequence[Entry[T]], alike: str) -> list[Any]:
        """The JSON objects of values that came out of `before`; unchanged ones stay the same.

        A changed value keeps the name of one that is gone and has the same attribute `alike`.
        """
        known = {id(entry.value): entry for entry in before}
        kept = {id(value) for value in values} & known.keys()
        gone = [entry for entry in before if id(entry.value) not in kept]
        made: list[Any] = []
        used: set[int] = set()
        for value in values:
            entry = known.get(id(value))
            if entry is not None and id(value) not in used:
                used.add(id(value))
                made.append(entry.json)
                continue
            match = next(
                (old for old in gone if getattr(old.value, alike) == getattr(value, alike)), None
            )
            if match is not None:
                gone.remove(match)
            name = match.name if match is not None else self._next()
            own = dataclasses.replace(value)  # type: ignore[type-var]
            made.append(self._keep(own, self._plainly(own), name).json)
        return made

    def _keep(self, value: T, row: Any, name: str) -> Entry[T]:
        entry = Entry(value, row, name)
        self._by_json[id(row)] = entry
        return entry

    def _next(self) -> str:
        self._number += 1
        return str(self._number)

    def _plainly(self, value: T) -> dict[str, Any]:
        """A value as JSON, without the fields that say what they say by default."""
        table: dict[str, Any] = to_json(value)
        always = () if table.get("gap") is not None else ("clip", "at")
        return {
            name: _short(item)
            for name, item in table.items()
            if item != self._plain.get(name) or name in always
        }


def _short(item: Any) -> Any:
    if isinstance(item, dict) and "kind" in item:
        return {name: part for name, part in item.items() if _TRANSITION.get(name, ...) != part} | {
            "kind": item["kind"],
            "frames": item["frames"],
        }
    return item


_TRANSITION = {
    "code": 1,
    "softness": 0.0,
    "reverse": False,
    "color": "#000000",
    "direction": "left",
    "sound": True,
}
