"""A bar over the pages of the window that says one thing and offers what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from widgets import icons, theme


class Banner(QFrame):
    """Hidden until it has something to say; a choice hides it again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAutoFillBackground(True)
        self._icon = QLabel()
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(16, 8, 16, 8)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._icon)
        self._layout.addWidget(self.text, 1)
        self._buttons: list[QPushButton] = []
        self._dress()
        self.hide()

    def ask(self, text: str, choices: dict[str, Callable[[], object]]) -> None:
        """Show the text with a button for each choice, the first the one to take."""
        for button in self._buttons:
            button.deleteLater()
        self._buttons = []
        self.text.setText(text)
        self.setAccessibleName(text)
        for label, chosen in choices.items():
            button = QPushButton(label)
            button.clicked.connect(self.hide)
            button.clicked.connect(lambda _checked=False, chosen=chosen: chosen())
            self._layout.addWidget(button)
            self._buttons.append(button)
        self.show()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def _dress(self) -> None:
        ratio = self.devicePixelRatioF()
        self._icon.setPixmap(icons.pixmap("info", 20, role="accent", ratio=ratio))
        ground = theme.current().selection
        if f"background: {ground}" not in self.styleSheet():
            self.setStyleSheet(f"#banner {{ background: {ground}; border: none; }}")
