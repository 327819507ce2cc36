"""The window opens, saves and renders projects, and asks before anything is lost."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app import main
from app.editing import Patch
from app.main_window import MainWindow
from app.settings import Settings
from app.shell.places import PLACES
from app.shell.workspaces import WORKSPACES
from engine.graph import Node
from engine.project import Project, load, save


@pytest.fixture
def project_file(tmp_path: Path) -> Path:
    path = tmp_path / "film.aiprod"
    save(Project(), path)
    return path


@pytest.fixture
def saw(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Messages that the window showed; each is answered at once."""
    told: list[str] = []

    def answer(box: QMessageBox) -> int:
        told.append(box.text())
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    return told


def edit(window: MainWindow, text: str = "a red ball") -> None:
    node = Node("p", "values.text", params={"value": text})
    window.document.apply("Add a text", Patch(nodes={"p": node}))


def answer(name: str, button: str) -> None:
    """Press a button of the dialog that is about to open."""

    def press() -> None:
        box = next(
            (w for w in QApplication.topLevelWidgets() if w.objectName() == name and w.isVisible()),
            None,
        )
        if box is None:
            QTimer.singleShot(10, press)
            return
        texts = {b.text().replace("&", ""): b for b in box.findChildren(QPushButton)}
        texts[button].click()

    QTimer.singleShot(0, press)


def test_the_window_begins_with_the_start_page(window: MainWindow) -> None:
    assert window.is_at_start
    assert window.windowTitle() == "Untitled[*] - AIPROD"


def test_an_opened_project_is_shown_on_the_workbench(
    window: MainWindow, project_file: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(window.settled):
        window.open_project(project_file)
    assert not window.is_at_start
    assert window.windowTitle() == "film[*] - AIPROD"
    assert window.exporting.output_dir() == project_file.parent / "out" / "film"


def test_a_file_that_is_no_project_is_named_in_a_message(
    window: MainWindow, tmp_path: Path, saw: list[str]
) -> None:
    (tmp_path / "broken.aiprod").write_text("{")
    assert not window.open_project(tmp_path / "broken.aiprod")
    assert not window.open_project(tmp_path / "absent.aiprod")
    assert len(saw) == 2
    assert "broken.aiprod" in saw[0]
    assert window.is_at_start


def test_every_workspace_shows_its_panels_and_has_a_key(
    window: MainWindow, project_file: Path, qtbot: QtBot
) -> None:
    window.open_project(project_file)
    for number, name in enumerate(WORKSPACES, start=1):
        window.context.actions[f"window.{name}"].trigger()
        assert window.workbench.workspace == name
        assert window.context.actions[f"window.{name}"].shortcut().toString() == f"Alt+{number}"
    assert set(PLACES) >= {"canvas", "timeline", "viewer"}


def test_a_workspace_remembers_how_its_panels_lay(
    window: MainWindow, project_file: Path, qtbot: QtBot
) -> None:
    window.open_project(project_file)
    window.show_workspace("edit")
    window.workbench.dock("inspector").close()
    window.show_workspace("graph")
    assert window.workbench.dock("inspector").isVisible()
    window.show_workspace("edit")
    assert not window.workbench.dock("inspector").isVisible()
    window.workbench.reset_workspace()
    assert window.workbench.dock("inspector").isVisible()


def test_saving_writes_the_project_and_remembers_it(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.new_project()
    edit(window)
    assert window.isWindowModified()
    chosen = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(chosen), ""))
    window.context.actions["file.save"].trigger()
    saved = tmp_path / "mine.aiprod"
    assert load(saved).graph.nodes["p"].params == {"value": "a red ball"}
    assert not window.isWindowModified()
    assert window.files.recent() == [saved]


@pytest.mark.parametrize(
    ("button", "closes", "value"),
    [("Save", True, "a red ball"), ("Don't save", True, None), ("Cancel", False, None)],
)
def test_closing_asks_what_becomes_of_unsaved_edits(
    window: MainWindow, project_file: Path, button: str, closes: bool, value: str | None
) -> None:
    window.open_project(project_file)
    edit(window)
    answer("unsaved", button)
    assert window.close() is closes
    node = load(project_file).graph.nodes.get("p")
    assert (node.params["value"] if node else None) == value


def test_undo_says_what_it_would_undo(window: MainWindow) -> None:
    undo = window.context.actions["edit.undo"]
    assert not undo.isEnabled()
    edit(window)
    assert undo.text() == "&Undo: Add a text"
    undo.trigger()
    assert window.document.project == Project()


def test_a_second_window_on_the_same_project_warns(
    window: MainWindow, project_file: Path, qtbot: QtBot
) -> None:
    window.open_project(project_file)
    other = MainWindow(Settings())
    qtbot.addWidget(other)
    answer("open_twice", "Cancel")
    assert not other.open_project(project_file)
    answer("open_twice", "Open anyway")
    assert other.open_project(project_file)
    other.close_without_asking()


def test_a_project_that_was_closed_opens_elsewhere_without_a_warning(
    window: MainWindow, project_file: Path, qtbot: QtBot, saw: list[str]
) -> None:
    window.open_project(project_file)
    window.new_project()
    other = MainWindow(Settings())
    qtbot.addWidget(other)
    assert other.open_project(project_file)
    assert saw == []
    other.close_without_asking()


def test_a_change_of_language_keeps_project_edits_and_workspace(
    window: MainWindow, project_file: Path, qtbot: QtBot
) -> None:
    window.open_project(project_file)
    window.show_workspace("sound")
    edit(window)
    window.settings.set("language", "fr")
    assert window.menus.menu("file").title() == "&Fichier"
    assert window.workbench.workspace == "sound"
    window.context.actions["edit.undo"].trigger()
    assert window.document.project.graph.nodes == {}
    window.settings.set("language", "en")
    assert window.menus.menu("file").title() == "&File"


def test_without_qt_the_command_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("PySide6"):
            raise ImportError("libEGL.so.1: cannot open shared object file")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert main.main([]) == 1
    said = capsys.readouterr().err
    assert "libEGL.so.1" in said
    assert "apt-get install libegl1" in said
