"""A field that shows where the playhead is, and takes a typed timecode or a number of frames."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontDatabase, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from widgets.viewer.values import Counting

_MARKS = re.compile(r"[:;.,]")
_PLAIN = re.compile(r"[\d:;.,]+")


class TimecodeField(QLineEdit):
    """Enter goes to the frame that was typed, Escape takes the typing back.

    Takes whole timecodes, parts of them from the right (`1205` is 12 seconds and 5 frames), steps
    (`+10`, `-1:00`) and frame numbers (`f120`). What it does not understand turns it red and says
    why in its tip.
    """

    frame_typed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counting = Counting()
        self._frame = 0
        self.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(self.tr("Timecode"))
        self.returnPressed.connect(self._accept)
        self.textEdited.connect(lambda _text: self._complain(""))
        self._show()

    def set_counting(self, counting: Counting) -> None:
        """Count like this from now on."""
        self._counting = counting
        self._show()

    def set_frame(self, frame: int) -> None:
        """Show this frame, unless something is being typed."""
        self._frame = frame
        if not (self.hasFocus() and self.isModified()):
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self._show()
            self.clearFocus()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self._show()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
        super().changeEvent(event)

    def _accept(self) -> None:
        try:
            frame = typed_frame(self.text(), self._counting, self._frame)
        except ValueError as error:
            self._complain(str(error) or self.tr("This is no timecode"))
        except Exception as error:  # whatever the reader of timecodes raises
            self._complain(str(error))
        else:
            self._frame = max(0, min(frame, self._counting.frame_count - 1))
            self._show()
            self.selectAll()
            self.frame_typed.emit(self._frame)

    def _show(self) -> None:
        self._complain("")
        self.setText(self._counting.text(self._frame))
        self._fit()

    def _fit(self) -> None:
        width = self.fontMetrics().horizontalAdvance(self._counting.text(0) + "00")
        self.setMinimumWidth(width + 16)

    def _complain(self, why: str) -> None:
        self.setToolTip(why or self.tr("Timecode, +/- frames, or f and a frame number"))
        if self.property("wrong") != bool(why):
            self.setProperty("wrong", bool(why))
            color = self._wrong_color() if why else ""
            self.setStyleSheet(f"QLineEdit {{ color: {color}; }}" if color else "")

    def _wrong_color(self) -> str:
        from widgets import theme

        return theme.current().danger


def typed_frame(text: str, counting: Counting, current: int) -> int:
    """The frame, counted from 0, that a typed text means. Raises ValueError when it means none."""
    text = text.strip().lower()
    if re.fullmatch(r"f\d+", text):
        return int(text[1:])
    if text[:1] in ("+", "-") and _PLAIN.fullmatch(text[1:]):
        step = _length(text[1:], counting)
        return current + (step if text[0] == "+" else -step)
    if not _PLAIN.fullmatch(text):
        raise ValueError
    if len(_MARKS.split(text)) == 4:
        return counting.read(_filled(_MARKS.split(text), text[-3:-2] in (";", ".", ",")))
    return counting.read(_filled(_parts(text), counting.drop_frame))


def _parts(text: str) -> list[str]:
    """Hours, minutes, seconds and frames of a text that may leave out the first ones."""
    parts = _MARKS.split(text)
    if len(parts) == 1:
        digits = text.rjust(8, "0")
        parts = [digits[:-6], digits[-6:-4], digits[-4:-2], digits[-2:]]
    if len(parts) > 4:
        raise ValueError
    return ["0"] * (4 - len(parts)) + [part or "0" for part in parts]


def _filled(parts: list[str], drop: bool) -> str:  # noqa: FBT001
    hours, minutes, seconds, frames = (f"{int(part or 0):02}" for part in parts)
    return f"{hours}:{minutes}:{seconds}{';' if drop else ':'}{frames}"


def _length(text: str, counting: Counting) -> int:
    """Frames of a step: a plain number of them, or seconds and frames."""
    if not _MARKS.search(text):
        return int(text)
    hours, minutes, seconds, frames = (int(part or 0) for part in _parts(text))
    return ((hours * 60 + minutes) * 60 + seconds) * counting.second + frames
