"""Everything in the window has a name, is reached by keys, and shows its whole text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSlider,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.shell.workspaces import WORKSPACES
from engine.project import save
from tests.app.timeline.films import small_film

CONTROLS = (
    *(QAbstractButton, QLineEdit, QAbstractSpinBox, QComboBox, QAbstractItemView),
    *(QSlider, QPlainTextEdit, QTextEdit),
)
LABELLED = (QPushButton, QCheckBox, QRadioButton)


def controls(window: QWidget) -> Iterator[QWidget]:
    """The controls that are seen; those that are parts of another are its."""
    for widget in window.findChildren(QWidget):
        inner = isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QAbstractItemView)
        own = widget.objectName().startswith(("qt_", "ScrollLeftButton", "ScrollRightButton"))
        if isinstance(widget, CONTROLS) and widget.isVisible() and not (inner or own):
            yield widget


def describe(widget: QWidget) -> str:
    parents = []
    parent: QWidget | None = widget
    while parent is not None and len(parents) < 4:
        parents.append(type(parent).__name__)
        parent = parent.parentWidget()
    return " < ".join(parents)


@pytest.fixture
def film(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    """The window with a film, at the smallest size that is promised."""
    save(small_film(), tmp_path / "film.aiprod")
    window.resize(1280, 720)
    window.open_project(tmp_path / "film.aiprod")
    window.workbench.complete()
    window.context.selection.select(["red"])
    return window


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_every_control_has_a_name(film: MainWindow, qtbot: QtBot, workspace: str) -> None:
    film.show_workspace(workspace)
    qtbot.wait(100)
    nameless = [describe(widget) for widget in controls(film) if not _name(widget)]
    assert len(list(controls(film))) > 10
    assert nameless == []


@pytest.mark.parametrize("workspace", WORKSPACES)
def test_every_control_is_reached_by_keys(film: MainWindow, qtbot: QtBot, workspace: str) -> None:
    film.show_workspace(workspace)
    qtbot.wait(100)
    commands = {command.action.text() for command in film.context.actions}
    unreached = [
        f"{_name(widget)}: {describe(widget)}"
        for widget in controls(film)
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (isinstance(widget, QAbstractButton) and _is_command(widget, commands))
    ]
    assert unreached == []


@pytest.mark.parametrize("code", ["en", "fr"])
@pytest.mark.parametrize("workspace", WORKSPACES)
def test_no_button_cuts_its_text(film: MainWindow, qtbot: QtBot, workspace: str, code: str) -> None:
    film.settings.set("language", code)
    film.workbench.complete()
    film.show_workspace(workspace)
    film.context.selection.select(["green"])
    qtbot.wait(100)
    cut = [
        f"{widget.text()}: {widget.width()} of {widget.sizeHint().width()}"
        for widget in film.findChildren(QAbstractButton)
        if isinstance(widget, LABELLED)
        and widget.isVisible()
        and widget.width() < widget.sizeHint().width()
    ]
    assert cut == []


def _name(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def _is_command(button: QAbstractButton, commands: set[str]) -> bool:
    """Whether a button only repeats a command that menus and palette have."""
    action = getattr(button, "defaultAction", lambda: None)()
    return action is not None and action.text() in commands
