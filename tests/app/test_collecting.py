"""Garbage of Qt is destroyed on the window's thread, whoever else allocates meanwhile."""

from __future__ import annotations

import gc
import threading

from pytestqt.qtbot import QtBot

from app.collecting import Collector


class Ring:
    """Garbage that only the collector finds; notes the thread that it is destroyed on."""

    def __init__(self, gone: list[str]) -> None:
        self.gone = gone
        self.me = self

    def __del__(self) -> None:
        self.gone.append(threading.current_thread().name)


def test_other_threads_collect_nothing_and_the_timer_does(qtbot: QtBot) -> None:
    import torch  # noqa: F401 - it may be on its way in another thread, and what is there then stays

    collector = Collector()
    gone: list[str] = []
    Ring(gone)

    def allocate() -> None:
        kept = [[number] for number in range(20_000)]
        assert kept

    worker = threading.Thread(target=allocate, name="worker")
    worker.start()
    worker.join()
    assert gone == []
    kept = [[number] for number in range(2_000)]
    qtbot.waitUntil(lambda: gone == [threading.main_thread().name])
    assert kept
    collector.stop()
    assert gc.isenabled()
