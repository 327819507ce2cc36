"""The memory tier of the cache: values as they are, the least recently used dropped first."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, TypeAlias

Outputs: TypeAlias = Mapping[str, Any]
"""The values that a node made, by output."""

_SMALL = 1000  # bytes reckoned for a value that does not tell its size
_DEPTH = 3  # of lists and records that are looked into


class MemoryTier:
    """Results by key, up to a number of bytes and of results."""

    def __init__(self, byte_limit: int, count_limit: int) -> None:
        self._byte_limit = byte_limit
        self._count_limit = count_limit
        self._lock = threading.Lock()
        self._results: OrderedDict[str, tuple[Outputs, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Outputs | None:
        """The values under `key`, which now count as just used."""
        with self._lock:
            found = self._results.get(key)
            if found is None:
                return None
            self._results.move_to_end(key)
            return found[0]

    def put(self, key: str, outputs: Outputs) -> None:
        """Keep values, and let go of the oldest when there are too many."""
        size = sum(_size(value) for value in outputs.values())
        with self._lock:
            before = self._results.pop(key, None)
            if before is not None:
                self._bytes -= before[1]
            if size > self._byte_limit:
                return
            self._results[key] = (outputs, size)
            self._bytes += size
            while self._bytes > self._byte_limit or len(self._results) > self._count_limit:
                self._bytes -= self._results.popitem(last=False)[1][1]

    def drop(self, key: str) -> None:
        """Forget the values under `key`."""
        with self._lock:
            found = self._results.pop(key, None)
            if found is not None:
                self._bytes -= found[1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._results.clear()
            self._bytes = 0

    def __contains__(self, key: object) -> bool:
        return key in self._results

    def __len__(self) -> int:
        return len(self._results)


def _size(value: object, depth: int = 0) -> int:
    """Bytes that a value holds, as far as it tells: arrays, texts, and records of such."""
    size = getattr(value, "nbytes", None)
    if isinstance(size, int):
        return size
    if isinstance(value, str):
        return len(value)
    if depth < _DEPTH:
        if isinstance(value, (list, tuple)):
            return sum(_size(item, depth + 1) for item in value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = dataclasses.fields(value)
            return sum(_size(getattr(value, field.name), depth + 1) for field in fields)
    return _SMALL
