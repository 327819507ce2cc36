"""What a run tells while it goes on: frozen values that also print as JSON lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeAlias


class _Reported:
    """Gives the events below their JSON form."""

    __slots__ = ()

    def as_dict(self) -> dict[str, Any]:
        """The event as JSON values, with its kind under "event"."""
        values = {f.name: _plain(getattr(self, f.name)) for f in fields(self)}  # type: ignore[arg-type]
        return {"event": type(self).__name__} | values


@dataclass(frozen=True, slots=True)
class RunPlanned(_Reported):
    """The plan is made: nodes that run, and nodes whose results are read from the cache."""

    run: int
    cached: int


@dataclass(frozen=True, slots=True)
class NodeStarted(_Reported):
    """A node begins to run."""

    node: str
    title: str


@dataclass(frozen=True, slots=True)
class NodeProgress(_Reported):
    """A node came on: `done` of `total` steps; seconds left for it and for the whole run."""

    node: str
    title: str
    done: float
    total: float
    note: str = ""
    seconds_left: float | None = None
    run_seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class NodeFinished(_Reported):
    """A node's result is there; `cached` when nothing had to run for it."""

    node: str
    title: str
    cached: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class NodeFailed(_Reported):
    """A node stopped with an error."""

    node: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Warning(_Reported):  # noqa: A001
    """A node did its work, but the user should know something about it.

    `cached`: it was told when the result was made, which is used again now.
    """

    node: str
    title: str
    message: str
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Preview(_Reported):
    """A picture of work in progress (an Image, or an array of H x W x 3 bytes)."""

    node: str
    title: str
    image: object

    def as_dict(self) -> dict[str, Any]:
        """The event without its picture, which JSON cannot carry."""
        return {"event": "Preview", "node": self.node, "title": self.title}


@dataclass(frozen=True, slots=True)
class RenderFinished(_Reported):
    """Everything asked for is made: delivered files, wall seconds, nodes run and reused."""

    files: tuple[Path, ...]
    seconds: float
    ran: int
    cached: int


Event: TypeAlias = (
    RunPlanned
    | NodeStarted
    | NodeProgress
    | NodeFinished
    | NodeFailed
    | Warning
    | Preview
    | RenderFinished
)
OnEvent: TypeAlias = Callable[[Event], None]


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
