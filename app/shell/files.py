"""The project's file: new, open, save, save as, recent files, and the questions on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.context import AppContext
from app.shell.asking import Unsaved, ask, ask_unsaved, tell
from app.shell.locks import ProjectLock
from app.shell.templates import with_whole_paths
from engine.errors import AiprodError
from engine.project import SUFFIX, Project, load, loads

RECENT = 12


class ProjectFiles(QObject):
    """Opens and saves the document's project; `opened` comes when there is another one."""

    opened = Signal()
    recent_changed = Signal()

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._document = context.document
        self._window = window
        self._lock: ProjectLock | None = ProjectLock()

    @property
    def title(self) -> str:
        """What the project is called: its file's name, or the name that it gives itself."""
        if self._document.path is not None:
            return self._document.path.stem
        name = self._document.project.settings.name
        return self.tr("Untitled") if name in ("", "untitled") else name

    def new(self) -> bool:
        """Begin an empty project, after the question about unsaved edits."""
        return self._take(Project)

    def open(self, path: Path) -> bool:
        """Open a project's file, after the question about unsaved edits."""
        return self._take(lambda: load(path), path=path)

    def open_copy(self, path: Path, name: str) -> bool:
        """Open a template's file as a project of its own that has no file yet."""
        registry = self._document.registry
        return self._take(
            lambda: with_whole_paths(load(path), path.parent, registry), base_name=name
        )

    def open_text(self, text: str, name: str) -> bool:
        """Open the text of a project, such as the one in a delivered film, as a new project."""
        return self._take(lambda: loads(text), base_name=name)

    def choose(self) -> bool:
        """Ask which project to open, and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            self.tr("Open project"),
            str(self._folder()),
            self.tr("AIPROD projects (*{suffix})").format(suffix=SUFFIX),
        )
        return bool(name) and self.open(Path(name))

    def save(self) -> bool:
        """Save to the project's file; one that has none is asked for it."""
        if self._document.path is None:
            return self.save_as()
        return self._write(self._document.path)

    def save_as(self) -> bool:
        """Ask for a file and save to it."""
        proposal = self._document.path or self._folder() / f"{self.title}{SUFFIX}"
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            self.tr("Save project as"),
            str(proposal),
            self.tr("AIPROD projects (*{suffix})").format(suffix=SUFFIX),
        )
        if not name:
            return False
        path = Path(name)
        return self._write(path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX))

    def may_leave(self) -> bool:
        """Ask about unsaved edits, save them if wished; False when the user stays."""
        if not self._document.is_dirty:
            return True
        answer = ask_unsaved(self._window, self.title)
        if answer is Unsaved.SAVE:
            return self.save()
        return answer is Unsaved.DISCARD

    def recent(self) -> list[Path]:
        """Projects opened or saved lately that are still there, the latest first."""
        return [
            path for text in self._context.settings.get("recent") if (path := Path(text)).is_file()
        ]

    def forget_recent(self) -> None:
        """Empty the list of recent projects."""
        self._context.settings.set("recent", [])
        self.recent_changed.emit()

    def share_everything(self) -> None:
        """Open projects whether or not another window has them, and leave no mark."""
        self._lock = None

    def close(self) -> None:
        """The window closes: other windows may have the project."""
        self._release()

    def _take(
        self, read: Callable[[], Project], *, path: Path | None = None, base_name: str = ""
    ) -> bool:
        if not self.may_leave():
            return False
        try:
            project = read()
        except (AiprodError, OSError) as error:
            tell(self._window, self.tr("The project cannot be opened"), str(error))
            self._drop_recent(path)
            return False
        if path is not None and not self._may_use(path):
            return False
        if path is None:
            self._release()
        if base_name:
            project = _named(project, base_name)
        self._document.new(project, path=path.resolve() if path else None)
        if path is not None:
            self._remember(path)
        self.opened.emit()
        return True

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def _may_use(self, path: Path) -> bool:
        return self._lock is None or self._lock.take(path) or self._share(path)

    def _share(self, path: Path) -> bool:
        return ask(
            self._window,
            self.tr("The project is open in another window"),
            self.tr(
                "“{name}” is open in another window. What is saved last stays; the edits of the "
                "other window are lost."
            ).format(name=path.name),
            self.tr("&Open anyway"),
            name="open_twice",
        )

    def _write(self, path: Path) -> bool:
        if not self._may_use(path):
            return False
        try:
            self._document.save(path)
        except (AiprodError, OSError) as error:
            tell(self._window, self.tr("The project cannot be saved"), str(error))
            return False
        self._remember(path)
        return True

    def _remember(self, path: Path) -> None:
        text = str(path.resolve())
        others = [other for other in self._context.settings.get("recent") if other != text]
        self._context.settings.set("recent", [text, *others][:RECENT])
        self._context.settings.set("last_folder", str(path.resolve().parent))
        self.recent_changed.emit()

    def _drop_recent(self, path: Path | None) -> None:
        if path is not None and not path.is_file():
            others = [p for p in self._context.settings.get("recent") if p != str(path)]
            self._context.settings.set("recent", others)
            self.recent_changed.emit()

    def _folder(self) -> Path:
        last = Path(self._context.settings.get("last_folder") or ".")
        if self._context.settings.get("last_folder") and last.is_dir():
            return last
        places = QStandardPaths.StandardLocation
        return Path(QStandardPaths.writableLocation(places.DocumentsLocation) or Path.home())


def _named(project: Project, name: str) -> Project:
    return replace(project, settings=replace(project.settings, name=name))
