"""Numbers: a field with its unit, a slider where there is a range, and a drag on the label."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QSlider, QWidget

from widgets.editors.editor import Editor
from widgets.editors.shapes import MIXED, NumberShape
from widgets.editors.spelling import Scale, number_text, on_step, read_number, step_of, within
from widgets.theme import current

FINE, COARSE = 0.1, 10.0
UP_KEYS: dict[int, float] = {
    Qt.Key.Key_Up: 1.0,
    Qt.Key.Key_Down: -1.0,
    Qt.Key.Key_PageUp: COARSE,
    Qt.Key.Key_PageDown: -COARSE,
}
_RESOLUTION = 10_000
_NARROWEST = 40  # pixels in which a slider is of use


def pace(modifiers: Qt.KeyboardModifier) -> float:
    """How much finer (Shift) or coarser (Ctrl) a step is with these keys held."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return FINE
    return COARSE if modifiers & Qt.KeyboardModifier.ControlModifier else 1.0


class StepField(QLineEdit):
    """A line for one value with its unit behind it; arrows, Page keys and the wheel step it.

    `stepped(steps)` comes for each step, with Shift a tenth and with Ctrl ten; `settled` when the
    keys are let go. `typed` comes with Enter or on leaving a changed text, `given_up` with Escape.
    """

    stepped = Signal(float)
    settled = Signal()
    typed = Signal(str)
    given_up = Signal()

    def __init__(self, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = unit
        self._changed = False
        if unit:
            self.setTextMargins(0, 0, self.fontMetrics().horizontalAdvance(unit) + 8, 0)
        self.textEdited.connect(self._note_change)
        self.returnPressed.connect(self._tell)

    def set_text(self, text: str) -> None:
        """Show a text as the value in force."""
        self._changed = False
        if text != self.text():
            self.setText(text)
            self.setCursorPosition(0)

    def sizeHint(self) -> QSize:  # noqa: N802
        hint = super().sizeHint()
        width = self.fontMetrics().horizontalAdvance("-00000.00 " + self._unit) + 16
        return QSize(width, hint.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        hint = super().minimumSizeHint()
        width = self.fontMetrics().horizontalAdvance("0000.0 " + self._unit) + 14
        return QSize(width, hint.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = UP_KEYS.get(event.key())
        if step is not None and not self.isReadOnly():
            self.stepped.emit(step * pace(event.modifiers()))
            event.accept()
        elif event.key() == Qt.Key.Key_Escape and self._changed:
            self._changed = False
            self.given_up.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in UP_KEYS and not event.isAutoRepeat():
            self.settled.emit()
        super().keyReleaseEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Step with the wheel, but only in the field that is being edited: a list scrolls on."""
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self.stepped.emit(event.angleDelta().y() / 120 * pace(event.modifiers()))
        self.settled.emit()
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        if self._changed:
            self._tell()
            if self._changed:  # refused: nobody set another text
                self._changed = False
                self.given_up.emit()
        self.settled.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if not self._unit or not (self.text() or self.placeholderText()):
            return
        painter = QPainter(self)
        painter.setPen(QColor(current().dim))
        box = self.rect().adjusted(0, 0, -7, 0)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, flags, self._unit)
        painter.end()

    def _note_change(self) -> None:
        self._changed = True

    def _tell(self) -> None:
        if self._changed:
            self.typed.emit(self.text())


class Slider(QSlider):
    """A bar that is filled up to its value; a press goes there at once. Shift is finer."""

    dragged = Signal(float)  # place 0..1
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, _RESOLUTION)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the field beside it takes the keys
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._from: tuple[float, float] | None = None

    def set_place(self, place: float) -> None:
        """Show a place from 0 to 1."""
        self.setValue(round(place * _RESOLUTION))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(80, max(18, self.fontMetrics().height() + 2))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, self.sizeHint().height())  # the field goes before

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        place = self._at(event.position().x())
        self._from = (event.position().x(), place)
        self.setSliderDown(True)
        self._drag_to(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._from is None:
            return
        x = event.position().x()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            start, place = self._from
            place += FINE * (x - start) / self._width()
        else:
            place = self._at(x)
            self._from = (x, place)
        self._drag_to(min(max(place, 0.0), 1.0))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        if self._from is not None:
            self._from = None
            self.setSliderDown(False)
            self.let_go.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()  # the panel scrolls

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        if self.width() < _NARROWEST:
            return
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, left, width = self.height() / 2, 6.0, self._width()
        x = left + width * self.value() / _RESOLUTION
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.border))
        painter.drawRoundedRect(QRectF(left, middle - 2, width, 4), 2, 2)
        on = self.isEnabled()
        painter.setBrush(QColor(theme.accent if on else theme.dim))
        painter.drawRoundedRect(QRectF(left, middle - 2, x - left, 4), 2, 2)
        painter.setBrush(QColor(theme.text if on else theme.dim))
        painter.drawEllipse(QPointF(x, middle), 5, 5)
        painter.end()

    def _drag_to(self, place: float) -> None:
        self.set_place(place)
        self.dragged.emit(place)

    def _width(self) -> float:
        return max(1.0, self.width() - 12.0)

    def _at(self, x: float) -> float:
        return min(max((x - 6) / self._width(), 0.0), 1.0)


class NumberEditor(Editor):
    """A number by slider, field, wheel, keys, or a drag on its label."""

    def __init__(self, shape: NumberShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = 0
        self._start: float | None = None
        self._scale = Scale(shape)
        self.slider = Slider() if self._scale.useful else None
        self.field = StepField(shape.unit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        if self.slider is not None:
            row.addWidget(self.slider, 3)
            self.slider.dragged.connect(self._slide)
            self.slider.let_go.connect(self.committed)
        row.addWidget(self.field, 2)
        self.setFocusProxy(self.field)
        self.field.stepped.connect(self._step)
        self.field.settled.connect(self.committed)
        self.field.typed.connect(self._type)
        self.field.given_up.connect(self._show)
        self._show()

    def value(self) -> Any:
        return self._value

    def set_value(self, value: Any) -> None:
        self._value = value
        self._show()

    def set_name(self, name: str) -> None:
        super().set_name(name)
        self.field.setAccessibleName(name)
        self.field.setAccessibleDescription(self._limits())
        self.field.setToolTip(self._limits())
        if self.slider is not None:
            self.slider.setAccessibleName(self.tr("{name}, slider").format(name=name))

    def scrub(self, steps: float) -> None:
        if self._start is None:
            self._start = self._number()
        self._put(self._start + steps * step_of(self.shape), step_of(self.shape) * FINE)

    def end_scrub(self) -> None:
        self._start = None
        self.committed.emit()

    def _step(self, steps: float) -> None:
        unit = step_of(self.shape)
        if self.shape.whole and abs(steps * unit) < 1:
            steps = (1 if steps > 0 else -1) / unit
        self._put(self._number() + steps * unit, unit * min(1.0, abs(steps)))

    def _slide(self, place: float) -> None:
        self._put(self._scale.value(place), step_of(self.shape))

    def _put(self, number: float, grain: float) -> None:
        if self.shape.whole:
            grain = max(1.0, grain)
        self._tell(on_step(self.shape, number, grain))

    def _type(self, text: str) -> None:
        number = read_number(text, self.shape.unit)
        if number is None:
            self.refused.emit(self.tr("Write a plain number."))
            return
        if self.shape.whole and number != int(number):
            self.refused.emit(self.tr("Write a whole number."))
            return
        if abs(within(self.shape, number) - number) > 1e-9:
            self.refused.emit(self._limits())
            return
        self.refused.emit("")
        self._tell(number)
        self._show()
        self.committed.emit()

    def _tell(self, number: float) -> None:
        value = int(number) if self.shape.whole else float(number)
        if value != self._value or type(value) is not type(self._value):
            changed = value != self._value
            self._value = value
            self._show()
            if changed:
                self.edited.emit(value)

    def _number(self) -> float:
        if isinstance(self._value, (int, float)):
            return float(self._value)
        return within(self.shape, 0.0)

    def _show(self) -> None:
        mixed = self._value is MIXED
        known = isinstance(self._value, (int, float)) and not isinstance(self._value, bool)
        text = number_text(self._value, whole=self.shape.whole) if known else ""
        self.field.setPlaceholderText(self.tr("mixed") if mixed else "")
        self.field.set_text(text if known or mixed else str(self._value))
        if self.slider is not None and not self.slider.isSliderDown():
            self.slider.set_place(self._scale.place(self._number()))
        self.refused.emit("")

    def _limits(self) -> str:
        lo, hi = self.shape.lo, self.shape.hi
        unit = f" {self.shape.unit}" if self.shape.unit else ""
        low = "" if lo is None else number_text(lo)
        high = "" if hi is None else number_text(hi)
        if lo is not None and hi is not None:
            text = self.tr("From {low} to {high}{unit}.")
        elif lo is not None:
            text = self.tr("{low}{unit} or more.")
        elif hi is not None:
            text = self.tr("{high}{unit} or less.")
        else:
            return ""
        return text.format(low=low, high=high, unit=unit)
