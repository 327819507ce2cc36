"""A window is killed with edits that were not saved; the next one brings them back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.recovery import recovery_dir
from app.settings import Settings
from app.shell.start_up import dress, make_application
from engine.project import Project, load, save
from tests.app.tasks.hands import CTRL, LEFT, Hands

TOP = Path(__file__).resolve().parents[3]
EDITOR = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from app.editing import Patch
from app.main_window import MainWindow
from app.settings import Settings
from app.shell.start_up import dress, make_application
from engine.graph import Node

application = make_application()
settings = Settings()
settings.set("autosave_seconds", 1)
dress(application, settings)
window = MainWindow(settings)
window.show()
window.open_project(Path(sys.argv[1]))

def edit():
    node = Node("words", "values.text", params={"value": "typed before the power went"})
    window.document.apply("Add a text", Patch(nodes={"words": node}))

window.recovering.written.connect(lambda: print("kept", flush=True))
QTimer.singleShot(0, edit)
application.exec()
"""


def test_edits_of_a_killed_window_come_back(
    user_folders: Path, settings: Settings, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "film.aiprod"
    save(Project(), path)
    process = subprocess.Popen(
        [sys.executable, "-c", EDITOR, str(path)],
        cwd=TOP,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        assert process.stdout is not None
        while not list(recovery_dir().glob("*/edits.json")):
            assert process.stdout.readline() == "kept\n"
        os.kill(process.pid, signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
    assert load(path).graph.nodes == {}

    dress(make_application(), settings)
    window = MainWindow(settings)
    qtbot.addWidget(window, before_close_func=lambda _w: window.close_without_asking())
    window.show()
    hands = Hands(window, qtbot)
    hands.wait(window.banner.isVisible)
    assert "1 edit of “untitled”" in window.banner.text.text()
    buttons = {b.text(): b for b in window.banner.findChildren(QPushButton)}
    hands.bot.mouseClick(buttons["&Recover"], LEFT)
    assert window.isWindowModified()
    hands.key(Qt.Key.Key_S, CTRL, window)
    assert load(path).graph.nodes["words"].params["value"] == "typed before the power went"
    assert not window.isWindowModified()
