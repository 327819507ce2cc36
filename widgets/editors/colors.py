"""Colours: a hex field with a swatch, and a picker of our own that opens below it."""

from __future__ import annotations

import re
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from widgets.editors.editor import Editor
from widgets.editors.numbers import StepField, pace
from widgets.editors.shapes import MIXED, ColorShape
from widgets.theme import current

_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
READY = (
    *("#000000", "#404040", "#808080", "#c0c0c0", "#ffffff", "#b3261e"),
    *("#ff8800", "#ffd400", "#2e9e4f", "#1fb5b5", "#1f6fd6", "#8a4fd6"),
)


def hex_of(color: QColor) -> str:
    """#rrggbb, or #rrggbbaa when it can be seen through."""
    plain = color.name(QColor.NameFormat.HexRgb)
    return plain if color.alpha() == 255 else f"{plain}{color.alpha():02x}"


def color_of(text: object) -> QColor | None:
    """The colour of "#rgb", "#rrggbb" or "#rrggbbaa", with or without its #."""
    match = _HEX.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    digits = match[1]
    color = QColor(f"#{digits[:6]}")
    if len(digits) == 8:
        color.setAlpha(int(digits[6:], 16))
    return color


def paint_checks(painter: QPainter, box: QRectF) -> None:
    """The chequered ground that shows how far a colour can be seen through."""
    painter.fillRect(box, QColor("#ffffff"))
    side, row = 5, 0
    while row * side < box.height():
        for column in range(row % 2, int(box.width() / side) + 1, 2):
            x, y = box.left() + column * side, box.top() + row * side
            cell = QRectF(x, y, side, side).intersected(box)
            painter.fillRect(cell, QColor("#b0b0b0"))
        row += 1


