"""Runs tasks after what they need: on a few threads, device tasks one at a time.

One thread does everything as long as tasks are quick, since handing them to another costs more
than they do. Others join when a task takes its time while more are ready.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from engine.errors import Cancelled

_TICK = 0.01  # seconds between two looks whether more threads would help
_LONG = 0.001  # seconds from which on a task is worth waking other threads after
_GRACE = 1.5  # seconds that tasks get to end after a cancel before they are left to themselves


class Scheduler:
    """One run of tasks; `do` carries one out, `done` is told after it, one call at a time.

    `needs` gives, in the order in which tasks should start, the tasks that each waits for.
    """

    def __init__(
        self,
        needs: Mapping[str, Sequence[str]],
        *,
        alone: frozenset[str],
        do: Callable[[str], None],
        done: Callable[[str], None],
        workers: int,
        cancel: threading.Event,
    ) -> None:
        self._do = do
        self._done = done
        self._alone = alone
        self._cancel = cancel
        self._limit = workers + (1 if alone else 0)
        self._names = list(needs)
        self._rank = {name: rank for rank, name in enumerate(self._names)}
        self._users: dict[str, list[str]] = {}
        self._open: dict[str, int] = {}
        self._ready: list[int] = []
        self._ready_alone: list[int] = []
        for name, sources in needs.items():
            waits = [source for source in sources if source in self._rank]
            for source in waits:
                self._users.setdefault(source, []).append(name)
            if waits:
                self._open[name] = len(waits)
            else:
                self._push(name)
        self._wake = threading.Condition(threading.Lock())
        self._finished = threading.Event()
        self._device_busy = False
        self._stopped = False
        self._running = self._idle = self._threads = self._count = 0
        self._error: BaseException | None = None

    def run(self) -> None:
        """Run all tasks. Raises what the first failing one raised, or Cancelled."""
        if not self._names:
            return
        self._spawn()
        seen = -1
        cancelled_at: float | None = None
        try:
            while not self._finished.wait(_TICK):
                if self._cancel.is_set():
                    cancelled_at = cancelled_at or time.monotonic()
                    if time.monotonic() - cancelled_at > _GRACE:
                        break
                seen = self._add_help(seen)
        except BaseException:
            self._cancel.set()
            self._finished.wait(_GRACE)
            raise
        if self._error is not None:
            raise self._error
        if self._cancel.is_set() and self._count < len(self._names):
            raise Cancelled

    def _spawn(self) -> None:
        self._threads += 1
        name = f"aiprod-graph-{self._threads}"
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def _add_help(self, seen: int) -> int:
        """Wake or start a thread when nothing ended since the last look and tasks are ready."""
        with self._wake:
            if self._count == seen and not self._stopped and self._has_ready():
                if self._idle:
                    self._wake.notify()
                elif self._threads < self._limit:
                    self._spawn()
            return self._count

    def _push(self, name: str) -> None:
        ready = self._ready_alone if name in self._alone else self._ready
        heapq.heappush(ready, self._rank[name])

    def _has_ready(self) -> bool:
        return bool(self._ready) or bool(self._ready_alone and not self._device_busy)

    def _take(self) -> str | None:
        if self._ready_alone and not self._device_busy:
            self._device_busy = True
            return self._names[heapq.heappop(self._ready_alone)]
        return self._names[heapq.heappop(self._ready)] if self._ready else None

    def _work(self) -> None:
        with self._wake:
            while not self._stopped:
                if self._cancel.is_set():
                    break
                name = self._take()
                if name is not None:
                    self._carry_out(name)
                elif self._running:
                    self._idle += 1
                    self._wake.wait()
                    self._idle -= 1
                else:
                    break
            self._stopped = True
            self._wake.notify_all()
            if not self._running:
                self._finished.set()

    def _carry_out(self, name: str) -> None:
        """Do one task, with the lock let go meanwhile."""
        self._running += 1
        error: BaseException | None = None
        self._wake.release()
        started = time.perf_counter()
        try:
            self._do(name)
        except BaseException as raised:
            error = raised
        finally:
            took = time.perf_counter() - started
            self._wake.acquire()
        self._running -= 1
        if name in self._alone:
            self._device_busy = False
        if error is not None:
            self._stopped = True
            if self._error is None or isinstance(self._error, Cancelled):
                self._error = error
            return
        self._count += 1
        self._done(name)
        for user in self._users.get(name, ()):
            self._open[user] -= 1
            if not self._open[user]:
                self._push(user)
        if took > _LONG and self._idle and self._has_ready():
            self._wake.notify(self._idle)
