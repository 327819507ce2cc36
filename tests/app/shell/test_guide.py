"""The user guide is there without a network, opens where it is of use, and its links lead on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.shell import guide
from app.shell.guide import GuideWindow, chapter_of, chapters, docs_dir, open_guide

LINK = re.compile(r"\[[^\]]+\]\(([^)#\s]+)(?:#[^)]*)?\)")

CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)


@pytest.fixture
def above(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def window(above: QWidget) -> GuideWindow:
    made = GuideWindow(above)
    made.open()
    return made


def test_the_guide_begins_with_the_window(window: GuideWindow) -> None:
    assert window.isVisible()
    assert window.text.toPlainText().startswith("The window")
    assert window.list.currentItem().text() == "The window"


def test_every_chapter_can_be_read_and_the_user_guide_leads_to_it(window: GuideWindow) -> None:
    linked = set(LINK.findall((docs_dir() / "user-guide.md").read_text(encoding="utf-8")))
    for title, path in chapters(docs_dir()):
        window.open(path.stem)
        assert title in window.text.toPlainText()[:200]
        if path.stem not in ("user-guide", "architecture"):
            assert path.name in linked


def test_every_link_of_the_guide_leads_to_something() -> None:
    for path in docs_dir().rglob("*.md"):
        text = CODE.sub("", path.read_text(encoding="utf-8"))
        for link in LINK.findall(text):
            if "://" not in link:
                assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_a_link_opens_its_chapter_and_back_comes_back(window: GuideWindow) -> None:
    window.text.anchorClicked.emit(QUrl("timeline.md"))
    assert window.list.currentItem().text() == "The timeline"
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.list.currentItem().text() == "The window"


def test_words_are_found_from_chapter_to_chapter(window: GuideWindow) -> None:
    field = window.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "vectorscope")
    shown = [
        window.list.item(row).text()
        for row in range(window.list.count())
        if not window.list.item(row).isHidden()
    ]
    assert "The viewer" in shown
    assert "The canvas" not in shown
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.text.textCursor().selectedText().casefold() == "vectorscope"


def test_pictures_are_no_wider_than_the_page(window: GuideWindow) -> None:
    image = window.text.loadResource(
        QTextDocument.ResourceType.ImageResource.value, QUrl("pictures/edit.png")
    )
    assert isinstance(image, QImage)
    assert 240 <= image.width() / window.text.devicePixelRatioF() <= window.text.viewport().width()


def test_the_guide_opens_at_the_chapter_of_the_panel(qtbot: QtBot) -> None:
    panel = QWidget()
    qtbot.addWidget(panel)
    inside = QLineEdit(panel)
    assert chapter_of(inside, {"timeline": panel}) == "timeline"
    assert chapter_of(None, {"timeline": panel}) == guide.FIRST
    open_guide(panel, {"timeline": panel})
    open_guide(panel, {"timeline": panel})
    assert len(panel.findChildren(GuideWindow)) == 1


def test_all_panels_name_chapters_that_there_are() -> None:
    for chapter in guide.OF_PANEL.values():
        assert (docs_dir() / f"{chapter}.md").is_file()


def test_an_installed_guide_is_found_beside_the_resources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(guide, "resources_dir", lambda: tmp_path)
    assert docs_dir() == tmp_path / "docs"
