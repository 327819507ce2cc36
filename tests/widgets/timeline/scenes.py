"""A small timeline on the screen, and a mouse for it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from widgets.timeline import (
    ClipView,
    MarkerView,
    TimelineView,
    TrackView,
    TransitionView,
)

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


class Colours:
    """Pictures of one colour a media, that are there at once; counts what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def thumb(self, media: str, frame: int, height: int) -> QImage | None:
        self.asked.append((media, frame))
        image = QImage(height * 16 // 9, height, QImage.Format.Format_RGB32)
        image.fill(QColor("#ff0000" if media == "red" else "#0000ff"))
        return image

    def wave(self, media: str, level: int, tile: int) -> QImage | None:
        image = QImage(256, 48, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor(255, 255, 255, 200))
        return image


def make_view(qtbot: QtBot) -> TimelineView:
    """Three shots with a dissolve, a title above, and two sounds below; 4 pixels a frame."""
    view = TimelineView()
    qtbot.addWidget(view)
    view.resize(1184, 420)
    view.set_time(24, lambda frame: f"00:00:{frame // 24:02}:{frame % 24:02}")
    view.set_tracks(
        [
            TrackView("V1", "video", "Picture", 80),
            TrackView("V2", "video", "Titles", 60),
            TrackView("A1", "audio", "Music", 60),
            TrackView("A2", "audio", "Voice", 60),
        ]
    )
    shots = [
        ClipView("a", 50, "A", "video", "red", 10, head=10, tail=20),
        ClipView("b", 40, "B", "video", "blue", 12, head=12, tail=30),
        ClipView("c", 60, "C", "video", "red", 20, head=20, tail=0),
    ]
    view.set_lane("V1", shots, [0, 50, 90], [TransitionView("b", 90, 6, 6, "Dissolve")])
    view.set_lane("V2", [ClipView("t", 30, "Title", "video")], [20])
    view.set_lane("A1", [ClipView("m", 120, "Music", "audio", "snd", fade_in=20)], [0])
    view.set_lane("A2", [ClipView("s", 40, "Line", "audio", "snd")], [100])
    view.set_markers([MarkerView("0", 70, 1, "Look")])
    with qtbot.waitExposed(view):
        view.show()
    view.show_frames(0, view.lanes.width() / 4)
    return view


def at(view: TimelineView, track: str, frame: float, part: float = 0.6) -> QPoint:
    """A place of the lanes: a frame of a track, so far down."""
    box = view.lanes.box(track, 0, 1)
    x = view.scale.x(frame)
    return QPoint(round(x), round(box.top() + part * box.height() - view.lanes.top))


def drag(
    widget: QWidget,
    points: Sequence[QPoint],
    keys: Qt.KeyboardModifier = NONE,
    *,
    release: bool = True,
) -> None:
    """Press at the first place, move over the others, let go."""
    QTest.mousePress(widget, LEFT, keys, points[0])
    for before, point in itertools.pairwise(points):
        _move(widget, (before + point) / 2, keys)
        _move(widget, point, keys)
    if release:
        QTest.mouseRelease(widget, LEFT, keys, points[-1])


def _move(widget: QWidget, point: QPoint, keys: Qt.KeyboardModifier) -> None:
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(widget.mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        LEFT,
        keys,
    )
    QApplication.sendEvent(widget, event)
