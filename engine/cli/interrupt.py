"""Ctrl-C that always works: the work runs in a second thread, this one listens."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

from engine.cli.status import INTERRUPTED
from engine.errors import Cancelled

GRACE = 1.2
"""Seconds that the work has to stop by itself, for example to leave a long native call."""


def run_interruptible(
    work: Callable[[threading.Event], int], *, when_left: Callable[[], None] = lambda: None
) -> int:
    """Run `work(cancel)` and return its exit status, or leave the process with 130 on Ctrl-C.

    A signal sets `cancel`; the work then has `GRACE` seconds to end (by raising Cancelled) before
    the process ends under it, after a call of `when_left`. That is safe because every file is
    written aside and moved in place. A second Ctrl-C does not wait. Errors of the work are raised.
    """
    cancel, ended = threading.Event(), threading.Event()
    outcome: list[int | BaseException] = []

    def run() -> None:
        try:
            outcome.append(work(cancel))
        except BaseException as error:
            outcome.append(error)
        finally:
            ended.set()

    with _listening(cancel) as signals:
        threading.Thread(target=run, name="render", daemon=True).start()
        while not ended.wait(0.1):
            if signals and (len(signals) > 1 or time.monotonic() - signals[0] > GRACE):
                when_left()
                _leave()
    result = outcome[0]
    if isinstance(result, int):
        return result
    if signals and isinstance(result, Cancelled):
        _leave()
    raise result


@contextlib.contextmanager
def _listening(cancel: threading.Event) -> Iterator[list[float]]:
    """Collect the times of signals that ask to stop, and set `cancel` on the first."""
    times: list[float] = []

    def note(_number: int, _frame: FrameType | None) -> None:
        times.append(time.monotonic())
        cancel.set()

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    found = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, note) for number in found}
    try:
        yield times
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave() -> None:
    """End the process now: threads in native calls are not waited for."""
    show_cursor = "\x1b[?25h" if sys.stderr.isatty() else ""
    with contextlib.suppress(OSError, ValueError):
        print(f"{show_cursor}interrupted; what was finished is kept", file=sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(INTERRUPTED)
