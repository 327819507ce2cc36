"""What happens in one panel because of another, or of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import QObject, QTimer

from app.viewer.subject import program_of

if TYPE_CHECKING:
    from app.main_window import MainWindow

WITH_PROGRAM = {"edit", "sound", "deliver"}


@runtime_checkable
class ShowsAll(Protocol):
    """A panel that can show all of its content at once."""

    def fit_all(self) -> None: ...


class Joining(QObject):
    """A project that was opened is seen whole; workspaces of the edit show the program."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.files.opened.connect(self._show_whole)

    def follow(self) -> None:
        """Follow the workbench that the window has now."""
        self._window.workbench.workspace_changed.connect(self._show_program)

    def _show_whole(self) -> None:
        QTimer.singleShot(0, self, self._fit)  # when the canvas has its size

    def _fit(self) -> None:
        canvas = self._window.panel("canvas")
        if isinstance(canvas, ShowsAll) and not self._window.is_at_start:
            canvas.fit_all()
        self._show_program(self._window.workbench.workspace)

    def _show_program(self, workspace: str) -> None:
        program = program_of(self._window.document.project, "")
        if workspace in WITH_PROGRAM and program:
            self._window.context.playback.source_wanted.emit(program, 0)
