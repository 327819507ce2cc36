"""The templates that are shipped: ordinary projects, each with a picture and a paragraph."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from engine.graph import Node, Registry
from engine.project import Project
from engine.runtime.folders import resources_dir

INDEX = "templates.json"


@dataclass(frozen=True)
class Template:
    """A template: its project file, its picture, and what it is, in English."""

    name: str
    title: str
    text: str
    project: Path
    picture: Path

    @property
    def shown_title(self) -> str:
        """The title in the language of the window."""
        return QCoreApplication.translate("templates", self.title)

    @property
    def shown_text(self) -> str:
        """The paragraph in the language of the window."""
        return QCoreApplication.translate("templates", self.text)


def templates(folder: Path | None = None) -> list[Template]:
    """The templates in the order of their index."""
    folder = folder or resources_dir() / "templates"
    entries = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return [
        Template(
            name=entry["name"],
            title=entry["title"],
            text=entry["text"],
            project=folder / f"{entry['name']}.aiprod",
            picture=folder / f"{entry['name']}.jpg",
        )
        for entry in entries
    ]


def with_whole_paths(project: Project, folder: Path, registry: Registry) -> Project:
    """The project with files that lie in `folder` named by their whole paths.

    A project that has no file yet could not find them by relative ones.
    """
    nodes = {name: _named(node, folder, registry) for name, node in project.graph.nodes.items()}
    return replace(project, graph=replace(project.graph, nodes=nodes))


def _named(node: Node, folder: Path, registry: Registry) -> Node:
    spec = registry.get(node.type)
    read = [p.name for p in spec.params if p.file and not p.file.save] if spec else []
    whole = {
        name: str(folder / value)
        for name in read
        if isinstance(value := node.params.get(name), str) and value and (folder / value).exists()
    }
    return node.with_params(**whole) if whole else node
