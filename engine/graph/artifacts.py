"""Finished files that sink nodes hand over, and the rule for their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_RESERVED = {"con", "prn", "aux", "nul"} | {f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10)}
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')


def output_name_problem(name: str) -> str | None:
    """Why `name` cannot be written inside an output folder; None when it can.

    A name is one to eight parts joined by "/", each legal on Linux, macOS and Windows, none of
    them a way out of the folder.
    """
    if not name:
        return "an output name is empty"
    if len(name) > 200:
        return "an output name is longer than 200 characters"
    if name.startswith(("/", "~")):
        return f"{name!r} points outside the output folder"
    if _FORBIDDEN.search(name):
        return f"{name!r} has a character that file names cannot have everywhere"
    parts = name.split("/")
    if ".." in parts:
        return f"{name!r} points outside the output folder"
    if len(parts) > 8:
        return f"{name!r} is nested deeper than 8 folders"
    for part in parts:
        if part in ("", ".") or part != part.strip() or part.endswith("."):
            return f"{name!r} has a part that is not a file name"
        if part.split(".")[0].lower() in _RESERVED:
            return f"{name!r} has a part that Windows reserves"
    try:
        name.encode()
    except UnicodeEncodeError:
        return f"{name!r} is not text that a file name can hold"
    return None


@dataclass(frozen=True, slots=True)
class Artifact:
    """One finished file or folder of a sink: its name in the output folder, where it is now,
    and its role there ("film", "edit", "media", "contact", "sidecar").

    Raises ValueError when the name leads out of the output folder.
    """

    name: str
    path: Path
    role: str = "film"

    def __post_init__(self) -> None:
        problem = output_name_problem(self.name)
        if problem:
            raise ValueError(problem)
