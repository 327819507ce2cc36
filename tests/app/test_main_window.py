"""The window opens projects, renders them and says what went wrong."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app import main
from app.main_window import STATE, MainWindow
from engine.graph.document import Graph, Node
from engine.project import Project, save
from engine.runtime import folders


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    return window


@pytest.fixture
def project_file(tmp_path: Path) -> Path:
    path = tmp_path / "film.aiprod"
    save(Project(), path)
    return path


def test_a_window_without_a_project_renders_nothing(window: MainWindow) -> None:
    assert not window.render_action.isEnabled()
    assert window.open_action.isEnabled()
    window.render_project()
    assert not window.bridge.is_busy


def test_an_opened_project_can_be_rendered(window: MainWindow, project_file: Path) -> None:
    window.open_project(project_file)
    assert window.render_action.isEnabled()
    assert window.output_dir() == project_file.parent / "out" / "film"


def test_a_file_that_is_no_project_is_named_in_a_message(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "warning", lambda _parent, _title, text: told.append(text))
    (tmp_path / "broken.aiprod").write_text("{")
    window.open_project(tmp_path / "broken.aiprod")
    window.open_project(tmp_path / "absent.aiprod")
    assert len(told) == 2
    assert "broken.aiprod" in told[0]
    assert not window.render_action.isEnabled()


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


NOTE_PLUGIN = '''
from engine.graph import Artifact, Context, node

@node("Write note", category="Test", sink=True)
def write(text: str = "hello", *, ctx: Context) -> Artifact:
    """A text file."""
    if text == "fail":
        raise ValueError("no ink")
    path = ctx.scratch / "note.txt"
    path.write_text(text, encoding="utf-8")
    return Artifact("note.txt", path, "text")
'''


@pytest.fixture
def note_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose only node, from a plugin of the user, writes a text file."""
    for name in ("CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    plugin = folders.data_dir() / "plugins" / "note.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text(NOTE_PLUGIN)
    graph = Graph()
    graph.add(Node("note", "plugin.note.write", params={"text": "seen"}))
    save(Project(graph), tmp_path / "note.aiprod")
    return tmp_path / "note.aiprod"


def test_a_render_shows_its_nodes_and_delivers_its_files(
    window: MainWindow, note_project: Path, qtbot: QtBot
) -> None:
    window.open_project(note_project)
    with qtbot.waitSignal(window.bridge.finished, timeout=60_000):
        window.render_project()
        assert window.stop_action.isEnabled()
    assert (window.output_dir() / "note.txt").read_text() == "seen"
    assert window.nodes.topLevelItem(0).text(STATE) == "done"
    assert window.render_action.isEnabled()
    assert window.files_action.isEnabled()


def test_a_render_that_fails_says_why_and_delivers_nothing(
    window: MainWindow, note_project: Path, qtbot: QtBot
) -> None:
    text = note_project.read_text().replace("seen", "fail")
    note_project.write_text(text)
    window.open_project(note_project)
    with qtbot.waitSignal(window.bridge.failed, timeout=60_000):
        window.render_project()
    assert "no ink" in window.statusBar().currentMessage()
    assert not (window.output_dir() / "note.txt").exists()


def test_closing_the_window_stops_the_render(
    window: MainWindow, note_project: Path, qtbot: QtBot
) -> None:
    window.open_project(note_project)
    window.render_project()
    window.close()
    assert not window.bridge.is_busy
