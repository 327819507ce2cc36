"""Work in the background goes on in order, and nothing waits for it that is gone."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from app.background import Background


def test_work_is_done_in_order_and_waited_for() -> None:
    done: list[int] = []
    background = Background("test")
    for number in range(5):
        background.start(lambda number=number: done.append(number))
    assert background.wait(10)
    assert done == [0, 1, 2, 3, 4]


def test_what_waits_can_be_forgotten() -> None:
    begun, gate, done = threading.Event(), threading.Event(), []

    def hold() -> None:
        begun.set()
        gate.wait(10)

    background = Background("test")
    background.start(hold)
    assert begun.wait(10)
    background.start(lambda: done.append(1))
    background.clear()
    assert not background.wait(0.05)
    gate.set()
    assert background.wait(10)
    assert done == []


def test_a_signal_of_something_deleted_ends_nothing() -> None:
    def tell() -> None:
        raise RuntimeError("Internal C++ object (Strips) already deleted.")

    done: list[int] = []
    background = Background("test")
    background.start(tell)
    background.start(lambda: done.append(1))
    assert background.wait(10)
    assert done == [1]


def test_work_that_fails_is_reported_and_the_rest_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reported: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: reported.append(str(told.exc_value)))

    def fail() -> None:
        raise ValueError("no such file")

    done: list[int] = []
    background = Background("test")
    background.start(fail)
    background.start(lambda: done.append(1))
    assert background.wait(10)
    background.start(lambda: done.append(2))
    assert background.wait(10)
    assert done == [1, 2]
    assert reported == ["no such file"]


GOES = """
from PySide6.QtCore import QCoreApplication, QObject, Qt
import shiboken6
from app.background import Background
from app.strips import _Made

class Owner(QObject):
    def __init__(self):
        super().__init__()
        self.made = _Made()
        self.made.told.connect(self.take, Qt.ConnectionType.QueuedConnection)

    def take(self, node, key, value):
        pass

    def work(self):
        for number in range(400):
            self.made.told.emit("node", "key", number)

application = QCoreApplication([])
for _ in range(200):
    owner = Owner()
    backgrounds = [Background("test") for _ in range(3)]
    for background in backgrounds:
        background.start(owner.work)
    application.processEvents()
    shiboken6.delete(owner)
    assert all(background.wait(10) for background in backgrounds)
"""


def test_what_listens_may_go_while_the_background_tells() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", GOES], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
