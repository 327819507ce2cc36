"""What the timeline keeps of its tracks beside the edit: locks, solos, heights, record targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.editing.patch import Patch
from app.timeline.cut import Cut
from engine.graph import Node

_KEY = "tracks"
VIDEO_HEIGHT, AUDIO_HEIGHT = 64, 48


def track_facts(node: Node) -> Mapping[str, Mapping[str, Any]]:
    """The facts by the track's id ("V1", "A2")."""
    found = node.extra.get(_KEY)
    if not isinstance(found, Mapping):
        return {}
    return {str(name): item for name, item in found.items() if isinstance(item, Mapping)}


def with_fact(node: Node, track: str, name: str, value: Any) -> Node:
    """The node with another fact of a track; None forgets it."""
    facts = {key: dict(item) for key, item in track_facts(node).items()}
    own = facts.setdefault(track, {})
    if value is None:
        own.pop(name, None)
    else:
        own[name] = value
    return with_facts(node, facts)


def with_facts(node: Node, facts: Mapping[str, Mapping[str, Any]]) -> Node:
    """The node with these facts of its tracks."""
    extra = {key: value for key, value in node.extra.items() if key != _KEY}
    kept = {track: dict(item) for track, item in facts.items() if item}
    return replace(node, extra={**extra, _KEY: kept} if kept else extra)


def fact_patch(scope: str | None, node: Node, track: str, name: str, value: Any) -> Patch:
    """The patch that writes one fact down, of a timeline in the group `scope`."""
    return Patch(nodes={node.id: with_fact(node, track, name, value)}, scope=scope)


def height_of(facts: Mapping[str, Any], kind: str) -> int:
    """The height of a track in pixels."""
    height = facts.get("height")
    default = VIDEO_HEIGHT if kind == "video" else AUDIO_HEIGHT
    return height if isinstance(height, int) and 20 <= height <= 400 else default


def targets(node: Node, cut: Cut) -> tuple[str, str]:
    """The video and the audio track that edits go into: those chosen, else the first."""
    facts = track_facts(node)
    video = [row.id for row in cut.video if not row.note]
    audio = [row.id for row in cut.audio]
    return (
        next((name for name in video if facts.get(name, {}).get("target")), (video or [""])[0]),
        next((name for name in audio if facts.get(name, {}).get("target")), (audio or [""])[0]),
    )


def without_track(node: Node, track: str) -> Node:
    """The node after a track was taken away: those above it have another number."""
    kind, number = track[0], int(track[1:])
    facts: dict[str, Mapping[str, Any]] = {}
    for name, item in track_facts(node).items():
        same = name[:1] == kind and name[1:].isdecimal()
        if same and int(name[1:]) == number:
            continue
        moved = same and int(name[1:]) > number
        facts[f"{kind}{int(name[1:]) - 1}" if moved else name] = item
    return with_facts(node, facts)
