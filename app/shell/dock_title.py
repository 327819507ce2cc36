"""The title bar of a dock: icon, title, and buttons to float and to close it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from widgets import icons

HEIGHT = 28


class DockTitle(QWidget):
    """A slim title bar; dragging it moves the dock, a double click lets it float."""

    def __init__(self, dock: QDockWidget, icon: str) -> None:
        super().__init__(dock)
        self._dock = dock
        self._icon = icon
        self._shown = True
        self._picture = QLabel()
        self._label = QLabel(dock.windowTitle())
        self._label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._float = self._button("float", lambda: dock.setFloating(not dock.isFloating()))
        self._close = self._button("close", dock.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 4, 0)
        layout.setSpacing(4)
        layout.addWidget(self._picture)
        layout.addSpacing(4)
        layout.addWidget(self._label, 1)
        layout.addWidget(self._float)
        layout.addWidget(self._close)
        dock.windowTitleChanged.connect(self._name_things)
        self._name_things()
        self._draw_picture()

    def set_shown(self, *, shown: bool) -> None:
        """Whether the bar takes any room."""
        if shown != self._shown:
            self._shown = shown
            for child in (self._picture, self._label, self._float, self._close):
                child.setVisible(shown)
            self.updateGeometry()
            self._dock.setTitleBarWidget(self)  # has the dock ask for the new height

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(super().sizeHint().width(), HEIGHT if self._shown else 0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(80, HEIGHT if self._shown else 0)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_picture()

    def _button(self, icon: str, slot: object) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setIcon(icons.icon(icon, "dim"))
        button.setIconSize(QSize(14, 14))
        button.clicked.connect(slot)
        return button

    def _name_things(self) -> None:
        title = self._dock.windowTitle()
        self._label.setText(title)
        for button, text in (
            (self._float, self.tr("Float {panel}")),
            (self._close, self.tr("Close {panel}")),
        ):
            button.setToolTip(text.format(panel=title))
            button.setAccessibleName(text.format(panel=title))

    def _draw_picture(self) -> None:
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(icons.pixmap(self._icon, 16, role="dim", ratio=ratio))
