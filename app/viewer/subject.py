"""The node that is looked at: where it is, what it gives, which shot it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.editing.level import Level, level_at, outputs_of, ways_to
from app.editing.links import upstream
from engine.graph import Node, Registry
from engine.project import Project

PICTURES = ("Clip", "Image", "Sequence", "Timeline", "Artifact")
SHOWN = (*PICTURES, "Sound")
TEXTS = ("Text", "Prompt", "Number", "Flag", "Captions", "Transcript", "Script")
TIMELINE = "editorial.timeline"
KEYFRAME = "generate.keyframe"


@dataclass(frozen=True)
class Subject:
    """A node by its name in the flat graph, the level it is on, and the output to look at."""

    name: str
    level: Level
    node: Node
    output: str
    type: str

    @property
    def title(self) -> str:
        """What the node is called."""
        spec = self.level.spec(self.node)
        return self.node.title or (spec.title if spec else self.node.id)


def subject_of(project: Project, registry: Registry, name: str) -> Subject | None:
    """The node "group/inner" and its output that says most; None when there is nothing to see."""
    *path, last = name.split("/")
    level = level_at(Level(project, registry), path)
    node = level.nodes.get(last) if level is not None else None
    if level is None or node is None:
        return None
    outputs = outputs_of(level, node)
    for types in (SHOWN, TEXTS):
        for output in outputs:
            if output.type in types:
                return Subject(name, level, node, output.name, output.type)
    return None


def program_of(project: Project, wanted: str = "") -> str:
    """The timeline that is the program: the wanted one while it is there, else the first."""
    found = ways_to(project, TIMELINE)
    return wanted if wanted in found else next(iter(found), "")


def result_of(project: Project, registry: Registry) -> str:
    """The node to look at while none was chosen: the timeline, else the last that makes a picture
    or a sound which no other takes on; empty when there is none."""
    program = program_of(project)
    if program:
        return program
    level = Level(project, registry)
    for name in reversed(list(level.nodes)):
        subject = subject_of(project, registry, name)
        if subject is None or subject.type not in SHOWN:
            continue
        takers = (level.nodes.get(link.target) for link in level.fed.get(name, ()))
        specs = [level.spec(node) for node in takers if node is not None]
        if all(spec is not None and spec.sink for spec in specs):
            return name
    return ""


def shot_of(level: Level, name: str) -> str:
    """The node that takes keyframes: this one, or the nearest before it; empty when none does."""
    if name not in level.nodes:
        return ""
    for near in (name, *_nearest(level, name)):
        if condition_input(level, near):
            return near
    return ""


def condition_input(level: Level, name: str) -> str:
    """The input of a node that takes any number of conditions; empty when it has none."""
    spec = level.spec(level.nodes[name])
    if spec is None:
        return ""
    return next((item.name for item in spec.inputs if item.type == "Condition" and item.many), "")


def mask_input(level: Level, name: str) -> str:
    """The input of a node that takes a mask as a picture, if it has one without a link."""
    spec = level.spec(level.nodes[name])
    for item in spec.inputs if spec is not None else ():
        free = all(link.input != item.name for link in level.feeding.get(name, ()))
        if item.name == "mask" and item.type == "Image" and free:
            return item.name
    return ""


def takes_of(node: Node) -> dict[str, dict[str, Any]]:
    """The takes of a shot by name, as they were written down."""
    found = node.extra.get("takes")
    if not isinstance(found, list | tuple):
        return {}
    return {
        str(item.get("name") or index + 1): dict(item)
        for index, item in enumerate(found)
        if isinstance(item, dict)
    }


def _nearest(level: Level, name: str) -> Iterator[str]:
    """The nodes that feed this one, the nearest first."""
    waiting, seen = [name], {name}
    allowed = upstream(level, name)
    while waiting:
        here = waiting.pop(0)
        for link in level.feeding.get(here, ()):
            if link.source in allowed and link.source not in seen:
                seen.add(link.source)
                waiting.append(link.source)
                yield link.source
