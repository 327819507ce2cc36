"""Follows a render: its job's state and progress in the store, and requests to stop it."""

from __future__ import annotations

import contextlib
import threading
from types import TracebackType
from typing import Self

from engine.errors import AiprodError
from engine.graph import events
from engine.graph.prepare import Prepared
from engine.jobs import Assembling, Generating, Job, JobStore, Planning, State

_INTERVAL = 0.5  # seconds between two looks at the store


class Watch:
    """Turns events into the job's states and progress, and sets `cancel` when the store asks.

    `asked` says whether it was the store that stopped the render.
    """

    def __init__(
        self,
        job: Job,
        store: JobStore,
        cancel: threading.Event,
        on_event: events.OnEvent | None,
    ) -> None:
        self.asked = False
        self.warnings: list[str] = []  # of nodes, also of results that were made before
        self._warned: set[tuple[str, str]] = set()
        self._job = job
        self._store = store
        self._cancel = cancel
        self._pass_on = on_event
        self._sinks: frozenset[str] = frozenset()
        self._state: State = Planning()
        self._total = 1
        self._finished = 0
        self._parts: dict[str, float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, name="job-watch", daemon=True)

    def know(self, prepared: Prepared) -> None:
        """Learn which nodes write files: the first of them begins the assembling."""
        self._sinks = frozenset(name for name, placed in prepared.nodes.items() if placed.spec.sink)

    def enter(self, state: State) -> None:
        """Move the job on, unless it is in such a state already."""
        if type(self._state) is not type(state):
            self._store.move(self._job.id, state)
            self._state = state

    def on_event(self, event: events.Event) -> None:
        """Take note of an event and pass it on. Events come one at a time."""
        match event:
            case events.RunPlanned(run=run):
                self._total, self._finished = max(1, run), 0
                self._parts.clear()
            case events.NodeStarted(node=node):
                if node in self._sinks:
                    self.enter(Assembling())
                elif isinstance(self._state, Planning):
                    self.enter(Generating())
            case events.NodeProgress(node=node, done=done, total=total) if total > 0:
                self._parts[node] = min(1.0, done / total)
            case events.Warning(node=node, title=title, message=message):
                if (node, message) in self._warned:
                    return  # by the run before, which lacked nothing yet
                self._warned.add((node, message))
                self.warnings.append(f"{title}: {message}")
            case events.NodeFinished(node=node, cached=False):
                self._parts.pop(node, None)
                self._finished += 1
            case _:
                pass
        self.tell(event)

    def tell(self, event: events.Event) -> None:
        """Pass an event on as it is."""
        if self._pass_on is not None:
            self._pass_on(event)

    @property
    def done(self) -> float:
        """How much of the run is made, 0 to 1, each node counting the same."""
        return min(1.0, (self._finished + sum(list(self._parts.values()))) / self._total)

    def _look(self) -> None:
        while not self._ended.wait(_INTERVAL):
            with contextlib.suppress(AiprodError):  # a busy disk: the next look may do
                if self._store.note_progress(self._job.id, self.done):
                    self.asked = True
                    self._cancel.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
