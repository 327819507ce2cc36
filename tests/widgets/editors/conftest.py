"""Editors on the screen, and what they told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from widgets.editors import Editor, FieldRow, Shape, make_editor, make_row

E = TypeVar("E", bound=Editor)


@dataclass
class Told:
    """What an editor told: values, ends of gestures, reasons for a refusal."""

    values: list[Any] = field(default_factory=list)
    commits: int = 0
    refusals: list[str] = field(default_factory=list)

    def listen(self, editor: Editor) -> None:
        editor.edited.connect(self.values.append)
        editor.committed.connect(self._commit)
        editor.refused.connect(self.refusals.append)

    def _commit(self) -> None:
        self.commits += 1


def activate(qtbot: QtBot, widget: QWidget) -> None:
    """Give a window the keyboard, as the user would by a press."""
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def shown(qtbot: QtBot, told: Told) -> Callable[..., Any]:
    """Makes the editor of a shape, shows it with a value, and listens to it."""

    kept: list[Editor] = []

    def show(shape: Shape, value: Any) -> Editor:
        editor = make_editor(shape)
        kept.append(editor)
        qtbot.addWidget(editor)
        editor.set_name("Amount")
        editor.set_value(value)
        told.listen(editor)
        editor.resize(320, max(editor.sizeHint().height(), 30))
        editor.show()
        activate(qtbot, editor)
        return editor

    return show


@pytest.fixture
def row(qtbot: QtBot, told: Told) -> Callable[..., FieldRow]:
    """Makes the field of a shape, shows it with a value, and listens to its editor."""

    kept: list[FieldRow] = []

    def show(shape: Shape, value: Any) -> FieldRow:
        made = make_row("Amount", shape)
        kept.append(made)
        qtbot.addWidget(made)
        made.editor.set_value(value)
        told.listen(made.editor)
        made.resize(340, 60)
        made.fit(120, sockets=False)
        made.show()
        activate(qtbot, made)
        return made

    return show
