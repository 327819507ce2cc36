"""Knows whether another window has the same project open."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QLockFile

from engine.runtime.folders import data_dir


class ProjectLock:
    """Marks one project as open in this process; the mark goes with the process."""

    def __init__(self) -> None:
        self._lock: QLockFile | None = None
        self._path: Path | None = None

    def take(self, path: Path) -> bool:
        """Mark the project as open here. False when another window has it."""
        path = path.resolve()
        if path == self._path:
            return True
        lock = _lock_of(path)
        if not lock.tryLock(0):
            return False
        self.release()
        self._lock, self._path = lock, path
        return True

    def release(self) -> None:
        """The project is open here no more."""
        if self._lock is not None:
            self._lock.unlock()
        self._lock = self._path = None


def _lock_of(path: Path) -> QLockFile:
    folder = data_dir() / "open"
    folder.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(str(path).encode()).hexdigest()[:32]
    lock = QLockFile(str(folder / f"{name}.lock"))
    lock.setStaleLockTime(0)  # stale only when its process is gone
    return lock
