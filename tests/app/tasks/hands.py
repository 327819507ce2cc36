"""The hands of a user on the real window: clicks, drags and keys, and the eye on what results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.canvas import CanvasPanel
from app.panels.timeline import TimelinePanel
from engine.jobs import State, is_active, state_name
from engine.project import Project

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PATIENCE = 30_000


class Hands:
    """What a user does with a window."""

    def __init__(self, window: MainWindow, bot: QtBot) -> None:
        self.window = window
        self.bot = bot
        self.jobs: list[int] = []
        self._judged = 0
        window.exporting.queued.connect(self.jobs.append)

    # What is there.

    @property
    def project(self) -> Project:
        return self.window.document.project

    @property
    def canvas(self) -> CanvasPanel:
        panel = self.window.panel("canvas")
        assert isinstance(panel, CanvasPanel)
        return panel

    @property
    def timeline(self) -> TimelinePanel:
        panel = self.window.panel("timeline")
        assert isinstance(panel, TimelinePanel)
        return panel

    def wait(self, holds: Callable[[], object]) -> None:
        self.bot.waitUntil(lambda: bool(holds()), timeout=PATIENCE)

    def settle(self) -> None:
        """Every panel is there, and has its place."""
        self.wait(lambda: self.window.workbench.is_complete)
        self.bot.wait(50)

    # Keys.

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE, on: QWidget | None = None) -> None:
        if on is self.window and not self.window.isActiveWindow():
            self.window.activateWindow()  # a screen without a window manager leaves none active
            self.wait(self.window.isActiveWindow)
        QTest.keyClick(on or QApplication.focusWidget() or self.window, key, keys)

    def type(self, text: str, on: QWidget | None = None) -> None:
        QTest.keyClicks(on or QApplication.focusWidget(), text)

    def field(self, name: str, within: QWidget | None = None) -> QWidget:
        """The control of that accessible name that can be typed into."""
        kinds = (QLineEdit, QPlainTextEdit, QTextEdit)
        found = [
            widget
            for kind in kinds
            for widget in (within or self.window).findChildren(kind)
            if widget.accessibleName() == name and widget.isVisible()
        ]
        assert found, name
        return found[0]

    def fill(self, name: str, text: str) -> None:
        """Write a text into a control of the inspector, and leave it."""
        inspector = self.window.panel("inspector")
        self.wait(lambda: self._has_field(name, inspector))
        field = self.field(name, inspector)
        QTest.mouseClick(field, LEFT)
        field.setFocus()
        self.key(Qt.Key.Key_A, CTRL, field)
        self.type(text, field)
        if isinstance(field, QLineEdit):
            self.key(Qt.Key.Key_Return, NONE, field)
        else:
            self.canvas.view.setFocus()

    def _has_field(self, name: str, within: QWidget) -> bool:
        try:
            self.field(name, within)
        except AssertionError:
            return False
        return True

    # The canvas.

    def node_point(self, name: str) -> QPoint:
        """The middle of a node's title."""
        rect = self.canvas.view.node_rect(name)
        return self.canvas.view.camera.to_view(rect.center().x(), rect.top() + 10).toPoint()

    def socket_point(self, node: str, socket: str, *, output: bool) -> QPoint:
        contents = self.canvas.view.contents
        ref = next(r for r in contents.sockets(node) if (r.socket, r.output) == (socket, output))
        return self.canvas.view.camera.to_view(*contents.socket_place(ref)).toPoint()

    def click_node(self, name: str) -> None:
        QTest.mouseClick(self.canvas.view, LEFT, NONE, self.node_point(name))

    def add_node(self, words: str, at: QPoint) -> str:
        """Double click the canvas, find a node by its name, take it; returns its id."""
        view, before = self.canvas.view, set(self.project.graph.nodes)
        QTest.mouseDClick(view, LEFT, NONE, at)
        self.wait(view.search.isVisible)
        self.type(words, view.search.field)
        self.key(Qt.Key.Key_Return, NONE, view.search.field)
        self.wait(lambda: set(self.project.graph.nodes) - before)
        (made,) = set(self.project.graph.nodes) - before
        return made

    def link(self, source: str, target: str, socket: str, output: str = "out") -> None:
        """Drag from a node's output to another's input."""
        start = self.socket_point(source, output, output=True)
        end = self.socket_point(target, socket, output=False)
        self.drag(self.canvas.view, start, end)
        links = self.project.graph.links
        assert any((k.source, k.target, k.input) == (source, target, socket) for k in links)

    def drag(self, widget: QWidget, start: QPoint, end: QPoint) -> None:
        QTest.mousePress(widget, LEFT, NONE, start)
        for share in (0.3, 0.7, 1.0):
            QTest.mouseMove(widget, start + (end - start) * share)
        QTest.mouseRelease(widget, LEFT, NONE, end)

    # Dialogs.

    def press_in(
        self, dialog: str, button: str, before: Callable[[QWidget], None] | None = None
    ) -> None:
        """When the dialog of that name opens, do something in it and press a button."""

        def look() -> None:
            open_ = next(
                (
                    w
                    for w in QApplication.topLevelWidgets()
                    if w.objectName() == dialog and w.isVisible()
                ),
                None,
            )
            if open_ is None:
                QTimer.singleShot(20, look)
                return
            if before is not None:
                before(open_)
            buttons = {b.text().replace("&", ""): b for b in open_.findChildren(QPushButton)}
            QTest.mouseClick(buttons[button], LEFT)

        QTimer.singleShot(0, look)

    # Renders.

    def delivered(self) -> None:
        """The last render has delivered its files."""
        assert self.ended() == "delivered", self.state()

    def ended(self) -> str:
        """The state that the next render, not asked for yet, ended in."""
        self.wait(lambda: len(self.jobs) > self._judged)
        self._judged = len(self.jobs)
        self.wait(lambda: state_name(self.state()) != "queued" and not is_active(self.state()))
        return state_name(self.state())

    def resumed(self) -> str:
        """The state that the last render, begun anew, ended in."""
        self._judged -= 1
        return self.ended()

    def state(self) -> State:
        return self.window.context.bridge.job(self.jobs[-1]).state


def answer_file_dialogs(monkeypatch: object, path: Path) -> None:
    """Every file dialog is answered with this path."""
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_args: (str(path), ""))  # type: ignore[attr-defined]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(path))  # type: ignore[attr-defined]
