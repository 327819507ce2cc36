"""The graph that the canvases are measured with: nodes on a grid, about 1.5 links each."""

from __future__ import annotations

import random
from dataclasses import dataclass

COLUMNS, STEP = 50, (260, 260)
KINDS = (
    ("Clip", "#4f8fe6"),
    ("Image", "#58b8a8"),
    ("Sound", "#5fb35f"),
    ("Prompt", "#d9a441"),
    ("Model", "#9b6fd6"),
)
INPUTS = ("first", "second", "third")
WINDOW = (1600, 1000)
CHOSEN = 100
"""How many nodes are dragged."""


@dataclass(frozen=True)
class Plan:
    """Places of the nodes, and links as (source, target, which input of the target)."""

    places: tuple[tuple[float, float], ...]
    links: tuple[tuple[int, int, int], ...]


def plan(nodes: int) -> Plan:
    """The same graph for the same number of nodes; links come from one of twenty nodes before."""
    dice = random.Random(nodes)
    places = tuple(
        (i % COLUMNS * STEP[0] * 1.0, i // COLUMNS * STEP[1] * 1.0) for i in range(nodes)
    )
    links = tuple(
        (max(0, target - dice.randint(1, 20)), target, socket)
        for target in range(1, nodes)
        for socket in range(dice.choice((1, 2)))
    )
    return Plan(places, links)


def ground(made: Plan, nodes: int) -> tuple[float, float]:
    """A place between the nodes in the middle of the graph."""
    x, y = made.places[middle_rows(nodes)[44]]
    return (x - 26.0, y - 26.0)


def middle_rows(nodes: int) -> list[int]:
    """The nodes that are dragged: neighbours, ten by ten, in the middle of the graph."""
    rows = max(1, nodes // COLUMNS)
    top, left = max(0, rows // 2 - 5), COLUMNS // 2 - 5
    return [(top + i // 10) * COLUMNS + left + i % 10 for i in range(CHOSEN)]
