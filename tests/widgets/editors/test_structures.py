"""Colours, angles, vectors, curves, keyframes, lists, records and tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.widgets.editors.conftest import Told
from tests.widgets.editors.test_numbers import type_into
from widgets.editors import (
    MIXED,
    ColorShape,
    CurveShape,
    FramesShape,
    KeyframesShape,
    ListShape,
    NumberShape,
    PartShape,
    RecordShape,
    TableShape,
    TextShape,
    VectorShape,
)
from widgets.editors.points import HOLD, SMOOTH, Point, value_at

ITEM = RecordShape(
    (
        PartShape("clip", "Clip", NumberShape(whole=True, lo=0), 0),
        PartShape("at", "At", FramesShape(), 0),
        PartShape("name", "Name", TextShape(), ""),
    )
)
CURVE = CurveShape(ways=("linear", "smooth"))


def test_a_colour_is_typed_as_hex(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(ColorShape(), "#000000")
    type_into(editor.field, "FF8800")
    type_into(editor.field, "orange")
    assert told.values == ["#ff8800"]
    assert told.refusals[-1]


def test_a_drag_in_the_picker_is_one_gesture(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(ColorShape(), "#ff0000")
    QTest.mouseClick(editor.swatch, Qt.MouseButton.LeftButton)
    square = editor.popup.square
    QTest.mousePress(square, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.mouseMove(square, QPoint(80, 40))
    QTest.mouseRelease(square, Qt.MouseButton.LeftButton, pos=QPoint(80, 40))
    assert len(told.values) == 2
    assert told.commits == 1
    assert editor.value() == told.values[-1]


def test_the_picker_is_reached_by_keys(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(ColorShape(), "#ff0000")
    QTest.keyClick(editor.swatch, Qt.Key.Key_Space)
    assert editor.popup.isVisible()
    QTest.keyClick(editor.popup.hues, Qt.Key.Key_Right)
    QTest.keyClick(editor.popup.opacity, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert told.commits == 2
    assert len(told.values[-1]) == 9
    QTest.keyClick(editor.popup, Qt.Key.Key_Escape)
    assert not editor.popup.isVisible()


def test_the_dial_turns_by_mouse_and_keys(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(NumberShape(lo=0, hi=360, angle=True), 0.0)
    dial = editor.dial
    middle = QPoint(dial.width() // 2, dial.height() - 2)
    QTest.mouseClick(dial, Qt.MouseButton.LeftButton, pos=middle)
    assert told.values[-1] == pytest.approx(90, abs=4)
    QTest.keyClick(dial, Qt.Key.Key_Right)
    assert told.values[-1] == pytest.approx(91, abs=4)


def test_a_part_of_a_vector_changes_alone(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(VectorShape((NumberShape(), NumberShape()), ("x", "y")), [0.5, 0.25])
    type_into(editor.parts[1].field, "1")
    assert told.values == [[0.5, 1.0]]


def test_the_line_through_points_follows_the_way_of_each() -> None:
    points = [Point(0, 0, SMOOTH), Point(10, 1, HOLD), Point(20, 0)]
    assert value_at(points, -5) == 0
    assert value_at(points, 5) == pytest.approx(0.5)
    assert 0 < value_at(points, 1) < 0.1
    assert value_at(points, 19.9) == 1
    assert value_at(points, 30) == 0


def test_a_point_is_dragged_as_one_gesture(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(CURVE, [[0, 0, "linear"], [0.5, 0.5, "linear"], [1, 1, "linear"]])
    graph = editor.graph
    start = graph.place_of(graph.points[1]).toPoint()
    QTest.mousePress(graph, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(graph, start + QPoint(20, -10))
    QTest.mouseMove(graph, start + QPoint(20, -30))
    QTest.mouseRelease(graph, Qt.MouseButton.LeftButton, pos=start + QPoint(20, -30))
    assert told.commits == 1
    x, y, way = told.values[-1][1]
    assert 0.5 < x < 1
    assert 0.5 < y <= 1
    assert way == "linear"


def test_points_are_added_moved_turned_and_removed_by_keys(
    shown: Callable[..., Any], told: Told
) -> None:
    editor = shown(CURVE, [[0, 0, "linear"], [1, 1, "linear"]])
    graph = editor.graph
    QTest.keyClick(graph, Qt.Key.Key_Insert)
    assert told.values[-1] == [[0, 0, "linear"], [0.5, 0.5, "linear"], [1, 1, "linear"]]
    QTest.keyClick(graph, Qt.Key.Key_Up)
    QTest.keyClick(graph, Qt.Key.Key_W)
    assert told.values[-1][1] == [0.5, pytest.approx(0.51), "smooth"]
    QTest.keyClick(graph, Qt.Key.Key_PageDown)
    QTest.keyClick(graph, Qt.Key.Key_Delete)
    assert len(told.values[-1]) == 2


def test_a_double_click_adds_a_point_where_it_is(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(CURVE, [[0, 0, "linear"], [1, 1, "linear"]])
    QTest.mouseDClick(editor.graph, Qt.MouseButton.LeftButton, pos=QPoint(100, 30))
    assert len(told.values[-1]) == 3
    assert told.commits == 1


def test_keyframes_hold_whole_frames_and_are_listed(shown: Callable[..., Any], told: Told) -> None:
    shape = KeyframesShape(NumberShape(lo=0, hi=1), ("linear", "hold"))
    editor = shown(shape, [[0, 0.0, "linear"], [24, 1.0, "hold"]])
    assert [editor.list.topLevelItem(row).text(0) for row in range(2)] == ["0", "24"]
    editor.list.setCurrentItem(editor.list.topLevelItem(1))
    type_into(editor.x_field.field, "30")
    assert told.values[-1] == [[0, 0.0, "linear"], [30, 1.0, "hold"]]
    type_into(editor.y_field.field, "0.5")
    assert told.values[-1][1] == [30, 0.5, "hold"]


def test_a_keyframe_does_not_pass_its_neighbour(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(KeyframesShape(), [[0, 0.0], [10, 1.0], [20, 0.0]])
    editor.graph.choose(1)
    type_into(editor.x_field.field, "40")
    assert told.values[-1][1][0] == 19


def test_an_item_of_a_list_is_edited_in_the_form_below(
    shown: Callable[..., Any], told: Told
) -> None:
    editor = shown(ListShape(ITEM), [{"name": "Meadow"}, {"clip": 1, "name": "Night"}])
    editor.table.setCurrentIndex(editor.model.index(1, 0))
    type_into(editor.item.rows["at"].editor.field, "12")
    assert told.values[-1] == [{"name": "Meadow"}, {"clip": 1, "name": "Night", "at": 12}]
    assert editor.row == 1
    type_into(editor.item.rows["at"].editor.field, "13")
    assert told.values[-1][1]["at"] == 13


def test_a_part_set_to_its_default_is_left_out(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(ITEM, {"clip": 2, "name": "Sea"})
    row = editor.rows["clip"]
    assert row.reset.isVisible()
    QTest.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert told.values == [{"name": "Sea"}]
    assert told.commits == 1


def test_items_are_added_copied_moved_and_removed(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(ListShape(NumberShape()), [1.0, 2.0])
    QTest.mouseClick(editor.add, Qt.MouseButton.LeftButton)
    assert told.values[-1] == [1.0, 0.0, 2.0]
    QTest.keyClick(editor.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert told.values[-1] == [1.0, 2.0, 0.0]
    QTest.keyClick(editor.table, Qt.Key.Key_Up)
    QTest.mouseClick(editor.copy, Qt.MouseButton.LeftButton)
    assert told.values[-1] == [1.0, 2.0, 2.0, 0.0]
    QTest.keyClick(editor.table, Qt.Key.Key_Delete)
    assert told.values[-1] == [1.0, 2.0, 0.0]
    assert told.commits == 4


def test_the_columns_of_a_list_are_the_parts_that_say_something(
    shown: Callable[..., Any],
) -> None:
    editor = shown(ListShape(ITEM), [{"at": 4}, {"at": 8, "name": "Night"}])
    heads = [
        editor.model.headerData(column, Qt.Orientation.Horizontal)
        for column in range(editor.model.columnCount())
    ]
    assert heads == ["Name", "At"]


def test_a_long_list_shows_without_a_form_for_each(shown: Callable[..., Any]) -> None:
    editor = shown(ListShape(ITEM), [{"clip": number} for number in range(2000)])
    assert editor.model.rowCount() == 2000
    assert editor.table.height() < 400


def test_lists_that_differ_are_not_edited(shown: Callable[..., Any]) -> None:
    editor = shown(ListShape(NumberShape()), MIXED)
    assert not editor.add.isEnabled()
    assert editor.count.text() == "mixed"


def test_a_table_keeps_values_under_names(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(TableShape(NumberShape()), {"red": 1.0})
    QTest.mouseClick(editor.pairs.add, Qt.MouseButton.LeftButton)
    name = editor.pairs.item.rows["name"].editor.line
    name.setFocus()
    QTest.keyClicks(name, "blue")
    type_into(editor.pairs.item.rows["value"].editor.field, "2")
    assert told.values[-1] == {"red": 1.0, "blue": 2.0}
