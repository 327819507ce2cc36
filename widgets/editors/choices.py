"""Yes or no, and one of several."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QSizePolicy, QWidget

from widgets.editors.editor import Editor
from widgets.editors.shapes import MIXED, ChoiceShape
from widgets.theme import current


class Switch(QCheckBox):
    """A check box drawn as a switch; half-way when it stands for several that differ."""

    def sizeHint(self) -> QSize:  # noqa: N802
        height = max(20, self.fontMetrics().height() + 4)
        width = 38 + (self.fontMetrics().horizontalAdvance(self.text()) + 8 if self.text() else 0)
        return QSize(width, height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(38, self.sizeHint().height())

    def hitButton(self, _pos: object) -> bool:  # noqa: N802
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.checkState()
        track = QRectF(2, self.height() / 2 - 8, 32, 16)
        lit = on == Qt.CheckState.Checked and self.isEnabled()
        painter.setPen(QPen(QColor(theme.accent if self.hasFocus() else theme.border), 1.5))
        painter.setBrush(QColor(theme.accent if lit else theme.field))
        painter.drawRoundedRect(track, 8, 8)
        at = {Qt.CheckState.Checked: 1.0, Qt.CheckState.Unchecked: 0.0}.get(on, 0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent_text if lit else theme.dim))
        if on == Qt.CheckState.PartiallyChecked:
            bar = QRectF(track.center().x() - 5, track.center().y() - 1.5, 10, 3)
            painter.drawRoundedRect(bar, 1.5, 1.5)
        else:
            painter.drawEllipse(QRectF(track.left() + 3 + at * 16, track.top() + 3, 10, 10))
        if self.text():
            painter.setPen(QColor(theme.text if self.isEnabled() else theme.dim))
            box = self.rect().adjusted(40, 0, 0, 0)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()


class ToggleEditor(Editor):
    """Yes or no."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Any = False
        self.switch = Switch()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.switch)
        row.addStretch(1)
        self.setFocusProxy(self.switch)
        self.switch.clicked.connect(self._click)

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        self.switch.setTristate(value is MIXED)
        self.switch.setCheckState(
            Qt.CheckState.PartiallyChecked
            if value is MIXED
            else Qt.CheckState.Checked
            if value
            else Qt.CheckState.Unchecked
        )

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.switch.setAccessibleName(name)

    def _click(self) -> None:
        self.set_value(self._value is MIXED or not self._value)
        self.commit_now(self._value)


class Choice(QComboBox):
    """A drop-down that may be narrow, and leaves the wheel to the panel unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceEditor(Editor):
    """One of several values from a drop-down."""

    def __init__(self, shape: ChoiceShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = None
        self.box = Choice()
        self.box.addItems(list(shape.labels))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        self.setFocusProxy(self.box)
        self.box.activated.connect(self._choose)

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        known = value in self.shape.values
        self.box.setCurrentIndex(self.shape.values.index(value) if known else -1)
        if not known:
            text = self.tr("mixed") if value is MIXED else str(value if value is not None else "")
            self.box.setPlaceholderText(text)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.box.setAccessibleName(name)

    def _choose(self, index: int) -> None:
        chosen = self.shape.values[index]
        if chosen != self._value:
            self._value = chosen
            self.commit_now(chosen)
