"""The jobs panel shows the queue and the history, and does to a job what the user asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.context import AppContext
from app.panels.job_list import LEFT, SHARE, STATE, ago, time_left, tone
from app.panels.jobs import JobsPanel
from engine.graph import Node
from engine.jobs import Cancelled, Delivered, Failed, JobStore, Queued, Request
from engine.project import loads
from tests.app.bridge_nodes import GATE, STARTED, project, text_project


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot) -> JobsPanel:
    made = JobsPanel(context)
    qtbot.addWidget(made)
    made.resize(420, 420)
    made.show()
    made.list.setFocus()
    return made


def names(panel: JobsPanel) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def state(bridge: Bridge, job: int) -> type:
    return type(bridge.job(job).state)


def start_waiting(context: AppContext, qtbot: QtBot, tmp_path: Path) -> int:
    waits = text_project(via="test.wait", name="waits")
    job = context.bridge.render(waits, tmp_path, tmp_path / "waits")
    qtbot.waitUntil(STARTED.is_set)
    qtbot.waitUntil(lambda: state(context.bridge, job) is not Queued)
    return job


def test_jobs_at_work_come_first_then_the_queue_then_what_ended(
    panel: JobsPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    done = context.bridge.render(text_project(name="done"), tmp_path, tmp_path / "done")
    qtbot.waitUntil(lambda: state(context.bridge, done) is Delivered)
    start_waiting(context, qtbot, tmp_path)
    for name in ("one", "two"):
        context.bridge.render(text_project(name=name), tmp_path, tmp_path / name)
    assert names(panel) == ["waits", "one", "two", "done"]
    assert panel.model.index_of(done).data(STATE).startswith("Delivered: 1 file")
    assert panel.model.index_of(done).data(LEFT) == "just now"


def test_a_job_that_ended_with_a_warning_says_so(
    panel: JobsPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    project = text_project(via="test.complain", name="pale")
    job = context.bridge.render(project, tmp_path, tmp_path / "pale")
    qtbot.waitUntil(lambda: state(context.bridge, job) is Delivered)
    ended = context.bridge.job(job).state
    assert panel.model.index_of(job).data(STATE).startswith("Delivered with warnings: 1 file")
    assert tone(ended) == "warning"
    panel.choose(job)
    assert panel.details.toPlainText().startswith("Complain: the words are pale")


def test_the_keys_move_a_queued_job_and_the_choice_stays(
    panel: JobsPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    start_waiting(context, qtbot, tmp_path)
    jobs = [
        context.bridge.render(text_project(name=name), tmp_path, tmp_path / name)
        for name in ("one", "two", "three")
    ]
    panel.choose(jobs[2])
    qtbot.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert names(panel) == ["waits", "three", "one", "two"]
    assert context.bridge.queue() == (jobs[2], jobs[0], jobs[1])
    assert panel.chosen().id == jobs[2]
    assert not context.actions["jobs.up"].isEnabled()
    qtbot.keyClick(panel.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names(panel) == ["waits", "one", "three", "two"]


def test_delete_stops_the_job_at_work(
    panel: JobsPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    job = start_waiting(context, qtbot, tmp_path)
    panel.choose(job)
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: state(context.bridge, job) is Cancelled)
    assert panel.model.index_of(job).data(STATE) == "Stopped"
    GATE.set()
    assert context.actions["jobs.resume"].isEnabled()
    qtbot.keyClick(panel.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: state(context.bridge, job) is Delivered)


def test_a_failed_job_says_what_failed_and_the_mend(
    panel: JobsPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = text_project(via="test.break_down", name="broken")
    job = context.bridge.render(broken, tmp_path, tmp_path / "out")
    qtbot.waitUntil(lambda: state(context.bridge, job) is Failed)
    place = panel.list.visualRect(panel.model.index_of(job)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "the reel broke. Splice it." in panel.details.toPlainText()
    context.actions["jobs.copy"].trigger()
    assert "Splice it." in QApplication.clipboard().text()
    assert not context.actions["jobs.reveal"].isEnabled()


def test_progress_and_time_left_are_shown_while_a_job_is_at_work(
    panel: JobsPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    film = project(
        Node("line", "test.line"),
        Node("shot", "test.steps", params={"count": 40, "pause": 0.03}),
        Node("save", "deliver.clip"),
        links={"shot.text": "line", "save.clip": "shot"},
        name="film",
    )
    job = context.bridge.render(film, tmp_path, tmp_path / "out")
    index = panel.model.index_of(job)
    seen: list[tuple[float, str]] = []
    panel.model.dataChanged.connect(
        lambda *_: seen.append((index.data(SHARE) or 0.0, index.data(LEFT)))
    )
    qtbot.waitUntil(lambda: state(context.bridge, job) is Delivered, timeout=60_000)
    shares = [share for share, _ in seen[:-1] if share]
    assert any(0.05 < share < 0.9 for share in shares)
    assert any(left.endswith("s left") for _, left in seen)


def test_the_project_of_a_job_is_opened_as_it_was(
    panel: JobsPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    job = context.bridge.render(text_project("old", name="film"), tmp_path, tmp_path / "out")
    panel.choose(job)
    with qtbot.waitSignal(context.requests.open_text) as opened:
        context.actions["jobs.open_project"].trigger()
    text, name = opened.args
    assert name == "film"
    assert loads(text).graph.nodes["line"].params == {"words": "old"}


def test_finished_files_are_shown_in_their_folder(
    panel: JobsPanel,
    context: AppContext,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    job = context.bridge.render(text_project(), tmp_path, tmp_path / "out")
    qtbot.waitUntil(lambda: state(context.bridge, job) is Delivered)
    panel.choose(job)
    context.actions["jobs.reveal"].trigger()
    assert opened == [str(tmp_path / "out")]


def test_jobs_of_other_programs_appear(panel: JobsPanel, qtbot: QtBot, tmp_path: Path) -> None:
    other = JobStore()
    other.submit(Request("elsewhere", "{}", tmp_path, tmp_path / "out"))
    qtbot.waitUntil(lambda: names(panel) == ["elsewhere"])
    other.close()


def test_a_notice_stays_until_it_is_closed(
    panel: JobsPanel, context: AppContext, qtbot: QtBot
) -> None:
    context.bridge.noticed.emit("The render process ended unexpectedly (SIGKILL).")
    assert panel.notice.isVisible()
    assert "SIGKILL" in panel.notice.text.text()
    button = panel.notice.findChild(type(panel.notice.layout().itemAt(1).widget()))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert not panel.notice.isVisible()


def test_times_are_told_in_words() -> None:
    assert [time_left(s) for s in (None, 12, 300, 7200)] == [
        *("", "12 s left", "5 min left", "2.0 h left")
    ]
    assert [ago(s) for s in (3, 300, 7200)] == ["just now", "5 min ago", "2 h ago"]
