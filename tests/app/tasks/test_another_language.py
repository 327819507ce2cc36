"""The language is changed while the window runs: everything is said in it, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.shell.preferences import PreferencesDialog
from engine.project import dumps, save
from tests.app.tasks.hands import CTRL, Hands
from tests.app.timeline.films import small_film


@pytest.mark.gui
def test_the_window_speaks_french_and_english_again(hands: Hands, tmp_path: Path) -> None:
    save(small_film(), tmp_path / "film.aiprod")
    hands.window.open_project(tmp_path / "film.aiprod")
    hands.settle()
    hands.click_node("red")
    hands.key(Qt.Key.Key_M, on=hands.canvas.view)
    edited = dumps(hands.project)
    english = _texts(hands)

    def choose(code: str) -> None:
        def pick(dialog: QWidget) -> None:
            assert isinstance(dialog, PreferencesDialog)
            box = dialog.language
            box.setFocus()
            while box.currentData() != code:
                step = Qt.Key.Key_Down if box.currentIndex() < box.findData(code) else Qt.Key.Key_Up
                hands.key(step, on=box)

        close = "Close" if code == "fr" else "Fermer"
        hands.press_in("preferences", close, pick)
        hands.key(Qt.Key.Key_Comma, CTRL, hands.window)
        hands.settle()

    choose("fr")
    french = _texts(hands)
    assert "&Fichier" in french
    assert "Médias" in french
    assert "&Annuler\xa0: Mute 1 node" in french  # steps keep the words they were made in
    same = (english & french) - {"&Zoom"}
    assert not [text for text in same if " " in text.strip()], same
    assert dumps(hands.project) == edited
    picture = hands.window.grab().toImage()
    hands.key(Qt.Key.Key_Z, CTRL, hands.window)
    assert not hands.window.isWindowModified()

    choose("en")
    assert _texts(hands) >= {"&File", "Assets"}
    assert hands.window.grab().toImage() != picture


def _texts(hands: Hands) -> set[str]:
    """What menus and docks say."""
    window = hands.window
    return {
        *(action.text() for action in window.menuBar().findChildren(QAction)),
        *(menu.title() for menu in map(window.menus.menu, ("file", "edit", "help"))),
        *(command.action.text() for command in window.context.actions),
        *(window.workbench.dock(name).windowTitle() for name in ("assets", "viewer", "canvas")),
    }
