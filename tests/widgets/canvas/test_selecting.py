"""Nodes, links and frames are selected by clicks, boxes and lassos."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.widgets.canvas.conftest import LINKS, Hand
from widgets.canvas import CanvasView

SHIFT, CONTROL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


def test_a_click_selects_one_node_and_a_click_on_the_ground_none(
    view: CanvasView, hand: Hand
) -> None:
    hand.click(hand.middle("shot"))
    assert view.selected() == ("shot",)
    hand.click(hand.middle("grade"))
    assert view.selected() == ("grade",)
    hand.click((540, 160))
    assert view.selected() == ()


def test_shift_adds_and_control_toggles(view: CanvasView, hand: Hand) -> None:
    hand.click(hand.middle("shot"))
    hand.click(hand.middle("grade"), keys=SHIFT)
    assert view.selected() == ("shot", "grade")
    hand.click(hand.middle("shot"), keys=CONTROL)
    assert view.selected() == ("grade",)
    hand.click(hand.middle("edit"), keys=CONTROL)
    assert view.selected() == ("grade", "edit")


def test_a_box_selects_what_it_touches_and_tells_once(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    told: list[tuple[str, ...]] = []
    view.selection_changed.connect(told.append)
    hand.drag((260, -40), (420, 260))
    assert set(view.selected()) == {"shot", "grade"}
    assert len(told) == 1


def test_a_box_with_shift_adds_and_with_control_takes_away(view: CanvasView, hand: Hand) -> None:
    view.set_selected(["prompt"])
    hand.drag((260, -40), (420, 40), keys=SHIFT)
    assert set(view.selected()) == {"prompt", "shot"}
    hand.drag((-40, -40), (60, 40), keys=CONTROL)
    assert view.selected() == ("shot",)


def test_a_lasso_takes_the_nodes_whose_middle_is_inside(view: CanvasView, hand: Hand) -> None:
    outline = [(560, -60), (560, 160), (260, 160)]
    hand.drag((260, -60), *outline, keys=ALT)
    assert view.selected() == ("shot",)


def test_escape_gives_up_a_box_and_restores_what_was_selected(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    view.set_selected(["prompt"])
    hand.press((260, -40))
    hand.move((420, 260))
    assert "grade" in view.selected()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected() == ("prompt",)
    hand.release((420, 260))
    assert view.selected() == ("prompt",)


def test_a_click_on_a_link_selects_it_and_delete_asks_to_remove_it(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    x1, y1, x2, y2 = view.contents.link_ends(LINKS[0])
    hand.click(((x1 + x2) / 2, (y1 + y2) / 2))
    assert view.selected_links() == (LINKS[0],)
    with qtbot.waitSignal(view.unlink_asked) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert asked.args == [(LINKS[0],)]


def test_delete_asks_for_the_selected_nodes(view: CanvasView, qtbot: QtBot) -> None:
    view.set_selected(["shot", "edit"])
    with qtbot.waitSignal(view.delete_asked) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert asked.args == [("shot", "edit")]


def test_removed_nodes_leave_the_selection(view: CanvasView, qtbot: QtBot) -> None:
    view.set_selected(["shot", "edit"])
    with qtbot.waitSignal(view.selection_changed) as told:
        view.remove_nodes(["edit"])
    assert told.args == [("shot",)]


def test_links_go_with_their_node(view: CanvasView) -> None:
    view.remove_nodes(["shot"])
    assert not view.contents.links


def test_a_link_that_comes_before_its_node_is_shown_with_it(view: CanvasView) -> None:
    shot = view.contents.nodes["shot"].view
    view.remove_nodes(["shot"])
    view.upsert_links(LINKS)
    assert not view.contents.links
    view.upsert_nodes([shot])
    assert len(view.contents.links) == 2
