"""What is drawn: the kept picture equals one drawn anew, at any zoom, after any edit."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, Qt, QUrl
from PySide6.QtGui import QColor, QContextMenuEvent, QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.canvas.conftest import LINKS, NODES, Hand, same
from widgets import theme
from widgets.canvas import NODE_MIME, CanvasView, FrameView, LinkView, NodeView
from widgets.canvas.describe import tooltip
from widgets.canvas.picking import pick
from widgets.canvas.snapping import snap


def anew(view: CanvasView) -> CanvasView:
    """A canvas with the same contents that was never looked at from elsewhere."""
    made = CanvasView()
    made.resize(view.size())
    contents = view.contents
    made.set_contents(
        [item.view for item in contents.nodes.values()],
        [item.view for item in contents.links.values()],
        contents.frames.values(),
    )
    made.set_camera(view.camera)
    return made


@pytest.mark.parametrize("zoom", [0.1, 0.3, 1.0, 1.7])
def test_panning_leaves_the_picture_that_would_be_drawn_anew(
    view: CanvasView, qtbot: QtBot, zoom: float
) -> None:
    view.set_zoom(zoom)
    for way in ((13, 7), (-40, 22), (200, -90), (-3, -3)):
        view.pan_by(*way)
        view.repaint()
    view.picture()
    assert same(view.picture(), anew(view).picture())


def test_edits_mend_the_picture(view: CanvasView) -> None:
    view.repaint()
    view.upsert_nodes(
        [
            NodeView("new", "New", pos=(640, 300)),
            NODES[1].__class__(
                "grade",
                "Grade twice",
                inputs=NODES[2].inputs,
                outputs=NODES[2].outputs,
                pos=(320, 230),
            ),
        ]
    )
    view.upsert_links([LinkView("shot", "out", "grade", "clip")])
    view.remove_nodes(["titles"])
    view.remove_links([LINKS[0]])
    view.upsert_frames([FrameView("other", "Other", (600, 260, 300, 200))])
    view.remove_frames(["frame"])
    assert same(view.picture(), anew(view).picture())


def test_a_moved_node_leaves_no_trace(view: CanvasView) -> None:
    before = view.picture()
    shot = view.contents.nodes["shot"].view
    view.upsert_nodes(
        [NodeView("shot", "Elsewhere", inputs=shot.inputs, outputs=shot.outputs, pos=(420, 320))]
    )
    assert not same(view.picture(), before)
    view.upsert_nodes([shot])
    assert same(view.picture(), before)


def test_a_cancelled_drag_leaves_no_trace(view: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    view.set_selected(["shot"])
    before = view.picture()
    start = hand.middle("shot")
    hand.press(start)
    hand.move((start[0] + 90, start[1] + 200))
    view.repaint()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    hand.release(start)
    hand.move((540, 420), button=Qt.MouseButton.NoButton)
    assert same(view.picture(), before)


def test_the_theme_can_change_while_the_window_is_open(view: CanvasView) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    dark = view.picture().toImage().pixelColor(5, 5).lightness()
    theme.use(application, "light")
    light = view.picture().toImage().pixelColor(5, 5).lightness()
    assert light > 180
    assert dark < 60


def test_a_thumbnail_is_seen_on_its_node(view: CanvasView) -> None:
    picture = QImage(160, 90, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ff00ff"))
    before = view.node_rect("shot").height()
    view.set_thumbnail("shot", picture)
    assert view.node_rect("shot").height() > before
    box = view.contents.nodes["shot"].shape.preview
    assert box is not None
    for zoom in (0.1, 0.3, 1.0):
        view.set_zoom(zoom)
        view.centre_on((400, 100))
        place = box.center() + view.node_rect("shot").topLeft()
        at = view.camera.to_view(place.x(), place.y()).toPoint()
        assert view.picture().toImage().pixelColor(at) == QColor("#ff00ff")
    view.set_thumbnail("shot", None)
    assert view.node_rect("shot").height() == before


def test_room_for_a_preview_keeps_the_size_of_the_node(view: CanvasView) -> None:
    view.upsert_nodes([NodeView("p", "P", preview=True, pos=(640, 300))])
    before = view.node_rect("p")
    view.set_thumbnail("p", QImage(64, 36, QImage.Format.Format_RGB32))
    assert view.node_rect("p") == before


def test_progress_and_states_change_the_node(view: CanvasView) -> None:
    seen = [view.picture()]
    view.set_run_state("shot", "running")
    seen.append(view.picture())
    view.set_progress("shot", 0.5, "12 s left")
    seen.append(view.picture())
    view.set_progress("shot", None)
    view.set_run_state("shot", "done")
    seen.append(view.picture())
    view.set_problems("shot", ["Broken"])
    seen.append(view.picture())
    assert all(not same(a, b) for i, a in enumerate(seen) for b in seen[:i])
    view.set_problems("shot", [])
    view.set_run_state("shot", "")
    assert same(view.picture(), seen[0])


def test_the_badge_says_what_is_wrong(view: CanvasView) -> None:
    view.set_problems("shot", ["No model is chosen.", "The prompt is empty."])
    rect = view.node_rect("shot")
    hit = pick(view.contents, (rect.right() - 3, rect.top() + 3), view.zoom)
    assert hit.part == "badge"
    assert tooltip(view.contents, hit) == "No model is chosen.\nThe prompt is empty."


def test_sockets_and_links_say_what_they_carry(view: CanvasView, hand: Hand) -> None:
    socket = pick(view.contents, hand.socket("edit", "clips"), view.zoom)
    assert "Clip" in tooltip(view.contents, socket)
    assert "several" in tooltip(view.contents, socket)
    x1, y1, x2, y2 = view.contents.link_ends(LINKS[1])
    link = pick(view.contents, ((x1 + x2) / 2, (y1 + y2) / 2), view.zoom)
    assert tooltip(view.contents, link) == "Generate shot → Edit\nClip"


def test_unknown_nodes_are_ignored_by_what_comes_late(view: CanvasView) -> None:
    view.set_thumbnail("gone", None)
    view.set_progress("gone", 0.5)
    view.set_run_state("gone", "done")
    view.set_problems("gone", ["x"])
    assert "gone" not in view.contents.nodes


def test_a_change_of_one_node_draws_only_its_place(view: CanvasView, qtbot: QtBot) -> None:
    view.picture()
    QApplication.processEvents()
    drawn: list[QRectF] = []
    original = view.stage.scene.paint_region

    def watch(painter, shot, rect, *, fast):  # type: ignore[no-untyped-def]
        drawn.append(QRectF(rect))
        return original(painter, shot, rect, fast=fast)

    view.stage.scene.paint_region = watch  # type: ignore[method-assign]
    view.set_progress("shot", 0.5)
    view.repaint()
    assert drawn
    assert all(r.width() < 300 and r.height() < 300 for r in drawn)


def test_an_idle_canvas_draws_nothing(view: CanvasView, qtbot: QtBot) -> None:
    view.finish_drawing()
    qtbot.wait(250)
    drawn = []
    original = view.stage.paint

    def watch(*arguments, **options):  # type: ignore[no-untyped-def]
        drawn.append(arguments)
        return original(*arguments, **options)

    view.stage.paint = watch  # type: ignore[method-assign]
    qtbot.wait(200)
    assert not drawn


def test_two_thousand_nodes_are_shown_and_edited_one_by_one(qtbot: QtBot) -> None:
    view = CanvasView()
    qtbot.addWidget(view)
    nodes = [
        NodeView(str(i), f"Node {i}", pos=(i % 50 * 240.0, i // 50 * 160.0)) for i in range(2000)
    ]
    view.set_contents(nodes, [])
    view.fit()
    view.show()
    assert len(view.contents.nodes) == 2000
    view.remove_nodes([str(i) for i in range(0, 2000, 2)])
    view.upsert_nodes(nodes)
    assert view.node_rect("1998").x() == 48 * 240


def test_a_node_from_the_library_is_dropped_on_the_ground_or_into_a_link(
    view: CanvasView, qtbot: QtBot
) -> None:
    data = QMimeData()
    data.setData(NODE_MIME, b"blur")
    with qtbot.waitSignal(view.add_asked) as added:
        drop(view, data, (540, 420))
    assert added.args[0] == "blur"
    x1, y1, x2, y2 = view.contents.link_ends(LINKS[1])
    with qtbot.waitSignal(view.insert_asked) as inserted:
        drop(view, data, ((x1 + x2) / 2, (y1 + y2) / 2))
    assert inserted.args[:2] == ["blur", LINKS[1]]


def test_files_and_text_are_dropped_with_their_place(view: CanvasView, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/films/a.mp4"), QUrl.fromLocalFile("/films/b.wav")])
    with qtbot.waitSignal(view.files_dropped) as files:
        drop(view, data, (540, 420))
    assert files.args[0] == ("/films/a.mp4", "/films/b.wav")
    assert QPointF(*files.args[1]) == QPointF(540, 420)
    words = QMimeData()
    words.setText("a red ball")
    with qtbot.waitSignal(view.text_dropped) as text:
        drop(view, words, (0, 0))
    assert text.args[0] == "a red ball"


def drop(view: CanvasView, data: QMimeData, place: tuple[float, float]) -> None:
    at = view.camera.to_view(*place)
    keys, left, copy = (
        Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction,
    )  # fmt: skip
    enter = QDragEnterEvent(at.toPoint(), copy, data, left, keys)
    QApplication.sendEvent(view, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(view, QDropEvent(at, copy, data, left, keys))


def test_a_menu_is_asked_for_what_is_below_the_pointer(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    at = hand.pixel(hand.middle("shot")).toPoint()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at))
    with qtbot.waitSignal(view.menu_asked) as asked:
        QApplication.sendEvent(view, event)
    assert asked.args[0].node == "shot"
    assert isinstance(asked.args[1], QPoint)
    assert view.selected() == ("shot",)


def test_a_reroute_is_moved_by_its_middle_and_linked_by_its_rim(
    view: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    clip = view.contents.nodes["grade"].view
    view.upsert_nodes(
        [
            NodeView(
                "dot", "", kind="reroute", inputs=clip.inputs, outputs=clip.outputs, pos=(560, 240)
            )
        ]
    )
    with qtbot.waitSignal(view.nodes_moved):
        hand.drag((570, 250), (570, 310))
    with qtbot.waitSignal(view.link_asked) as asked:
        hand.drag((577, 250), hand.socket("edit", "clips"))
    assert asked.args == ["dot", "out", "edit", "clips"]


def test_neighbours_attract_before_the_grid() -> None:
    found = snap(QRectF(103, 41, 100, 60), np.array([[105.0, 200.0, 100.0, 60.0]]), 6.0)
    assert (found.dx, found.dy) == (2.0, -1.0)
    assert len(found.guides) == 1
