"""The value that a project file holds, and the version of its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.errors import ProjectError
from engine.graph.document import Graph
from engine.graph.settings import ProjectSettings

FORMAT_VERSION = 1

Step: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: Mapping[int, Step] = {}
"""From each older format version, the change of the JSON document that leads to the next."""


@dataclass
class Project:
    """A graph, the settings that hold for all of it, and fields of the file that are not ours."""

    graph: Graph = field(default_factory=Graph)
    settings: ProjectSettings = field(default_factory=ProjectSettings)
    extra: Mapping[str, Any] = field(default_factory=dict)


def bring_up(
    document: dict[str, Any],
    version: int,
    *,
    steps: Mapping[int, Step] = STEPS,
    current: int = FORMAT_VERSION,
) -> dict[str, Any]:
    """The JSON document of an older format `version`, as the `current` one has it.

    Raises ProjectError when the file is newer than this program, or too old for it.
    """
    if version > current:
        raise ProjectError(
            f"the project has format {version}, and this AIPROD reads up to {current}",
            mend="Open it with a newer AIPROD.",
        )
    while version < current:
        step = steps.get(version)
        if step is None:
            raise ProjectError(f"format {version} of the project is no longer read")
        document = step(document)
        version += 1
    return document
