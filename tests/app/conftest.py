"""What tests of the window share: its own folders, an application in its own dress, a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bridge import Bridge
from app.document import Document
from app.main_window import MainWindow
from app.settings import Settings
from app.shell import language
from app.shell.start_up import dress, make_application
from tests.app.bridge_nodes import bridge_registry


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> None:
    """Texts of the window are compared in English, whatever spoke before."""
    language.use(qapp, "en")


@pytest.fixture
def user_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cache, data and settings of a user who has just come."""
    for name in ("CACHE", "DATA", "CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "user" / name.lower()))
    return tmp_path / "user"


@pytest.fixture
def document(user_folders: Path) -> Document:
    """An empty document that knows the quick nodes of the tests."""
    return Document(bridge_registry())


@pytest.fixture
def bridge(document: Document, qtbot: QtBot) -> Iterator[Bridge]:
    """A bridge that renders in this process."""
    made = Bridge(registry=document.registry)
    yield made
    made.close(10)


@pytest.fixture
def settings(user_folders: Path) -> Settings:
    """Preferences in English, with the tour seen."""
    settings = Settings()
    settings.set("language", "en")
    settings.set("tour_seen", True)
    return settings


@pytest.fixture
def window(
    qapp: QApplication, qtbot: QtBot, settings: Settings, user_folders: Path
) -> Iterator[MainWindow]:
    """The real window on its start page, shown."""
    dress(make_application(), settings)
    window = MainWindow(settings)
    qtbot.addWidget(window, before_close_func=lambda _window: window.close_without_asking())
    window.show()
    qtbot.waitExposed(window)
    yield window
    dress(make_application(), Settings(user_folders / "nothing.json"))
