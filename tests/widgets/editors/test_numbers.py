"""Numbers by slider, keys, typing and a drag on the label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.widgets.editors.conftest import Told
from widgets.editors import MIXED, FramesShape, NumberShape, OptionalShape, RatioShape, SeedShape
from widgets.editors.spelling import Scale, number_text, read_number

GUIDANCE = NumberShape(lo=1, hi=20, step=0.1)
STEPS = NumberShape(whole=True, lo=1, hi=200)


def type_into(field: Any, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, key)


@pytest.mark.parametrize(
    ("text", "number"),
    [("2.5", 2.5), ("2,5", 2.5), ("-3", -3), (" 7 s", 7), ("1e3", 1000), ("−4", -4)],
)
def test_a_plain_number_is_read_with_or_without_its_unit(text: str, number: float) -> None:
    assert read_number(text, "s") == number


@pytest.mark.parametrize("text", ["1+1", "2*3", "sqrt(2)", "", "nan", "0x10", "1/2", "inf"])
def test_what_must_be_worked_out_is_no_number(text: str) -> None:
    assert read_number(text, "s") is None


def test_numbers_are_written_short_with_the_user_s_decimal_mark() -> None:
    before = QLocale()
    try:
        QLocale.setDefault(QLocale("fr_FR"))
        assert number_text(2.50) == "2,5"
    finally:
        QLocale.setDefault(before)
    assert number_text(48000.0) == "48000"
    assert number_text(1234567.0) == "1234567"


def test_a_wide_range_has_a_slider_by_ratio_and_too_wide_a_one_none() -> None:
    pixels = Scale(NumberShape(whole=True, lo=32, hi=4096, step=2))
    assert pixels.by_ratio
    assert pixels.value(pixels.place(256)) == pytest.approx(256)
    assert not Scale(NumberShape(lo=0.01, hi=86400, step=0.5)).useful
    assert not Scale(NumberShape(lo=0)).useful


def test_a_drag_of_the_slider_tells_values_and_one_end(
    shown: Callable[..., Any], told: Told
) -> None:
    slider = shown(GUIDANCE, 3.0).slider
    middle = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(20, middle))
    QTest.mouseMove(slider, QPoint(60, middle))
    QTest.mouseMove(slider, QPoint(90, middle))
    assert told.commits == 0
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(90, middle))
    assert told.commits == 1
    assert len(told.values) >= 2
    assert told.values == sorted(told.values)
    assert all(value == pytest.approx(round(value, 1)) for value in told.values)


def test_a_typed_number_is_taken_with_enter(shown: Callable[..., Any], told: Told) -> None:
    type_into(shown(GUIDANCE, 3.0).field, "7,5")
    assert told.values == [7.5]
    assert told.commits == 1


def test_arithmetic_is_refused_and_escape_brings_the_value_back(
    shown: Callable[..., Any], told: Told
) -> None:
    editor = shown(GUIDANCE, 3.0)
    type_into(editor.field, "1+1")
    assert told.values == []
    assert told.refusals[-1] == "Write a plain number."
    QTest.keyClick(editor.field, Qt.Key.Key_Escape)
    assert read_number(editor.field.text()) == 3
    assert told.refusals[-1] == ""


def test_a_number_beyond_the_range_is_refused_with_the_range(
    shown: Callable[..., Any], told: Told
) -> None:
    editor = shown(STEPS, 30)
    type_into(editor.field, "900")
    assert told.values == []
    assert told.refusals[-1] == "From 1 to 200."
    type_into(editor.field, "12.5")
    assert told.refusals[-1] == "Write a whole number."
    type_into(editor.field, "12")
    assert told.values == [12]
    assert told.refusals[-1] == ""


def test_arrows_step_and_shift_is_finer_and_ctrl_coarser(
    shown: Callable[..., Any], told: Told
) -> None:
    field = shown(GUIDANCE, 3.0).field
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(field, Qt.Key.Key_PageDown)
    assert told.values == pytest.approx([3.1, 3.11, 4.1, 3.1])
    assert told.commits == 4


def test_whole_numbers_step_by_one_at_least(shown: Callable[..., Any], told: Told) -> None:
    field = shown(STEPS, 30).field
    QTest.keyClick(field, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(field, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert told.values == [31, 21]
    assert all(type(value) is int for value in told.values)


def test_a_drag_on_the_label_scrubs_softly_and_back_again(
    row: Callable[..., Any], told: Told
) -> None:
    label = row(STEPS, 30).label
    QTest.mousePress(label, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mouseMove(label, QPoint(12, 10))
    assert told.values == []
    QTest.mouseMove(label, QPoint(40, 10))
    assert told.values == [40]
    QTest.mouseMove(label, QPoint(10, 10))
    assert told.values[-1] == 30
    assert told.commits == 0
    QTest.mouseRelease(label, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    assert told.commits == 1


def test_a_click_on_the_label_goes_to_the_field(row: Callable[..., Any]) -> None:
    made = row(STEPS, 30)
    QTest.mouseClick(made.label, Qt.MouseButton.LeftButton)
    assert made.editor.field.hasFocus()


def test_several_values_show_as_mixed_until_one_is_typed(
    shown: Callable[..., Any], told: Told
) -> None:
    editor = shown(STEPS, MIXED)
    assert editor.field.text() == ""
    assert editor.field.placeholderText() == "mixed"
    type_into(editor.field, "40")
    assert told.values == [40]


def test_frames_are_typed_as_frames_or_timecode(shown: Callable[..., Any], told: Told) -> None:
    def read(text: str) -> int:
        if text.count(":") != 3:
            raise ValueError("Write it as HH:MM:SS:FF")
        return int(text[-2:]) + 24 * int(text[-5:-3])

    editor = shown(FramesShape(spell=lambda frames: f"{frames / 24:.2f} s", read=read), 48)
    assert editor.timecode.text() == "2.00 s"
    type_into(editor.field, "00:00:05:12")
    type_into(editor.field, "24")
    type_into(editor.field, "soon")
    assert told.values == [132, 24]
    assert "HH:MM:SS:FF" in told.refusals[-1]
    QTest.keyClick(editor.field, Qt.Key.Key_Escape)
    QTest.keyClick(editor.field, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert told.values[-1] == 48


def test_a_rate_is_exact_however_it_is_typed(shown: Callable[..., Any], told: Told) -> None:
    presets = (("24", "24"), ("24000/1001", "23.976"), ("25", "25"))
    editor = shown(RatioShape(presets=presets), "24")
    type_into(editor.field, "23.976")
    type_into(editor.field, "30000/1001")
    type_into(editor.field, "fast")
    assert told.values == ["24000/1001", "30000/1001"]
    assert "24000/1001" in told.refusals[-1]


def test_an_optional_value_starts_as_automatic_and_goes_back(
    shown: Callable[..., Any], told: Told, qtbot: QtBot
) -> None:
    editor = shown(OptionalShape(STEPS, 30), None)
    assert editor.automatic.isVisible()
    QTest.mouseClick(editor.automatic, Qt.MouseButton.LeftButton)
    assert editor.inner is not None
    qtbot.waitUntil(editor.inner.isVisible)
    QTest.mouseClick(editor.clear, Qt.MouseButton.LeftButton)
    assert told.values == [30, None]
    assert editor.automatic.isVisible()


def test_the_dice_lock_a_seed_and_the_lock_lets_it_go(
    shown: Callable[..., Any], told: Told
) -> None:
    editor = shown(SeedShape(), None)
    assert editor.field.placeholderText() == "the project's"
    QTest.mouseClick(editor.dice, Qt.MouseButton.LeftButton)
    QTest.mouseClick(editor.dice, Qt.MouseButton.LeftButton)
    QTest.mouseClick(editor.lock, Qt.MouseButton.LeftButton)
    first, second, none = told.values
    assert first != second
    assert none is None
    QTest.mouseClick(editor.lock, Qt.MouseButton.LeftButton)
    assert told.values[-1] == second
    type_into(editor.field, "9007199254740993")
    assert "From 0 to" in told.refusals[-1]


def test_every_part_of_an_editor_has_a_name(shown: Callable[..., Any]) -> None:
    editor = shown(GUIDANCE, 3.0)
    assert editor.field.accessibleName() == "Amount"
    assert "Amount" in editor.slider.accessibleName()
    seed = shown(SeedShape(), 3)
    assert "Amount" in seed.dice.accessibleName()
