"""Brings up Qt for the window: style, theme, language, icons, crash reports."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from app.settings import Settings
from app.shell import language
from app.shell.asking import tell
from app.shell.crash import CrashHandler
from engine.runtime.folders import resources_dir
from widgets import icons, theme
from widgets.resources import use_icon_folder


def make_application() -> QApplication:
    """The application: the one that there is, as in tests, or a new one."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["aiprod"])
    application.setApplicationName("aiprod")
    application.setApplicationDisplayName("AIPROD")
    application.setDesktopFileName("aiprod")
    application.setStyle("Fusion")
    use_icon_folder(resources_dir() / "icons")
    application.setWindowIcon(icons.icon("film", "accent"))
    return application


def dress(application: QApplication, settings: Settings) -> None:
    """Show the application in the theme and the language that the user prefers."""
    language.use(application, settings.get("language"))
    theme.use(application, settings.get("theme"))


class CrashTeller(QObject):
    """Tells of a crash report in the window's thread, whatever thread the error was in."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self.handler = CrashHandler(self._tell)

    def _tell(self, path: Path) -> None:
        QTimer.singleShot(0, self, lambda: self._show(path))

    def _show(self, path: Path) -> None:
        window = self._application.activeWindow() or next(
            iter(self._application.topLevelWidgets()), None
        )
        if window is None:
            return
        tell(
            window,
            self.tr("Something went wrong"),
            self.tr(
                "AIPROD goes on, but save your project under another name to be safe.\n\n"
                "A report without names, paths or content of yours is in:\n{path}"
            ).format(path=path),
            name="crash",
        )


class FileOpener(QObject):
    """Opens the files that the system hands to the application (a double click on macOS)."""

    def __init__(self, application: QApplication, open_file: object) -> None:
        super().__init__(application)
        self._open = open_file
        application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QFileOpenEvent) and callable(self._open):
            self._open(Path(event.file()))
            return True
        return super().eventFilter(watched, event)
