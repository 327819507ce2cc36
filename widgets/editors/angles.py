"""Angles on a dial, and rows of numbers that belong together."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from widgets.editors.editor import Editor
from widgets.editors.labels import ScrubLabel
from widgets.editors.numbers import UP_KEYS, NumberEditor, pace
from widgets.editors.shapes import MIXED, NumberShape, VectorShape
from widgets.theme import current

SNAP = 15.0  # degrees, with Ctrl


class Dial(QWidget):
    """A pointer to an angle in degrees, 0 to the right and on clockwise; Ctrl snaps to 15.

    A drag goes on past the full turn, so that angles beyond 360 can be reached.
    """

    turned = Signal(float)
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._angle = 0.0
        self._raw: float | None = None
        self._last = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_angle(self, angle: float) -> None:
        """Point to an angle."""
        self._angle = angle
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        side = max(34, 2 * self.fontMetrics().height())
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        ways: dict[int, float] = {**UP_KEYS, Qt.Key.Key_Right: 1.0, Qt.Key.Key_Left: -1.0}
        step = ways.get(event.key())
        if step is None:
            super().keyPressEvent(event)
            return
        self.turned.emit(round(self._angle + step * pace(event.modifiers()), 6))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if not event.isAutoRepeat():
            self.let_go.emit()
        super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._last = self._at(event.position())
        turns = math.floor(self._angle / 360) * 360
        self._raw = turns + self._last
        self._tell(event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._raw is None:
            return
        now = self._at(event.position())
        self._raw += (now - self._last + 180) % 360 - 180
        self._last = now
        self._tell(event.modifiers())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        self._raw = None
        self.let_go.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height()) - 4
        middle = QRectF(self.rect()).center()
        box = QRectF(middle.x() - side / 2, middle.y() - side / 2, side, side)
        tint = QColor(theme.accent if self.hasFocus() else theme.border)
        painter.setPen(QPen(tint, 2 if self.hasFocus() else 1.5))
        painter.setBrush(QColor(theme.field))
        painter.drawEllipse(box)
        turn = math.radians(self._angle)
        tip = middle + QPointF(math.cos(turn), math.sin(turn)) * (side / 2 - 4)
        painter.setPen(QPen(QColor(theme.accent if self.isEnabled() else theme.dim), 2.5))
        painter.drawLine(middle, tip)
        painter.end()

    def _at(self, point: QPointF) -> float:
        way = point - QRectF(self.rect()).center()
        return math.degrees(math.atan2(way.y(), way.x())) % 360

    def _tell(self, modifiers: Qt.KeyboardModifier) -> None:
        raw = self._raw or 0.0
        snaps = modifiers & Qt.KeyboardModifier.ControlModifier
        self.turned.emit(round(raw / SNAP) * SNAP if snaps else float(round(raw)))


class AngleEditor(Editor):
    """An angle in degrees by dial or number."""

    def __init__(self, shape: NumberShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = NumberEditor(
            NumberShape(shape.whole, shape.lo, shape.hi, shape.step or 1, shape.unit or "°")
        )
        self.dial = Dial()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.dial)
        row.addWidget(self.number, 1)
        self.setFocusProxy(self.number)
        self.dial.turned.connect(self._turn)
        self.dial.let_go.connect(self.committed)
        self.number.edited.connect(self._edit)
        self.number.committed.connect(self.committed)
        self.number.refused.connect(self.refused)

    def value(self) -> Any:
        return self.number.value()

    def set_value(self, value: Any) -> None:
        self.number.set_value(value)
        self.dial.show_angle(float(value) if isinstance(value, (int, float)) else 0.0)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.number.set_name(name)
        self.dial.setAccessibleName(self.tr("{name}, dial").format(name=name))

    def scrub(self, steps: float) -> None:
        self.number.scrub(steps)

    def end_scrub(self) -> None:
        self.number.end_scrub()

    def _turn(self, angle: float) -> None:
        lo, hi = self.number.shape.lo, self.number.shape.hi
        angle = angle if lo is None else max(angle, lo)
        angle = angle if hi is None else min(angle, hi)
        value = round(angle) if self.number.shape.whole else angle
        if value != self.value():
            self.set_value(value)
            self.edited.emit(value)

    def _edit(self, value: Any) -> None:
        self.dial.show_angle(float(value))
        self.edited.emit(value)


class VectorEditor(Editor):
    """Numbers in a row, such as x and y; each scrubs by its own label."""

    def __init__(self, shape: VectorShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = None
        self.parts = [NumberEditor(part) for part in shape.parts]
        self.labels: list[QLabel] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        each_line = 1 if any(part.slider is not None for part in self.parts) else 2
        for index, (part, text) in enumerate(zip(self.parts, shape.labels, strict=True)):
            label = ScrubLabel(text)
            label.setBuddy(part)
            label.follow(part)
            row, column = divmod(index, each_line)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(part, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
            self.labels.append(label)
            part.edited.connect(lambda value, at=index: self._edit(at, value))
            part.committed.connect(self.committed)
            part.refused.connect(self.refused)
        if self.parts:
            self.setFocusProxy(self.parts[0])

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        known = isinstance(value, (list, tuple)) and len(value) == len(self.parts)
        for index, part in enumerate(self.parts):
            part.set_value(value[index] if known else MIXED)

    def set_name(self, name: str) -> None:
        super().set_name(name)
        for part, text in zip(self.parts, self.shape.labels, strict=True):
            part.set_name(f"{name} {text}")

    def _edit(self, index: int, value: Any) -> None:
        known = isinstance(self._value, (list, tuple)) and len(self._value) == len(self.parts)
        made = list(self._value) if known else [self._part(n) for n in range(len(self.parts))]
        made[index] = value
        self._value = made
        self.edited.emit(made)

    def _part(self, index: int) -> Any:
        value = self.parts[index].value()
        return 0 if value is MIXED else value
