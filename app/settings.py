"""Preferences of the user, typed, with their defaults: one JSON file in the settings folder."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from engine.runtime.files import atomic_write
from engine.runtime.folders import settings_dir

FILE_NAME = "window.json"
SAVE_AFTER_MS = 500


@dataclass(frozen=True)
class Preference:
    """One preference: its key, its default, and what else than the type must hold of a value."""

    key: str
    default: Any
    fits: Callable[[Any], bool] = lambda _value: True

    def takes(self, value: Any) -> bool:
        """Whether `value` may be stored: of the default's type (an int passes as a float)."""
        kind = type(self.default)
        if kind is float and type(value) is int:
            return self.fits(float(value))
        return type(value) is kind and self.fits(value)


def _one_of(*values: str) -> Callable[[Any], bool]:
    return lambda value: value in values


def _within(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: low <= value <= high


def _texts(value: list[Any]) -> bool:
    return all(isinstance(item, str) for item in value)


def _lists_of_texts(value: dict[str, Any]) -> bool:
    return all(isinstance(item, list) and _texts(item) for item in value.values())


PREFERENCES: Mapping[str, Preference] = {
    item.key: item
    for item in (
        Preference("theme", "dark", _one_of("dark", "light")),
        Preference("language", "", _one_of("", "en", "fr")),  # "": the system's
        Preference("autosave_seconds", 5, _within(1, 600)),
        Preference("render_in_process", default=True),
        Preference("review_before_delivery", default=False),
        Preference("proxy_width", 256, _within(64, 4096)),
        Preference("cache_gb", 20.0, _within(1, 10_000)),
        Preference("recent", [], _texts),  # paths of projects, the latest first
        Preference("favourites", [], _texts),  # ids of node types
        Preference("shortcuts", {}, _lists_of_texts),  # command id -> key sequences
        Preference("layout", {}),  # workspace -> arrangement of its docks
        Preference("workspace", "graph"),
        Preference("geometry", ""),
        Preference("tour_seen", default=False),
        Preference("snap", default=True),
        Preference("last_folder", ""),
    )
}


class Settings(QObject):
    """The preferences in force. `changed` tells the key that was set to another value.

    A value of a wrong type, in the file or in `set`, gives way to the default; keys that this
    version does not know stay in the file as they are.
    """

    changed = Signal(str)

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file or settings_dir() / FILE_NAME
        self._values: dict[str, Any] = _read(self._file)
        self._unsaved: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_AFTER_MS)
        self._timer.timeout.connect(self.flush)

    def get(self, key: str) -> Any:
        """The value of a preference, or of an unknown key None. Lists and dicts are copies."""
        known = PREFERENCES.get(key)
        value = self._values.get(key)
        if known is not None and (key not in self._values or not known.takes(value)):
            value = known.default
        return copy.deepcopy(value)

    def set(self, key: str, value: Any) -> None:
        """Set a preference; it is written a moment later. Raises ValueError when it does not fit.

        `value` must be made of what JSON has.
        """
        known = PREFERENCES.get(key)
        if known is not None and not known.takes(value):
            raise ValueError(f"{key} cannot be {value!r}")
        if key in self._values and self._values[key] == value:
            return
        same = self.get(key) == value
        self._values[key] = copy.deepcopy(value)
        self._unsaved.add(key)
        self._timer.start()
        if not same:
            self.changed.emit(key)

    def flush(self) -> None:
        """Write what is not written yet. A disk that refuses costs the preference, no more."""
        self._timer.stop()
        if not self._unsaved:
            return
        stored = _read(self._file) | {key: self._values[key] for key in self._unsaved}
        self._unsaved.clear()
        with contextlib.suppress(OSError):
            atomic_write(self._file, json.dumps(stored, indent=2, sort_keys=True) + "\n")


def _read(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
