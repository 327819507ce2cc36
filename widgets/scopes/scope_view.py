"""One scope with its graticule: measured away from the window's thread, drawn sharp."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import (
    QEvent,
    QLineF,
    QObject,
    QPointF,
    QRectF,
    QRunnable,
    QSize,
    Qt,
    QThreadPool,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.scopes.measure import chroma
from widgets.scopes.traces import Kind, Trace, trace

GROUND = QColor("#0b0d0f")  # dark in every theme, so that traces are read
_LINE = QColor(255, 255, 255, 46)
_STRONG = QColor(255, 255, 255, 100)
_TEXT = QColor("#a9b0b8")
_ALARM = QColor("#ff7b72")
_CHANNELS = (QColor("#ff5454"), QColor("#54e66e"), QColor("#6096ff"), QColor("#d6e8dc"))
_TARGETS = {
    "R": (191, 0, 0),
    "Mg": (191, 0, 191),
    "B": (0, 0, 191),
    "Cy": (0, 191, 191),
    "G": (0, 191, 0),
    "Yl": (191, 191, 0),
}
_SKIN = 123.0  # degrees of the line that skin of every colour lies near, from Cb towards Cr


class ScopeView(QWidget):
    """Shows a scope of the pictures that it is given; while one is measured the newest waits."""

    measured = Signal(object)  # Trace

    def __init__(self, kind: Kind = "waveform", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._trace: Trace | None = None
        self._image: QImage | None = None
        self._waiting = False
        self._busy = False
        self._results = _Results(self)
        self._results.done.connect(self._take)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(120, 96)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._name()

    @property
    def kind(self) -> Kind:
        """Which scope it is."""
        return self._kind

    @property
    def trace(self) -> Trace | None:
        """What it shows."""
        return self._trace

    def set_kind(self, kind: Kind) -> None:
        """Be another scope."""
        if kind != self._kind:
            self._kind = kind
            self._trace = None
            self._name()
            self._measure()
            self.update()

    def set_image(self, image: QImage) -> None:
        """Measure this picture, as soon as the one before is done."""
        self._image = image
        self._measure()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(280, 180)

    def _measure(self) -> None:
        if self._image is None or self._image.isNull() or not self.isVisible():
            self._waiting = True
            return
        if self._busy:
            self._waiting = True
            return
        self._busy, self._waiting = True, False
        QThreadPool.globalInstance().start(_Measuring(self._kind, self._image, self._results))

    def _take(self, made: Trace) -> None:
        self._busy = False
        if made.kind == self._kind:
            self._trace = made
            self.update()
            self.measured.emit(made)
        if self._waiting:
            self._measure()

    def _name(self) -> None:
        names = {
            "waveform": self.tr("Waveform"),
            "parade": self.tr("RGB parade"),
            "vectorscope": self.tr("Vectorscope"),
            "histogram": self.tr("Histogram"),
        }
        self.setAccessibleName(names[self._kind])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and self._waiting:
            self._waiting = False
            self._measure()
        return super().event(event)

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        painter.setFont(_small(self.font()))
        if self._kind == "vectorscope":
            self._paint_vectorscope(painter)
        elif self._kind == "histogram":
            self._paint_histogram(painter)
        else:
            self._paint_levels(painter)

    def _paint_levels(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(painter.font())
        left = metrics.horizontalAdvance("100") + 10
        area = _inner(QRectF(self.rect()), left, metrics.height() / 2 + 4, 6)
        for percent in range(0, 101, 10):
            y = area.bottom() - area.height() * percent / 100
            strong = percent in (0, 100)
            self._line(painter, QLineF(area.left(), y, area.right(), y), strong=strong)
            if percent % 20 == 0 or strong:
                painter.setPen(_TEXT)
                place = QRectF(0, y - metrics.height() / 2, left - 5, metrics.height())
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                painter.drawText(place, right, str(percent))
        if self._kind == "parade":
            for part in (1, 2):
                x = area.left() + area.width() * part / 3
                self._line(painter, QLineF(x, area.top(), x, area.bottom()), strong=True)
        self._paint_trace(painter, area)

    def _paint_trace(self, painter: QPainter, area: QRectF) -> None:
        if self._trace is None or self._trace.image is None:
            return
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Screen)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, self._trace.image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _paint_vectorscope(self, painter: QPainter) -> None:
        side = min(self.width(), self.height()) - 12.0
        area = QRectF(0, 0, side, side)
        area.moveCenter(QRectF(self.rect()).center())
        middle, unit = area.center(), side / 256
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for share in (0.25, 0.5, 0.75, 1.0):
            painter.setPen(QPen(_STRONG if share == 1 else _LINE, 1))
            radius = side / 2 * share
            painter.drawEllipse(middle, radius, radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._line(painter, QLineF(area.left(), middle.y(), area.right(), middle.y()))
        self._line(painter, QLineF(middle.x(), area.top(), middle.x(), area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        angle = math.radians(_SKIN)
        painter.setPen(QPen(_STRONG, 1, Qt.PenStyle.DashLine))
        way = QPointF(math.cos(angle), -math.sin(angle)) * side / 2
        painter.drawLine(QLineF(middle, middle + way))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._paint_trace(painter, area)
        metrics = QFontMetricsF(painter.font())
        box = max(8.0, 10 * unit)
        for name, color in _TARGETS.items():
            cb, cr = chroma(np.array(color, np.float32))
            at = middle + QPointF(float(cb), -float(cr)) * unit
            painter.setPen(QPen(_STRONG, 0))
            painter.drawRect(
                QRectF(round(at.x() - box / 2) + 0.5, round(at.y() - box / 2) + 0.5, box, box)
            )
            painter.setPen(_TEXT)
            width = metrics.horizontalAdvance(name)
            away = at + (at - middle) * (box / max(1.0, QLineF(middle, at).length()) + 0.02)
            painter.drawText(
                QRectF(
                    away.x() - width / 2 - 2,
                    away.y() - metrics.height() / 2,
                    width + 4,
                    metrics.height(),
                ),
                Qt.AlignmentFlag.AlignCenter,
                name,
            )

    def _paint_histogram(self, painter: QPainter) -> None:
        metrics = QFontMetricsF(painter.font())
        area = _inner(QRectF(self.rect()), 8, 8, metrics.height() + 6)
        for percent in range(0, 101, 25):
            x = area.left() + area.width() * percent / 100
            self._line(painter, QLineF(x, area.top(), x, area.bottom()), strong=percent in (0, 100))
            painter.setPen(_TEXT)
            text = str(percent)
            width = metrics.horizontalAdvance(text)
            place = min(max(x - width / 2, 2.0), self.width() - width - 2)
            painter.drawText(QPointF(place, area.bottom() + metrics.ascent() + 3), text)
        self._line(
            painter, QLineF(area.left(), area.bottom(), area.right(), area.bottom()), strong=True
        )
        if self._trace is None or self._trace.curves is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Screen)
        xs = area.left() + area.width() * (np.arange(256) + 0.5) / 256
        for curve, color in zip(self._trace.curves, _CHANNELS, strict=True):
            ys = area.bottom() - area.height() * curve
            points = [QPointF(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
            fill = QColor(color)
            fill.setAlpha(70)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(area.left(), area.bottom()),
                        *points,
                        QPointF(area.right(), area.bottom()),
                    ]
                )
            )
            painter.setPen(QPen(color, 1))
            painter.drawPolyline(QPolygonF(points))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for share, x in zip(self._trace.clipped, (area.left(), area.right() - 6), strict=True):
            if share > 0.001:
                painter.fillRect(QRectF(x, area.top(), 6, 6), _ALARM)

    def _line(self, painter: QPainter, line: QLineF, *, strong: bool = False) -> None:
        """A line on the middle of device pixels."""
        ratio = self.devicePixelRatioF()

        def snap(value: float) -> float:
            return (math.floor(value * ratio) + 0.5) / ratio

        painter.setPen(QPen(_STRONG if strong else _LINE, 0))
        painter.drawLine(QLineF(snap(line.x1()), snap(line.y1()), snap(line.x2()), snap(line.y2())))


class _Results(QObject):
    done = Signal(object)


class _Measuring(QRunnable):
    def __init__(self, kind: Kind, image: QImage, results: _Results) -> None:
        super().__init__()
        self._kind = kind
        self._image = image
        self._results = results

    def run(self) -> None:
        made = trace(self._kind, self._image)
        try:
            self._results.done.emit(made)
        except RuntimeError:  # the view is gone
            return


def _inner(rect: QRectF, left: float, top: float, bottom: float) -> QRectF:
    return rect.adjusted(left, top, -8, -bottom)


def _small(font: QFont) -> QFont:
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * 0.85)
    return made
