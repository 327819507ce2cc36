"""Small films as graphs, for tests of the timeline panel."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from engine.graph import Graph, Link, Node, ProjectSettings
from engine.project import Project

RATE = Fraction(24)


def small_film(**timeline: Any) -> Project:
    """Three coloured shots of 4 s, each 2 s of them in a row, and a sound below."""
    colors = {"red": "#ff0000", "green": "#00ff00", "blue": "#0000ff"}
    nodes = [
        Node(name, "media.solid", params={"color": color, "seconds": 4.0}, title=name.title())
        for name, color in colors.items()
    ]
    nodes += [
        Node("hum", "sound.ambience", params={"scene": "sea", "seconds": 6.0}, title="Hum"),
        Node(
            "cut",
            "editorial.sequence",
            params={
                "items": [{"clip": number, "in_frame": 24, "out_frame": 72} for number in range(3)]
            },
            title="Cut",
        ),
        Node(
            "film",
            "editorial.timeline",
            params={"audio": [{"clips": [{"sound": 0, "out_frame": 96}]}]} | timeline,
            title="Film",
        ),
    ]
    links = [Link(name, "out", "cut", "clips", number) for number, name in enumerate(colors)]
    links += [Link("cut", "out", "film", "sequences"), Link("hum", "out", "film", "sounds")]
    settings = ProjectSettings(rate=RATE, width=64, height=36)
    return Project(Graph({node.id: node for node in nodes}, links), settings)


def generated_film() -> Project:
    """Two generated shots with prompts, and a timeline."""
    nodes = [
        Node("words_1", "values.prompt", params={"text": "a red ball bounces in a meadow"}),
        Node("words_2", "values.prompt", params={"text": "a blue cube spins in a studio"}),
        Node(
            "shot_1",
            "generate.shot",
            params={"seconds": 2.0, "seed": 1, "width": 128, "height": 72},
        ),
        Node(
            "shot_2",
            "generate.shot",
            params={"seconds": 2.0, "seed": 2, "width": 128, "height": 72},
        ),
        Node(
            "cut",
            "editorial.sequence",
            params={
                "items": [
                    {"clip": 0, "out_frame": 40, "name": "Ball"},
                    {"gap": 24},
                    {"clip": 1, "in_frame": 6, "out_frame": 44, "name": "Cube"},
                ]
            },
        ),
        Node("film", "editorial.timeline"),
    ]
    links = [
        Link("words_1", "out", "shot_1", "prompt"),
        Link("words_2", "out", "shot_2", "prompt"),
        Link("shot_1", "out", "cut", "clips", 0),
        Link("shot_2", "out", "cut", "clips", 1),
        Link("cut", "out", "film", "sequences"),
    ]
    settings = ProjectSettings(rate=RATE, width=128, height=72)
    return Project(Graph({node.id: node for node in nodes}, links), settings)
