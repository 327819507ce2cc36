"""Peak and mean level of each channel in dBFS, with hold and a light for clipping."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets import theme

FLOOR = -60.0
"""dBFS at the foot of the scale."""
_FALL = 20.0  # dB a second that a peak falls by, as a digital PPM (IEC 60268-18)
_HOLD = 1.5  # seconds that the largest peak is held
_CLIP = 1.0 - 1.0 / 32768  # a sample this large has no room above it
_MARKS = (0, -3, -6, -12, -18, -24, -36, -48)
_TICK_MS = 33


@dataclass(frozen=True)
class Channel:
    """A channel's place and its levels in dBFS."""

    name: str
    peak: float = -math.inf
    rms: float = -math.inf
    held: float = -math.inf
    held_at: float = 0.0
    clipped: bool = False


class LevelMeter(QWidget):
    """One bar a channel: green to yellow to red is the peak, the lighter core the mean level.

    A click, Enter or Space puts the clip lights out.
    """

    clip_cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._channels: tuple[Channel, ...] = (Channel("L"), Channel("R"))
        self._now = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._fall)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Level meter"))
        self.setToolTip(self.tr("Peak and mean level in dBFS; click to put the clip lights out"))

    @property
    def channels(self) -> tuple[Channel, ...]:
        """What each channel shows."""
        return self._channels

    def set_channels(self, names: Sequence[str]) -> None:
        """The channels, left to right; their levels start at nothing."""
        if tuple(names) != tuple(item.name for item in self._channels):
            self._channels = tuple(Channel(name) for name in names)
            self.updateGeometry()
            self.update()

    def set_levels(self, peaks: Sequence[float], rms: Sequence[float]) -> None:
        """What was heard since the last call: factors of full scale, one a channel."""
        now = time.monotonic()
        self._channels = (
            tuple(
                _heard(item, peak, mean, now)
                for item, peak, mean in zip(self._channels, peaks, rms, strict=False)
            )
            + self._channels[len(peaks) :]
        )
        if not self._timer.isActive():
            self._now = now
            self._timer.start()
        self._describe()
        self.update()

    def clear_clip(self) -> None:
        """Put the clip lights out, and forget what is held."""
        self._channels = tuple(
            replace(item, clipped=False, held=-math.inf) for item in self._channels
        )
        self.clip_cleared.emit()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(round(self._scale_width() + 26 * len(self._channels) + 12), 200)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(round(self._scale_width() + 14 * len(self._channels) + 8), 90)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colours = theme.current()
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(colours.panel))
        painter.setFont(_small(self.font()))
        metrics = QFontMetricsF(painter.font())
        area = self._area(metrics)
        self._paint_scale(painter, area, metrics)
        count = max(1, len(self._channels))
        each = area.width() / count
        for index, channel in enumerate(self._channels):
            width = min(each - 3, 30.0)
            left = area.left() + index * each + (each - width) / 2
            bar = QRectF(round(left), area.top(), round(width), area.height())
            self._paint_bar(painter, bar, channel)
            painter.setPen(QColor(colours.dim))
            under = QRectF(area.left() + index * each, area.bottom() + 3, each, metrics.height())
            painter.drawText(under, Qt.AlignmentFlag.AlignCenter, channel.name)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _area(self, metrics: QFontMetricsF) -> QRectF:
        whole = QRectF(self.rect())
        return whole.adjusted(self._scale_width(), 16, -6, -metrics.height() - 6)

    def _scale_width(self) -> float:
        return QFontMetricsF(_small(self.font())).horizontalAdvance("-48") + 12

    def _paint_scale(self, painter: QPainter, area: QRectF, metrics: QFontMetricsF) -> None:
        colours = theme.current()
        lowest = -math.inf
        for mark in _MARKS:
            y = math.floor(area.bottom() - area.height() * _share(mark)) + 0.5
            painter.setPen(QPen(QColor(colours.border), 0))
            painter.drawLine(QLineF(area.left() - 4, y, area.right(), y))
            if y - metrics.height() / 2 < lowest:
                continue
            painter.setPen(QColor(colours.dim))
            place = QRectF(0, y - metrics.height() / 2, area.left() - 7, metrics.height())
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, right, str(mark))
            lowest = y + metrics.height() / 2

    def _paint_bar(self, painter: QPainter, bar: QRectF, channel: Channel) -> None:
        colours = theme.current()
        painter.fillRect(bar, QColor(colours.field))
        fill = QLinearGradient(bar.bottomLeft(), bar.topLeft())
        for share, color in (
            (0.0, colours.good),
            (_share(-12), colours.good),
            (_share(-6), colours.warning),
            (1.0, colours.danger),
        ):
            fill.setColorAt(share, QColor(color))
        height = bar.height() * _share(channel.peak)
        painter.setOpacity(0.55)
        painter.fillRect(QRectF(bar.x(), bar.bottom() - height, bar.width(), height), fill)
        painter.setOpacity(1.0)
        height = bar.height() * _share(channel.rms)
        core = bar.adjusted(bar.width() / 4, 0, -bar.width() / 4, 0)
        painter.fillRect(QRectF(core.x(), core.bottom() - height, core.width(), height), fill)
        if channel.held > FLOOR:
            y = bar.bottom() - bar.height() * _share(channel.held)
            painter.fillRect(QRectF(bar.x(), round(y) - 1, bar.width(), 2), QColor(colours.text))
        light = QRectF(bar.x(), bar.y() - 10, bar.width(), 7)
        painter.fillRect(light, QColor(colours.danger if channel.clipped else colours.field))
        painter.setPen(QPen(QColor(colours.border), 0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(light.adjusted(0.5, 0.5, -0.5, -0.5))

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self.clear_clip()

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and event.key() in (  # type: ignore[attr-defined]
            *(Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space),
        ):
            self.clear_clip()
            return True
        if kind in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        return super().event(event)

    def _fall(self) -> None:
        """Let the peaks fall; stop the clock when all is at rest."""
        now = time.monotonic()
        drop, self._now = _FALL * (now - self._now), now
        self._channels = tuple(_fallen(item, drop, now) for item in self._channels)
        if all(max(item.peak, item.rms, item.held) <= FLOOR for item in self._channels):
            self._timer.stop()
        self.update()

    def _describe(self) -> None:
        levels = ", ".join(f"{item.name} {max(item.peak, FLOOR):.0f} dB" for item in self._channels)
        self.setAccessibleDescription(levels)


def _heard(item: Channel, peak: float, mean: float, now: float) -> Channel:
    level = _decibels(peak)
    held, since = item.held, item.held_at
    if level >= held:
        held, since = level, now
    return replace(
        item,
        peak=max(item.peak, level),
        rms=_decibels(mean),
        held=held,
        held_at=since,
        clipped=item.clipped or peak >= _CLIP,
    )


def _fallen(item: Channel, drop: float, now: float) -> Channel:
    held = item.held
    if now - item.held_at > _HOLD:
        held = max(item.peak, held - drop)
    return replace(
        item,
        peak=_down(item.peak, drop),
        rms=_down(item.rms, drop),
        held=held if held > FLOOR else -math.inf,
    )


def _down(level: float, drop: float) -> float:
    return level - drop if level - drop > FLOOR else -math.inf


def _share(level: float) -> float:
    """The place on the scale, 0 to 1; the upper part has more room."""
    if level <= FLOOR:
        return 0.0
    return float(min(1.0, (1 - level / FLOOR) ** 1.35))


def _decibels(factor: float) -> float:
    return 20 * math.log10(factor) if factor > 0 else -math.inf


def _small(font: QFont) -> QFont:
    made = QFont(font)
    made.setPointSizeF(font.pointSizeF() * 0.85)
    return made
