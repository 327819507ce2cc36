"""Screen readers find each node of the canvas, with its name, its values and its state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from widgets.canvas import CanvasView
from widgets.canvas.accessible import CanvasAccessible, NodeAccessible


@pytest.fixture
def listening() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


@pytest.fixture
def canvas(view: CanvasView, listening: None) -> CanvasAccessible:
    found = QAccessible.queryAccessibleInterface(view)
    assert isinstance(found, CanvasAccessible)
    return found


def node(canvas: CanvasAccessible, name: str) -> NodeAccessible:
    found = canvas.child(canvas.names().index(name))
    assert isinstance(found, NodeAccessible)
    return found


def test_every_node_is_a_child_with_its_title_and_what_is_said_of_it(
    canvas: CanvasAccessible, view: CanvasView
) -> None:
    assert canvas.role() == QAccessible.Role.List
    assert canvas.childCount() >= len(view.contents.nodes)
    for name, item in view.contents.nodes.items():
        child = node(canvas, name)
        assert child.text(QAccessible.Text.Name) == item.view.title
        assert item.view.title in child.text(QAccessible.Text.Description)
        assert canvas.indexOfChild(child) == canvas.names().index(name)
        assert child.parent() is canvas


def test_a_node_says_that_it_is_selected_current_and_wrong(
    canvas: CanvasAccessible, view: CanvasView
) -> None:
    view.setFocus()
    view.set_selected(["shot"])
    view.set_problems("shot", ["it has no prompt"])
    view.set_run_state("shot", "running")
    state = node(canvas, "shot").state()
    assert state.selected
    assert state.active
    assert state.invalid
    assert state.busy
    assert not node(canvas, "prompt").state().selected
    assert "it has no prompt" in node(canvas, "shot").text(QAccessible.Text.Description)


def test_a_node_is_found_where_it_is_seen(canvas: CanvasAccessible) -> None:
    place = node(canvas, "shot").rect().center()
    assert canvas.childAt(place.x(), place.y()) is node(canvas, "shot")


def test_a_node_that_is_gone_is_no_child_any_more(
    canvas: CanvasAccessible, view: CanvasView
) -> None:
    gone = node(canvas, "shot")
    view.remove_nodes(["shot"])
    assert not gone.isValid()
    assert "shot" not in canvas.names()
    assert gone.text(QAccessible.Text.Name) == ""


def test_page_keys_reach_every_node_and_come_around(view: CanvasView, qtbot: QtBot) -> None:
    seen = []
    for _ in range(len(view.contents.nodes)):
        qtbot.keyClick(view, Qt.Key.Key_PageDown)
        seen.append(view.current)
    assert set(seen) == set(view.contents.nodes)
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.current == seen[0]
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert view.current == seen[-1]