class Swatch(QToolButton):
    """A button that shows a colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.color: QColor | None = QColor("#000000")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_color(self, color: QColor | None) -> None:
        """Show another colour; None for several that differ."""
        self.color = color
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(34, max(22, self.fontMetrics().height() + 6))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        if self.color is not None:
            if self.color.alpha() < 255:
                paint_checks(painter, box)
            painter.setBrush(self.color)
        else:
            painter.setBrush(QColor(theme.field))
        tint = QColor(theme.accent if self.hasFocus() else theme.border)
        painter.setPen(QPen(tint, 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(box, 3, 3)
        painter.end()


class Field2D(QWidget):
    """A square of saturation (right) and value (up) of one hue; arrow keys and drags move in it."""

    moved = Signal(float, float)  # saturation, value, both 0..1
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hue, self.place = 0.0, (0.0, 0.0)
        self.setFixedSize(196, 130)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Saturation and brightness"))

    def show_place(self, hue: float, place: tuple[float, float]) -> None:
        """Show a hue (0..1) and the place in it."""
        self.hue, self.place = hue, place
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        way = _ARROWS.get(event.key())
        if way is None:
            super().keyPressEvent(event)
            return
        step = 0.01 * pace(event.modifiers())
        self._go(self.place[0] + way[0] * step, self.place[1] + way[1] * step)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in _ARROWS and not event.isAutoRepeat():
            self.let_go.emit()
        super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._follow(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._follow(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        self.let_go.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        across = QLinearGradient(box.topLeft(), box.topRight())
        across.setColorAt(0, QColor("#ffffff"))
        across.setColorAt(1, QColor.fromHsvF(min(self.hue, 0.9999), 1, 1))
        painter.fillRect(box, across)
        down = QLinearGradient(box.topLeft(), box.bottomLeft())
        down.setColorAt(0, QColor(0, 0, 0, 0))
        down.setColorAt(1, QColor(0, 0, 0))
        painter.fillRect(box, down)
        x, y = self.place[0] * box.width(), (1 - self.place[1]) * box.height()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tint, radius in (("#000000", 6.0), ("#ffffff", 5.0)):
            painter.setPen(QPen(QColor(tint), 1.5))
            painter.drawEllipse(QPointF(x, y), radius, radius)
        _paint_focus(painter, self)

    def _follow(self, at: QPointF) -> None:
        self._go(at.x() / self.width(), 1 - at.y() / self.height())

    def _go(self, saturation: float, value: float) -> None:
        self.place = (min(max(saturation, 0.0), 1.0), min(max(value, 0.0), 1.0))
        self.update()
        self.moved.emit(*self.place)


class Strip(QWidget):
    """A strip of hues, or of how opaque a colour is; arrow keys and drags move along it."""

    moved = Signal(float)
    let_go = Signal()

    def __init__(self, name: str, *, hues: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hues, self.place, self.color = hues, 0.0, QColor("#000000")
        self.setFixedSize(196, 18)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setToolTip(name)

    def show_place(self, place: float, color: QColor) -> None:
        """Show a place from 0 to 1 and the colour that the strip is of."""
        self.place, self.color = place, color
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        way = _ARROWS.get(event.key())
        if way is None:
            super().keyPressEvent(event)
            return
        self._go(self.place + sum(way) * 0.01 * pace(event.modifiers()))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in _ARROWS and not event.isAutoRepeat():
            self.let_go.emit()
        super().keyReleaseEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._go(event.position().x() / self.width())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._go(event.position().x() / self.width())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        self.let_go.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0, 3, 0, -3)
        ground = QLinearGradient(box.topLeft(), box.topRight())
        if self.hues:
            for part in range(7):
                ground.setColorAt(part / 6, QColor.fromHsvF(part / 6 % 1.0, 1, 1))
        else:
            paint_checks(painter, box)
            solid = QColor(self.color)
            solid.setAlpha(255)
            clear = QColor(solid)
            clear.setAlpha(0)
            ground.setColorAt(0, clear)
            ground.setColorAt(1, solid)
        painter.fillRect(box, ground)
        x = 3 + self.place * (self.width() - 6)
        for tint, width in (("#000000", 4.0), ("#ffffff", 2.0)):
            painter.setPen(QPen(QColor(tint), width))
            painter.drawLine(QPointF(x, 2), QPointF(x, self.height() - 2))
        _paint_focus(painter, self)

    def _go(self, place: float) -> None:
        self.place = min(max(place, 0.0), 1.0)
        self.update()
        self.moved.emit(self.place)


class ColorPopup(QFrame):
    """Square, hue, opacity and ready colours; closes with Escape or a press outside."""

    picked = Signal(QColor)
    let_go = Signal()

    def __init__(self, *, alpha: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("Colour"))
        self._hue, self._place, self._alpha = 0.0, (0.0, 0.0), 1.0
        self.square = Field2D()
        self.hues = Strip(self.tr("Hue"), hues=True)
        self.opacity = Strip(self.tr("Opacity"), hues=False)
        self.opacity.setVisible(alpha)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        for part in (self.square, self.hues, self.opacity):
            column.addWidget(part)
        for ready in (READY[:6], READY[6:]):
            row = QHBoxLayout()
            row.setSpacing(0)
            for text in ready:
                row.addWidget(self._ready(text))
            column.addLayout(row)
        self.square.moved.connect(self._move)
        self.hues.moved.connect(self._turn)
        self.opacity.moved.connect(self._fade)
        for part in (self.square, self.hues, self.opacity):
            part.let_go.connect(self.let_go)

    def show_color(self, color: QColor) -> None:
        """Show a colour; grey keeps the hue that was chosen."""
        hue = color.hsvHueF()
        self._hue = hue if hue >= 0 else self._hue
        self._place, self._alpha = (color.hsvSaturationF(), color.valueF()), color.alphaF()
        self._show()

    def _ready(self, text: str) -> Swatch:
        swatch = Swatch()
        swatch.show_color(QColor(text))
        swatch.setAccessibleName(text)
        swatch.setToolTip(text)
        swatch.clicked.connect(lambda: self._take(QColor(text)))
        return swatch

    def _take(self, color: QColor) -> None:
        self.show_color(color)
        self.picked.emit(color)
        self.let_go.emit()

    def _move(self, saturation: float, value: float) -> None:
        self._place = (saturation, value)
        self._tell()

    def _turn(self, hue: float) -> None:
        self._hue = min(hue, 0.9999)
        self._tell()

    def _fade(self, alpha: float) -> None:
        self._alpha = alpha
        self._tell()

    def _color(self) -> QColor:
        return QColor.fromHsvF(self._hue, *self._place, self._alpha)

    def _tell(self) -> None:
        self._show()
        self.picked.emit(self._color())

    def _show(self) -> None:
        self.square.show_place(self._hue, self._place)
        self.hues.show_place(self._hue, self._color())
        self.opacity.show_place(self._alpha, self._color())


class ColorEditor(Editor):
    """A colour as hex, with a picker behind its swatch."""

    def __init__(self, shape: ColorShape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._value: Any = "#000000"
        self.swatch = Swatch()
        self.field = StepField()
        self.popup: ColorPopup | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.swatch)
        row.addWidget(self.field, 1)
        self.setFocusProxy(self.field)
        self.swatch.clicked.connect(self.pick)
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
        self.swatch.setAccessibleName(self.tr("{name}: pick").format(name=name))
        self.swatch.setToolTip(self.tr("Pick a colour"))

    def pick(self) -> None:
        """Open the picker."""
        if self.popup is None:
            self.popup = ColorPopup(alpha=self.shape.alpha, parent=self)
            self.popup.picked.connect(self._pick)
            self.popup.let_go.connect(self.committed)
        self.popup.show_color(color_of(self._value) or QColor("#000000"))
        self.popup.adjustSize()
        place = self.swatch.mapToGlobal(QPoint(0, self.swatch.height() + 2))
        screen = self.screen().availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.popup.width())))
        if place.y() + self.popup.height() > screen.bottom():
            place.setY(self.swatch.mapToGlobal(QPoint(0, -self.popup.height() - 2)).y())
        self.popup.move(place)
        self.popup.show()
        self.popup.square.setFocus()

    def _pick(self, color: QColor) -> None:
        self._put(hex_of(color))

    def _type(self, text: str) -> None:
        color = color_of(text)
        if color is None or (color.alpha() < 255 and not self.shape.alpha):
            self.refused.emit(self.tr("Write a colour such as #ff8800."))
            return
        self._put(hex_of(color))
        self._show()
        self.committed.emit()

    def _put(self, text: str) -> None:
        if text != self._value:
            self._value = text
            self._show()
            self.edited.emit(text)

    def _show(self) -> None:
        color = color_of(self._value)
        self.swatch.show_color(color)
        self.field.setPlaceholderText(self.tr("mixed") if self._value is MIXED else "")
        self.field.set_text(str(self._value) if isinstance(self._value, str) else "")
        self.refused.emit("")


def _paint_focus(painter: QPainter, widget: QWidget) -> None:
    if widget.hasFocus():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(current().accent), 2))
        painter.drawRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1))
    painter.end()
