"""Dragging the levels of a sound: its fades and its gain."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets import theme
from widgets.timeline.gestures.ghosts import paint_line
from widgets.timeline.gestures.protocol import Pointer, Stage
from widgets.timeline.intents import Fade, Gain
from widgets.timeline.paint_clips import gain_at, gain_y

_FINE = Qt.KeyboardModifier.ShiftModifier


class DragFade:
    """Drags the end of a fade."""

    cursor = Qt.CursorShape.SizeHorCursor

    def __init__(
        self, stage: Stage, pointer: Pointer, clip: str, edge: Literal["in", "out"]
    ) -> None:
        del pointer
        self._stage = stage
        found = stage.rows.find(clip)
        assert found is not None
        self._track, lane = found
        self._place = lane.place(clip)
        item = lane.clip(clip)
        self._before = item.fade_in if edge == "in" else item.fade_out
        self._intent = Fade(clip, edge, self._before)

    def move(self, pointer: Pointer) -> None:
        start, stop = self._place
        edge = self._intent.edge
        frames = pointer.frame - start if edge == "in" else stop - pointer.frame
        wanted = Fade(self._intent.clip, edge, min(max(0, frames), stop - start))
        verdict = self._stage.judge(wanted)
        if isinstance(verdict.intent, Fade):
            self._intent = verdict.intent
        self._stage.say(self._stage.duration(self._intent.frames).lstrip("+"))
        self._stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        del pointer
        if self._intent.frames != self._before:
            self._stage.ask(self._intent)

    def cancel(self) -> None:
        """Nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        start, stop = self._place
        frames = self._intent.frames
        at = start + frames if self._intent.edge == "in" else stop - frames
        box = self._stage.box(self._track.id, start, stop)
        paint_line(painter, self._stage.scale.x(at), box.top(), box.bottom())


class DragGain:
    """Drags the gain line up and down; with Shift in tenths of a dB."""

    cursor = Qt.CursorShape.SizeVerCursor

    def __init__(self, stage: Stage, pointer: Pointer, clip: str, body: QRectF) -> None:
        self._stage = stage
        self._body = body
        found = stage.rows.find(clip)
        assert found is not None
        self._before = found[1].clip(clip).gain
        self._offset = gain_y(self._before, body) - pointer.pos.y()
        self._intent = Gain(clip, self._before)

    def move(self, pointer: Pointer) -> None:
        gain = gain_at(pointer.pos.y() + self._offset, self._body)
        gain = round(gain, 1) if pointer.holds(_FINE) else round(gain * 2) / 2
        self._intent = Gain(self._intent.clip, max(-60.0, min(24.0, gain)))
        self._stage.say(f"{self._intent.gain:+.1f} dB")
        self._stage.repaint_overlay()

    def end(self, pointer: Pointer) -> None:
        del pointer
        if self._intent.gain != self._before:
            self._stage.ask(self._intent)

    def cancel(self) -> None:
        """Nothing has changed."""

    def paint(self, painter: QPainter) -> None:
        y = gain_y(self._intent.gain, self._body)
        painter.setPen(QPen(QColor(theme.current().accent), 2))
        painter.drawLine(QLineF(self._body.left(), y, self._body.right(), y))
