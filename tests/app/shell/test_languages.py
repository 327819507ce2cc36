"""Every text of the window is there in every language, and none is left over."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.shell import language, strings
from app.shell.strings import find_texts


@pytest.fixture(scope="module")
def found() -> strings.Found:
    return find_texts()


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_no_text_lacks_its_words(code: str, found: strings.Found) -> None:
    assert strings.lacking(found.texts, code) == []


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_no_words_are_left_over(code: str, found: strings.Found) -> None:
    assert strings.obsolete(found.texts, code) == []


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_no_message_of_the_engine_lacks_its_words(code: str, found: strings.Found) -> None:
    assert "the prompt is empty" in found.messages
    assert strings.unsaid(found.messages, code) == []


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_no_words_for_messages_are_left_over(code: str, found: strings.Found) -> None:
    assert strings.unheard(found.messages, code) == []


def test_every_text_is_a_literal_that_a_translator_sees(found: strings.Found) -> None:
    assert found.mistakes == []


def test_texts_come_from_source_nodes_and_templates(found: strings.Found) -> None:
    assert "&Open…" in found.texts
    assert "Generate shot" in found.texts
    assert "One shot" in found.texts
    assert "equal power" in found.texts


def test_a_translation_keeps_what_is_filled_in(found: strings.Found) -> None:
    for text, words in language.read("fr")["texts"].items():
        forms = words if isinstance(words, list) else [words]
        for form in forms:
            assert strings.placeholders(form) == strings.placeholders(text), text


def test_numbers_take_the_right_form(qapp: QApplication) -> None:
    thing = QObject()
    for code, none, one, two in (
        ("en", "0 edits", "1 edit", "2 edits"),
        ("fr", "0 modification", "1 modification", "2 modifications"),
    ):
        language.use(qapp, code)
        said = [thing.tr("%n edit(s)", "", count) for count in (0, 1, 2)]
        assert said == [none, one, two]
    language.use(qapp, "en")


def test_the_texts_of_qt_itself_follow(qapp: QApplication, qtbot: QtBot) -> None:
    language.use(qapp, "fr")
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    text = box.button(QDialogButtonBox.StandardButton.Cancel).text()
    language.use(qapp, "en")
    assert text == "Annuler"
    assert language.current(qapp) == "en"


def test_what_no_dictionary_knows_stays_as_it_is(qapp: QApplication) -> None:
    language.use(qapp, "fr")
    assert QCoreApplication.translate("nodes", "My plugin's node") == "My plugin's node"
    language.use(qapp, "en")
