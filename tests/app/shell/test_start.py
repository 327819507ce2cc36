"""The start: quick, without torch, with templates that work and an offer after a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.document import Document
from app.editing import Patch
from app.main_window import MainWindow
from app.recovery import Recovery
from app.settings import Settings
from app.shell.start_page import RecentButton, TemplateCard
from app.shell.templates import Template, templates
from app.shell.tour import Tour
from engine.graph import Node
from engine.plugins import load_plugins
from engine.project import Project, load, save
from engine.render import make_request

TOP = Path(__file__).resolve().parents[3]
TEMPLATES = templates()

PROBE = """
import sys, time
started = time.monotonic()
from PySide6.QtCore import QTimer
from app import main
from app.main_window import MainWindow

def report(window):
    heavy = [name for name in ("torch", "av", "scipy", "pyqtgraph") if name in sys.modules]
    print(f"{time.monotonic() - started:.3f} {time.process_time():.3f}", *heavy, flush=True)
    window.close_without_asking()

real = MainWindow.showEvent

def shown(window, event):
    real(window, event)
    QTimer.singleShot(0, lambda: report(window))

MainWindow.showEvent = shown
main.main([])
"""
IDLE = """
import time
from PySide6.QtCore import QEventLoop, QTimer
from app.main_window import MainWindow
from app.settings import Settings
from app.shell.start_up import dress, make_application

def rest(milliseconds):
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()

application, settings = make_application(), Settings()
dress(application, settings)
window = MainWindow(settings)
window.show()
window.new_project()
window.workbench.complete()
rest(2000)
began, cpu = time.monotonic(), time.process_time()
rest(2000)
print((time.process_time() - cpu) / (time.monotonic() - began))
window.close_without_asking()
"""


def run(code: str) -> list[str]:
    """What a window in a process of its own tells."""
    command = [sys.executable, "-c", code]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, cwd=TOP, env=env, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("template", TEMPLATES, ids=[t.name for t in TEMPLATES])
def test_every_template_is_a_project_without_mistakes(template: Template, tmp_path: Path) -> None:
    project = load(template.project)
    registry = load_plugins().registry
    folder = template.project.parent
    request = make_request(project, output=tmp_path, base_dir=folder, registry=registry)
    assert request.name
    assert not QImage(str(template.picture)).isNull()
    assert template.title
    assert template.text.endswith(".")


def test_a_template_becomes_a_project_of_ones_own(window: MainWindow, qtbot: QtBot) -> None:
    card = window.start_page.findChild(TemplateCard, "template_conform")
    assert card is not None
    qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    assert window.document.path is None
    assert not window.document.is_dirty
    assert window.files.title == "Import and conform"
    file = window.document.project.graph.nodes["wide"].params["file"]
    assert Path(file).is_file()


def test_templates_and_recent_projects_are_reached_by_keys(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    save(Project(), tmp_path / "mine.aiprod")
    window.open_project(tmp_path / "mine.aiprod")
    window.new_project()
    window.show_start_page()
    (recent,) = window.start_page.findChildren(RecentButton)
    assert recent.focusPolicy() & Qt.FocusPolicy.TabFocus
    qtbot.keyClick(recent, Qt.Key.Key_Space)
    assert window.document.path == tmp_path / "mine.aiprod"
    window.show_start_page()
    cards = window.start_page.findChildren(TemplateCard)
    assert len(cards) == len(TEMPLATES)
    qtbot.keyClick(cards[0], Qt.Key.Key_Return)
    assert window.files.title == cards[0].template.title


def test_what_a_crash_left_behind_is_offered(
    user_folders: Path, settings: Settings, qtbot: QtBot
) -> None:
    died = Document(load_plugins().registry)
    recovery = Recovery(died)
    node = Node("p", "values.text", params={"value": "not lost"})
    died.apply("Add a text", Patch(nodes={"p": node}))
    recovery.close()
    window = MainWindow(settings)
    qtbot.addWidget(window, before_close_func=lambda _w: window.close_without_asking())
    window.show()
    qtbot.waitUntil(window.banner.isVisible)
    buttons = {b.text(): b for b in window.banner.findChildren(QPushButton)}
    qtbot.mouseClick(buttons["&Recover"], Qt.MouseButton.LeftButton)
    assert window.document.project.graph.nodes["p"].params == {"value": "not lost"}
    assert window.document.is_dirty
    assert not window.banner.isVisible()


def test_the_tour_points_at_real_widgets_and_can_be_left(window: MainWindow, qtbot: QtBot) -> None:
    window.context.actions["help.tour"].trigger()
    tour = window.findChild(Tour)
    assert tour is not None
    assert window.settings.get("tour_seen")
    steps = 0
    while tour.step == steps:
        qtbot.waitUntil(lambda: tour.points_at_something)
        assert tour.rect().contains(tour.card.geometry())
        steps += 1
        if steps == len(tour):
            break
        qtbot.mouseClick(tour.next, Qt.MouseButton.LeftButton)
    assert steps == len(tour) >= 5
    qtbot.keyClick(tour, Qt.Key.Key_Escape)
    assert not tour.isVisible()


@pytest.mark.slow
def test_the_window_is_shown_quickly_and_without_torch(user_folders: Path) -> None:
    told = [run(PROBE) for _ in range(3)]
    assert all(words[2:] == [] for words in told), "what is heavy is imported when it is needed"
    assert min(float(words[1]) for words in told) < 1.5  # seconds of work
    others_work = hasattr(os, "getloadavg") and os.getloadavg()[0] > (os.cpu_count() or 1) / 2
    if not others_work:  # then no more may pass on the clock
        assert min(float(words[0]) for words in told) < 1.5


def test_an_idle_window_uses_no_cpu(user_folders: Path) -> None:
    (share,) = run(IDLE)
    assert float(share) < 0.005
