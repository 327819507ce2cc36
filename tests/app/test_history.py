"""The history names every step, marks the saved one, and goes to any by mouse or keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.bridge import Bridge
from app.context import AppContext
from app.document import Document
from app.editing.patch import Patch
from app.panels.history import IS_NOW, IS_SAVED, IS_UNDONE, HistoryPanel
from app.selection import Selection
from app.settings import Settings
from engine.nodes import builtin_registry


@pytest.fixture
def context(tmp_path: Path) -> Iterator[AppContext]:
    settings, registry = Settings(tmp_path / "window.json"), builtin_registry()
    bridge = Bridge(settings=settings, registry=registry)
    yield AppContext(Document(registry), bridge, Actions(), Selection(), settings)
    assert bridge.close(10)


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot) -> HistoryPanel:
    panel = HistoryPanel(context)
    qtbot.addWidget(panel)
    panel.resize(260, 300)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    for seed in (1, 2, 3):
        change(context, seed)
    return panel


def change(context: AppContext, seed: int) -> None:
    settings = replace(context.document.project.settings, seed=seed)
    context.document.apply(f"Seed {seed}", Patch(settings=settings))


def click(panel: HistoryPanel, row: int) -> None:
    place = panel.list.visualRect(panel.steps.index(row)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def seed_of(context: AppContext) -> int:
    return context.document.project.settings.seed


def test_every_step_is_named_after_the_beginning(panel: HistoryPanel) -> None:
    texts = [panel.steps.index(row).data() for row in range(panel.steps.rowCount())]
    assert texts == ["As it was opened", "Seed 1", "Seed 2", "Seed 3"]
    assert panel.steps.index(3).data(IS_NOW)


def test_a_click_goes_to_any_step_and_back(panel: HistoryPanel, context: AppContext) -> None:
    click(panel, 1)
    assert seed_of(context) == 1
    assert [panel.steps.index(row).data(IS_UNDONE) for row in range(4)] == [0, 0, 1, 1]
    click(panel, 0)
    assert seed_of(context) == 0
    click(panel, 3)
    assert seed_of(context) == 3


def test_keys_go_to_a_step(panel: HistoryPanel, context: AppContext) -> None:
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    assert seed_of(context) == 3
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert seed_of(context) == 1


def test_undo_and_redo_say_what_they_are_about(panel: HistoryPanel, context: AppContext) -> None:
    QTest.mouseClick(panel.undo, Qt.MouseButton.LeftButton)
    assert seed_of(context) == 2
    assert panel.redo.toolTip() == "Redo: Seed 3"
    assert "undone" in panel.count.text()
    QTest.mouseClick(panel.redo, Qt.MouseButton.LeftButton)
    assert seed_of(context) == 3
    assert not panel.redo.isEnabled()


def test_an_edit_after_undo_takes_the_undone_steps_off(
    panel: HistoryPanel, context: AppContext
) -> None:
    click(panel, 1)
    change(context, 9)
    texts = [panel.steps.index(row).data() for row in range(panel.steps.rowCount())]
    assert texts == ["As it was opened", "Seed 1", "Seed 9"]


def test_the_saved_state_is_marked(
    panel: HistoryPanel, context: AppContext, tmp_path: Path
) -> None:
    click(panel, 2)
    context.document.save(tmp_path / "film.aiprod")
    click(panel, 3)
    assert [bool(panel.steps.index(row).data(IS_SAVED)) for row in range(4)] == [
        *(False, False, True, False)
    ]
    spoken = panel.steps.index(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Seed 2, saved"


def test_a_new_project_has_a_new_history(panel: HistoryPanel, context: AppContext) -> None:
    context.document.new()
    assert panel.steps.rowCount() == 1
    assert not panel.undo.isEnabled()
