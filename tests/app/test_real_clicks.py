"""Mouse and keyboard as the screen gives them: on X11, events that come from the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.canvas import CanvasPanel
from app.shell.palette import CommandPalette
from app.shell.start_page import TemplateCard
from engine.project import save
from tests.app.pointers import make_pointer
from tests.app.timeline.films import small_film

pytestmark = pytest.mark.gui


def test_a_click_takes_a_template(window: MainWindow, qtbot: QtBot) -> None:
    card = window.start_page.findChild(TemplateCard, "template_two_shots")
    assert card is not None
    make_pointer(qtbot).click(card, card.rect().center())
    qtbot.waitUntil(lambda: not window.is_at_start)
    assert window.files.title == "Two shots with a dissolve"


def test_a_drag_moves_a_node_and_keys_take_it_back(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    save(small_film(), tmp_path / "film.aiprod")
    window.open_project(tmp_path / "film.aiprod")
    window.workbench.complete()
    qtbot.wait(100)
    panel = window.panel("canvas")
    assert isinstance(panel, CanvasPanel)
    panel.tidy()
    panel.fit_all()
    qtbot.wait(100)
    rect = panel.view.node_rect("red")
    start = panel.view.camera.to_view(rect.center().x(), rect.top() + 10).toPoint()
    before = window.document.project.graph.nodes["red"].pos
    hand = make_pointer(qtbot)
    hand.drag(panel.view, start, start + QPoint(0, 60))
    qtbot.waitUntil(lambda: window.document.project.graph.nodes["red"].pos != before)
    hand.keys(panel.view, "Ctrl+Z")
    qtbot.waitUntil(lambda: window.document.project.graph.nodes["red"].pos == before)


def test_keys_open_the_palette_and_leave_it(window: MainWindow, qtbot: QtBot) -> None:
    hand = make_pointer(qtbot)
    hand.keys(window, "Ctrl+Shift+P")
    qtbot.waitUntil(lambda: window.findChild(CommandPalette) is not None)
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.waitUntil(palette.isVisible)
    assert palette.list.count() > 20
    palette.close()
