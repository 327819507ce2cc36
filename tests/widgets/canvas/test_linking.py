"""Links are drawn, taken off and cut by drags."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.widgets.canvas.conftest import LINKS, Hand
from widgets.canvas import CanvasView, LinkView, SocketRef


def test_a_drag_from_an_output_to_an_input_asks_for_a_link(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.link_asked) as asked:
        hand.drag(hand.socket("shot", "out", output=True), hand.socket("grade", "clip"))
    assert asked.args == ["shot", "out", "grade", "clip"]


def test_a_drag_from_an_input_to_an_output_asks_for_the_same_link(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.link_asked) as asked:
        hand.drag(hand.socket("grade", "clip"), hand.socket("titles", "out", output=True))
    assert asked.args == ["titles", "out", "grade", "clip"]


def test_a_link_dropped_on_a_node_goes_to_the_input_that_fits(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.link_asked) as asked:
        hand.drag(hand.socket("titles", "out", output=True), hand.title("edit"))
    assert asked.args == ["titles", "out", "edit", "clips"]


def test_an_illegal_target_is_not_linked(view: CanvasView, hand: Hand) -> None:
    asked: list[object] = []
    view.link_asked.connect(lambda *what: asked.append(what))
    hand.drag(hand.socket("prompt", "out", output=True), hand.title("edit"))
    assert not asked
    assert not view.search.isVisible()


def test_the_owner_says_what_is_legal(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    seen: list[tuple[SocketRef, SocketRef]] = []

    def legal(source: SocketRef, target: SocketRef) -> bool:
        seen.append((source, target))
        return target.socket == "sound"

    view.can_link = legal
    with qtbot.waitSignal(view.link_asked) as asked:
        hand.drag(hand.socket("prompt", "out", output=True), hand.socket("edit", "sound"))
    assert asked.args == ["prompt", "out", "edit", "sound"]
    assert all(source.output and not target.output for source, target in seen)


def test_illegal_nodes_are_dimmed_and_legal_sockets_lit(view: CanvasView, hand: Hand) -> None:
    def at(place: tuple[float, float]) -> int:
        pixel = view.camera.to_view(*place).toPoint()
        return view.picture().toImage().pixelColor(pixel).lightness()

    prompt, edit = hand.title("prompt"), hand.title("edit")
    ground = (prompt[0] + 120, prompt[1]), (edit[0] + 120, edit[1])
    before = [at(place) for place in ground]
    hand.press(hand.socket("grade", "out", output=True))
    hand.move((560, 330))
    during = [at(place) for place in ground]
    assert during[0] < before[0] * 0.7
    assert during[1] == before[1]
    hand.release(hand.title("prompt"))
    assert [at(place) for place in ground] == before


def test_dropped_on_empty_ground_the_search_offers_what_fits(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    hand.drag(hand.socket("prompt", "out", output=True), (540, 420))
    assert view.search.isVisible()
    assert view.search.shown_ids() == ["speech"]
    with qtbot.waitSignal(view.add_asked) as asked:
        qtbot.keyClick(view.search.field, Qt.Key.Key_Return)
    name, place, origin = asked.args
    assert name == "speech"
    assert QPointF(*place) == QPointF(540, 420)
    assert origin == SocketRef("prompt", "out", "Prompt", output=True)


def test_from_an_input_the_search_offers_what_feeds_it(view: CanvasView, hand: Hand) -> None:
    hand.drag(hand.socket("edit", "sound"), (540, 420))
    assert set(view.search.shown_ids()) == {"speech", "noise"}


def test_a_link_is_taken_off_its_input_and_put_into_another(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    view.upsert_links([LinkView("titles", "out", "grade", "clip")])
    with qtbot.waitSignal(view.relink_asked) as asked:
        hand.drag(hand.socket("grade", "clip"), hand.socket("edit", "clips"))
    assert asked.args == [
        LinkView("titles", "out", "grade", "clip"), "titles", "out", "edit", "clips",
    ]  # fmt: skip


def test_a_link_taken_off_and_dropped_on_the_ground_is_removed(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.unlink_asked) as asked:
        hand.drag(hand.socket("shot", "prompt"), (200, 330))
    assert asked.args == [(LINKS[0],)]


def test_escape_leaves_a_taken_link_where_it_was(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    asked: list[object] = []
    view.unlink_asked.connect(asked.append)
    hand.press(hand.socket("shot", "prompt"))
    hand.move((200, 330))
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    hand.release((200, 330))
    assert not asked
    assert len(view.contents.links) == 2


def test_an_input_that_takes_many_starts_a_new_link(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.link_asked) as asked:
        hand.drag(hand.socket("edit", "clips"), hand.socket("titles", "out", output=True))
    assert asked.args == ["titles", "out", "edit", "clips"]


def test_a_cut_asks_to_remove_the_links_it_crosses(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    with qtbot.waitSignal(view.unlink_asked) as asked:
        hand.drag((570, -60), (570, 160), keys=keys)
    assert asked.args == [(LINKS[1],)]


def test_a_double_click_on_a_link_offers_what_fits_into_it(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    x1, y1, x2, y2 = view.contents.link_ends(LINKS[1])
    hand.double_click(((x1 + x2) / 2, (y1 + y2) / 2))
    assert set(view.search.shown_ids()) == {"blur", "retime"}
    with qtbot.waitSignal(view.insert_asked) as asked:
        qtbot.keyClick(view.search.field, Qt.Key.Key_Return)
    assert asked.args[1] == LINKS[1]
