"""The log panel shows what was logged and what happened, and lets one filter and copy it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.log_lines import KEPT
from app.panels.log import TEXT, LogPanel
from tests.app.bridge_nodes import text_project


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot) -> LogPanel:
    made = LogPanel(context)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def texts(panel: LogPanel) -> list[str]:
    return [panel.shown.index(row, TEXT).data() for row in range(panel.shown.rowCount())]


def test_lines_appear_and_are_filtered_by_words_and_gravity(panel: LogPanel, qtbot: QtBot) -> None:
    log = logging.getLogger("engine.media")
    log.warning("the film is short")
    log.error("the film is gone")
    log.info("quiet")
    logging.getLogger("other").warning("film elsewhere")
    qtbot.waitUntil(lambda: "film elsewhere" in texts(panel))
    qtbot.keyClicks(panel.words, "engine film")
    assert texts(panel) == ["the film is short", "the film is gone"]
    panel.level.setCurrentIndex(2)
    assert texts(panel) == ["the film is gone"]
    panel.words.clear()
    panel.level.setCurrentIndex(0)
    assert len(texts(panel)) >= 3


def test_what_a_render_does_is_told(
    panel: LogPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = text_project(via="test.break_down", name="broken")
    context.bridge.render(broken, tmp_path, tmp_path / "out")
    qtbot.waitUntil(lambda: any("broken: failed" in text for text in texts(panel)))
    assert any("the reel broke" in text for text in texts(panel))


def test_chosen_lines_are_copied_and_all_cleared(panel: LogPanel, qtbot: QtBot) -> None:
    for number in range(3):
        logging.getLogger("x").warning("line %s", number)
    qtbot.waitUntil(lambda: len(texts(panel)) == 3)
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.shown.index(1, 0))
    qtbot.keyClick(panel.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text()
    assert "line 1" in copied
    assert "line 2" not in copied
    qtbot.keyClick(panel.view, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert panel.words.hasFocus()


def test_only_the_latest_lines_are_kept(panel: LogPanel, context: AppContext, qtbot: QtBot) -> None:
    for number in range(KEPT + 20):
        context.bridge.log.add(20, "many", str(number))
    qtbot.waitUntil(lambda: panel.model.rowCount() == KEPT)
    assert texts(panel)[-1] == str(KEPT + 19)
    context.actions["log.clear"].trigger()
    assert panel.model.rowCount() == 0
