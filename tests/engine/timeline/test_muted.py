"""What is muted leaves a gap, and what speaks of the others by number still means them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ValidationError
from engine.graph import Graph, Link, Node
from engine.graph.cache import Cache
from engine.graph.execution import execute
from engine.graph.prepare import prepare
from engine.graph.settings import ProjectSettings
from engine.media import solid_clip
from engine.nodes import builtin_registry
from engine.timeline import build_sequence
from engine.timeline.items import SequenceItem
from engine.timeline.transitions import Transition

RATE = Fraction(24)


def shots(*muted: int) -> Graph:
    nodes = [
        Node(f"shot{n}", "media.solid", params={"color": c, "seconds": 2.0}, muted=n in muted)
        for n, c in enumerate(("#ff0000", "#00ff00", "#0000ff"))
    ]
    items = [{"clip": n, "in_frame": 0, "out_frame": 10 + n} for n in range(3)]
    nodes.append(Node("cut", "editorial.sequence", params={"items": items}))
    links = [Link(f"shot{n}", "out", "cut", "clips", n) for n in range(3)]
    return Graph({node.id: node for node in nodes}, links)


def track(graph: Graph, tmp_path: Path) -> list[tuple[str, int, str]]:
    """What is in the sequence: its kind, its frames and its name."""
    settings = ProjectSettings(rate=RATE, width=64, height=36)
    cache = Cache(tmp_path / "cache", budget=10**8)
    with execute(graph, builtin_registry(), ["cut"], cache=cache, settings=settings) as run:
        made: Any = run["cut"]
        return [
            (type(item).__name__, round(item.duration().value), item.name) for item in made.track
        ]


def test_a_muted_shot_leaves_a_gap_and_the_others_stay(tmp_path: Path) -> None:
    kinds = [kind for kind, _, _ in track(shots(0), tmp_path)]
    frames = [frames for _, frames, _ in track(shots(0), tmp_path)]
    assert kinds == ["Gap", "Clip", "Clip"]
    assert frames == [10, 11, 12]


def test_a_muted_link_counts_like_a_muted_shot(tmp_path: Path) -> None:
    graph = shots()
    graph.links[1] = replace(graph.links[1], muted=True)
    assert [kind for kind, _, _ in track(graph, tmp_path)] == ["Clip", "Gap", "Clip"]


def test_a_shot_that_is_muted_gives_the_sequence_another_key() -> None:
    registry = builtin_registry()
    gaps: Mapping[str, list[int]] = prepare(shots(1), registry).nodes["cut"].gaps
    assert gaps == {"clips": [1]}
    assert prepare(shots(), registry).nodes["cut"].gaps == {}


def test_everything_muted_is_a_mistake_that_says_why() -> None:
    problems = prepare(shots(0, 1, 2), builtin_registry()).problems
    assert [problem.message for problem in problems] == [
        "the input is needed, but 'shot2' is muted"
    ]


def test_a_transition_beside_a_muted_shot_goes_into_its_gap() -> None:
    clip = solid_clip((255, 0, 0, 255), 64, 36, seconds=Fraction(2), rate=RATE)
    dissolve = Transition("dissolve", 4)
    items = (
        SequenceItem(clip=0, in_frame=0, out_frame=20, transition=dissolve),
        SequenceItem(clip=1, in_frame=4, out_frame=20),
    )
    made = build_sequence([clip, None], items, rate=RATE)
    assert [type(item).__name__ for item in made.track] == ["Clip", "Transition", "Gap"]
    made = build_sequence([None, None], items, rate=RATE)
    assert [type(item).__name__ for item in made.track] == ["Gap", "Gap"]


def test_a_muted_shot_of_no_said_length_takes_no_room() -> None:
    clip = solid_clip((255, 0, 0, 255), 64, 36, seconds=Fraction(2), rate=RATE)
    made = build_sequence([None, clip], (), rate=RATE)
    assert [type(item).__name__ for item in made.track] == ["Clip"]


def test_a_number_beyond_the_list_is_still_a_mistake() -> None:
    with pytest.raises(ValidationError, match="clips are linked"):
        build_sequence([None], (SequenceItem(clip=3),), rate=RATE)
