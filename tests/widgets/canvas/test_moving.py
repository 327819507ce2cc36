"""Nodes and frames are dragged: along lines and the grid, copied, into links."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.widgets.canvas.conftest import FRAME, LINKS, Hand
from widgets.canvas import CanvasView, FrameView

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def shifted(place: tuple[float, float], dx: float, dy: float) -> tuple[float, float]:
    return (place[0] + dx, place[1] + dy)


def test_a_drag_moves_the_selected_nodes_in_one_intent(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    view.set_selected(["shot", "edit"])
    start = hand.middle("shot")
    told: list[dict[str, tuple[float, float]]] = []
    view.nodes_moved.connect(told.append)
    hand.drag(start, shifted(start, 33, 47), keys=CONTROL)
    assert told == [{"shot": (333.0, 47.0), "edit": (673.0, 47.0)}]


def test_until_the_owner_moves_them_nodes_stay_where_they_were(
    view: CanvasView, hand: Hand
) -> None:
    start = hand.middle("shot")
    hand.drag(start, shifted(start, 0, 90))
    assert view.node_rect("shot").topLeft() == QPointF(300, 0)


def test_a_dragged_node_stands_on_the_grid_away_from_others(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    start = hand.middle("titles")
    with qtbot.waitSignal(view.nodes_moved) as told:
        hand.drag(start, shifted(start, 129, 148))
    x, y = told.args[0]["titles"]
    assert (x % 20, y % 20) == (0, 0)


def test_a_dragged_node_lines_up_with_a_neighbour(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    view.upsert_nodes([view.contents.nodes["grade"].view.__class__("odd", "Odd", pos=(607, 333))])
    start = hand.middle("titles")
    with qtbot.waitSignal(view.nodes_moved) as told:
        hand.drag(start, shifted(start, 604, 260))
    assert told.args[0]["titles"][0] == 607


def test_escape_gives_up_a_drag(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    told: list[object] = []
    view.nodes_moved.connect(told.append)
    start = hand.middle("shot")
    hand.press(start)
    hand.move(shifted(start, 100, 100))
    assert view.node_rect("shot").x() != 300
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.node_rect("shot").topLeft() == QPointF(300, 0)
    hand.release(shifted(start, 100, 100))
    assert not told


def test_a_node_that_is_removed_meanwhile_ends_its_drag(view: CanvasView, hand: Hand) -> None:
    told: list[object] = []
    view.nodes_moved.connect(told.append)
    start = hand.middle("shot")
    hand.press(start)
    hand.move(shifted(start, 100, 100))
    view.remove_nodes(["shot"])
    view.upsert_nodes([view.contents.nodes["grade"].view.__class__("new", "New", pos=(900, 0))])
    hand.move(shifted(start, 120, 100))
    hand.release(shifted(start, 120, 100))
    view.picture()
    assert not told
    assert view.node_rect("new").topLeft() == QPointF(900, 0)


def test_results_that_arrive_do_not_end_a_drag(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    start = hand.middle("shot")
    hand.press(start)
    hand.move(shifted(start, 0, 100))
    view.set_progress("shot", 0.3)
    view.set_run_state("edit", "done")
    view.set_problems("edit", ["No sound."])
    view.upsert_nodes([view.contents.nodes["edit"].view])
    with qtbot.waitSignal(view.nodes_moved):
        hand.release(shifted(start, 0, 100))


def test_a_socket_below_the_pointer_may_go(view: CanvasView, hand: Hand) -> None:
    hand.move(hand.socket("edit", "sound"), button=Qt.MouseButton.NoButton)
    edit = view.contents.nodes["edit"].view
    view.upsert_nodes([replace(edit, inputs=edit.inputs[:1])])
    view.picture()
    assert len(view.contents.sockets("edit")) == 2


def test_links_follow_a_dragged_node(view: CanvasView, hand: Hand) -> None:
    start = hand.middle("shot")
    before = view.contents.link_ends(LINKS[0])
    hand.press(start)
    hand.move(shifted(start, 60, 80), keys=CONTROL)
    after = view.contents.link_ends(LINKS[0])
    hand.release(start)
    assert after[2:] == (before[2] + 60, before[3] + 80)
    assert after[:2] == before[:2]


def test_alt_drags_copies(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    start = hand.middle("shot")
    with qtbot.waitSignal(view.duplicate_asked) as asked:
        hand.drag(start, shifted(start, 40, 201), keys=ALT | CONTROL)
    assert asked.args == [("shot",), False, (40.0, 201.0)]


def test_a_free_node_dropped_on_a_link_asks_to_be_put_into_it(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    x1, y1, x2, y2 = view.contents.link_ends(LINKS[1])
    rect = view.node_rect("grade")
    start = hand.middle("grade")
    goal = ((x1 + x2) / 2 - rect.center().x(), (y1 + y2) / 2 - rect.center().y())
    with qtbot.waitSignal(view.insert_asked) as asked:
        hand.drag(start, shifted(start, *goal), keys=CONTROL)
    assert asked.args[:2] == ["grade", LINKS[1]]


def test_a_node_that_does_not_fit_is_not_put_into_a_link(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    asked: list[object] = []
    view.insert_asked.connect(lambda *what: asked.append(what))
    x1, y1, x2, y2 = view.contents.link_ends(LINKS[0])  # a prompt, and Grade takes clips
    rect, start = view.node_rect("grade"), hand.middle("grade")
    goal = ((x1 + x2) / 2 - rect.center().x(), (y1 + y2) / 2 - rect.center().y())
    hand.drag(start, shifted(start, *goal), keys=CONTROL)
    assert not asked


def test_a_frame_moves_with_the_nodes_in_it(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    view.upsert_nodes([view.contents.nodes["grade"].view.__class__("in", "Inside", pos=(0, 440))])
    with qtbot.waitSignal(view.frame_changed) as told:
        hand.drag((-40, 393), (0, 433))
    frames, nodes = told.args
    assert frames == (FrameView("frame", "Beach", (-20, 420, 400, 200)),)
    assert nodes == {"in": (40.0, 480.0)}


def test_a_frame_is_resized_by_its_corner(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.frame_changed) as told:
        hand.drag((340, 580), (401, 618))
    assert told.args[0][0].rect == (-60, 380, 460, 240)


def test_a_frame_is_never_smaller_than_its_title(view: CanvasView, hand: Hand) -> None:
    hand.press((340, 580))
    hand.move((-300, 100))
    _, _, width, height = view.contents.frames["frame"].rect
    hand.release((-300, 100))
    assert width > 0
    assert height > 0


def test_escape_gives_up_resizing_a_frame(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    hand.press((340, 580))
    hand.move((400, 620))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.contents.frames["frame"] == FRAME


def test_the_view_follows_a_drag_that_reaches_its_edge(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    before = view.camera.x
    start = hand.middle("edit")
    hand.press(start)
    hand.move(view.camera.to_scene(QPointF(view.width() - 4, 300)))
    qtbot.waitUntil(lambda: view.camera.x < before - 10, timeout=2000)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
