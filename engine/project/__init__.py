"""The .aiprod file: a graph and its settings as one JSON document, read, written, migrated."""

from __future__ import annotations

from engine.graph.settings import ProjectSettings
from engine.project.document import FORMAT_VERSION, Project
from engine.project.file import SUFFIX, dumps, load, loads, save

__all__ = [
    "FORMAT_VERSION",
    "SUFFIX",
    "Project",
    "ProjectSettings",
    "dumps",
    "load",
    "loads",
    "save",
]
