"""The search palette finds by few letters and is used by keys alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.widgets.canvas.conftest import ENTRIES, Hand
from widgets.canvas import CanvasView, PaletteEntry
from widgets.canvas.fuzzy import match
from widgets.canvas.palette import search


@pytest.mark.parametrize("query", ["gs", "gen shot", "shot gen", "GENSH", "g s", "générate"])
def test_letters_in_order_and_words_in_any_order_match(query: str) -> None:
    assert match(query, "Generate shot") is not None


@pytest.mark.parametrize("query", ["xyz", "shots", "tg"])
def test_letters_that_are_not_there_do_not_match(query: str) -> None:
    assert match(query, "Generate shot") is None


def test_starts_of_words_are_better_than_letters_inside() -> None:
    initials, inside = match("sm", "Slow motion"), match("sm", "Prism mask")
    assert initials is not None
    assert inside is not None
    assert initials.score > inside.score
    assert initials.letters == (0, 5)


def test_accents_and_case_do_not_matter() -> None:
    found = match("etalonnage", "Étalonnage")
    assert found is not None
    assert found.letters == tuple(range(10))


def test_titles_come_before_keywords() -> None:
    entries = (PaletteEntry("a", "Blend", keywords=("mix",)), PaletteEntry("b", "Mix"))
    assert [found.entry.id for found in search(entries, "mix")] == ["b", "a"]


def test_an_empty_query_lists_all_by_category() -> None:
    listed = [found.entry.id for found in search(ENTRIES, "")]
    assert listed == ["retime", "blur", "noise", "speech"]


def test_tab_searches_and_return_adds_where_the_pointer_is(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    hand.move((540, 420), button=Qt.MouseButton.NoButton)
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    assert view.search.isVisible()
    qtbot.keyClicks(view.search.field, "slow")
    with qtbot.waitSignal(view.add_asked) as asked:
        qtbot.keyClick(view.search.field, Qt.Key.Key_Return)
    name, place, origin = asked.args
    assert (name, origin) == ("retime", None)
    assert QPointF(*place) == QPointF(540, 420)
    assert not view.search.isVisible()
    assert view.hasFocus()


def test_a_double_click_on_the_ground_searches(view: CanvasView, hand: Hand) -> None:
    hand.double_click((540, 420))
    assert view.search.isVisible()


def test_arrows_walk_through_what_was_found(view: CanvasView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    field = view.search.field
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    with qtbot.waitSignal(view.add_asked) as asked:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked.args[0] == "blur"


def test_the_list_goes_around_at_its_ends(view: CanvasView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    qtbot.keyClick(view.search.field, Qt.Key.Key_Up)
    assert view.search.list.currentIndex().row() == len(ENTRIES) - 1


def test_escape_closes_the_search_and_adds_nothing(view: CanvasView, qtbot: QtBot) -> None:
    asked: list[object] = []
    view.add_asked.connect(lambda *what: asked.append(what))
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    qtbot.keyClick(view.search.field, Qt.Key.Key_Escape)
    assert not view.search.isVisible()
    assert view.hasFocus()
    assert not asked


def test_the_line_below_explains_the_chosen_node(view: CanvasView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    qtbot.keyClicks(view.search.field, "noi")
    assert view.search.doc.text() == "Hiss."
    assert "Noise" in view.search.field.accessibleDescription()
    qtbot.keyClicks(view.search.field, "zz")
    assert "Nothing found" in view.search.doc.text()


def test_the_search_stays_inside_the_canvas(view: CanvasView) -> None:
    view.open_palette(view.camera.to_scene(QPointF(view.width() - 2, view.height() - 2)))
    assert view.rect().contains(view.search.geometry())


def test_a_click_elsewhere_closes_the_search(view: CanvasView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Tab)
    view.setFocus()
    assert not view.search.isVisible()
