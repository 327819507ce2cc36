"""What a project or a template needs besides the program: models that their owners publish."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from engine.project.document import Project
from engine.project.file import load
from engine.runtime.folders import resources_dir

if TYPE_CHECKING:
    from engine.models.ltx2.catalogue import Needed


def lacking(project: Project) -> list[Needed]:
    """Published files that the project's nodes take and that are not here."""
    from engine.models.ltx2.catalogue import TEXT, needed_by, text_folder
    from engine.models.records import read_weights

    graph = project.graph
    every = [graph.nodes, *(group.nodes for group in graph.groups.values())]
    nodes = [(node.type, node.params) for nodes in every for node in nodes.values()]
    here = {name for path, card in read_weights() for name in (card.name, path.stem)}
    if text_folder().is_dir():
        here.add(TEXT.name)
    return [item for item in needed_by(nodes) if item.name not in here]


def templates_lacking(folder: Path | None = None) -> dict[str, list[Needed]]:
    """What each template lacks, by its title; those that lack nothing are left out."""
    folder = folder or resources_dir() / "templates"
    index = json.loads((folder / "templates.json").read_text(encoding="utf-8"))
    found = {item["title"]: lacking(load(folder / f"{item['name']}.aiprod")) for item in index}
    return {title: files for title, files in found.items() if files}
