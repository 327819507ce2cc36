"""The buttons that play: timecode, marks, steps, play both ways, loop, speed and volume."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QWidget

from widgets.icons import icon
from widgets.viewer.buttons import fit_row, toggle_button, tool_button
from widgets.viewer.timecode_field import TimecodeField
from widgets.viewer.values import Counting

_STEPS = 100  # of the volume


class TransportBar(QWidget):
    """Tells what was pressed; shows what it is told. Where there is no room, the least goes."""

    frame_typed = Signal(int)
    toggled = Signal()
    """Play or pause."""
    played_back = Signal()
    stepped = Signal(int)
    end_asked = Signal(int)
    """Go to the first (-1) or last (1) frame."""
    mark_asked = Signal(str)
    """Mark "in" or "out" at the playhead."""
    loop_toggled = Signal(bool)
    volume_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counting = Counting()
        self._volume = 1.0
        self.field = TimecodeField(self)
        self.field.frame_typed.connect(self.frame_typed)
        self.length = QLabel(self)
        self.length.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.length.setAccessibleName(self.tr("Length"))
        self.speed = QLabel(self)
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setAlignment(Qt.AlignmentFlag.AlignCenter)
        make = tool_button
        self.mark_in = make("mark-in", self.tr("Mark in"), self, lambda: self.mark_asked.emit("in"))
        self.to_start = make(
            "to-start", self.tr("First frame"), self, lambda: self.end_asked.emit(-1)
        )
        self.back = make("step-back", self.tr("Step back"), self, lambda: self.stepped.emit(-1))
        self.play_back = make("play-back", self.tr("Play backwards"), self, self.played_back.emit)
        self.play = make("play", self.tr("Play"), self, self.toggled.emit)
        self.forward = make(
            "step-forward", self.tr("Step forward"), self, lambda: self.stepped.emit(1)
        )
        self.to_end = make("to-end", self.tr("Last frame"), self, lambda: self.end_asked.emit(1))
        self.mark_out = make(
            "mark-out", self.tr("Mark out"), self, lambda: self.mark_asked.emit("out")
        )
        self.loop = toggle_button("loop", self.tr("Loop"), self, self.loop_toggled.emit)
        self.mute = toggle_button("volume", self.tr("Mute"), self, self._mute)
        self.volume = QSlider(Qt.Orientation.Horizontal, self)
        self.volume.setRange(0, _STEPS)
        self.volume.setValue(_STEPS)
        self.volume.setFixedWidth(72)
        self.volume.setAccessibleName(self.tr("Volume"))
        self.volume.setToolTip(self.tr("Volume"))
        self.volume.valueChanged.connect(self._slide)
        self._lay_out()
        self.set_playing(0)

    def set_counting(self, counting: Counting) -> None:
        """Count like this from now on."""
        self._counting = counting
        self.field.set_counting(counting)
        self.length.setText(_length(counting))
        self.setEnabled(counting.frame_count > 0)
        self._fit()

    def set_frame(self, frame: int) -> None:
        """Show where the playhead is."""
        self.field.set_frame(frame)

    def set_playing(self, speed: int) -> None:
        """Show how fast it plays; 0 stands."""
        self.play.setIcon(icon("pause" if speed else "play"))
        text = self.tr("Pause") if speed else self.tr("Play")
        self.play.setToolTip(text)
        self.play.setAccessibleName(text)
        sign = "\N{MINUS SIGN}" if speed < 0 else ""
        self.speed.setText(f"{sign}{abs(speed)}\N{MULTIPLICATION SIGN}" if speed else "")

    def set_looping(self, *, on: bool) -> None:
        """Show whether it loops."""
        self.loop.blockSignals(True)
        self.loop.setChecked(on)
        self.loop.blockSignals(False)

    def set_silent(self, *, silent: bool) -> None:
        """Show that there is no sound device."""
        text = self.tr("No sound device was found: it plays in silence") if silent else ""
        self.volume.setToolTip(text or self.tr("Volume"))
        self.mute.setToolTip(text or self.tr("Mute"))
        self.mute.setIcon(icon("mute" if silent or self.mute.isChecked() else "volume"))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        needed = [self.field, self.back, self.play, self.forward]
        width = sum(item.minimumSizeHint().width() for item in needed)
        return QSize(max(width, self.field.minimumWidth() + 90) + 24, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.speed.setFixedWidth(self.fontMetrics().horizontalAdvance("\N{MINUS SIGN}8x") + 8)
            self._fit()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(2)
        row.addWidget(self.field)
        row.addStretch(1)
        for button in self._buttons():
            row.addWidget(button)
        self.speed.setFixedWidth(self.fontMetrics().horizontalAdvance("\N{MINUS SIGN}8x") + 8)
        row.addWidget(self.speed)
        row.addStretch(1)
        row.addWidget(self.mute)
        row.addWidget(self.volume)
        row.addSpacing(8)
        row.addWidget(self.length)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _buttons(self) -> tuple[QToolButton, ...]:
        return (
            *(self.mark_in, self.mark_out, self.to_start, self.back, self.play_back),
            *(self.play, self.forward, self.to_end, self.loop),
        )

    def _fit(self) -> None:
        everything = [self.field, *self._buttons(), self.speed, self.mute, self.volume, self.length]
        self.length.setMinimumWidth(self.length.sizeHint().width())
        fit_row(
            self.width() - 32 - 2 * len(everything),
            everything,
            (
                *(self.length, self.volume, self.to_start, self.to_end, self.mute),
                *(self.play_back, self.speed, self.loop, self.mark_in, self.mark_out),
            ),
        )

    def set_volume(self, share: float, *, muted: bool) -> None:
        """Put the slider to a share of its way, and the switch of the sound."""
        self.volume.setValue(round(max(0.0, min(1.0, share)) * _STEPS))
        self.mute.setChecked(muted)

    def volume_kept(self) -> tuple[float, bool]:
        """Where the slider stands, as a share of its way, and whether the sound is off."""
        return self.volume.value() / _STEPS, self.mute.isChecked()

    def _slide(self, value: int) -> None:
        if self.mute.isChecked() and value:
            self.mute.setChecked(False)
        self.volume_changed.emit(_loudness(value / _STEPS))

    def _mute(self, muted: bool) -> None:  # noqa: FBT001
        self.mute.setIcon(icon("mute" if muted else "volume"))
        self.volume_changed.emit(0.0 if muted else _loudness(self.volume.value() / _STEPS))


def _loudness(share: float) -> float:
    """A slider's place as a factor: half of the way sounds half as loud."""
    return share**2


def _length(counting: Counting) -> str:
    if not counting.frame_count:
        return ""
    try:
        return f"/ {counting.text(counting.frame_count)}"
    except Exception:  # a reader of timecodes that ends at the last frame
        return ""
