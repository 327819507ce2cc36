"""States of a job as types, and which state may follow which."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from engine.errors import AiprodError


@dataclass(frozen=True)
class Queued:
    """Waits for its turn."""


@dataclass(frozen=True)
class Planning:
    """The project is checked and ordered."""


@dataclass(frozen=True)
class Generating:
    """Shots, pictures and sound are made."""


@dataclass(frozen=True)
class Assembling:
    """The films and edits are written, out of sight of the output folder."""


@dataclass(frozen=True)
class Checking:
    """The finished files are read back and measured."""

    files: int = 0


@dataclass(frozen=True)
class Review:
    """Everything is made; the findings wait for a yes before the files are delivered.

    `warnings` are what its nodes told.
    """

    findings: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivered:
    """The files are in the output folder; names are relative to it.

    `note` is what the one who approved them had to say, `warnings` what the job's nodes told.
    """

    files: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    note: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """A node or a file went wrong; the message names it."""

    message: str


@dataclass(frozen=True)
class Cancelled:
    """The user stopped it in the state named `during`, or turned it down in review: `note`."""

    during: str
    note: str = ""


@dataclass(frozen=True)
class Interrupted:
    """Its process ended in the state named `during`; what was finished is kept."""

    during: str


Active = Planning | Generating | Assembling | Checking | Review
Ended = Delivered | Failed | Cancelled | Interrupted
State = Queued | Active | Ended

_TYPES: tuple[type[State], ...] = (
    *(Queued, Planning, Generating, Assembling, Checking, Review),
    *(Delivered, Failed, Cancelled, Interrupted),
)
_BY_NAME: dict[str, type[State]] = {kind.__name__.lower(): kind for kind in _TYPES}
_ANY_END: tuple[type[State], ...] = (Failed, Cancelled, Interrupted)

ALLOWED: dict[type[State], tuple[type[State], ...]] = {
    Queued: (Planning, Cancelled),
    Planning: (Generating, Assembling, *_ANY_END),
    Generating: (Assembling, Checking, *_ANY_END),
    Assembling: (Checking, *_ANY_END),
    Checking: (Review, *_ANY_END),
    Review: (Delivered, *_ANY_END),
    Delivered: (Queued,),
    Failed: (Queued, Cancelled),
    Cancelled: (Queued,),
    Interrupted: (Queued, Cancelled),
}
STATE_NAMES: tuple[str, ...] = tuple(_BY_NAME)


def state_name(state: State | type[State]) -> str:
    """The word a user sees: `generating` for `Generating()`."""
    return (state if isinstance(state, type) else type(state)).__name__.lower()


def is_active(state: State) -> bool:
    """Whether a process works, or should be working, on the job."""
    return isinstance(state, Active)


def check_transition(now: State, then: State) -> None:
    """Raise AiprodError unless `then` may follow `now`."""
    if type(then) not in ALLOWED[type(now)]:
        legal = ", ".join(state_name(kind) for kind in ALLOWED[type(now)])
        raise AiprodError(
            f"a job that is {state_name(now)} cannot become {state_name(then)}",
            mend=f"From there it goes to: {legal}.",
        )


def encode_state(state: State) -> tuple[str, str]:
    """The state as two text columns: its name, and what it carries as JSON."""
    return state_name(state), json.dumps(dataclasses.asdict(state), sort_keys=True)


def decode_state(name: str, carried: str) -> State:
    """The state that `encode_state` wrote. Raises AiprodError when the record makes no sense."""
    try:
        kind: Any = _BY_NAME[name]
        fields = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in json.loads(carried).items()
        }
        state: State = kind(**fields)
    except (AttributeError, KeyError, TypeError, ValueError) as cause:
        raise AiprodError(f"job record with unknown state {name!r}") from cause
    return state
