"""The timeline widget: what it shows, selects and tells beside edits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.timeline.scenes import CTRL, LEFT, NONE, SHIFT, Colours, at, drag, make_view
from widgets import theme
from widgets.timeline import ClipView, Drop, DropPlan, Spot, TimelineView
from widgets.timeline.scale import tick_steps


@pytest.fixture
def view(qtbot: QtBot) -> TimelineView:
    return make_view(qtbot)


def shown(view: TimelineView) -> QImage:
    return view.lanes.grab().toImage()


def test_clicks_select_one_several_and_a_range(view: TimelineView) -> None:
    QTest.mouseClick(view.lanes, LEFT, NONE, at(view, "V1", 20))
    assert view.selected == ("a",)
    QTest.mouseClick(view.lanes, LEFT, CTRL, at(view, "V2", 30))
    assert set(view.selected) == {"a", "t"}
    QTest.mouseClick(view.lanes, LEFT, CTRL, at(view, "V2", 30))
    assert view.selected == ("a",)
    QTest.mouseClick(view.lanes, LEFT, SHIFT, at(view, "V1", 120))
    assert view.selected == ("a", "b", "c")
    QTest.mouseClick(view.lanes, LEFT, NONE, at(view, "V1", 60))
    assert view.selected == ("b",)


def test_a_click_beside_clips_selects_nothing_and_seeks(view: TimelineView, qtbot: QtBot) -> None:
    view.select(("a",))
    with qtbot.waitSignal(view.seeked) as told:
        QTest.mouseClick(view.lanes, LEFT, NONE, at(view, "V2", 80))
    assert view.selected == ()
    assert told.args == [80]


def test_a_rubber_band_selects_what_it_touches(view: TimelineView) -> None:
    drag(view.lanes, [at(view, "V2", 100), at(view, "V1", 60)])
    assert set(view.selected) == {"b", "c"}


def test_the_ruler_seeks_while_it_is_dragged(view: TimelineView) -> None:
    frames: list[int] = []
    view.seeked.connect(frames.append)
    drag(view.ruler, [QPoint(41, 8), QPoint(81, 8)])
    assert frames[0] == 10
    assert frames[-1] == 20


def test_the_wheel_zooms_about_the_mouse(view: TimelineView) -> None:
    place = QPointF(400, 60)
    before = view.scale.first + 400 / view.scale.pixels
    event = QWheelEvent(
        place,
        view.lanes.mapToGlobal(place),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        CTRL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.lanes, event)
    assert view.scale.pixels > 5
    assert view.scale.first + 400 / view.scale.pixels == pytest.approx(before, abs=0.5)


def test_fit_shows_everything(view: TimelineView) -> None:
    view.zoom_by(10)
    view.fit()
    assert view.scale.first == 0
    assert view.lanes.width() * 0.9 < view.scale.x(150) <= view.lanes.width()


def test_filmstrips_show_the_frames_that_play(view: TimelineView) -> None:
    pictures = Colours()
    view.set_pictures(pictures)
    image = shown(view)
    red, blue = (image.pixelColor(at(view, "V1", frame)) for frame in (25, 65))
    assert red == QColor("#ff0000")
    assert blue == QColor("#0000ff")
    assert min(frame for media, frame in pictures.asked if media == "blue") >= 8


def test_only_visible_pictures_are_asked_for(view: TimelineView) -> None:
    pictures = Colours()
    view.set_pictures(pictures)
    view.show_frames(0, 40)
    pictures.asked.clear()
    view.set_pictures(pictures)
    shown(view)
    assert {media for media, _ in pictures.asked} == {"red"}


def test_both_themes_paint_other_colours(view: TimelineView) -> None:
    dark = shown(view)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.use(application, "light")
    try:
        QApplication.processEvents()
        assert shown(view) != dark
    finally:
        theme.use(application, "dark")


def test_a_changed_lane_keeps_what_is_still_selected(view: TimelineView) -> None:
    view.select(("a", "b"))
    view.set_lane("V1", [ClipView("b", 40, "B"), ClipView("x", 10, "X")], [0, 40])
    assert view.selected == ("b",)


def test_headers_switch_rename_and_resize_tracks(view: TimelineView) -> None:
    told: list[tuple[object, ...]] = []
    view.switched.connect(lambda *args: told.append(args))
    view.renamed.connect(lambda *args: told.append(args))
    view.resized.connect(lambda *args: told.append(args))
    header = view.headers["V1"]
    QTest.mouseClick(header.buttons["locked"], LEFT)
    QTest.mouseClick(header.buttons["muted"], LEFT)
    QTest.mouseDClick(header, LEFT, NONE, header.name.geometry().center())
    QTest.keyClicks(header.edit, "Film")
    QTest.keyClick(header.edit, Qt.Key.Key_Return)
    bottom = QPoint(60, header.height() - 2)
    drag(header, [bottom, bottom + QPoint(0, 20)])
    assert told[:3] == [("V1", "locked", True), ("V1", "muted", True), ("V1", "Film")]
    assert told[-1][0] == "V1"
    assert told[-1][2] is True
    assert int(str(told[-1][1])) > 80


def test_a_drag_from_elsewhere_is_planned_and_dropped(view: TimelineView) -> None:
    data = QMimeData()
    data.setText("shot")
    view.set_drop_plan(lambda mime: DropPlan(30, "video") if mime.text() == "shot" else None)
    dropped: list[Drop] = []
    view.dropped.connect(lambda drop, _data: dropped.append(drop))
    place = QPointF(at(view, "V2", 88))
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place.toPoint(), copy, data, LEFT, none)
    QApplication.sendEvent(view.lanes, enter)
    assert enter.isAccepted()
    shown(view)
    drop = QDropEvent(place, copy, data, LEFT, none, QEvent.Type.Drop)
    QApplication.sendEvent(view.lanes, drop)
    assert dropped == [Drop("V2", 90, "overwrite")]  # it snapped to the cut


def test_the_menu_key_asks_for_the_selected_clips_menu(view: TimelineView, qtbot: QtBot) -> None:
    from PySide6.QtGui import QContextMenuEvent

    view.select(("b",))
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Keyboard, QPoint(), view.lanes.mapToGlobal(QPoint())
    )
    with qtbot.waitSignal(view.menu_asked) as told:
        QApplication.sendEvent(view.lanes, event)
    assert told.args is not None
    assert told.args[0] == Spot("body", "V1", "b", 50)


def test_the_selection_is_told_to_screen_readers(view: TimelineView) -> None:
    view.select(("b",))
    assert view.lanes.accessibleDescription() == "Selected: B (00:00:02:02)"
    names = [child.accessibleName() for child in (view.lanes, view.ruler, view.headers)]
    assert all(names)


def test_scrolling_paints_the_same_as_painting_anew(view: TimelineView) -> None:
    view.set_pictures(Colours())
    view.zoom_by(2.3)
    shown(view)
    for step in (24.0, 60.0, -9.0, 120.0, -33.0, 3.0):
        view.lanes.moved.emit(step, 0.0)
        scrolled = shown(view)
        view.lanes.invalidate()
        assert shown(view) == scrolled


def test_an_unknown_lane_is_an_error(view: TimelineView) -> None:
    with pytest.raises(KeyError):
        view.set_lane("V9", [], [])


def test_a_track_of_another_height_moves_those_below(view: TimelineView) -> None:
    below = view.headers["V1"].y()
    tracks = [*reversed([t for t in view.rows.tracks if t.kind == "video"])]
    tracks += [t for t in view.rows.tracks if t.kind == "audio"]
    view.set_tracks([replace(t, height=120) if t.id == "V2" else t for t in tracks])
    assert view.headers["V1"].y() == below + 60


@pytest.mark.parametrize(
    ("pixels", "wanted"), [(20.0, (5, 1)), (4.0, (24, 6)), (0.5, (240, 24)), (0.01, (14400, 1440))]
)
def test_ticks_are_whole_seconds_far_enough_apart(pixels: float, wanted: tuple[int, int]) -> None:
    major, minor = tick_steps(pixels, 24, 90)
    assert major * pixels >= 90
    assert major % minor == 0
    assert (major, minor) == wanted
