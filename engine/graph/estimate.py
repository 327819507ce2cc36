"""How long a run will still take, from how long nodes of the same types took before."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

_NEWEST = 0.5  # weight of the newest time of a type


class Estimate:
    """Time left of one run, learning from each node that ends."""

    def __init__(self, types: Iterable[str], known: Mapping[str, float]) -> None:
        self._lock = threading.Lock()
        self._known = known
        self._waiting: dict[str, int] = {}
        for name in types:
            self._waiting[name] = self._waiting.get(name, 0) + 1
        self.learned: dict[str, float] = {}

    def started(self, node_type: str) -> None:
        """A node of that type no longer waits."""
        with self._lock:
            self._waiting[node_type] -= 1

    def finished(self, node_type: str, seconds: float) -> None:
        """A node of that type took so long."""
        before = self.learned.get(node_type, self._known.get(node_type))
        mean = seconds if before is None else before + _NEWEST * (seconds - before)
        self.learned[node_type] = mean

    def seconds_left(self, running: float | None) -> float | None:
        """Seconds for the waiting nodes and `running`; None when too little is known."""
        if running is None:
            return None
        left = running
        with self._lock:
            for node_type, count in self._waiting.items():
                each = self.learned.get(node_type, self._known.get(node_type))
                if count and each is None:
                    return None
                left += count * (each or 0.0)
        return left
