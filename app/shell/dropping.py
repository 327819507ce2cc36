"""Files dropped on the window: a project opens; media go to the canvas, which takes them in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QMimeData

from engine.project import SUFFIX

if TYPE_CHECKING:
    from app.main_window import MainWindow


@runtime_checkable
class TakesFiles(Protocol):
    """A panel that files can be given to."""

    def import_files(self, paths: list[Path]) -> None: ...


def has_files(data: QMimeData) -> bool:
    """Whether there are files of this machine in it."""
    return any(url.isLocalFile() for url in data.urls())


def take(window: MainWindow, data: QMimeData) -> bool:
    """Open the dropped project, or bring the dropped media into this one."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    projects = [path for path in paths if path.suffix.lower() == SUFFIX]
    if projects:
        return window.open_project(projects[0])
    if not paths:
        return False
    window.show_workbench()
    canvas = window.panel("canvas")
    if isinstance(canvas, TakesFiles):
        canvas.import_files(paths)
    return True
