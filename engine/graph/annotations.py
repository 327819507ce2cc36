"""What a node's signature can say about its parameters beyond their types."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """Smallest and largest value of a number (both included; None is open), step and unit."""

    lo: float | None = None
    hi: float | None = None
    step: float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A path parameter: "video", "image", "sound", "edit", "captions", "font", "model", "folder"
    or "any".

    A file that is read is fingerprinted into the result's key, so a changed file is read again;
    its path is taken from the folder of the project. With `save=True` the parameter names a file
    to be written: a plain name inside the output folder, never a path out of it.

    With `searched=True` the path is a place to look for files in: the node's `fingerprint` names
    those that it finds, and what else lies there does not count.
    """

    kind: str = "any"
    save: bool = False
    searched: bool = False


@dataclass(frozen=True, slots=True)
class Multiline:
    """A text parameter of several lines."""


@dataclass(frozen=True, slots=True)
class Color:
    """A text parameter that is a colour, `#rrggbb` or `#rrggbbaa`."""


@dataclass(frozen=True, slots=True)
class Angle:
    """A number parameter in degrees, shown as a dial."""


@dataclass(frozen=True, slots=True)
class Seed:
    """An `int | None` parameter that locks the node's seed; None takes the project's."""


@dataclass(frozen=True, slots=True)
class Label:
    """The name that the inspector shows instead of one made from the parameter's name."""

    text: str


@dataclass(frozen=True, slots=True)
class Socket:
    """Makes an annotated type a socket of the named kind: `Annotated[str, Socket("Text")]`."""

    type: str
