"""Writes a picture of the real window once it has come to rest; needs no screen."""

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QSize, QTimer

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.settings import Settings

REST_MS = 600
LONGEST_MS = 60_000


@dataclass(frozen=True)
class Picture:
    """What a picture is to show, and where it goes."""

    path: Path
    size: tuple[int, int] = (1440, 900)
    theme: str = "dark"
    language: str = "en"
    workspace: str = "graph"


def passing_settings(picture: Picture) -> Settings:
    """Preferences for a window that only sits for a picture: nothing of the user's changes."""
    from app.settings import Settings

    folder = Path(tempfile.mkdtemp(prefix="aiprod-grab-"))
    settings = Settings(folder / "window.json")
    settings.set("theme", picture.theme)
    settings.set("language", picture.language)
    settings.set("workspace", picture.workspace)
    settings.set("tour_seen", True)
    return settings


def grab(window: MainWindow, picture: Picture) -> bool:
    """Write the picture when every panel is there and nothing moves any more."""
    window.setMinimumSize(1, 1)
    window.resize(QSize(*picture.size))
    settle(window)
    return window.grab().save(str(picture.path))


def settle(window: MainWindow) -> None:
    """Return when the panels are made, looks have been answered, and the window rests."""
    loop = QEventLoop()
    rest = QTimer(singleShot=True, interval=REST_MS)
    rest.timeout.connect(lambda: rest.start() if window.context.bridge.is_busy else loop.quit())
    QTimer.singleShot(LONGEST_MS, loop, loop.quit)

    def go_on(*_: object) -> None:
        if window.is_at_start or window.workbench.is_complete:
            rest.start()

    context = window.context
    for signal in (
        window.settled,
        context.bridge.view_ready,
        context.bridge.view_failed,
        context.bridge.peeked,
        context.thumbnails.ready,
        context.problems.changed,
    ):
        signal.connect(go_on)
    go_on()
    loop.exec()


def prepare(scale: float) -> None:
    """Draw so many pixels to a point, on Linux without a screen; only before Qt has begun."""
    os.environ["QT_SCALE_FACTOR"] = f"{scale:g}"
    if sys.platform == "linux":
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
