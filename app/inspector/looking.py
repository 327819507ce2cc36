"""Looks in the background whether files are there: a disk may be slow, or far away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal


class FileLook(QObject):
    """`found` tells of a path what is wrong with it; "" when it can be read.

    It has no parent: whoever looks keeps it alive.
    """

    found = Signal(str, str)

    def look(self, path: str, base_dir: Path) -> None:
        """Look for a path, taken from the folder of the project."""
        QThreadPool.globalInstance().start(lambda: _look(self.found.emit, path, base_dir))

    def connect_to(self, slot: Callable[[str, str], None]) -> None:
        """Let a slot of the window's thread hear what was found."""
        self.found.connect(slot, Qt.ConnectionType.QueuedConnection)


def _look(tell: Callable[[str, str], None], path: str, base_dir: Path) -> None:
    from engine.graph.fingerprints import missing_file

    try:
        problem = missing_file(base_dir / path) or ""
    except (OSError, ValueError) as error:
        problem = str(error)
    try:
        tell(path, problem)
    except RuntimeError:
        return  # the panel was closed meanwhile
