"""Work in the background, one piece after the other, that no window waits for when it goes."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

Work: TypeAlias = Callable[[], None]

_NICE = 10


class Background:
    """Does pieces of work on a thread of low priority, which ends when there is none left.

    Unlike a QThreadPool it may go while work is going on: the thread then ends by itself. Work
    tells what it found by a signal of a QObject without a parent that it holds: one that a window
    owns could be deleted while the signal is on its way, which ends the process. A RuntimeError of
    anything else that is gone is passed over; other errors are reported as those of a thread are,
    and what waits is done.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: deque[Work] = deque()
        self._free = threading.Condition()
        self._thread: threading.Thread | None = None

    def start(self, work: Work) -> None:
        """Do this after what waits already."""
        with self._free:
            self._waiting.append(work)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def clear(self) -> None:
        """Forget what waits."""
        with self._free:
            self._waiting.clear()

    def wait(self, seconds: float) -> bool:
        """Return when nothing is going on any more, or after so long; False when something is."""
        with self._free:
            return self._free.wait_for(lambda: self._thread is None, seconds)

    def _run(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        while True:
            with self._free:
                if not self._waiting:
                    self._thread = None
                    self._free.notify_all()
                    return
                work = self._waiting.popleft()
            try:
                work()
            except Exception as error:
                if not (isinstance(error, RuntimeError) and "deleted" in str(error)):
                    _report(error)
            del work


def _report(error: Exception) -> None:
    thread = threading.current_thread()
    threading.excepthook(
        threading.ExceptHookArgs((type(error), error, error.__traceback__, thread))
    )
