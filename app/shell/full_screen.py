"""Shows the viewer alone on the full screen, and gives it back to its dock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from app.main_window import MainWindow

PANEL = "viewer"


class FullScreen(QWidget):
    """A window of its own over the whole screen; Escape or the command leaves it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self.setObjectName("full_screen")
        self._window = window
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for keys in ("Esc", "Shift+F11", "F11"):
            QShortcut(keys, self).activated.connect(self.leave)

    def toggle(self) -> None:
        """Enter or leave the full screen."""
        if self.isVisible():
            self.leave()
        else:
            self.enter()

    def enter(self) -> None:
        """Take the viewer out of its dock and fill the screen with it."""
        self._window.show_workbench()
        panel = self._window.panel(PANEL)
        self._layout.addWidget(panel)
        panel.show()
        self.setWindowTitle(self._window.windowTitle())
        self.showFullScreen()
        panel.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Give the viewer back to its dock."""
        item = self._layout.takeAt(0)
        panel = item.widget() if item is not None else None
        if panel is not None:
            self._window.workbench.dock(PANEL).setWidget(panel)
            panel.show()
        self.hide()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self.leave()
        event.accept()
