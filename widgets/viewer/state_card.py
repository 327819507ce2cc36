"""What is said in place of a picture: nothing chosen, not made yet, being made, gone wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from widgets import theme
from widgets.icons import pixmap


@dataclass(frozen=True)
class CardState:
    """What the card says. `progress` is a share, or None while it is not known.

    `button` is the text of the button that mends or makes; empty for none. A `preview` is work in
    progress, shown behind.
    """

    kind: Literal["empty", "unmade", "making", "failed", "text"]
    title: str
    text: str = ""
    button: str = ""
    progress: float | None = None
    preview: QImage | None = None


_ICONS = {
    "empty": "viewer",
    "unmade": "film",
    "making": "render",
    "failed": "error",
    "text": "text",
}


class StateCard(QWidget):
    """Lies where the picture would be."""

    pressed = Signal()
    """The button that makes or mends."""
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = CardState("empty", "")
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(self)
        self._text = QLabel(self)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._progress = QProgressBar(self)
        self._progress.setAccessibleName(self.tr("Progress"))
        self._progress.setTextVisible(False)
        self._button = QPushButton(self)
        self._button.clicked.connect(lambda _checked=False: self.pressed.emit())
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.clicked.connect(lambda _checked=False: self.cancelled.emit())
        self._lay_out()
        self.set_state(self._state)

    @property
    def state(self) -> CardState:
        """What it says."""
        return self._state

    @property
    def button(self) -> QPushButton:
        """The button that makes or mends."""
        return self._button

    def set_state(self, state: CardState) -> None:
        """Say this."""
        self._state = state
        making = state.kind == "making"
        self._title.setText(state.title)
        self._text.setText(state.text)
        self._text.setVisible(bool(state.text))
        self._button.setText(state.button)
        self._button.setVisible(bool(state.button))
        self._cancel.setVisible(making)
        self._progress.setVisible(making)
        self._progress.setRange(0, 0 if state.progress is None else 1000)
        if state.progress is not None:
            self._progress.setValue(round(state.progress * 1000))
        self._icon.setVisible(state.preview is None)
        last = self._column.count() - 1  # a preview is seen above the text
        self._column.setStretch(last, 0 if state.preview is not None else 1)
        self.setAccessibleName(f"{state.title} {state.text}".strip())
        self._restyle()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, 180)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colours = theme.current()
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(colours.field))
        preview = self._state.preview
        if preview is None or preview.isNull():
            return
        size = preview.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        rect = QRectF(0, 0, size.width(), size.height())
        rect.moveCenter(QRectF(self.rect()).center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, preview)
        plate = QRectF(0, self._title.y() - 12, self.width(), self.height())
        shade = QColor(colours.field)
        shade.setAlphaF(0.85)
        painter.fillRect(plate, shade)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() == QEvent.Type.PaletteChange:
            self._restyle()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addStretch(1)
        for part in (self._icon, self._title, self._text):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addStretch(1)
        self._progress.setMaximumWidth(320)
        row.addWidget(self._progress, 4)
        row.addStretch(1)
        column.addLayout(row)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._button)
        buttons.addWidget(self._cancel)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addStretch(1)

    def _restyle(self) -> None:
        colours = theme.current()
        role = "danger" if self._state.kind == "failed" else "dim"
        image = pixmap(_ICONS[self._state.kind], 40, role=role, ratio=self.devicePixelRatioF())
        self._icon.setPixmap(image)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setBold(True)
        self._title.setFont(font)
        color = colours.danger if self._state.kind == "failed" else colours.text
        self._title.setStyleSheet(f"color: {color};")
        self._text.setStyleSheet(f"color: {colours.dim};")
