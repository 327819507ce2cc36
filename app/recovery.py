"""Keeps edits that are not saved: a process that dies loses seconds of work, not hours.

Each running application has a folder of its own, locked while it lives. A folder whose lock is
free is what a crash left behind.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import secrets
import shutil
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.document import Document
from engine.errors import AiprodError, ProjectError
from engine.graph.locks import FileLock
from engine.project import Project, dumps, loads
from engine.runtime.files import atomic_write
from engine.runtime.folders import data_dir

MOST_SECONDS = 8.0  # between an edit and the disk, whatever the settings say
_SNAPSHOT = "edits.json"
_COUNT = "count"
_LOCK = "lock"
_COUNTER = struct.Struct("<q")
_LARGEST = 64 * 2**20


@dataclass(frozen=True)
class Recoverable:
    """A document whose edits were not saved when its process died.

    `path` is its file, or None for one that had none; `edits` of them can be recovered, and
    `lost` were made after the last time it was written down.
    """

    folder: Path
    path: Path | None
    name: str
    time: datetime
    edits: int
    lost: int


class Recovery(QObject):
    """Writes the open document down while it has edits that are not in its file.

    `seconds` after an edit at most it is on the disk. `written` comes after each time; `failed`
    with a sentence for the user when the disk refuses, once until it works again.
    """

    written = Signal()
    failed = Signal(str)

    _ended = Signal(str)

    def __init__(
        self,
        document: Document,
        parent: QObject | None = None,
        *,
        folder: Path | None = None,
        seconds: float = 5.0,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._session = _Session(folder or recovery_dir())
        self._edits = 0
        self._told_failure = False
        self._is_closed = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._write)
        self.set_seconds(seconds)
        self._worker: threading.Thread | None = None
        self._again = False
        self._ended.connect(self._take, Qt.ConnectionType.QueuedConnection)
        document.changed.connect(self._note)
        document.path_changed.connect(self._saved)

    @property
    def edits(self) -> int:
        """How many changes the document has that are not in its file."""
        return self._edits

    def set_seconds(self, seconds: float) -> None:
        """How long an edit may stay in memory alone."""
        self._timer.setInterval(round(1000 * max(0.05, min(MOST_SECONDS, seconds))))

    def write_now(self) -> None:
        """Write the document down before this returns, if it has edits. Raises OSError."""
        self._timer.stop()
        self._wait()
        if self._edits:
            self._session.write(_snapshot(self._document, self._edits))

    def forget(self) -> None:
        """The user saved or gave up all edits: nothing of them is kept."""
        self._timer.stop()
        self._wait()
        self._edits = 0
        self._session.remove()

    def close(self) -> None:
        """The application ends: what was not saved or given up stays to be recovered."""
        self._is_closed = True
        with contextlib.suppress(OSError, AiprodError):
            self.write_now()
        self._session.close()

    def recover(self, item: Recoverable) -> None:
        """Open a document that was left behind, with its edits, in place of the open one.

        Raises ProjectError when it cannot be read, or another application took it meanwhile.
        """
        with _claimed(item.folder):
            content = _read(item.folder)
            if content is None:
                raise ProjectError("the edits are not there any more", where=item.name)
            project = loads(content["project"])
            self._document.new(project, path=item.path)
            self._document.stack.resetClean()
            self._wait()
            self._edits = item.edits
            self._session.count(self._edits)
            self._session.write(_snapshot(self._document, self._edits))
            shutil.rmtree(item.folder, ignore_errors=True)

    def _note(self, _patch: object) -> None:
        if self._is_closed:
            return
        self._edits += 1
        self._session.count(self._edits)
        if not self._timer.isActive():
            self._timer.start()

    def _saved(self) -> None:
        """The document is as its file has it, or another one was opened."""
        self._timer.stop()
        self._edits = 0
        self._session.count(0)
        self._start(None)

    def _write(self) -> None:
        self._start(_snapshot(self._document, self._edits))

    def _start(self, snapshot: _Snapshot | None) -> None:
        """Write in the background; while that goes on, the next waits for its end."""
        if self._worker is not None:
            self._again = True
            return
        self._worker = threading.Thread(
            target=self._run, args=(snapshot,), name="recovery", daemon=True
        )
        self._worker.start()

    def _run(self, snapshot: _Snapshot | None) -> None:
        told = ""
        try:
            if snapshot is None:
                self._session.clear()
            else:
                self._session.write(snapshot)
        except (OSError, AiprodError) as error:
            told = str(error) or type(error).__name__
        with contextlib.suppress(RuntimeError):  # the window is gone
            self._ended.emit(told)

    def _take(self, error: str) -> None:
        self._wait()
        again, self._again = self._again, False
        if not error:
            self._told_failure = False
            self.written.emit()
        elif not self._told_failure:
            self._told_failure = True
            self.failed.emit(self.tr("Edits cannot be kept for recovery: {why}").format(why=error))
        if error and self._edits:
            self._timer.start()
        elif again:
            self._start(_snapshot(self._document, self._edits) if self._edits else None)

    def _wait(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.join()


def recovery_dir() -> Path:
    """Where the folders of all running applications are."""
    return data_dir() / "recovery"


def recoverable(folder: Path | None = None) -> tuple[Recoverable, ...]:
    """The documents that processes left behind which live no more, the latest first."""
    found = []
    with contextlib.suppress(OSError):
        for session in sorted((folder or recovery_dir()).iterdir()):
            item = _look_into(session)
            if item is not None:
                found.append(item)
    return tuple(sorted(found, key=lambda item: item.time, reverse=True))


def discard(item: Recoverable) -> None:
    """Give the edits up for good. One that another application recovers meanwhile stays."""
    with contextlib.suppress(ProjectError), _claimed(item.folder):
        shutil.rmtree(item.folder, ignore_errors=True)


@dataclass(frozen=True)
class _Snapshot:
    """What is written down; the project is never changed, so a thread may read it."""

    project: Project
    path: Path | None
    edits: int
    is_dirty: bool


def _snapshot(document: Document, edits: int) -> _Snapshot:
    return _Snapshot(document.project, document.path, edits, document.is_dirty)


class _Session:
    """The folder of this process; it comes to be with the first edit."""

    def __init__(self, parent: Path) -> None:
        self._folder = parent / f"{os.getpid()}-{secrets.token_hex(6)}"
        self._lock: FileLock | None = None
        self._counter: mmap.mmap | None = None
        self._guard = threading.Lock()

    def count(self, edits: int) -> None:
        """Note how many edits there are. It survives the process, not the power."""
        if self._counter is not None:
            self._counter[:] = _COUNTER.pack(edits)

    def write(self, snapshot: _Snapshot) -> None:
        """Write the document down, whole or not at all; one that is as its file has it leaves."""
        text = dumps(snapshot.project)
        if not snapshot.is_dirty and _is_in(snapshot.path, text):
            self.clear()
            return
        with self._guard:
            self._open(snapshot.edits)
            content = {
                "path": str(snapshot.path) if snapshot.path else None,
                "name": snapshot.project.settings.name,
                "time": datetime.now(UTC).isoformat(),
                "edits": snapshot.edits,
                "project": text,
            }
            atomic_write(self._folder / _SNAPSHOT, json.dumps(content))

    def clear(self) -> None:
        """Keep nothing of the document; the folder stays this process's."""
        with self._guard:
            (self._folder / _SNAPSHOT).unlink(missing_ok=True)

    def remove(self) -> None:
        """Keep nothing at all."""
        self.close()
        with self._guard:
            shutil.rmtree(self._folder, ignore_errors=True)

    def close(self) -> None:
        """Give the folder up; if there are edits in it, the next application offers them."""
        with self._guard:
            if self._counter is not None:
                self._counter.close()
                self._counter = None
            if self._lock is not None:
                self._lock.release()
                self._lock = None
            if self._folder.is_dir() and not (self._folder / _SNAPSHOT).exists():
                shutil.rmtree(self._folder, ignore_errors=True)

    def _open(self, edits: int) -> None:
        if self._lock is not None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / _LOCK)
        if not lock.acquire():
            raise OSError(f"{self._folder} is locked")
        path = self._folder / _COUNT
        path.write_bytes(_COUNTER.pack(edits))
        with path.open("r+b") as file:
            self._counter = mmap.mmap(file.fileno(), _COUNTER.size)
        self._lock = lock


