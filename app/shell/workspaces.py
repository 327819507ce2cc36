"""The four workspaces as values: which panels each shows, beside and over each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


@dataclass(frozen=True)
class Row:
    """Parts beside each other, with their shares of the width."""

    parts: tuple[Part, ...]
    shares: tuple[int, ...]


@dataclass(frozen=True)
class Column:
    """Parts over each other, with their shares of the height."""

    parts: tuple[Part, ...]
    shares: tuple[int, ...]


@dataclass(frozen=True)
class Tabs:
    """Panels in one place; the first is in front."""

    names: tuple[str, ...]


Part: TypeAlias = Row | Column | Tabs

WORKSPACES: Mapping[str, Part] = {
    "graph": Row(
        (
            Tabs(("library", "assets")),
            Column((Tabs(("canvas",)), Tabs(("timeline", "jobs", "log"))), (7, 3)),
            Column((Tabs(("viewer",)), Tabs(("inspector", "history"))), (4, 5)),
        ),
        (18, 56, 26),
    ),
    "edit": Column(
        (
            Row(
                (Tabs(("assets", "library")), Tabs(("viewer",)), Tabs(("inspector", "history"))),
                (20, 54, 26),
            ),
            Tabs(("timeline",)),
        ),
        (58, 42),
    ),
    "sound": Column(
        (
            Row(
                (
                    Tabs(("assets", "library")),
                    Tabs(("viewer",)),
                    Tabs(("meters",)),
                    Tabs(("inspector", "history")),
                ),
                (20, 40, 16, 24),
            ),
            Tabs(("timeline",)),
        ),
        (50, 50),
    ),
    "deliver": Row(
        (
            Column((Tabs(("jobs",)), Tabs(("log",))), (60, 40)),
            Column((Tabs(("viewer",)), Tabs(("timeline",))), (64, 36)),
            Column((Tabs(("review",)), Tabs(("models", "plugins"))), (50, 50)),
        ),
        (30, 42, 28),
    ),
}


MAIN_PANELS: Mapping[str, str] = {
    "graph": "canvas",
    "edit": "timeline",
    "sound": "timeline",
    "deliver": "jobs",
}
"""The panel of each workspace that has the focus at first."""


def workspace_title(name: str) -> str:
    """The title of a workspace, in the language of the window."""
    titles = {
        "graph": translate("Workspaces", "Graph"),
        "edit": translate("Workspaces", "Edit"),
        "sound": translate("Workspaces", "Sound"),
        "deliver": translate("Workspaces", "Deliver"),
    }
    return titles[name]


def panels_of(part: Part) -> tuple[str, ...]:
    """The names of all panels in a part, in its order."""
    if isinstance(part, Tabs):
        return part.names
    return tuple(name for inner in part.parts for name in panels_of(inner))


def front_panels(part: Part) -> tuple[str, ...]:
    """The panels that are seen first: the front one of each place."""
    if isinstance(part, Tabs):
        return part.names[:1]
    return tuple(name for inner in part.parts for name in front_panels(inner))
