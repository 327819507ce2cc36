"""Collects Python's cyclic garbage on the window's thread alone.

Python collects in whichever thread allocates next. On a thread that renders it would destroy
windows, timers and icons of Qt that happen to be garbage there, and Qt crashes of that.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, Qt, QTimer

_LOOK_MS = 1000
_users: set[int] = set()


class Collector(QObject):
    """While one lives that is not stopped, garbage is collected by its timer and not elsewhere."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._torch_seen = "torch" in sys.modules
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        _users.add(id(self))
        gc.disable()

    def stop(self) -> None:
        """Let Python collect as it likes again, when this was the last."""
        self._timer.stop()
        if id(self) in _users:
            gc.collect(1)
            _users.discard(id(self))
        if not _users:
            gc.enable()

    def _collect(self) -> None:
        """Collect the generations that are due, by Python's own thresholds."""
        if not self._torch_seen and "torch" in sys.modules:
            self._torch_seen = True
            # Its many objects stay for good and need not be looked at again. What is garbage now
            # stays with them: to look for it would hold the window up for a seventh of a second.
            gc.freeze()
        for generation, (count, limit) in enumerate(
            zip(gc.get_count(), gc.get_threshold(), strict=True)
        ):
            if count > limit:
                gc.collect(generation)