def _is_in(path: Path | None, text: str) -> bool:
    try:
        return path is not None and path.read_text(encoding="utf-8") == text
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Hold the folder of a process that lives no more. Raises ProjectError when it is taken."""
    lock = FileLock(folder / _LOCK)
    if not folder.is_dir() or not lock.acquire():
        raise ProjectError("another AIPROD has these edits", where=folder.name)
    try:
        yield
    finally:
        lock.release()
        with contextlib.suppress(OSError):
            folder.rmdir()  # where taking the lock brought it back


def _look_into(folder: Path) -> Recoverable | None:
    """What a folder holds, unless its process lives; one with nothing in it is removed."""
    if not folder.is_dir():
        return None
    try:
        with _claimed(folder):
            content = _read(folder)
            if content is None:
                if not (folder / _SNAPSHOT).exists():
                    shutil.rmtree(folder, ignore_errors=True)
                return None
            edits = content["edits"]
            path = content["path"]
            return Recoverable(
                folder,
                Path(path) if path else None,
                content["name"],
                datetime.fromisoformat(content["time"]),
                edits,
                max(0, _counted(folder, edits) - edits),
            )
    except (OSError, ProjectError):
        return None


def _read(folder: Path) -> dict[str, Any] | None:
    """The snapshot in a folder, or None when there is none that makes sense."""
    try:
        path = folder / _SNAPSHOT
        if path.stat().st_size > _LARGEST:
            return None
        content = json.loads(path.read_bytes())
        datetime.fromisoformat(content["time"])
        kinds: dict[str, tuple[type, ...]] = {
            "path": (str, type(None)),
            "name": (str,),
            "edits": (int,),
            "project": (str,),
        }
        return content if all(isinstance(content[k], kinds[k]) for k in kinds) else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _counted(folder: Path, edits: int) -> int:
    try:
        return int(_COUNTER.unpack((folder / _COUNT).read_bytes())[0])
    except (OSError, struct.error):
        return edits
