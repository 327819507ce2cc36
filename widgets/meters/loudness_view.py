"""Loudness by EBU R 128: momentary, short-term, integrated, range and true peak."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from widgets import theme

TARGETS = (
    ("EBU R 128", -23.0, -1.0),
    ("ATSC A/85", -24.0, -2.0),
    ("Streaming", -14.0, -1.0),
    ("Cinema", -27.0, -2.0),
)
"""Name, integrated loudness in LUFS and largest true peak in dBTP."""

_SPAN = 18.0  # LU that the curve shows below and 9 above the target
_KEPT = 600  # readings of the curve: a minute at ten a second


@dataclass(frozen=True)
class LoudnessReading:
    """LUFS, LU and dBTP; -inf where nothing is measured."""

    momentary: float = -math.inf
    short_term: float = -math.inf
    integrated: float = -math.inf
    range: float = 0.0
    true_peak: float = -math.inf


class LoudnessView(QWidget):
    """Shows readings beside a target, and how loudness went over the last minute."""

    reset_asked = Signal()
    whole_asked = Signal()
    """Measure all of the source, not only what is played."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading = LoudnessReading()
        self._values: dict[str, QLabel] = {}
        self.target = QComboBox(self)
        self.target.setAccessibleName(self.tr("Loudness target"))
        for name, loudness, _peak in TARGETS:
            self.target.addItem(f"{name}  {_signed(loudness)} LUFS")
        self.target.currentIndexChanged.connect(lambda _index: self._show())
        self.curve = _Curve(self)
        self.reset = QPushButton(self.tr("Reset"), self)
        self.reset.clicked.connect(lambda _checked=False: self._reset())
        self.whole = QPushButton(self.tr("Measure all"), self)
        self.whole.setToolTip(self.tr("Measure the sound of the whole source"))
        self.whole.clicked.connect(lambda _checked=False: self.whole_asked.emit())
        self._lay_out()
        self._show()

    @property
    def reading(self) -> LoudnessReading:
        """What it shows."""
        return self._reading

    def set_reading(self, reading: LoudnessReading) -> None:
        """Show this, and add it to the curve."""
        self._reading = reading
        self.curve.add(reading.short_term)
        self._show()

    def set_whole(self, reading: LoudnessReading) -> None:
        """Show the measurement of the whole source."""
        self._reading = reading
        self._show()

    def clear(self) -> None:
        """Show nothing."""
        self._reading = LoudnessReading()
        self.curve.clear()
        self._show()

    def value(self, name: str) -> str:
        """The text of a figure: "momentary", "short_term", "integrated", "range", "true_peak"."""
        return self._values[name].text()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() == QEvent.Type.PaletteChange:
            self._show()
        super().changeEvent(event)

    def _reset(self) -> None:
        self.clear()
        self.reset_asked.emit()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.target)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        rows = (
            ("integrated", self.tr("Integrated"), "LUFS"),
            ("short_term", self.tr("Short-term"), "LUFS"),
            ("momentary", self.tr("Momentary"), "LUFS"),
            ("range", self.tr("Range"), "LU"),
            ("true_peak", self.tr("True peak"), "dBTP"),
        )
        for row, (name, text, unit) in enumerate(rows):
            title, value, units = QLabel(text, self), QLabel(self), QLabel(unit, self)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            value.setAlignment(right)
            value.setAccessibleName(f"{text} {unit}")
            grid.addWidget(title, row, 0)
            grid.addWidget(value, row, 1)
            grid.addWidget(units, row, 2)
            self._values[name] = value
        grid.setColumnStretch(0, 1)
        column.addLayout(grid)
        column.addWidget(self.curve, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.reset)
        buttons.addWidget(self.whole)
        buttons.addStretch(1)
        column.addLayout(buttons)

    def _show(self) -> None:
        colours = theme.current()
        _, target, peak = TARGETS[self.target.currentIndex()]
        reading = self._reading
        for name, label in self._values.items():
            value = getattr(reading, name)
            label.setText("–" if math.isinf(value) else _signed(value))
            color = colours.text
            if name == "integrated" and not math.isinf(value):
                color = colours.good if abs(value - target) <= 1 else colours.warning
            if name == "true_peak" and value > peak:
                color = colours.danger
            font = QFont(self.font())
            font.setBold(name == "integrated")
            label.setFont(font)
            label.setStyleSheet(f"color: {color};")
        self.curve.set_target(target)


class _Curve(QWidget):
    """Short-term loudness of the last minute around the target."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: deque[float] = deque(maxlen=_KEPT)
        self._target = TARGETS[0][1]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(56)
        self.setAccessibleName(self.tr("Loudness of the last minute"))

    def add(self, value: float) -> None:
        self._values.append(value)
        self.update()

    def clear(self) -> None:
        self._values.clear()
        self.update()

    def set_target(self, target: float) -> None:
        self._target = target
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, 100)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours = theme.current()
        painter = QPainter(self)
        area = QRectF(self.rect())
        painter.fillRect(area, QColor(colours.field))
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        left = metrics.horizontalAdvance("-00") + 8
        plot = area.adjusted(left, 4, -4, -4)
        top, low = self._target + _SPAN / 2, self._target - _SPAN

        def y_of(level: float) -> float:
            return plot.bottom() - plot.height() * (level - low) / (top - low)

        for level in (self._target + 9, self._target, self._target - 9, self._target - 18):
            y = min(math.floor(y_of(level)) + 0.5, plot.bottom() - 0.5)
            on = level == self._target
            painter.setPen(QPen(QColor(colours.accent if on else colours.border), 0))
            painter.drawLine(QLineF(plot.left(), y, plot.right(), y))
            painter.setPen(QColor(colours.dim))
            at = min(max(y - metrics.height() / 2, 0.0), area.height() - metrics.height())
            place = QRectF(0, at, left - 4, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight, f"{level:.0f}")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(plot)
        painter.setPen(QPen(QColor(colours.good), 1.5))
        step = plot.width() / (_KEPT - 1)
        start = plot.right() - step * (len(self._values) - 1)
        points = [
            QPointF(start + index * step, y_of(max(value, low - 3)))
            for index, value in enumerate(self._values)
        ]
        painter.drawPolyline(QPolygonF(points))


def _signed(value: float) -> str:
    return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")
