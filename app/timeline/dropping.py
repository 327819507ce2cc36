"""What is dropped on the timeline: nodes of the project, kinds of nodes, media files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData

from app.editing.drops import kind_of
from app.editing.level import Level
from app.strips import Strips
from app.timeline.lengths import promised_seconds
from app.timeline.verbs import Source
from engine.graph.sockets import can_link
from widgets.canvas import NODE_MIME
from widgets.timeline import DropPlan

NODES_MIME = "application/x-aiprod-nodes"
"""Ids of nodes of the open project, as a JSON list in UTF-8."""

CLIPS_MIME = "application/x-aiprod-clips"
_UNKNOWN_SECONDS = 2
_NODES = {"video": "media.load_clip", "image": "media.load_image", "sound": "media.load_sound"}


@dataclass(frozen=True)
class Dropped:
    """Nodes of the project, types of nodes to add, or files to add nodes for."""

    nodes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def read_mime(data: QMimeData) -> Dropped:
    """What a drag carries that a timeline can use."""
    if data.hasFormat(NODES_MIME):
        try:
            names = json.loads(bytes(data.data(NODES_MIME).data()).decode())
        except ValueError:
            names = []
        return Dropped(nodes=tuple(str(name) for name in names if isinstance(name, str)))
    if data.hasFormat(NODE_MIME):
        return Dropped(types=(bytes(data.data(NODE_MIME).data()).decode(),))
    paths = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return Dropped(files=tuple(path for path in paths if kind_of(path) is not None))


def source_of(
    level: Level, strips: Strips, rate: Fraction, node: str, output: str = ""
) -> Source | None:
    """What a node's result is on a timeline; None when it cannot be placed on one."""
    found = level.nodes.get(node)
    spec = level.spec(found) if found is not None else None
    if found is None or spec is None:
        return None
    for item in spec.outputs:
        if (output and item.name != output) or item.many:
            continue
        if item.type in ("Sound", "Clip", "Image"):
            facts = strips.facts(node)
            seconds = promised_seconds(level, node)
            frames = facts.frames_at(rate) if facts is not None else None
            if frames is None and seconds is not None:
                frames = max(1, round(seconds * rate))
            kind = {"Sound": "audio", "Clip": "video", "Image": "image"}[item.type]
            return Source(node, frames, kind, found.title, item.name)
    return None


def plan_of(level: Level, strips: Strips, rate: Fraction, data: QMimeData) -> DropPlan | None:
    """What a drag would place, as the widget shows it; None when nothing."""
    dropped = read_mime(data)
    guess = round(_UNKNOWN_SECONDS * rate)
    if dropped.nodes:
        sources = [source_of(level, strips, rate, node) for node in dropped.nodes]
        usable = [source for source in sources if source is not None]
        if not usable:
            return None
        total = sum(source.frames or guess for source in usable)
        kind = "audio" if all(source.kind == "audio" for source in usable) else "video"
        return DropPlan(total, "audio" if kind == "audio" else "video", usable[0].name)
    if dropped.types:
        spec = level.registry.get(dropped.types[0])
        kinds = {item.type for item in spec.outputs} if spec is not None else set()
        if "Sound" in kinds:
            return DropPlan(guess, "audio", spec.title if spec else "")
        if any(can_link(kind, "Clip") for kind in kinds):
            return DropPlan(guess, "video", spec.title if spec else "")
        return None
    if dropped.files:
        sound = all(kind_of(path) == "sound" for path in dropped.files)
        return DropPlan(guess, "audio" if sound else "video", dropped.files[0].name)
    return None


def loader_of(path: Path) -> tuple[str, dict[str, Any]] | None:
    """The type and parameters of the node that loads a file; None for what is no media."""
    kind = kind_of(path)
    if kind is None:
        return None
    return _NODES[kind], {"file": path.as_posix()}
