"""The canvas panel: what the mouse and keys do there changes the document, and shows it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.bridge import Happening
from app.context import AppContext
from app.editing.frames import bookmarks_of, frames_of
from app.editing.level import Level
from app.panels.canvas import CanvasPanel
from engine.graph import Graph, Link, Node, events
from engine.media import Clip, encode, solid_clip
from engine.project import Project, dumps
from tests.app.context import running
from widgets.canvas import Hit, SocketRef

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier


def small_film() -> Project:
    nodes = [
        Node("red", "media.solid", params={"color": "#ff0000"}, pos=(0, 0)),
        Node("blue", "media.solid", params={"color": "#0000ff"}, pos=(0, 400)),
        Node("trim", "media.trim", pos=(400, 0)),
        Node("cut", "editorial.sequence", pos=(800, 0)),
    ]
    links = [
        Link("red", "out", "trim", "clip"),
        Link("trim", "out", "cut", "clips", 0),
        Link("blue", "out", "cut", "clips", 1),
    ]
    return Project(Graph({node.id: node for node in nodes}, links))


@pytest.fixture
def context(qtbot: QtBot, tmp_path: Path) -> Iterator[AppContext]:
    with running(tmp_path) as made:
        yield made


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot) -> CanvasPanel:
    panel = CanvasPanel(context)
    qtbot.addWidget(panel)
    panel.resize(1400, 900)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    panel.view.setFocus()
    context.document.new(small_film())
    return panel


def at_node(panel: CanvasPanel, name: str) -> QPoint:
    rect = panel.view.node_rect(name)
    x, y = rect.center().x(), rect.top() + 10
    return panel.view.camera.to_view(x, y).toPoint()


def at_socket(panel: CanvasPanel, node: str, name: str, *, output: bool) -> QPoint:
    sockets = panel.view.contents.sockets(node)
    ref = next(ref for ref in sockets if (ref.socket, ref.output) == (name, output))
    return panel.view.camera.to_view(*panel.view.contents.socket_place(ref)).toPoint()


def drag(panel: CanvasPanel, start: QPoint, end: QPoint) -> None:
    view = panel.view
    QTest.mousePress(view, LEFT, pos=start)
    for step in (0.3, 0.7, 1.0):
        QTest.mouseMove(view, start + (end - start) * step)
    QTest.mouseRelease(view, LEFT, pos=end)


def press(panel: CanvasPanel, keys: str) -> None:
    """Press keys as the window would get them: commands come before the canvas."""
    for command in panel.actions():
        if keys in [sequence.toString() for sequence in command.shortcuts()]:
            command.trigger()
            return
    raise AssertionError(f"no command has {keys}")


def nodes(panel: CanvasPanel) -> set[str]:
    return set(panel.edits.level.nodes)


def test_the_project_is_shown_and_follows_every_edit(
    panel: CanvasPanel, context: AppContext
) -> None:
    assert set(panel.view.contents.nodes) == {"red", "blue", "trim", "cut"}
    assert len(panel.view.contents.links) == 3
    panel.edits.delete(["red"])
    assert set(panel.view.contents.nodes) == {"blue", "trim", "cut"}
    assert len(panel.view.contents.links) == 2
    context.document.stack.undo()
    assert set(panel.view.contents.nodes) == {"red", "blue", "trim", "cut"}
    assert len(panel.view.contents.links) == 3


def test_an_opened_project_fills_the_canvas_until_the_user_moves_it(
    panel: CanvasPanel, qtbot: QtBot
) -> None:
    before = panel.view.zoom
    panel.resize(700, 450)
    qtbot.waitUntil(lambda: panel.view.zoom < before)
    QTest.mouseClick(panel.view, LEFT, pos=QPoint(5, 5))
    now = panel.view.zoom
    panel.resize(1400, 900)
    QApplication.processEvents()
    assert panel.view.zoom == now


def test_a_node_is_dragged_in_one_step(panel: CanvasPanel, context: AppContext) -> None:
    start = at_node(panel, "red")
    drag(panel, start, start + QPoint(0, 120))
    node = context.document.project.graph.nodes["red"]
    assert node.pos[1] > 0
    assert context.document.stack.undoText() == "Move 1 node"
    context.document.stack.undo()
    assert context.document.project.graph.nodes["red"].pos == (0.0, 0.0)
    assert panel.view.node_rect("red").y() == 0.0


def test_a_link_is_dragged_from_socket_to_socket(panel: CanvasPanel, context: AppContext) -> None:
    drag(
        panel,
        at_socket(panel, "red", "out", output=True),
        at_socket(panel, "cut", "clips", output=False),
    )
    assert Link("red", "out", "cut", "clips", 2) in context.document.project.graph.links


def test_a_link_that_would_run_in_a_circle_is_not_offered(panel: CanvasPanel) -> None:
    def ref(node: str, socket: str, *, output: bool) -> SocketRef:
        return SocketRef(node, socket, "Clip", output)

    allowed = panel.view.can_link
    assert allowed(ref("blue", "out", output=True), ref("trim", "clip", output=False))
    panel.edits.add("media.reverse", (600, 0), ref("trim", "out", output=True))
    assert not allowed(ref("reverse_1", "out", output=True), ref("trim", "clip", output=False))
    sound = SocketRef("", "", "Sound", output=False)
    assert not allowed(ref("blue", "out", output=True), sound)


def test_tab_searches_and_enter_adds_the_node(panel: CanvasPanel, qtbot: QtBot) -> None:
    QTest.keyClick(panel.view, Qt.Key.Key_Tab)
    qtbot.waitUntil(panel.view.search.isVisible)
    QTest.keyClicks(QApplication.focusWidget() or panel.view.search, "prompt")
    QTest.keyClick(QApplication.focusWidget() or panel.view.search, Qt.Key.Key_Return)
    assert "prompt_1" in nodes(panel)
    assert panel.view.selected() == ("prompt_1",)


def test_delete_keeps_the_list_of_the_sequence_dense(
    panel: CanvasPanel, context: AppContext
) -> None:
    QTest.mouseClick(panel.view, LEFT, pos=at_node(panel, "trim"))
    press(panel, "Del")
    assert context.document.project.graph.links == [Link("blue", "out", "cut", "clips", 0)]


def test_nodes_are_copied_as_text_and_pasted_as_one_step(
    panel: CanvasPanel, context: AppContext
) -> None:
    panel.view.select_all()
    press(panel, "Ctrl+C")
    assert '"aiprod": 1' in QGuiApplication.clipboard().text()
    press(panel, "Ctrl+V")
    assert len(nodes(panel)) == 8
    assert set(panel.view.selected()) == nodes(panel) - {"red", "blue", "trim", "cut"}
    assert context.document.stack.undoText() == "Paste 4 nodes"
    context.document.stack.undo()
    assert dumps(context.document.project) == dumps(small_film())


def test_text_on_the_clipboard_becomes_a_prompt(panel: CanvasPanel) -> None:
    QGuiApplication.clipboard().setText("a red ball")
    press(panel, "Ctrl+V")
    assert panel.edits.level.nodes["prompt_1"].params == {"text": "a red ball"}


def test_states_are_toggled_by_keys(panel: CanvasPanel) -> None:
    panel.view.set_selected(["red", "trim"])
    for keys, state in (("M", "muted"), ("B", "bypassed"), ("D", "disabled")):
        press(panel, keys)
        assert all(getattr(panel.edits.level.nodes[name], state) for name in ("red", "trim"))
        press(panel, keys)
        assert not any(getattr(panel.edits.level.nodes[name], state) for name in ("red", "trim"))


def test_a_group_is_made_entered_edited_and_left(panel: CanvasPanel, context: AppContext) -> None:
    panel.view.set_selected(["red", "trim"])
    press(panel, "Ctrl+G")
    assert panel.view.contents.nodes["group_1"].view.kind == "group"
    QTest.mouseDClick(panel.view, LEFT, pos=at_node(panel, "group_1"))
    assert context.selection.scopes == ("group",)
    assert context.selection.instances == ("group_1",)
    assert context.selection.flat("trim") == "group_1/trim"
    assert set(panel.view.contents.nodes) == {"red", "trim"}
    assert panel.view.breadcrumbs.isVisible()
    panel.edits.delete(["red"])
    assert set(panel.view.contents.nodes) == {"trim"}
    press(panel, "U")
    assert context.selection.scope is None
    assert panel.view.selected() == ("group_1",)
    assert not panel.view.breadcrumbs.isVisible()
    press(panel, "Ctrl+Shift+G")
    assert nodes(panel) == {"trim", "blue", "cut"}


def test_a_group_that_another_panel_enters_is_shown_with_the_way_to_it(
    panel: CanvasPanel, context: AppContext
) -> None:
    panel.edits.group(["red", "trim"])
    context.selection.enter(["group"])
    assert context.selection.flat("trim") == "group_1/trim"
    assert set(panel.view.contents.nodes) == {"red", "trim"}


def test_an_undo_that_takes_the_group_away_leads_out_of_it(
    panel: CanvasPanel, context: AppContext
) -> None:
    panel.edits.group(["red", "trim"])
    panel.enter("group_1")
    context.document.stack.undo()
    assert context.selection.scopes == ()
    assert set(panel.view.contents.nodes) == {"red", "blue", "trim", "cut"}


def test_a_socket_inside_a_group_is_shown_and_hidden_on_it(panel: CanvasPanel) -> None:
    panel.edits.group(["red", "trim"])
    panel.enter("group_1")
    panel.edits.show_port("outputs", "red", "out")
    panel.leave(0)
    view = panel.view.contents.nodes["group_1"].view
    assert [socket.name for socket in view.outputs] == ["out", "out_2"]
    panel.enter("group_1")
    panel.edits.hide_port("outputs", "out")
    panel.leave(0)
    assert [s.name for s in panel.view.contents.nodes["group_1"].view.outputs] == ["out_2"]
    assert panel.edits.level.feeding["cut"] == [Link("blue", "out", "cut", "clips", 0)]


def test_frames_are_added_renamed_moved_and_removed(panel: CanvasPanel) -> None:
    panel.view.set_selected(["red", "blue"])
    press(panel, "C")
    (frame,) = frames_of(panel.edits.level)
    x, y, width, height = frame.rect
    assert x < 0
    assert y < 0
    assert x + width > panel.view.node_rect("red").right()
    shown = panel.view.contents.frames[frame.id]
    moved = type(shown)(shown.id, "Sources", (x + 20, y, width, height), shown.color)
    panel.view.frame_changed.emit((moved,), {"red": (20.0, 0.0)})
    (frame,) = frames_of(panel.edits.level)
    assert (frame.title, frame.rect[0]) == ("Sources", x + 20)
    assert panel.edits.level.nodes["red"].pos == (20.0, 0.0)
    panel.view.frames_delete_asked.emit((frame.id,))
    assert frames_of(panel.edits.level) == ()
    assert panel.view.contents.frames == {}


def test_bookmarks_lead_back_also_into_groups(panel: CanvasPanel, context: AppContext) -> None:
    press(panel, "Ctrl+B")
    panel.edits.group(["red", "trim"])
    panel.enter("group_1")
    panel.view.set_zoom(0.5)
    press(panel, "Ctrl+B")
    names = [mark.name for mark in bookmarks_of(context.document.project)]
    assert names == ["View 1", "View 2"]
    press(panel, "Ctrl+1")
    assert context.selection.scope is None
    press(panel, "Ctrl+2")
    assert context.selection.scopes == ("group",)
    assert panel.view.zoom == pytest.approx(0.5, rel=0.05)


def test_tidy_aligns_and_distributes(panel: CanvasPanel, context: AppContext) -> None:
    press(panel, "L")
    places = {name: node.pos for name, node in panel.edits.level.nodes.items()}
    assert places["red"][0] < places["trim"][0] < places["cut"][0]
    assert places["blue"][0] == places["trim"][0]
    panel.view.align_asked.emit(("red", "cut"), "top")
    now = panel.edits.level.nodes
    assert now["red"].pos[1] == now["cut"].pos[1]
    panel.view.distribute_asked.emit(("red", "trim", "cut"), "horizontal")
    rects = [panel.view.node_rect(name) for name in ("red", "trim", "cut")]
    gaps = [b.left() - a.right() for a, b in pairwise(rects)]
    assert gaps[0] == pytest.approx(gaps[1], abs=0.2)


def test_the_selection_is_shared_both_ways(panel: CanvasPanel, context: AppContext) -> None:
    QTest.mouseClick(panel.view, LEFT, pos=at_node(panel, "red"))
    assert context.selection.nodes == ("red",)
    context.selection.select(["blue", "cut"])
    assert panel.view.selected() == ("blue", "cut")
    panel.edits.delete(["cut"])
    assert context.selection.nodes == ("blue",)


def test_a_refused_edit_says_why(panel: CanvasPanel, context: AppContext, qtbot: QtBot) -> None:
    panel.edits.add("values.text", (0, 0))
    with qtbot.waitSignal(context.requests.say) as said:
        panel.edits.link("text_1", "out", "trim", "clip")
    assert said.args == ["It takes Clip, and this is Text"]


def test_problems_are_shown_on_their_nodes(panel: CanvasPanel, qtbot: QtBot) -> None:
    panel.edits.delete(["red"])
    qtbot.waitUntil(lambda: bool(panel.view.contents.nodes["trim"].view.problems), timeout=5000)
    (text,) = panel.view.contents.nodes["trim"].view.problems
    assert text.startswith("clip: ")


def test_progress_and_results_are_shown_on_nodes_and_on_their_groups(
    panel: CanvasPanel, context: AppContext
) -> None:
    panel.edits.group(["red", "trim"])
    progress = events.NodeProgress("group_1/trim", "Trim", 3, 12, seconds_left=8.2)
    context.bridge.happened.emit((Happening(1, progress),))
    item = panel.view.contents.nodes["group_1"]
    assert (item.run, item.progress, item.doing) == ("running", 0.25, "8 s left")
    panel.enter("group_1")
    assert panel.view.contents.nodes["trim"].run == "running"
    done = events.NodeFinished("group_1/trim", "Trim", cached=False, seconds=1.0)
    context.bridge.happened.emit((Happening(1, done),))
    assert panel.view.contents.nodes["trim"].run == "done"
    panel.leave(0)
    assert panel.view.contents.nodes["group_1"].run == "done"


def test_a_failure_stays_on_its_node_until_something_changes(
    panel: CanvasPanel, context: AppContext
) -> None:
    failed = events.NodeFailed("trim", "Trim", "no such frame")
    context.bridge.happened.emit((Happening(1, failed),))
    context.bridge.peeked.emit({"trim": ("key 1", False), "red": ("key 2", True)})
    assert panel.view.contents.nodes["trim"].run == "failed"
    assert panel.view.contents.nodes["red"].run == "cached"
    context.bridge.peeked.emit({"trim": ("key 3", False)})
    assert panel.view.contents.nodes["trim"].run == ""


def test_renaming_the_only_use_of_a_group_renames_the_group(
    panel: CanvasPanel, context: AppContext
) -> None:
    panel.edits.group(["red", "trim"])
    panel.view.rename_asked.emit("group_1", "Opening")
    assert context.document.project.graph.groups["group"].title == "Opening"
    assert panel.view.contents.nodes["group_1"].view.title == "Opening"
    panel.edits.duplicate(["group_1"], with_links=False)
    panel.view.rename_asked.emit("group_2", "Again")
    assert panel.view.contents.nodes["group_2"].view.title == "Again"
    assert panel.view.contents.nodes["group_1"].view.title == "Opening"


def test_pictures_are_shown_on_nodes(panel: CanvasPanel, context: AppContext) -> None:
    picture = QImage(64, 36, QImage.Format.Format_RGB32)
    context.thumbnails.ready.emit("red", picture)
    assert panel.view.contents.nodes["red"].thumbnail is not None
    context.thumbnails.ready.emit("nobody", picture)


def drop(panel: CanvasPanel, data: QMimeData) -> None:
    at = QPointF(300, 300)
    actions = Qt.DropAction.CopyAction
    no_keys = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(at, actions, data, Qt.MouseButton.NoButton, no_keys)
    panel.view.dropEvent(event)


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def red() -> Clip:
    return solid_clip((255, 0, 0, 255), 64, 36, seconds=Fraction(1, 4), rate=Fraction(24))


def test_a_dropped_film_is_loaded_by_a_node_with_a_relative_path(
    panel: CanvasPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    context.document.save(tmp_path / "film.aiprod")
    (tmp_path / "footage").mkdir()
    encode(red(), tmp_path / "footage" / "Take 7.mp4", "h264")
    drop(panel, files(tmp_path / "footage" / "Take 7.mp4"))
    qtbot.waitUntil(lambda: "take_7" in nodes(panel), timeout=5000)
    node = panel.edits.level.nodes["take_7"]
    assert (node.type, node.params) == ("media.load_clip", {"file": "footage/Take 7.mp4"})
    assert node.title == "Take 7.mp4"


def test_a_dropped_delivered_film_opens_the_project_in_it(
    panel: CanvasPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    text = dumps(small_film())
    encode(red(), tmp_path / "film.mp4", "h264", metadata={"aiprod_project": text})
    before = dumps(context.document.project)
    with qtbot.waitSignal(context.requests.open_text, timeout=5000) as opened:
        drop(panel, files(tmp_path / "film.mp4"))
    assert opened.args == [text, "film"]
    assert dumps(context.document.project) == before


def test_a_dropped_project_is_opened_and_a_plugin_gets_a_hint(
    panel: CanvasPanel, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "a.aiprod").write_text(dumps(small_film()))
    (tmp_path / "nodes.py").write_text("")
    with qtbot.waitSignal(context.requests.open_project, timeout=5000) as opened:
        drop(panel, files(tmp_path / "a.aiprod"))
    assert opened.args == [tmp_path / "a.aiprod"]
    with qtbot.waitSignal(context.requests.say, timeout=5000) as said:
        drop(panel, files(tmp_path / "nodes.py"))
    assert "nodes.py" in said.args[0]
    assert "plugins" in said.args[0]


def test_dropped_text_becomes_a_prompt(panel: CanvasPanel) -> None:
    data = QMimeData()
    data.setText("a blue cube in the snow")
    drop(panel, data)
    assert panel.edits.level.nodes["prompt_1"].params == {"text": "a blue cube in the snow"}


def test_menus_hold_what_fits_and_their_commands_work(panel: CanvasPanel, qtbot: QtBot) -> None:
    panel.view.set_selected(["trim"])
    panel.view.menu_asked.emit(Hit("node", node="trim"), QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    names = [action.objectName() for action in menu.actions()]
    assert "canvas.dissolve" in names
    next(action for action in menu.actions() if action.objectName() == "canvas.dissolve").trigger()
    menu.close()
    assert nodes(panel) == {"red", "blue", "cut"}
    assert Link("red", "out", "cut", "clips", 0) in panel.edits.level.links
    panel.view.menu_asked.emit(Hit(), QPoint(10, 10))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "canvas.paste" in [action.objectName() for action in menu.actions()]
    menu.close()


def test_the_level_of_the_panel_is_that_of_the_selection(panel: CanvasPanel) -> None:
    assert isinstance(panel.edits.level, Level)
    assert panel.edits.level.scope is None


def test_every_key_is_told_once(panel: CanvasPanel, context: AppContext) -> None:
    taken: dict[str, str] = {}
    for command in context.actions:
        for keys in context.actions.shortcuts(command.id):
            assert keys not in taken, f"{keys}: {command.id} and {taken[keys]}"
            taken[keys] = command.id
