"""Tidies a level: at once when it is small, in the background when it is large."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from app.editing.layout import Places, Point, Size, tidy
from app.editing.level import Level

AT_ONCE = 200
"""Nodes that are laid out within a frame or two."""


class Tidying(QObject):
    """Computes layouts. `done` carries the level it was computed for, and the places."""

    done = Signal(object, object)

    _computed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._computed.connect(self.done, Qt.ConnectionType.QueuedConnection)

    def start(self, level: Level, places: Mapping[str, Point], sizes: Mapping[str, Size]) -> None:
        """Lay these nodes of a level out."""
        if len(places) <= AT_ONCE:
            self.done.emit(level, tidy(places, sizes, level.links))
        else:
            self._pool.start(_Layout(self, level, dict(places), dict(sizes)))

    def stop(self) -> None:
        """Returns when nothing is computed any more."""
        self._pool.waitForDone(5000)


class _Layout(QRunnable):
    def __init__(
        self, owner: Tidying, level: Level, places: Places, sizes: dict[str, Size]
    ) -> None:
        super().__init__()
        self._owner = owner
        self._given = (level, places, sizes)

    def run(self) -> None:
        level, places, sizes = self._given
        made = tidy(places, sizes, level.links)
        try:
            self._owner._computed.emit(level, made)
        except RuntimeError:
            return  # the window is gone
