"""What every editor of a value offers, and the colours and marks that they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolButton, QWidget

from widgets.theme import current

GLYPH = 16  # side of the square that marks are drawn in


class Editor(QWidget):
    """Edits one value.

    `edited(value)` comes with every change by the user, `committed` when the gesture that it is
    part of has ended: a drag was let go, a key released, a field left. `refused(why)` says that
    what is typed is no value, with "" when it is one again. `set_value` tells nothing.
    """

    edited = Signal(object)
    committed = Signal()
    refused = Signal(str)

    def value(self) -> Any:
        """The value as JSON has it; MIXED when several differ."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value, or MIXED."""
        raise NotImplementedError

    def set_name(self, name: str) -> None:
        """What screen readers call the editor: the label of its field."""
        self.setAccessibleName(name)

    def scrub(self, steps: float) -> None:
        """A drag along the label came to so many steps from its start; numbers follow it."""

    def end_scrub(self) -> None:
        """The drag along the label is over."""

    def commit_now(self, value: Any) -> None:
        """Tell a change that is a whole gesture, such as a click."""
        self.edited.emit(value)
        self.committed.emit()


class Remark(QLabel):
    """A line of text that wraps, in one of the theme's colours ("dim", "danger", "warning")."""

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._role = role
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._colour()

    def set_role(self, role: str) -> None:
        """Show it in another colour."""
        self._role = role
        self._colour()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()

    def _colour(self) -> None:
        tint = QColor(getattr(current(), self._role))
        if self.palette().color(QPalette.ColorRole.WindowText) != tint:
            mine = self.palette()
            mine.setColor(QPalette.ColorRole.WindowText, tint)
            self.setPalette(mine)


class GlyphButton(QToolButton):
    """A flat button with a drawn mark, named for screen readers and by its tooltip."""

    def __init__(self, glyph: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyph = glyph
        self._tint: str | None = None
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_name(name)

    def set_name(self, name: str) -> None:
        """What the button does, for its tooltip and screen readers."""
        self.setToolTip(name)
        self.setAccessibleName(name)

    def set_glyph(self, glyph: str, *, tint: str | None = None) -> None:
        """Show another mark, in a colour of its own or the theme's."""
        if (glyph, tint) != (self._glyph, self._tint):
            self._glyph, self._tint = glyph, tint
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        side = max(GLYPH + 6, self.fontMetrics().height() + 6)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        theme = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isDown() or self.isChecked():
            painter.setBrush(QColor(theme.selection))
        elif self.underMouse() and self.isEnabled():
            painter.setBrush(QColor(theme.raised))
        painter.setPen(QPen(QColor(theme.accent), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, 4, 4)
        off = not self.isEnabled()
        tint = QColor(self._tint or (theme.text if self.isChecked() else theme.dim))
        if off:
            tint.setAlphaF(0.45)
        painter.translate(QRectF(self.rect()).center() - QPointF(GLYPH / 2, GLYPH / 2))
        paint_glyph(painter, self._glyph, tint)
        painter.end()


def paint_glyph(painter: QPainter, glyph: str, tint: QColor) -> None:
    """Draw a mark into the square from 0 to 16."""
    pen = QPen(tint, 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _GLYPHS[glyph](painter, tint)


def _line(*points: tuple[float, float]) -> Callable[[QPainter, QColor], None]:
    def draw(painter: QPainter, _tint: QColor) -> None:
        painter.drawPolyline([QPointF(*point) for point in points])

    return draw


def _lines(*lines: tuple[tuple[float, float], ...]) -> Callable[[QPainter, QColor], None]:
    def draw(painter: QPainter, tint: QColor) -> None:
        for line in lines:
            _line(*line)(painter, tint)

    return draw


def _dots(*centres: tuple[float, float]) -> Callable[[QPainter, QColor], None]:
    def draw(painter: QPainter, tint: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        for centre in centres:
            painter.drawEllipse(QPointF(*centre), 1.4, 1.4)

    return draw


def _reset(painter: QPainter, tint: QColor) -> None:
    painter.drawArc(QRectF(3.5, 3.5, 9, 9), -60 * 16, 260 * 16)
    _line((3.2, 2.6), (3.4, 6.4), (7.2, 6.0))(painter, tint)


def _dice(painter: QPainter, tint: QColor) -> None:
    painter.drawRoundedRect(QRectF(2.5, 2.5, 11, 11), 2, 2)
    _dots((5.6, 5.6), (10.4, 5.6), (8, 8), (5.6, 10.4), (10.4, 10.4))(painter, tint)


def _lock(painter: QPainter, tint: QColor, *, turned: float = 0) -> None:
    path = QPainterPath(QPointF(5.2, 7.2))
    path.lineTo(5.2, 5.4)
    path.arcTo(QRectF(5.2, 2.6, 5.6, 5.6), 180, -180 + turned)
    if not turned:
        path.lineTo(10.8, 7.2)
    painter.drawPath(path)
    painter.setBrush(tint if not turned else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(3.8, 7.4, 8.4, 6), 1.2, 1.2)


def _socket(painter: QPainter, tint: QColor, *, filled: bool) -> None:
    painter.setBrush(tint if filled else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QPointF(8, 8), 3.6, 3.6)


def _folder(painter: QPainter, _tint: QColor) -> None:
    path = QPainterPath(QPointF(2.5, 12.5))
    for x, y in ((2.5, 4), (6.4, 4), (7.8, 5.6), (13.5, 5.6), (13.5, 12.5)):
        path.lineTo(x, y)
    path.closeSubpath()
    painter.drawPath(path)


def _copy(painter: QPainter, tint: QColor) -> None:
    painter.drawRoundedRect(QRectF(2.6, 2.6, 7.6, 7.6), 1.2, 1.2)
    _line((12, 5.8), (13.4, 5.8), (13.4, 13.4), (5.8, 13.4), (5.8, 12))(painter, tint)


def _diamond(painter: QPainter, tint: QColor) -> None:
    painter.setBrush(tint)
    painter.drawPolygon([QPointF(8, 3.4), QPointF(12.6, 8), QPointF(8, 12.6), QPointF(3.4, 8)])


def _question(painter: QPainter, tint: QColor) -> None:
    path = QPainterPath(QPointF(5.4, 6))
    path.cubicTo(5.4, 2.4, 10.8, 2.4, 10.8, 6)
    path.cubicTo(10.8, 8.2, 8, 8, 8, 10.4)
    painter.drawPath(path)
    _dots((8, 13))(painter, tint)


_GLYPHS: dict[str, Callable[[QPainter, QColor], None]] = {
    "reset": _reset,
    "dice": _dice,
    "lock": _lock,
    "unlock": lambda painter, tint: _lock(painter, tint, turned=40),
    "socket": lambda painter, tint: _socket(painter, tint, filled=False),
    "socket-on": lambda painter, tint: _socket(painter, tint, filled=True),
    "folder": _folder,
    "copy": _copy,
    "diamond": _diamond,
    "question": _question,
    "plus": _lines(((8, 3.4), (8, 12.6)), ((3.4, 8), (12.6, 8))),
    "minus": _line((3.4, 8), (12.6, 8)),
    "cross": _lines(((4.2, 4.2), (11.8, 11.8)), ((11.8, 4.2), (4.2, 11.8))),
    "up": _line((4, 9.8), (8, 5.8), (12, 9.8)),
    "down": _line((4, 6.2), (8, 10.2), (12, 6.2)),
    "right": _line((6, 4), (10, 8), (6, 12)),
    "more": _dots((3.4, 8), (8, 8), (12.6, 8)),
}
