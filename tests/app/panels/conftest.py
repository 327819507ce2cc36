"""What tests of panels share: an application context over a home of its own, and the gate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.bridge import Bridge
from app.context import AppContext
from app.document import Document
from app.requests import Requests
from app.selection import Selection
from app.settings import Settings
from tests.app.bridge_nodes import GATE, STARTED, bridge_registry, calls
from widgets import theme


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without jobs, models, plugins and preferences."""
    for name in ("CACHE", "DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name))
    GATE.clear()
    STARTED.clear()
    calls.clear()
    return tmp_path


@pytest.fixture
def context(home: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[AppContext]:
    """The parts of the application, with the nodes of the tests among the built-in ones."""
    theme.use(qapp, "dark")
    settings = Settings(home / "window.json")
    registry = bridge_registry()
    bridge = Bridge(settings=settings, registry=registry)
    yield AppContext(
        document=Document(registry),
        bridge=bridge,
        actions=Actions(),
        selection=Selection(),
        settings=settings,
        requests=Requests(),
    )
    GATE.set()
    assert bridge.close(10)
