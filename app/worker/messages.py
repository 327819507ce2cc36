"""What is asked of a workshop, and what it tells: plain values, the same in either process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from engine.graph import events
from engine.project import Project


@dataclass(frozen=True)
class Look:
    """A wish to see a node's value; of two for the same node the one with the newer ticket counts.

    With `only_cheap` it is declined when it would take work.

    `proxy_width` 0 asks for full size. `device` and `numerics` are known when another process has
    made everything that needs a device already.
    """

    ticket: int
    project: Project
    base_dir: Path
    node: str
    output: str = "out"
    proxy_width: int = 0
    device: str = ""
    numerics: str = ""
    only_cheap: bool = False


@dataclass(frozen=True)
class Peek:
    """A wish to know which nodes of a project can be looked at without work; None for all."""

    project: Project
    base_dir: Path
    nodes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Told:
    """An event of a job, or, with a ticket, of a look."""

    job: int
    event: events.Event
    ticket: int = 0


@dataclass(frozen=True)
class JobMoved:
    """A job's state is another."""

    job: int


@dataclass(frozen=True)
class ReviewAsked:
    """The finished files of a job lie in `folder` and wait for a verdict."""

    job: int
    folder: Path
    findings: tuple[str, ...]


@dataclass(frozen=True)
class LookMade:
    """What a look showed; made `elsewhere`, its value is None and to be read from the cache.

    `silent` names nodes whose sound failed and is missing.
    """

    ticket: int
    node: str
    output: str
    value: Any
    key: str
    full_key: str
    proxy: bool
    device: str
    numerics: str
    elsewhere: bool = False
    silent: tuple[str, ...] = ()


@dataclass(frozen=True)
class LookFailed:
    """A look showed nothing; an empty message when it was given up."""

    ticket: int
    node: str
    message: str


@dataclass(frozen=True)
class LookDeclined:
    """A look would take work."""

    look: Look


@dataclass(frozen=True)
class Logged:
    """A line for the log of the window, from another process; `level` as in `logging`."""

    level: int
    source: str
    text: str


@dataclass(frozen=True)
class WorkerEnded:
    """The process that renders is gone, by itself: how, and what it said last."""

    cause: str
    last_words: str


@dataclass(frozen=True)
class Peeked:
    """For each node that can run: its result's key, and whether a look at it costs nothing."""

    nodes: Mapping[str, tuple[str, bool]]


Message: TypeAlias = (
    Told
    | JobMoved
    | ReviewAsked
    | LookMade
    | LookFailed
    | LookDeclined
    | Logged
    | WorkerEnded
    | Peeked
)
