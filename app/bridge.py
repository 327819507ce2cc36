"""The engine on a worker thread: requests in, events out as Qt signals."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import AiprodError, Cancelled
from engine.project import Project


class Bridge(QObject):
    """Renders one project at a time, away from the window's thread.

    Signals arrive on the thread of whoever connects: `happened` carries each of
    `engine.graph.events`, then exactly one of `finished`, `failed` (a message) or `stopped`.
    """

    happened = Signal(object)
    finished = Signal()
    failed = Signal(str)
    stopped = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancel = threading.Event()
        self._worker: threading.Thread | None = None

    @property
    def is_busy(self) -> bool:
        return self._worker is not None and self._worker.is_alive()

    def render(self, project: Project, base_dir: Path, output: Path) -> None:
        """Begin to render all of `project` into the folder `output`."""
        if self.is_busy:
            raise RuntimeError("a render is going on")
        self._cancel = threading.Event()
        self._worker = threading.Thread(
            target=self._run, args=(project, base_dir, output, self._cancel), name="render"
        )
        self._worker.start()

    def stop(self) -> None:
        """Ask the render to stop; it takes effect within one step."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> None:
        """Return when the worker has ended, or after `seconds`."""
        if self._worker is not None:
            self._worker.join(seconds)

    def _run(self, project: Project, base_dir: Path, output: Path, cancel: threading.Event) -> None:
        from engine.render import render

        try:
            render(
                project,
                output=output,
                base_dir=base_dir,
                on_event=self.happened.emit,
                cancel=cancel,
            )
        except Cancelled:
            self.stopped.emit()
        except AiprodError as error:
            self.failed.emit(str(error))
        except Exception as error:
            self.failed.emit(f"{type(error).__name__}: {error}")
        else:
            self.finished.emit()
