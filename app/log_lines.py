"""What was logged and what happened, line by line, the latest thousands of them."""

from __future__ import annotations

import collections
import logging
import threading
import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal

KEPT = 5000  # lines
_BATCH_MS = 50


@dataclass(frozen=True)
class LogLine:
    """One line: when (seconds since 1970), how grave (as in `logging`), from where, and what."""

    at: float
    level: int
    source: str
    text: str


class LogLines(QObject):
    """Listens to Python's logging from now on, and takes lines of the engine's events.

    `added` carries a tuple of lines, on the thread of this object, in batches.
    """

    added = Signal(object)
    cleared = Signal()
    _waiting = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: collections.deque[LogLine] = collections.deque(maxlen=KEPT)
        self._fresh: list[LogLine] = []
        self._lock = threading.Lock()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_BATCH_MS)
        self._timer.timeout.connect(self._hand_over)
        self._waiting.connect(self._timer.start, Qt.ConnectionType.QueuedConnection)
        self._handler = _Handler(self)
        logging.getLogger().addHandler(self._handler)

    def lines(self) -> tuple[LogLine, ...]:
        """All lines that were handed over, oldest first."""
        return tuple(self._lines)

    def add(self, level: int, source: str, text: str) -> None:
        """Add a line; from any thread."""
        with self._lock:
            first = not self._fresh
            self._fresh.append(LogLine(time.time(), level, source, text))
            del self._fresh[:-KEPT]
        if first:
            self._waiting.emit()

    def clear(self) -> None:
        """Forget all lines."""
        self._lines.clear()
        self.cleared.emit()

    def close(self) -> None:
        """Listen no longer."""
        logging.getLogger().removeHandler(self._handler)
        self._timer.stop()

    def _hand_over(self) -> None:
        with self._lock:
            fresh, self._fresh = tuple(self._fresh), []
        self._lines.extend(fresh)
        if fresh:
            self.added.emit(fresh)


class _Handler(logging.Handler):
    def __init__(self, lines: LogLines) -> None:
        super().__init__(logging.INFO)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.add(record.levelno, record.name, self.format(record))
        except RuntimeError:  # the window is gone
            logging.getLogger().removeHandler(self)
