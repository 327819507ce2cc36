"""Texts and prompts: typing, words that are not known, completion."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tests.widgets.editors.conftest import Told
from widgets.editors import (
    MIXED,
    ChoiceShape,
    FileShape,
    PromptReading,
    TextShape,
    ToggleShape,
    UnknownWord,
    Vocabulary,
)

KNOWN = ("purple", "ball", "meadow", "moves left", "a", "in")


def judge(text: str) -> PromptReading:
    words = {word for phrase in KNOWN for word in phrase.split()}
    near = {"purpel": ("purple",), "medow": ("meadow",)}
    return PromptReading(
        tuple(
            UnknownWord(found.start(), len(found[0]), near.get(found[0], ()))
            for found in re.finditer(r"\w+", text)
            if found[0] not in words
        )
    )


PROMPT = TextShape(multiline=True, vocabulary=Vocabulary(judge, KNOWN))


def chips(editor: Any) -> list[QPushButton]:
    return [chip for chip in editor.chips.findChildren(QPushButton) if not chip.isHidden()]


def test_each_letter_is_told_and_leaving_the_field_ends_the_step(
    shown: Callable[..., Any], told: Told
) -> None:
    editor = shown(TextShape(), "Fil")
    editor.line.setFocus()
    editor.line.end(False)
    QTest.keyClicks(editor.line, "ms")
    assert told.values == ["Film", "Films"]
    assert told.commits == 0
    editor.line.clearFocus()
    assert told.commits == 1


def test_a_text_that_does_not_do_is_not_told(shown: Callable[..., Any], told: Told) -> None:
    shape = TextShape(problem=lambda text: "" if text.isdigit() else "Write digits.")
    editor = shown(shape, "12")
    editor.line.setFocus()
    QTest.keyClicks(editor.line, "x")
    assert told.values == []
    assert told.refusals[-1] == "Write digits."
    editor.line.clearFocus()
    assert editor.line.text() == "12"


def test_typing_in_an_area_keeps_the_caret_when_the_value_comes_back(
    shown: Callable[..., Any], told: Told
) -> None:
    editor = shown(TextShape(multiline=True), "one two")
    editor.edited.connect(editor.set_value)
    cursor = editor.area.textCursor()
    cursor.setPosition(3)
    editor.area.setTextCursor(cursor)
    QTest.keyClicks(editor.area, "ly")
    assert told.values[-1] == "onely two"
    assert editor.area.textCursor().position() == 5


def test_an_area_grows_with_its_text(shown: Callable[..., Any]) -> None:
    editor = shown(TextShape(multiline=True), "one")
    before = editor.area.height()
    editor.set_value("\n".join("abcdefgh"))
    assert editor.area.height() > before


def test_unknown_words_are_underlined_where_they_stand(shown: Callable[..., Any]) -> None:
    editor = shown(PROMPT, "a purpel ball in a medow")
    marked = [mark.cursor.selectedText() for mark in editor.area.extraSelections()]
    assert marked == ["purpel", "medow"]
    said = editor.area.tooltip_of(editor.area.word_at(4))
    assert "purple" in said


def test_a_press_on_the_correction_puts_the_known_word_in(
    shown: Callable[..., Any], told: Told, qtbot: QtBot
) -> None:
    editor = shown(PROMPT, "a purpel ball in a medow")
    first = chips(editor)[0]
    assert first.text() == "purpel → purple"
    assert "purple" in first.accessibleName()
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert told.values == ["a purple ball in a medow"]
    assert told.commits >= 1
    qtbot.waitUntil(lambda: [chip.text() for chip in chips(editor)] == ["medow → meadow"])


def test_a_key_offers_corrections_of_the_word_at_the_caret(
    shown: Callable[..., Any], told: Told, qtbot: QtBot
) -> None:
    editor = shown(PROMPT, "a ball in a medow")
    editor.area.setFocus()
    QTest.keyClick(editor.area, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any(menu.isVisible() for menu in editor.area.findChildren(QMenu)))
    menu = next(menu for menu in editor.area.findChildren(QMenu) if menu.isVisible())
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert told.values == ["a ball in a meadow"]


def test_a_word_that_nothing_is_near_says_so(shown: Callable[..., Any]) -> None:
    editor = shown(PROMPT, "a spaceship")
    assert [chip.text() for chip in chips(editor)] == ["spaceship?"]
    QTest.mouseClick(chips(editor)[0], Qt.MouseButton.LeftButton)
    assert editor.area.textCursor().selectedText() == "spaceship"


def test_known_words_complete_while_typing(
    shown: Callable[..., Any], told: Told, qtbot: QtBot
) -> None:
    editor = shown(PROMPT, "a ")
    editor.area.setFocus()
    editor.area.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(editor.area, "me")
    qtbot.waitUntil(editor.area.popup.isVisible)
    QTest.keyClick(editor.area, Qt.Key.Key_Tab)
    assert told.values[-1] == "a meadow"
    assert not editor.area.popup.isVisible()


def test_other_words_judge_anew(shown: Callable[..., Any]) -> None:
    editor = shown(PROMPT, "a spaceship")
    editor.set_vocabulary(None)
    assert editor.area.extraSelections() == []
    assert chips(editor) == []


def test_a_choice_by_keys_is_one_gesture(shown: Callable[..., Any], told: Told) -> None:
    editor = shown(ChoiceShape(("h264", "vp9"), ("H.264", "VP9")), "h264")
    QTest.keyClick(editor.box, Qt.Key.Key_Down)
    assert told.values == ["vp9"]
    assert told.commits == 1


def test_a_switch_turns_and_stands_half_way_for_several(
    shown: Callable[..., Any], told: Told
) -> None:
    editor = shown(ToggleShape(), MIXED)
    assert editor.switch.checkState() == Qt.CheckState.PartiallyChecked
    QTest.keyClick(editor.switch, Qt.Key.Key_Space)
    QTest.mouseClick(editor.switch, Qt.MouseButton.LeftButton)
    assert told.values == [True, False]


def drop(editor: Any, path: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path)])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    editor.dropEvent(event)


def test_a_dropped_file_is_taken_when_it_is_of_the_kind(
    shown: Callable[..., Any], told: Told
) -> None:
    editor = shown(FileShape(endings=(".mp4",), stored=lambda p: p.removeprefix("/film/")), "")
    drop(editor, "/film/notes.txt")
    assert told.values == []
    drop(editor, "/film/media/shot.mp4")
    assert told.values == ["media/shot.mp4"]
    assert editor.line.text() == "media/shot.mp4"


def test_a_missing_file_is_said_until_another_is_chosen(shown: Callable[..., Any]) -> None:
    editor = shown(FileShape(), "media/shot.mp4")
    editor.set_missing("There is no such file.")
    assert editor.missing.isVisible()
    editor.line.selectAll()
    QTest.keyClicks(editor.line, "media/other.mp4")
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    assert not editor.missing.isVisible()


@pytest.mark.parametrize("key", [Qt.Key.Key_Z, Qt.Key.Key_Y])
def test_undo_keys_are_left_to_the_document(shown: Callable[..., Any], key: Qt.Key) -> None:
    editor = shown(TextShape(multiline=True), "one")
    QTest.keyClicks(editor.area, "x")
    QTest.keyClick(editor.area, key, Qt.KeyboardModifier.ControlModifier)
    assert "x" in editor.area.toPlainText()
