"""`--set` values are typed by the parameter they are for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.cli.assignments import read_assignments
from engine.errors import UsageError
from engine.graph import Graph, Group, Node, Port
from engine.nodes import builtin_registry
from engine.project import Project
from engine.render import with_overrides


@pytest.fixture
def graph() -> Graph:
    kinds = {
        "clip": "media.load_clip",
        "solid": "media.solid",
        "turn": "media.turn",
        "number": "values.number",
        "cut": "editorial.sequence",
        "film": "deliver.film",
        "text": "values.text",
        "titles": "group.titles",
    }
    inner = Group("Titles", {"line": Node("line", "values.text")}, params=(PORT,))
    nodes = {name: Node(name, kind) for name, kind in kinds.items()}
    return Graph(nodes, [], {"titles": inner})


PORT = Port("words", "line", "value")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("number.value=2.5", 2.5),
        ("number.value=-3", -3),
        ("solid.color=#ff8800", "#ff8800"),
        ("solid.width=640", 640),
        ("solid.width=none", None),
        ("clip.rate=24000/1001", "24000/1001"),
        ("turn.clockwise=90", 90),
        ("turn.mirror=on", True),
        ("film.preset=prores_422", "prores_422"),
        ("film.loudness=", None),
        ("text.value=none", "none"),
        ("text.value=", ""),
        ('cut.items=[{"clip": 0, "frames": 24}]', [{"clip": 0, "frames": 24}]),
        ("titles.words=The End", "The End"),
    ],
)
def test_a_value_is_typed_by_its_parameter(
    graph: Graph, tmp_path: Path, text: str, value: Any
) -> None:
    read = read_assignments([text], graph, builtin_registry(), base_dir=tmp_path)
    assert list(read.values()) == [value]
    with_overrides(Project(graph), read, builtin_registry())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("turn.clockwise=45", "turn.clockwise: '45' is not one of 0, 90, 180, 270"),
        ("number.value=NaN", "number.value: nan is not a number"),
        ("solid.color=orange", "solid.color: 'orange' is not a colour"),
        ("cut.items=[", r"cut.items: '\[' is not JSON"),
        ("cut.items=5", "cut.items: 5 is not a list"),
        ("titles.colour=red", "titles.colour: .*It has: words"),
    ],
)
def test_a_value_that_does_not_fit_names_its_place(
    graph: Graph, tmp_path: Path, text: str, message: str
) -> None:
    def read_and_set() -> None:
        read = read_assignments([text], graph, builtin_registry(), base_dir=tmp_path)
        with_overrides(Project(graph), read, builtin_registry())

    with pytest.raises(UsageError, match=message):
        read_and_set()


def test_a_file_is_taken_from_where_the_command_is_typed(
    graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "a.mov").write_bytes(b"")
    monkeypatch.chdir(tmp_path / "shots")
    texts = ["clip.file=a.mov"]
    read = read_assignments(texts, graph, builtin_registry(), base_dir=tmp_path / "project")
    assert read == {"clip.file": "../shots/a.mov"}


def test_a_file_that_is_not_there_is_taken_from_the_project(graph: Graph, tmp_path: Path) -> None:
    texts = ["clip.file=takes/b.mov"]
    read = read_assignments(texts, graph, builtin_registry(), base_dir=tmp_path)
    assert read == {"clip.file": "takes/b.mov"}
