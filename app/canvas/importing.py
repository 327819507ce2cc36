"""Files that come to the canvas: read in the background, then opened or loaded by nodes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from app.context import AppContext
from app.editing import drops
from engine.runtime.folders import data_dir
from widgets.canvas import Point


class FileImport(QObject):
    """Finds out what dropped files are. `media_found` carries those that nodes load, and where.

    Projects, and the projects in finished files, are opened by the window.
    """

    media_found = Signal(object, object)  # tuple of drops, place
    finished = Signal()

    _read = Signal(object, object, bool)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests = context.requests
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._read.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def start(self, paths: Iterable[Path], place: Point, *, as_media: bool = False) -> None:
        """Look into files. `as_media` loads finished films instead of opening their project."""
        self._pool.start(_Reading(self, tuple(paths), place, as_media=as_media))

    def stop(self) -> None:
        """Returns when nothing is read any more."""
        self._pool.waitForDone(5000)

    def _take(self, found: tuple[drops.Drop, ...], place: Point, as_media: bool) -> None:  # noqa: FBT001
        media = [
            drop
            for drop in found
            if isinstance(drop, drops.Media)
            or (isinstance(drop, drops.ProjectInside) and (as_media or len(found) > 1))
        ]
        if media:
            self.media_found.emit(tuple(media), place)
        else:
            self._open_first(found)
        plugins = [drop.path for drop in found if isinstance(drop, drops.PluginFile)]
        unusable = [drop for drop in found if isinstance(drop, drops.Unusable)]
        if plugins:
            self._requests.say.emit(
                self.tr(
                    "To use the nodes in {file}, copy it to {folder} and reload the plugins"
                ).format(file=plugins[0].name, folder=data_dir() / "plugins")
            )
        elif unusable:
            self._requests.say.emit(f"{unusable[0].path.name}: {unusable[0].why}")
        self.finished.emit()

    def _open_first(self, found: tuple[drops.Drop, ...]) -> None:
        for drop in found:
            match drop:
                case drops.ProjectFile(path=path):
                    self._requests.open_project.emit(path)
                    return
                case drops.ProjectInside(path=path, text=text):
                    self._requests.say.emit(
                        self.tr(
                            "{file} was made by this project. Hold Shift to use it as media."
                        ).format(file=path.name)
                    )
                    self._requests.open_text.emit(text, path.stem)
                    return
                case _:
                    pass


class _Reading(QRunnable):
    def __init__(
        self, owner: FileImport, paths: tuple[Path, ...], place: Point, *, as_media: bool
    ) -> None:
        super().__init__()
        self._owner = owner
        self._paths = paths
        self._place = place
        self._as_media = as_media

    def run(self) -> None:
        found = drops.read_drops(self._paths)
        try:
            self._owner._read.emit(found, self._place, self._as_media)
        except RuntimeError:
            return  # the window is gone
