"""The hands of a user, on a window whose user has a plugin of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from tests.app.tasks.hands import Hands

PLUGIN = '''
"""A shot that takes work until its gate file is there, and a text that is written down."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine.graph import Context, node

if TYPE_CHECKING:
    from engine import Clip, Condition


@node("Slow shot", category="Test")
def shot(
    conditions: list[Condition] = (), level: int = 60, gate: str = "", *, ctx: Context
) -> Clip:
    """Eight grey frames."""
    from fractions import Fraction

    import numpy as np

    from engine.media import Clip

    step = 0
    while gate and not Path(gate).exists():
        ctx.check_cancelled()
        step += 1
        ctx.progress(min(step, 99), 100, "denoising")
        time.sleep(0.01)
    return Clip.from_array(np.full((8, 36, 64, 3), level, np.uint8), Fraction(8))
'''


@pytest.fixture
def plugin_folder(user_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's plugins, the only one that is looked at."""
    folder = user_folders / "data" / "aiprod" / "plugins"
    folder.mkdir(parents=True)
    for module in ("engine.plugins", "app.panels.plugins"):
        monkeypatch.setattr(f"{module}.plugin_dirs", lambda: [folder])
    (folder / "slow.py").write_text(PLUGIN)
    return folder


class StrayWindows(QObject):
    """Sees top-level windows that are no menus, dialogs or tips: a widget without its parent."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if shown and watched.isWindow() and watched.windowType() == Qt.WindowType.Window:
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


@pytest.fixture
def hands(
    plugin_folder: Path, window: MainWindow, qtbot: QtBot, qapp: QApplication
) -> Iterator[Hands]:
    stray = StrayWindows()
    qapp.installEventFilter(stray)
    window.resize(1600, 1000)
    window.activateWindow()
    yield Hands(window, qtbot)
    qapp.removeEventFilter(stray)
    assert stray.seen == []
