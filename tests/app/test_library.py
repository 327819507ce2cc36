"""The nodes library: found, read about, loved, and added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.editing.grouping import group_nodes
from app.editing.level import Level
from app.panels.canvas import CanvasPanel
from app.panels.library import LibraryPanel
from engine.graph import Graph, Node
from engine.project import Project
from tests.app.context import running
from widgets.canvas import NODE_MIME


@pytest.fixture
def context(qtbot: QtBot, tmp_path: Path) -> Iterator[AppContext]:
    with running(tmp_path) as made:
        yield made


@pytest.fixture
def library(context: AppContext, qtbot: QtBot) -> LibraryPanel:
    panel = LibraryPanel(context)
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def titles(library: LibraryPanel) -> list[str]:
    return [str(library.list.index(n, 0).data()) for n in range(library.list.rowCount())]


def test_nodes_stand_under_their_categories(library: LibraryPanel) -> None:
    assert [*titles(library)] == sorted(titles(library))
    assert {"Edit", "Generate", "Media", "Sound", "Values"} <= set(titles(library))
    assert library.choose("generate.shot")
    assert "A shot from a prompt" in library.help.toPlainText()
    assert "Steps: 1…200" in library.help.toPlainText()


def test_a_search_finds_by_any_word_and_enter_adds_the_best(
    library: LibraryPanel, context: AppContext, qtbot: QtBot
) -> None:
    QTest.keyClicks(library.search, "shot gen")
    assert titles(library)[0] == "Generate shot  –  Generate"
    with qtbot.waitSignal(context.requests.add_node) as added:
        QTest.keyClick(library.search, Qt.Key.Key_Return)
    assert added.args == ["generate.shot"]
    QTest.keyClick(library.search, Qt.Key.Key_Escape)
    assert "Edit" in titles(library)


def test_the_keyboard_alone_reaches_and_adds_a_node(
    library: LibraryPanel, context: AppContext, qtbot: QtBot
) -> None:
    canvas = CanvasPanel(context)
    qtbot.addWidget(canvas)
    QTest.keyClicks(library.search, "silence")
    QTest.keyClick(library.search, Qt.Key.Key_Down)
    QTest.keyClick(library.tree, Qt.Key.Key_Return)
    QTest.keyClick(library.tree, Qt.Key.Key_Return)
    nodes = context.document.project.graph.nodes
    assert set(nodes) == {"silence_1", "silence_2"}
    assert nodes["silence_1"].pos != nodes["silence_2"].pos


def test_favourites_come_first_and_are_remembered(
    library: LibraryPanel, context: AppContext
) -> None:
    library.choose("media.trim")
    library.star.click()
    assert titles(library)[0] == "Favourites"
    assert context.settings.get("favourites") == ["media.trim"]
    library.choose("media.trim")
    library.star.click()
    assert "Favourites" not in titles(library)


def test_a_drag_carries_the_type_of_the_node(library: LibraryPanel) -> None:
    library.choose("media.trim")
    data = library.list.mimeData([library.tree.currentIndex()])
    assert bytes(data.data(NODE_MIME).data()) == b"media.trim"


def test_groups_of_the_project_are_in_it(library: LibraryPanel, context: AppContext) -> None:
    context.document.new(Project(Graph({"t": Node("t", "values.text")})))
    level = Level(context.document.project, context.document.registry)
    context.document.apply("Group", group_nodes(level, ["t"], "Words").patch)
    assert "Groups" in titles(library)
    assert library.choose("group.words")
