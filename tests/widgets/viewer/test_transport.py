"""Timecode is typed, the strip is scrubbed and marked, buttons tell what was pressed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from engine.media.rates import timecode_frame, timecode_text
from widgets import theme
from widgets.viewer import CardState, Counting, Mark, TimecodeField, TimeStrip, TransportBar, Viewer

Left = Qt.MouseButton.LeftButton
NTSC = Fraction(30000, 1001)


def counting(*, drop: bool, count: int = 20000) -> Counting:
    start = timecode_frame("01:00:00;00" if drop else "01:00:00:00", NTSC)
    return Counting(
        count,
        30,
        lambda frame: timecode_text(frame + start, NTSC, drop=drop),
        lambda text: timecode_frame(text, NTSC) - start,
        drop,
    )


@pytest.fixture
def field(qtbot: QtBot, qapp: QApplication) -> TimecodeField:
    theme.use(qapp, "dark")
    field = TimecodeField()
    qtbot.addWidget(field)
    field.show()
    qtbot.waitExposed(field)
    return field


def typed(field: TimecodeField, text: str) -> list[int]:
    told: list[int] = []
    field.frame_typed.connect(told.append)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    return told


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("01:00:10;00", 300),
        ("01:01:00;02", 1800),
        ("01000512", 162),
        ("01:00:05.12", 162),
        ("f120", 120),
        ("+10", 60),
        ("-1:00", 20),
        ("+1:05", 85),
    ],
)
def test_drop_frame_timecode_is_understood(field: TimecodeField, text: str, frame: int) -> None:
    field.set_counting(counting(drop=True))
    field.set_frame(50)
    assert typed(field, text) == [frame]


def test_without_drop_frame_a_minute_has_1800_frames(field: TimecodeField) -> None:
    field.set_counting(counting(drop=False))
    assert typed(field, "01:01:00:00") == [1800]


def test_a_frame_number_that_drop_frame_skips_is_refused(field: TimecodeField) -> None:
    field.set_counting(counting(drop=True))
    assert typed(field, "01:01:00;00") == []
    assert "does not exist" in field.toolTip()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "01:00:00;00"


def test_nonsense_is_refused_and_frames_beyond_the_end_are_held(field: TimecodeField) -> None:
    field.set_counting(counting(drop=True, count=100))
    assert typed(field, "yesterday") == []
    assert typed(field, "f5000") == [99]


@pytest.fixture
def strip(qtbot: QtBot, qapp: QApplication) -> TimeStrip:
    theme.use(qapp, "light")
    strip = TimeStrip()
    qtbot.addWidget(strip)
    strip.resize(616, strip.sizeHint().height())
    strip.set_counting(Counting(101))
    strip.show()
    qtbot.waitExposed(strip)
    return strip


def test_the_strip_is_scrubbed(strip: TimeStrip) -> None:
    seen: list[int] = []
    strip.scrubbed.connect(seen.append)
    QTest.mousePress(strip, Left, pos=strip.frame_position(10).toPoint())
    QTest.mouseMove(strip, strip.frame_position(60).toPoint())
    QTest.mouseMove(strip, QPoint(2000, 5))
    QTest.mouseRelease(strip, Left, pos=QPoint(2000, 5))
    assert seen == [10, 60, 100]


def test_marks_are_dragged(strip: TimeStrip, qtbot: QtBot) -> None:
    strip.set_marks(20, 80)
    strip.marks_changed.connect(strip.set_marks)
    y = strip.height() - 10
    QTest.mousePress(strip, Left, pos=QPoint(round(strip.frame_position(20).x()), y))
    with qtbot.waitSignal(strip.marks_changed) as told:
        QTest.mouseMove(strip, QPoint(round(strip.frame_position(30).x()), y))
    QTest.mouseRelease(strip, Left, pos=QPoint(round(strip.frame_position(30).x()), y))
    assert told.args == [30, 80]


def test_a_keyframe_is_dragged_and_escape_puts_it_back(strip: TimeStrip) -> None:
    moved: list[tuple[str, int]] = []
    strip.mark_moved.connect(lambda name, frame: moved.append((name, frame)))
    strip.set_items([Mark("k", 0, "First"), Mark("z", 100, "Last")])
    place = strip.item_position("k").toPoint()
    target = QPoint(round(strip.frame_position(40).x()), place.y())
    QTest.mousePress(strip, Left, pos=place)
    QTest.mouseMove(strip, target)
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Escape)
    QTest.mouseRelease(strip, Left, pos=target)
    assert moved == []
    QTest.mousePress(strip, Left, pos=place)
    QTest.mouseMove(strip, target)
    QTest.mouseRelease(strip, Left, pos=target)
    assert moved == [("k", 40)]


def test_the_strip_is_stepped_by_keys(strip: TimeStrip) -> None:
    steps: list[int] = []
    strip.stepped.connect(steps.append)
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Right)
    QTest.keyClick(strip, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert steps == [1, -10]


@pytest.fixture
def bar(qtbot: QtBot, qapp: QApplication) -> TransportBar:
    theme.use(qapp, "dark")
    bar = TransportBar()
    qtbot.addWidget(bar)
    bar.set_counting(counting(drop=True))
    bar.resize(900, bar.sizeHint().height())
    bar.show()
    qtbot.waitExposed(bar)
    return bar


def test_buttons_tell_what_was_pressed(bar: TransportBar, qtbot: QtBot) -> None:
    with qtbot.waitSignals([bar.toggled, bar.played_back, bar.stepped, bar.mark_asked]):
        for button in (bar.play, bar.play_back, bar.back, bar.mark_out):
            QTest.mouseClick(button, Left)
    with qtbot.waitSignal(bar.loop_toggled) as told:
        QTest.mouseClick(bar.loop, Left)
    assert told.args == [True]


def test_the_speed_is_shown(bar: TransportBar) -> None:
    bar.set_playing(-4)
    assert bar.speed.text() == "−4×"
    assert bar.play.accessibleName() == "Pause"
    bar.set_playing(0)
    assert bar.speed.text() == ""


def test_muting_keeps_the_volume(bar: TransportBar) -> None:
    told: list[float] = []
    bar.volume_changed.connect(told.append)
    bar.volume.setValue(50)
    QTest.mouseClick(bar.mute, Left)
    QTest.mouseClick(bar.mute, Left)
    assert told == [0.25, 0.0, 0.25]


@pytest.mark.parametrize("width", [260, 420, 560, 900])
def test_a_narrow_bar_leaves_out_the_least(bar: TransportBar, width: int) -> None:
    bar.resize(max(width, bar.minimumSizeHint().width()), bar.height())
    shown = [part for part in bar.children() if getattr(part, "isVisible", lambda: False)()]
    edges = [part.geometry() for part in shown]  # type: ignore[attr-defined]
    assert all(rect.right() <= bar.width() for rect in edges)
    assert bar.play.isVisible()
    assert bar.field.isVisible()


def test_every_control_has_a_name_and_can_be_reached(qtbot: QtBot) -> None:
    viewer = Viewer()
    qtbot.addWidget(viewer)
    for button in viewer.findChildren(QToolButton):
        if button.objectName().startswith("qt_") or button.parent() is viewer.tabs:
            continue
        assert button.accessibleName(), button
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_card_tells_and_asks(qtbot: QtBot) -> None:
    viewer = Viewer()
    qtbot.addWidget(viewer)
    viewer.show()
    viewer.show_card(CardState("unmade", "Rain is not made yet", "", "Make it"))
    with qtbot.waitSignal(viewer.card.pressed):
        QTest.mouseClick(viewer.card.button, Left)
    assert not viewer.tools.keyframe.isEnabled()
    viewer.show_picture()
    assert viewer.tools.keyframe.isEnabled()
