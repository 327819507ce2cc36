"""The canvas is used by keys: from node to node, edits, titles."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.canvas.conftest import FRAME, Hand
from widgets.canvas import CanvasView, FrameView

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def test_arrows_follow_links_forth_and_back(view: CanvasView, qtbot: QtBot) -> None:
    view.set_selected(["prompt"])
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.selected() == ("edit",)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.selected() == ("shot",)


def test_without_links_arrows_go_to_what_lies_that_way(view: CanvasView, qtbot: QtBot) -> None:
    view.set_selected(["shot"])
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.selected() == ("grade",)
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.selected() == ("titles",)


def test_the_first_arrow_starts_at_the_upper_left(view: CanvasView, qtbot: QtBot) -> None:
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.selected() == ("prompt",)


def test_shift_and_an_arrow_add_to_the_selection(view: CanvasView, qtbot: QtBot) -> None:
    view.set_selected(["prompt"])
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    assert view.selected() == ("prompt", "shot")


def test_control_and_an_arrow_move_the_nodes(view: CanvasView, qtbot: QtBot) -> None:
    view.set_selected(["shot"])
    with qtbot.waitSignal(view.nodes_moved) as told:
        qtbot.keyClick(view, Qt.Key.Key_Down, CONTROL)
    assert told.args == [{"shot": (300.0, 20.0)}]


def test_the_view_follows_to_a_node_outside(view: CanvasView, qtbot: QtBot) -> None:
    view.centre_on((-2000, 0))
    view.set_selected(["prompt"])
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.seen().contains(view.node_rect("shot"))


def test_return_views_a_node_and_control_return_enters_a_group(
    view: CanvasView, qtbot: QtBot
) -> None:
    view.set_selected(["titles"])
    with qtbot.waitSignal(view.view_asked) as viewed:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    with qtbot.waitSignal(view.enter_asked) as entered:
        qtbot.keyClick(view, Qt.Key.Key_Return, CONTROL)
    assert (viewed.args, entered.args) == (["titles"], ["titles"])


def test_keys_ask_for_edits_of_the_selection(view: CanvasView, qtbot: QtBot) -> None:
    view.set_selected(["shot", "grade"])
    for key, modifier, signal in (
        (Qt.Key.Key_C, CONTROL, view.copy_asked),
        (Qt.Key.Key_X, CONTROL, view.cut_asked),
        (Qt.Key.Key_G, CONTROL, view.group_asked),
        (Qt.Key.Key_G, CONTROL | SHIFT, view.ungroup_asked),
        (Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier, view.mute_asked),
        (Qt.Key.Key_B, Qt.KeyboardModifier.NoModifier, view.bypass_asked),
        (Qt.Key.Key_L, Qt.KeyboardModifier.NoModifier, view.tidy_asked),
        (Qt.Key.Key_C, Qt.KeyboardModifier.NoModifier, view.frame_asked),
    ):
        with qtbot.waitSignal(signal) as asked:
            qtbot.keyClick(view, key, modifier)
        assert asked.args == [("shot", "grade")]


def test_duplicates_are_asked_with_and_without_links(view: CanvasView, qtbot: QtBot) -> None:
    view.set_selected(["shot"])
    with qtbot.waitSignal(view.duplicate_asked) as plain:
        qtbot.keyClick(view, Qt.Key.Key_D, CONTROL)
    with qtbot.waitSignal(view.duplicate_asked) as linked:
        qtbot.keyClick(view, Qt.Key.Key_D, CONTROL | SHIFT)
    assert (plain.args[1], linked.args[1]) == (False, True)


def test_an_owner_with_commands_of_its_own_turns_the_edits_off(
    view: CanvasView, qtbot: QtBot
) -> None:
    asked: list[object] = []
    view.mute_asked.connect(asked.append)
    view.edits_by_keys = False
    view.set_selected(["shot"])
    qtbot.keyClick(view, Qt.Key.Key_M)
    assert not asked
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.selected() == ("edit",)


def test_a_title_is_typed_on_the_node(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    hand.double_click(hand.title("shot"))
    editor = view.focusWidget()
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, "Beach at dusk")
    with qtbot.waitSignal(view.rename_asked) as asked:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert asked.args == ["shot", "Beach at dusk"]
    assert view.hasFocus()


def test_escape_leaves_the_old_title(view: CanvasView, qtbot: QtBot) -> None:
    asked: list[object] = []
    view.rename_asked.connect(lambda *what: asked.append(what))
    view.set_selected(["shot"])
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.focusWidget()
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, "Other")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert not asked


def test_a_frame_is_named_by_a_double_click(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    hand.double_click((-30, 393))
    editor = view.focusWidget()
    assert isinstance(editor, QLineEdit)
    qtbot.keyClicks(editor, "Forest")
    with qtbot.waitSignal(view.frame_changed) as told:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert told.args == [(FrameView("frame", "Forest", FRAME.rect, FRAME.color),), {}]


def test_a_selected_frame_is_deleted_by_its_key(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    hand.click((-30, 393))
    assert view.selected_frames() == ("frame",)
    with qtbot.waitSignal(view.frames_delete_asked) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert asked.args == [("frame",)]


def test_a_double_click_enters_a_group_and_the_path_leads_back(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.enter_asked) as entered:
        hand.double_click(hand.middle("titles"))
    assert entered.args == ["titles"]
    view.set_path(["First film", "Titles", "Roll"])
    assert view.breadcrumbs.isVisible()
    with qtbot.waitSignal(view.leave_asked) as left:
        qtbot.keyClick(view, Qt.Key.Key_U)
    assert left.args == [1]
    buttons = view.breadcrumbs.findChildren(
        QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly
    )
    first = next(b for b in buttons if getattr(b, "text", lambda: "")() == "First film")
    with qtbot.waitSignal(view.leave_asked) as left:
        qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert left.args == [0]
    view.set_path(["First film"])
    assert not view.breadcrumbs.isVisible()


def test_a_screen_reader_hears_of_the_node(view: CanvasView) -> None:
    view.set_problems("shot", ["No model is chosen."])
    view.set_selected(["shot"])
    said = view.accessibleDescription()
    assert "Generate shot" in said
    assert "1 of 1 inputs linked" in said
    assert "No model is chosen." in said


def test_every_control_of_the_canvas_has_a_name(view: CanvasView) -> None:
    view.set_path(["First film", "Titles"])
    for widget in (view, view.minimap, view.breadcrumbs, view.search.field, view.search.list):
        assert widget.accessibleName()
