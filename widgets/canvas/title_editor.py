"""The line in which a title is typed, over the node or frame that it belongs to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from widgets import theme


class TitleEditor(QLineEdit):
    """`finished` carries the id of what is named and the new title; Esc leaves the old one."""

    finished = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.setAccessibleName(self.tr("Title"))
        self._name = self._before = ""
        self.installEventFilter(self)
        self.hide()

    def edit(self, name: str, title: str, place: QRect) -> None:
        """Type the title of `name` at this place."""
        self._name, self._before = name, title
        colors = theme.current()
        self.setStyleSheet(
            f"QLineEdit {{ background: {colors.field}; color: {colors.text};"
            f" border: 1px solid {colors.accent}; padding: 0 6px; }}"
        )
        height = self.fontMetrics().height() + 8
        place = QRect(place.x(), place.y(), max(160, place.width()), max(height, place.height()))
        self.setGeometry(place)
        self.setText(title)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self._close(keep=False)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._close(keep=True)
                return True
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self._close(keep=True)
        return super().eventFilter(watched, event)

    def _close(self, *, keep: bool) -> None:
        name, text = self._name, self.text().strip()
        if not name:
            return
        self._name = ""
        had_focus = self.hasFocus()
        self.hide()
        if had_focus:
            self._host.setFocus(Qt.FocusReason.PopupFocusReason)
        if keep and text != self._before:
            self.finished.emit(name, text)
