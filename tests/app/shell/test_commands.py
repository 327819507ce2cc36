"""Commands are found by a few letters, their keys can be changed, and clashes are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.main_window import MainWindow
from app.settings import Settings
from app.shell.fuzzy import score, search
from app.shell.palette import CommandPalette
from app.shell.shortcuts import KEYS, NAME, NOTE, ShortcutsDialog


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def actions(owner: QWidget) -> Actions:
    actions = Actions(owner)
    inner = QWidget(owner)
    other = QWidget(owner)

    def nothing() -> None:
        pass

    actions.add("file.save", "&Save", nothing, owner=owner, category="file", shortcuts="Ctrl+S")
    actions.add("a.play", "Play", nothing, owner=inner, category="a", shortcuts="Space")
    actions.add("b.play", "Play sound", nothing, owner=other, category="b", shortcuts="Space")
    actions["file.save"].setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    return actions


@pytest.mark.parametrize(
    ("query", "best"),
    [("sa", "Save as"), ("rp", "Render project"), ("prefs", "Preferences"), ("chemin", "Chêmin")],
)
def test_a_few_letters_find_the_command(query: str, best: str) -> None:
    names = ["Open", "Preferences", "Render project", "Reset project", "Save as", "Chêmin"]
    assert search(query, names, str)[0] == best


def test_what_has_not_all_letters_is_not_found() -> None:
    assert score("xyz", "Save as") is None
    assert search("xyz", ["Save as"], str) == []


def test_the_palette_carries_out_what_was_typed(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | SHIFT)
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClicks(palette.field, "light theme")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.settings.get("theme") == "light"


def test_the_palette_is_walked_by_arrows_and_left_by_escape(
    window: MainWindow, qtbot: QtBot
) -> None:
    palette = CommandPalette(window.context.actions, window)
    qtbot.addWidget(palette)
    palette.open_over()
    first = palette.list.currentRow()
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.list.currentRow() == first + 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentRow() == palette.list.count() - 1
    qtbot.keyClick(palette, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_shortcuts_that_meet_are_conflicts_and_others_not(actions: Actions) -> None:
    assert actions.conflicts("a.play", "Space") == ()
    assert actions.conflicts("a.play", "Ctrl+S") == ("file.save",)
    assert actions.conflicts("file.save", "Space") == ("a.play", "b.play")


def test_commands_go_with_their_owner(owner: QWidget, actions: Actions, qtbot: QtBot) -> None:
    inner = actions["a.play"].parent()
    inner.deleteLater()
    qtbot.waitUntil(lambda: "a.play" not in actions)
    assert "b.play" in actions


def test_new_keys_take_effect_and_are_kept(
    owner: QWidget, actions: Actions, qtbot: QtBot, tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "window.json")
    dialog = ShortcutsDialog(actions, settings, owner)
    dialog.search.setText("save")
    dialog.editor.setKeySequence(QKeySequence("Ctrl+Alt+S"))
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert actions["file.save"].shortcut() == QKeySequence("Ctrl+Alt+S")
    assert settings.get("shortcuts") == {"file.save": ["Ctrl+Alt+S"]}
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert actions["file.save"].shortcut() == QKeySequence("Ctrl+S")
    assert settings.get("shortcuts") == {}


def test_a_clash_is_shown_before_and_after_it_is_made(
    owner: QWidget, actions: Actions, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = ShortcutsDialog(actions, Settings(tmp_path / "window.json"), owner)
    dialog.search.setText("save")
    dialog.editor.setKeySequence(QKeySequence("Space"))
    assert "Play, Play sound" in dialog.warning.text()
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    row = dialog.tree.topLevelItem(0)
    assert row is not None
    assert row.text(NOTE) == "Play, Play sound"
    assert row.text(KEYS) == "Space"
    assert "Save" in row.text(NAME)


def test_the_search_finds_commands_by_their_keys(
    owner: QWidget, actions: Actions, tmp_path: Path
) -> None:
    dialog = ShortcutsDialog(actions, Settings(tmp_path / "window.json"), owner)
    dialog.search.setText("ctrl+s")
    first = dialog.tree.topLevelItem(0)
    assert first is not None
    assert "Save" in first.text(NAME)


def test_no_two_commands_of_the_window_answer_the_same_keys(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.workbench.complete()
    actions = window.context.actions
    clashes = {
        (command.id, keys): rivals
        for command in actions
        for keys in actions.shortcuts(command.id)
        if (rivals := actions.conflicts(command.id, keys))
    }
    assert clashes == {}


SHIFT = Qt.KeyboardModifier.ShiftModifier
