"""What the mouse asks for on a timeline, tool by tool."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.widgets.timeline.scenes import ALT, CTRL, LEFT, NONE, SHIFT, at, drag, make_view
from widgets.timeline import (
    Blade,
    Fade,
    Gain,
    Intent,
    Move,
    MoveMarker,
    MoveTransition,
    ResizeTransition,
    Roll,
    Slide,
    Slip,
    TimelineView,
    Trim,
    Verdict,
)


@pytest.fixture
def view(qtbot: QtBot) -> TimelineView:
    view = make_view(qtbot)
    view.set_snapping(on=False)
    return view


@pytest.fixture
def asked(view: TimelineView) -> Iterator[list[Intent]]:
    found: list[Intent] = []
    view.asked.connect(found.append)
    return found


def test_the_edge_of_a_clip_is_trimmed(view: TimelineView, asked: list[Intent]) -> None:
    drag(view.lanes, [at(view, "V1", 0) + QPoint(2, 0), at(view, "V1", 8) + QPoint(2, 0)])
    assert asked == [Trim("a", "in", 8, False)]


def test_the_ripple_tool_ripples(view: TimelineView, asked: list[Intent]) -> None:
    view.set_tool("ripple")
    drag(view.lanes, [at(view, "V1", 50) - QPoint(3, 0), at(view, "V1", 45) - QPoint(3, 0)])
    assert asked == [Trim("a", "out", -5, True)]


def test_the_roll_tool_moves_the_cut(view: TimelineView, asked: list[Intent]) -> None:
    view.set_tool("roll")
    drag(view.lanes, [at(view, "V1", 53), at(view, "V1", 60)])
    assert asked == [Roll("a", 7)]


def test_slip_pulls_the_media_and_slide_the_clip(view: TimelineView, asked: list[Intent]) -> None:
    view.set_tool("slip")
    drag(view.lanes, [at(view, "V1", 60), at(view, "V1", 66)])
    view.set_tool("slide")
    drag(view.lanes, [at(view, "V1", 60), at(view, "V1", 66)])
    assert asked == [Slip("b", -6), Slide("b", 6)]


def test_the_blade_cuts_where_it_is_pressed(view: TimelineView, asked: list[Intent]) -> None:
    view.set_tool("blade")
    QTest.mouseClick(view.lanes, LEFT, NONE, at(view, "V1", 20))
    QTest.mouseClick(view.lanes, LEFT, SHIFT, at(view, "V1", 25))
    assert asked == [Blade("V1", 20), Blade("", 25)]


def test_clips_move_in_time_and_to_other_tracks(view: TimelineView, asked: list[Intent]) -> None:
    drag(view.lanes, [at(view, "V1", 60), at(view, "V1", 80)])
    drag(view.lanes, [at(view, "V1", 60), at(view, "V2", 70)])
    drag(view.lanes, [at(view, "A1", 60, 0.9), at(view, "A2", 60, 0.9)])
    assert asked == [
        Move(("b",), "b", 20, at=70),
        Move(("b",), "b", 10, 1, at=60),
        Move(("m",), "m", 0, 1, at=0),
    ]


def test_ctrl_inserts_and_alt_copies(view: TimelineView, asked: list[Intent]) -> None:
    drag(view.lanes, [at(view, "V1", 20), at(view, "V1", 70)], ALT)
    assert asked == [Move(("a",), "a", 50, copy=True, at=50)]
    asked.clear()
    QTest.mouseClick(view.lanes, LEFT, NONE, at(view, "V1", 20))
    QTest.mousePress(view.lanes, LEFT, NONE, at(view, "V1", 20))
    drag(view.lanes, [at(view, "V1", 20), at(view, "V1", 70)], CTRL)
    assert asked == [Move(("a",), "a", 50, mode="insert", at=50)]


def test_nothing_moves_before_the_first_frame(view: TimelineView, asked: list[Intent]) -> None:
    drag(view.lanes, [at(view, "V1", 60), at(view, "V1", 0)])
    assert asked == [Move(("b",), "b", -50, at=0)]


def test_a_transition_is_resized_and_moved(view: TimelineView, asked: list[Intent]) -> None:
    drag(view.lanes, [at(view, "V1", 96, 0.1) - QPoint(2, 0), at(view, "V1", 100, 0.1)])
    drag(view.lanes, [at(view, "V1", 90, 0.1), at(view, "V1", 52, 0.1)])
    assert asked == [ResizeTransition("b", 20), MoveTransition("b", "a")]


def test_fades_and_gain_are_dragged(view: TimelineView, asked: list[Intent]) -> None:
    top = view.lanes.box("A1", 0, 1).top() + 18 - view.lanes.top
    start = QPoint(round(view.scale.x(20)), round(top))
    drag(view.lanes, [start, start + QPoint(40, 0)])
    line = view.lanes.box("A2", 100, 140)
    third = line.top() + 16 + 2 + (line.height() - 20) / 3
    middle = QPoint(round(line.center().x()), round(third - view.lanes.top))
    drag(view.lanes, [middle, middle + QPoint(0, 8)])
    assert isinstance(asked[0], Fade)
    assert (asked[0].edge, asked[0].frames) == ("in", 30)
    assert isinstance(asked[1], Gain)
    assert asked[1].gain < 0


def test_a_marker_is_dragged_on_the_ruler(view: TimelineView, asked: list[Intent]) -> None:
    y = view.ruler.height() - 12
    x = round(view.scale.x(70))
    drag(view.ruler, [QPoint(x, y), QPoint(x + 40, y)])
    assert asked == [MoveMarker("0", 10)]


def test_drags_snap_to_edges_markers_and_the_playhead(
    view: TimelineView, asked: list[Intent]
) -> None:
    view.set_snapping(on=True)
    view.set_playhead(113)
    drag(view.lanes, [at(view, "V2", 30), at(view, "V2", 49.5)])  # its end near the marker at 70
    drag(view.lanes, [at(view, "V2", 30), at(view, "V2", 92)])  # its start near the playhead
    assert asked == [Move(("t",), "t", 20, at=40), Move(("t",), "t", 63, at=83)]


def test_a_drag_goes_only_as_far_as_the_judge_allows(
    view: TimelineView, asked: list[Intent]
) -> None:
    said: list[str] = []

    def judge(intent: Intent) -> Verdict:
        said.append(type(intent).__name__)
        assert isinstance(intent, Trim)
        return Verdict(Trim(intent.clip, intent.edge, max(intent.by, -10)), "no more media")

    view.set_judge(judge)
    view.set_tool("select")
    drag(view.lanes, [at(view, "V1", 50) + QPoint(2, 0), at(view, "V1", 20) + QPoint(2, 0)])
    assert asked == [Trim("b", "in", -10, False)]
    assert set(said) == {"Trim"}


def test_escape_gives_a_drag_up(view: TimelineView, asked: list[Intent]) -> None:
    drag(view.lanes, [at(view, "V1", 60), at(view, "V1", 80)], release=False)
    assert view.lanes.is_dragging
    QTest.keyClick(view.lanes, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.lanes, LEFT, NONE, at(view, "V1", 80))
    assert not view.lanes.is_dragging
    assert asked == []


def test_a_locked_track_cannot_be_dragged(view: TimelineView, asked: list[Intent]) -> None:
    from dataclasses import replace

    tracks = [replace(track, locked=track.id == "V1") for track in reversed(view.rows.tracks)]
    view.set_tracks(sorted(tracks, key=lambda track: (track.kind != "video", track.id)))
    drag(view.lanes, [at(view, "V1", 60), at(view, "V1", 80)])
    assert asked == []


def test_the_hand_scrolls_and_the_zoom_tool_zooms(view: TimelineView) -> None:
    view.set_tool("zoom")
    drag(view.lanes, [at(view, "V1", 20), at(view, "V1", 70)])
    assert view.scale.first == pytest.approx(20, abs=1)
    assert view.scale.x(70) == pytest.approx(view.lanes.width(), abs=20)
    view.set_tool("hand")
    before = view.scale.first
    drag(view.lanes, [at(view, "V1", 40), at(view, "V1", 30)])
    assert view.scale.first == pytest.approx(before + 10, abs=1)
