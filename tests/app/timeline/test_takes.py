"""Takes: every generation is kept, and can be taken up again without losing the trim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.editing.patch import Patch
from app.panels.timeline import TimelinePanel
from app.takes import Take, read_takes, with_takes
from app.timeline.takes_list import TakesDialog
from engine.graph import Context, Graph, Link, Node, ProjectSettings, Range, node
from engine.media import Clip, solid_clip
from engine.nodes import builtin_registry
from engine.project import Project, dumps, loads
from tests.app.context import running


@node("Quick shot", category="Generate", id="test.quick", reads_settings=False)
def quick(grey: Annotated[int, Range(0, 255)] = 0, seconds: float = 2.0, *, ctx: Context) -> Clip:
    """A shot that is made at once, in place of one by a network."""
    del ctx
    return solid_clip(
        (grey, grey, grey, 255), 32, 18, seconds=Fraction(str(seconds)), rate=Fraction(24)
    )


def quick_film() -> Project:
    nodes = [
        Node("shot", "test.quick", params={"grey": 5}, title="Quick"),
        Node(
            "cut",
            "editorial.sequence",
            params={"items": [{"clip": 0, "in_frame": 5, "out_frame": 30, "name": "Cut"}]},
        ),
        Node("film", "editorial.timeline"),
    ]
    links = [Link("shot", "out", "cut", "clips"), Link("cut", "out", "film", "sequences")]
    return Project(Graph({n.id: n for n in nodes}, links), ProjectSettings(width=32, height=18))


@pytest.fixture
def context(qtbot: QtBot, tmp_path: Path) -> Iterator[AppContext]:
    registry = builtin_registry().copy()
    registry.add_function(quick)
    with running(tmp_path, registry=registry) as made:
        yield made


@pytest.fixture
def film(panel: TimelinePanel, context: AppContext) -> TimelinePanel:
    context.document.new(quick_film())
    return panel


def generate(panel: TimelinePanel, qtbot: QtBot) -> Take:
    """Look at the shot, until its take is noted."""
    document = panel.context.document
    grey = document.project.graph.nodes["shot"].params["grey"]
    panel.context.bridge.view(document.project, document.base_dir, "shot", proxy=False)

    def made() -> list[Take]:
        return [take for take in panel.takes.of("shot") if take.params["shot"]["grey"] == grey]

    qtbot.waitUntil(lambda: bool(made()), timeout=15_000)
    return made()[0]


def set_grey(context: AppContext, grey: int) -> None:
    shot = context.document.project.graph.nodes["shot"].with_params(grey=grey)
    context.document.apply("Set grey", Patch(nodes={"shot": shot}))


def test_each_generation_is_a_take_that_can_be_taken_up_again(
    film: TimelinePanel, context: AppContext, qtbot: QtBot
) -> None:
    set_grey(context, 10)
    first = generate(film, qtbot)
    set_grey(context, 200)
    second = generate(film, qtbot)
    assert (first.name, second.name) == ("Take 1", "Take 2")
    assert (first.params["shot"]["grey"], second.params["shot"]["grey"]) == (10, 200)
    assert first.key != second.key
    trim = context.document.project.graph.nodes["cut"].params["items"]
    count = context.document.stack.count()
    film.takes.swap("shot", first)
    assert context.document.stack.count() == count + 1
    assert context.document.stack.undoText() == "Use “Take 1” of Quick"
    assert context.document.project.graph.nodes["shot"].params["grey"] == 10
    assert context.document.project.graph.nodes["cut"].params["items"] is trim
    qtbot.waitUntil(lambda: film.strips.is_cached("shot"), timeout=10_000)
    qtbot.waitUntil(lambda: film.takes.current("shot") == first, timeout=10_000)
    assert film.takes.count("shot") == 2
    context.document.stack.undo()
    assert context.document.project.graph.nodes["shot"].params["grey"] == 200
    assert film.takes.count("shot") == 2


def test_takes_outlive_undo_and_are_saved_with_the_project(
    film: TimelinePanel, context: AppContext, qtbot: QtBot
) -> None:
    set_grey(context, 30)
    take = generate(film, qtbot)
    context.document.stack.undo()
    assert take in film.takes.of("shot")
    again = loads(dumps(context.document.project))
    assert read_takes(again.graph.nodes["shot"]) == film.takes.of("shot")


def test_the_clip_says_how_many_takes_there_are(
    film: TimelinePanel, context: AppContext, qtbot: QtBot
) -> None:
    shot = context.document.project.graph.nodes["shot"]
    takes = [Take(f"k{n}", {"shot": {"grey": n}}, f"Take {n}") for n in range(3)]
    context.document.note(Patch(nodes={"shot": with_takes(shot, takes)}))
    film.editor.refresh()
    assert film.view.rows.lanes["V1"].clips[0].takes == 3


def test_takes_are_named_rated_used_and_forgotten_in_their_window(
    film: TimelinePanel, context: AppContext
) -> None:
    shot = context.document.project.graph.nodes["shot"]
    takes = [Take(f"k{n}", {"shot": {"grey": n}}, f"Take {n}") for n in (1, 2)]
    context.document.note(Patch(nodes={"shot": with_takes(shot, takes)}))
    film.view.select((film.view.rows.lanes["V1"].clips[0].id,))
    context.actions["timeline.takes"].trigger()
    dialog = film.findChild(TakesDialog)
    assert dialog is not None
    rows = dialog.findChild(QListWidget)
    assert [rows.item(n).text() for n in range(2)] == ["Take 1", "Take 2"]
    rows.setCurrentRow(1)
    dialog.stars.setValue(4)
    assert film.takes.of("shot")[1].rating == 4
    rows.item(1).setText("The good one")
    assert film.takes.of("shot")[1].name == "The good one"
    QTest.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert context.document.project.graph.nodes["shot"].params["grey"] == 2
    QTest.mouseClick(dialog.forget, Qt.MouseButton.LeftButton)
    assert [take.name for take in film.takes.of("shot")] == ["Take 1"]
    assert context.document.stack.count() == 1


def test_what_is_no_take_in_a_file_is_left_out() -> None:
    rows = [{"key": 5}, "x", {"key": "k", "params": {"a": {}}, "name": "A", "rating": "?"}]
    found = read_takes(replace(Node("a", "b"), extra={"takes": rows}))
    assert found == (Take("k", {"a": {}}, "A"),)
