"""The audio meters: levels of what is played, and its loudness."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.context import AppContext
from app.playback import Levels, Playback, Reading
from widgets.meters import LevelMeter, LoudnessReading, LoudnessView

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from engine.media import Sound

_NAMES = {"FL": "L", "FR": "R", "FC": "C", "BL": "Ls", "BR": "Rs", "SL": "Ls", "SR": "Rs"}
_WIDE = 300  # pixels from where meters and loudness lie side by side


class MetersPanel(QWidget):
    """Listens to the playback while it is seen."""

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playback: Playback = context.playback
        self._requests = context.requests
        self.meter = LevelMeter(self)
        self.loudness = LoudnessView(self)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(4, 4, 4, 4)
        self._layout.addWidget(self.meter)
        self._layout.addWidget(self.loudness, 1)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._stop = threading.Event()
        self._results = _Results(self)
        self._results.done.connect(self._show_whole, Qt.ConnectionType.QueuedConnection)
        self._playback.opened.connect(self._opened)
        self._playback.levels_changed.connect(self._show_levels)
        self._playback.loudness_changed.connect(self._show_reading)
        self.loudness.reset_asked.connect(self._playback.reset_loudness)
        self.loudness.whole_asked.connect(self._measure_whole)
        context.actions.add(
            "meters.reset",
            self.tr("&Reset the meters"),
            self._reset,
            owner=self,
            category=self.tr("Meters"),
            shortcuts=("Ctrl+Backspace",),
        )
        context.actions.add(
            "meters.whole",
            self.tr("&Measure the whole sound"),
            self._measure_whole,
            owner=self,
            category=self.tr("Meters"),
        )
        self.setFocusProxy(self.meter)
        self._opened()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._playback.measure_loudness(on=True)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        super().hideEvent(event)
        self._playback.measure_loudness(on=False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        tall = self.height() > 380
        below = self.width() < _WIDE and tall
        wanted = QBoxLayout.Direction.TopToBottom if below else QBoxLayout.Direction.LeftToRight
        self._layout.setDirection(wanted)
        self._layout.setStretchFactor(self.meter, 1 if below else 0)

    def _opened(self) -> None:
        from engine.media.sound import CHANNELS

        self._stop.set()
        sound = self._playback.sound
        layout = sound.layout if sound is not None else "stereo"
        self.meter.set_channels([_NAMES.get(name, name) for name in CHANNELS[layout]])
        self.loudness.whole.setEnabled(sound is not None)

    def _show_levels(self, levels: Levels) -> None:
        if self.isVisible():
            self.meter.set_levels(levels.peaks, levels.rms)

    def _show_reading(self, reading: Reading) -> None:
        self.loudness.set_reading(
            LoudnessReading(
                *(reading.momentary, reading.short_term, reading.integrated),
                *(reading.range, reading.true_peak),
            )
        )

    def _reset(self) -> None:
        self.meter.clear_clip()
        self.loudness.clear()
        self._playback.reset_loudness()

    def _measure_whole(self) -> None:
        sound = self._playback.sound
        if sound is None:
            return
        self._stop.set()
        self._stop = threading.Event()
        self.loudness.whole.setEnabled(False)
        self._pool.start(_Measuring(sound, self._results, self._stop))

    def _show_whole(self, result: LoudnessReading | str) -> None:
        self.loudness.whole.setEnabled(self._playback.sound is not None)
        if isinstance(result, str):
            self._requests.say.emit(result)
        else:
            self.loudness.set_whole(result)


class _Results(QObject):
    done = Signal(object)


class _Measuring(QRunnable):
    """Measures a whole sound; stops when another source is opened."""

    def __init__(self, sound: Sound, results: _Results, stop: threading.Event) -> None:
        super().__init__()
        self._sound = sound
        self._results = results
        self._stop = stop

    def run(self) -> None:
        from engine.audio import LoudnessMeter

        result: LoudnessReading | str
        try:
            meter = LoudnessMeter(self._sound.rate, self._sound.layout)
            for block in self._sound.blocks():
                if self._stop.is_set():
                    return
                meter.push(block)
            found = meter.finish()
            result = LoudnessReading(
                *(found.max_momentary, found.max_short_term, found.integrated),
                *(found.range, found.true_peak),
            )
        except Exception as error:  # a damaged file
            result = str(error)
        try:
            self._results.done.emit(result)
        except RuntimeError:
            return  # the window is gone
