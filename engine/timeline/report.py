"""What an export wrote, and what its format could not carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing that a format does not carry: where it is, what it is, what was written instead."""

    where: str
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.instead}"


@dataclass(frozen=True, slots=True)
class ExportReport:
    """The files of an export in one format, and its losses, in the order of the timeline."""

    format: str
    files: tuple[Path, ...]
    losses: tuple[Loss, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON values; files by name."""
        return {
            "format": self.format,
            "files": [path.name for path in self.files],
            "not_carried": [
                {"where": loss.where, "what": loss.what, "instead": loss.instead}
                for loss in self.losses
            ],
        }


def unique(losses: Iterable[Loss]) -> tuple[Loss, ...]:
    """The losses without repetitions, in their order."""
    return tuple(dict.fromkeys(losses))
