"""The review panel lets one see finished films before they are delivered, and decide."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.context import AppContext
from app.panels.review import ReviewPanel
from engine.graph import Node
from engine.jobs import Cancelled, Delivered, Interrupted, JobStore
from engine.project import Project
from tests.app.bridge_nodes import bridge_registry, project, text_project


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot) -> ReviewPanel:
    made = ReviewPanel(context)
    qtbot.addWidget(made)
    made.resize(360, 560)
    made.show()
    return made


def picture(name: str = "still") -> Project:
    return project(
        Node("p", "test.paint"), Node("save", "deliver.image"), links={"save.image": "p"}, name=name
    )


def start(context: AppContext, qtbot: QtBot, tmp_path: Path) -> int:
    with qtbot.waitSignal(context.bridge.review_asked):
        return context.bridge.render(picture(), tmp_path, tmp_path / "out", review=True)


def state(context: AppContext, job: int) -> type:
    return type(context.bridge.job(job).state)


def test_the_mark_lets_every_render_wait(
    panel: ReviewPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    assert panel.empty.isVisible()
    panel.always.setFocus()
    qtbot.keyClick(panel.always, Qt.Key.Key_Space)
    with qtbot.waitSignal(context.bridge.review_asked):
        context.bridge.render(text_project(), tmp_path, tmp_path / "out")
    assert panel.body.isVisible()
    assert not (tmp_path / "out").exists()


def test_a_film_is_played_from_where_it_waits(
    panel: ReviewPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    start(context, qtbot, tmp_path)
    assert panel.chosen().name == "still"
    with qtbot.waitSignal(panel.view_file) as asked:
        context.actions["review.play"].trigger()
    assert asked.args[0].suffix == ".png"
    assert asked.args[0].is_file()


def test_approval_delivers_with_the_note(
    panel: ReviewPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    job = start(context, qtbot, tmp_path)
    qtbot.keyClicks(panel.note, "good light")
    qtbot.mouseClick(panel.approve, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(context, job) is Delivered)
    assert context.bridge.job(job).state.note == "good light"
    assert list((tmp_path / "out").iterdir())
    assert panel.empty.isVisible()
    assert panel.note.toPlainText() == ""


def test_turning_down_delivers_nothing(
    panel: ReviewPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    job = start(context, qtbot, tmp_path)
    panel.note.setFocus()
    qtbot.keyClicks(panel.note, "too dark")
    qtbot.keyClick(panel.note, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    qtbot.mouseClick(panel.reject, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(context, job) is Cancelled)
    assert not (tmp_path / "out").exists()


def test_a_review_that_the_window_was_closed_on_is_brought_back(
    context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    earlier = Bridge(registry=bridge_registry())
    with qtbot.waitSignal(earlier.review_asked):
        job = earlier.render(picture(), tmp_path, tmp_path / "out", review=True)
    earlier.close(10)
    assert JobStore().get(job).state == Interrupted("review")
    panel = ReviewPanel(context)
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.approve.isEnabled()
    with qtbot.waitSignal(context.bridge.review_asked):
        context.actions["review.resume"].trigger()
    qtbot.waitUntil(panel.approve.isEnabled)
    qtbot.mouseClick(panel.approve, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(context, job) is Delivered)
