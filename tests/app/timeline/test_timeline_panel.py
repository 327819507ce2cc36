"""The timeline panel: what the mouse and keys do there changes the graph, one named step each."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.panels.timeline import TimelinePanel
from engine.graph import Link, validate
from engine.graph.checks import to_json
from engine.project import dumps
from tests.app.timeline.films import small_film
from tests.widgets.timeline.scenes import CTRL, LEFT, NONE, at, drag


def items(context: AppContext, node: str = "cut") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = context.document.project.graph.nodes[node].params["items"]
    return found


def starts(panel: TimelinePanel, track: str = "V1") -> list[int]:
    return list(panel.view.rows.lanes[track].starts)


def names(panel: TimelinePanel, track: str = "V1") -> list[str]:
    return [clip.name for clip in panel.view.rows.lanes[track].clips]


def clip(panel: TimelinePanel, number: int, track: str = "V1") -> str:
    return panel.view.rows.lanes[track].clips[number].id


def run(panel: TimelinePanel, command: str) -> None:
    panel.context.actions[f"timeline.{command}"].trigger()


def step(context: AppContext) -> str:
    return context.document.stack.undoText()


def sound(context: AppContext) -> list[dict[str, Any]]:
    tracks: list[dict[str, Any]] = context.document.project.graph.nodes["film"].params["audio"]
    return tracks


def is_sound(context: AppContext) -> bool:
    """Whether the project can be rendered."""
    document = context.document
    return validate(document.project.graph, document.registry) == []


def test_the_edit_of_the_graph_is_shown(panel: TimelinePanel) -> None:
    assert names(panel) == ["Red", "Green", "Blue"]
    assert starts(panel) == [0, 48, 96]
    assert names(panel, "A1") == ["Hum"]


def test_a_drag_of_an_edge_trims_and_undo_brings_it_back(
    panel: TimelinePanel, context: AppContext
) -> None:
    before = dumps(context.document.project)
    edge = at(panel.view, "V1", 96) - QPoint(2, 0)
    drag(panel.view.lanes, [edge, edge - QPoint(60, 0)])
    assert items(context)[1]["out_frame"] < 72
    assert items(context)[2]["gap"] == 72 - items(context)[1]["out_frame"]
    assert step(context) == "Trim the shot"
    context.document.stack.undo()
    assert dumps(context.document.project) == before
    assert starts(panel) == [0, 48, 96]


def test_a_drag_past_the_media_stops_there(panel: TimelinePanel, context: AppContext) -> None:
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_B)
    edge = at(panel.view, "V1", 48) - QPoint(2, 0)
    drag(panel.view.lanes, [edge, edge + QPoint(600, 0)])
    assert items(context)[0]["out_frame"] == 96  # all of its 4 seconds
    assert starts(panel) == [0, 72, 120]


def test_a_ripple_takes_sounds_and_markers_along(panel: TimelinePanel, context: AppContext) -> None:
    run(panel, "end")
    run(panel, "marker")
    panel.view.set_tool("ripple")
    edge = at(panel.view, "V1", 48) - QPoint(2, 0)
    pixels = panel.view.scale.pixels
    drag(panel.view.lanes, [edge, edge - QPoint(round(10 * pixels), 0)])
    assert starts(panel) == [0, 38, 86]
    assert context.document.project.graph.nodes["film"].params["markers"][0]["at"] == 133


def test_the_blade_cuts_under_the_mouse_and_at_the_playhead(
    panel: TimelinePanel, context: AppContext
) -> None:
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_C)
    QTest.mouseClick(panel.view.lanes, LEFT, NONE, at(panel.view, "V1", 20))
    assert starts(panel)[:2] == [0, 20]
    panel.transport.seek(60)
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_K, CTRL)
    assert starts(panel) == [0, 20, 48, 60, 96]
    assert step(context) == "Cut"
    assert is_sound(context)


def test_a_clip_dragged_to_another_track_takes_its_link_along(
    panel: TimelinePanel, context: AppContext
) -> None:
    run(panel, "add_video")
    panel.view.fit()
    drag(panel.view.lanes, [at(panel.view, "V1", 70), at(panel.view, "V2", 80)])
    assert names(panel) == ["Red", "Blue"]
    assert names(panel, "V2") == ["Green"]
    sources = {
        (link.source, link.target)
        for link in context.document.project.graph.links
        if link.input == "clips"
    }
    assert sources == {("red", "cut"), ("blue", "cut"), ("green", "sequence_1")}
    assert is_sound(context)
    context.document.stack.undo()
    assert names(panel) == ["Red", "Green", "Blue"]


def test_deleting_a_shot_removes_the_link_that_nothing_uses(
    panel: TimelinePanel, context: AppContext
) -> None:
    QTest.mouseClick(panel.view.lanes, LEFT, NONE, at(panel.view, "V1", 60))
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_Delete)
    assert items(context)[1] == {"gap": 48}
    assert [item.get("clip") for item in items(context)] == [0, None, 1]
    feeding = [link.source for link in context.document.project.graph.links if link.target == "cut"]
    assert feeding == ["red", "blue"]
    assert "green" in context.document.project.graph.nodes
    context.document.stack.undo()
    assert len([link for link in context.document.project.graph.links if link.target == "cut"]) == 3
    assert names(panel) == ["Red", "Green", "Blue"]


def test_ripple_delete_closes_up(panel: TimelinePanel, context: AppContext) -> None:
    panel.view.select((clip(panel, 0),))
    run(panel, "ripple_delete")
    assert names(panel) == ["Green", "Blue"]
    assert starts(panel) == [0, 48]


def test_a_dissolve_is_added_at_the_nearest_cut_and_dragged(
    panel: TimelinePanel, context: AppContext
) -> None:
    panel.transport.seek(50)
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_T, CTRL)
    assert items(context)[0]["transition"] == {"kind": "dissolve", "frames": 12}
    edge = at(panel.view, "V1", 54, 0.1)
    drag(panel.view.lanes, [edge, at(panel.view, "V1", 60, 0.1)])
    assert items(context)[0]["transition"]["frames"] == pytest.approx(24, abs=2)
    assert is_sound(context)


def test_a_transition_that_does_not_fit_is_shortened_or_refused(
    panel: TimelinePanel, context: AppContext, qtbot: QtBot
) -> None:
    panel.view.select((clip(panel, 0), clip(panel, 1)))
    for _ in range(2):
        run(panel, "dissolve")
    assert items(context)[0]["transition"]["frames"] == 12
    from app.timeline.verbs import set_transition
    from engine.timeline.transitions import Transition

    with qtbot.assertNotEmitted(panel.editor.refused):
        panel.editor.do("x", set_transition((clip(panel, 0),), Transition("push", 400)))
    assert items(context)[0]["transition"]["kind"] == "push"
    assert items(context)[0]["transition"]["frames"] == 48


def test_marks_lift_and_extract(panel: TimelinePanel, context: AppContext) -> None:
    panel.transport.seek(20)
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_I)
    panel.transport.seek(59)
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_O)
    assert (panel.transport.start, panel.transport.stop) == (20, 60)
    run(panel, "lift")
    assert starts(panel) == [0, 60, 96]
    context.document.stack.undo()
    panel.transport.mark(20, 60)
    run(panel, "extract")
    assert starts(panel) == [0, 20, 56]
    assert is_sound(context)


def test_trims_to_the_playhead_by_key(panel: TimelinePanel, context: AppContext) -> None:
    panel.transport.seek(60)
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_Q)
    assert items(context)[1]["in_frame"] == 36
    assert panel.transport.position == 48
    panel.transport.seek(60)
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_W)
    assert starts(panel) == [0, 48, 60]


def test_arrows_step_and_jump_from_cut_to_cut(panel: TimelinePanel) -> None:
    lanes = panel.view.lanes
    QTest.keyClick(lanes, Qt.Key.Key_Right)
    assert panel.transport.position == 1
    QTest.keyClick(lanes, Qt.Key.Key_Down)
    assert panel.transport.position == 48
    QTest.keyClick(lanes, Qt.Key.Key_Up)
    assert panel.transport.position == 0
    QTest.keyClick(lanes, Qt.Key.Key_End)
    assert panel.transport.position == 143
    assert panel.timecode.text() == "00:00:05:23"


def test_a_timecode_is_typed(panel: TimelinePanel) -> None:
    panel.timecode.setFocus()
    panel.timecode.selectAll()
    QTest.keyClicks(panel.timecode, "00:00:03:05")
    QTest.keyClick(panel.timecode, Qt.Key.Key_Return)
    assert panel.transport.position == 77
    panel.timecode.setText("nonsense")
    QTest.keyClick(panel.timecode, Qt.Key.Key_Return)
    assert "no timecode" in panel.notice.text()


def test_a_node_is_inserted_and_overwritten_by_three_points(
    panel: TimelinePanel, context: AppContext
) -> None:
    context.selection.select(["blue"])
    panel.transport.mark(10, 34)
    run(panel, "overwrite")
    assert names(panel) == ["Red", "Blue", "Red", "Green", "Blue"]
    assert starts(panel) == [0, 10, 34, 48, 96]
    context.document.stack.undo()
    panel.transport.mark(None, None)
    panel.transport.seek(48)
    run(panel, "insert")
    assert starts(panel) == [0, 48, 144, 192]
    assert step(context) == "Place Blue on the timeline"
    assert is_sound(context)


def test_an_empty_project_gets_a_timeline_when_a_shot_is_placed(
    panel: TimelinePanel, context: AppContext
) -> None:
    project = small_film()
    for name in ("cut", "film", "hum"):
        del project.graph.nodes[name]
    project.graph.links.clear()
    context.document.new(project)
    assert panel.scene is None
    context.selection.select(["green"])
    run(panel, "overwrite")
    assert names(panel) == ["Green"]
    graph = context.document.project.graph
    assert {node.type for node in graph.nodes.values()} >= {
        "editorial.sequence",
        "editorial.timeline",
    }
    assert is_sound(context)
    assert context.document.stack.count() == 1
    context.document.stack.undo()
    assert panel.scene is None


def test_sounds_move_trim_and_fade(panel: TimelinePanel, context: AppContext) -> None:
    drag(panel.view.lanes, [at(panel.view, "A1", 50, 0.9), at(panel.view, "A1", 70, 0.9)])
    assert sound(context)[0]["clips"][0]["at"] == 20
    panel.view.select((clip(panel, 0, "A1"),))
    panel.transport.seek(40)
    run(panel, "cut")
    assert starts(panel, "A1") == [20, 40]
    assert is_sound(context)


def test_mute_locks_and_solo(panel: TimelinePanel, context: AppContext) -> None:
    run(panel, "add_audio")
    header = panel.view.headers["A1"]
    QTest.mouseClick(header.buttons["muted"], LEFT)
    assert sound(context)[0]["enabled"] is False
    QTest.mouseClick(header.buttons["muted"], LEFT)
    QTest.mouseClick(panel.view.headers["A2"].buttons["solo"], LEFT)
    assert [track.get("enabled", True) for track in sound(context)] == [False, True]
    QTest.mouseClick(panel.view.headers["A2"].buttons["solo"], LEFT)
    assert [track.get("enabled", True) for track in sound(context)] == [True, True]
    count = context.document.stack.count()
    QTest.mouseClick(panel.view.headers["V1"].buttons["locked"], LEFT)
    assert context.document.stack.count() == count
    drag(panel.view.lanes, [at(panel.view, "V1", 20), at(panel.view, "V1", 40)])
    panel.view.select((clip(panel, 0),))
    run(panel, "delete")
    assert "locked" in panel.notice.text()
    assert context.document.stack.count() == count


def test_a_track_keeps_the_height_it_was_dragged_to(
    panel: TimelinePanel, context: AppContext
) -> None:
    header = panel.view.headers["V1"]
    bottom = QPoint(80, header.height() - 2)
    drag(header, [bottom, bottom + QPoint(0, 30)])
    assert header.height() > 80
    assert context.document.project.graph.nodes["film"].extra["tracks"]["V1"]["height"] > 80
    assert context.document.stack.count() == 0


def test_clips_are_copied_and_pasted(panel: TimelinePanel, context: AppContext) -> None:
    panel.view.select((clip(panel, 1),))
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_C, CTRL)
    panel.transport.seek(144)
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_V, CTRL)
    assert names(panel) == ["Red", "Green", "Blue", "Green"]
    assert items(context)[3]["clip"] == 1
    assert is_sound(context)


def test_keys_nudge_roll_and_slip(panel: TimelinePanel, context: AppContext) -> None:
    panel.transport.seek(48)
    run(panel, "roll_right")
    assert starts(panel) == [0, 49, 96]
    panel.view.select((clip(panel, 1),))
    run(panel, "slip_left")
    assert items(context)[1]["in_frame"] == 24
    panel.view.select((clip(panel, 2),))
    run(panel, "nudge_right_many")
    assert starts(panel) == [0, 49, 106]


def test_the_speed_of_a_shot_moves_what_follows(panel: TimelinePanel, context: AppContext) -> None:
    from fractions import Fraction

    from app.timeline.verbs import set_speed

    panel.editor.do("slow", set_speed((clip(panel, 0),), Fraction(1, 2), rippling=True))
    assert starts(panel) == [0, 96, 144]
    assert panel.view.rows.lanes["V1"].clips[0].note == "50 %"
    assert items(context)[0]["speed"] == "1/2"
    assert is_sound(context)


def test_markers_are_edited_in_a_dialog(panel: TimelinePanel, context: AppContext) -> None:
    from PySide6.QtWidgets import QDialog, QLineEdit

    panel.transport.seek(30)
    QTest.keyClick(panel.view.lanes, Qt.Key.Key_M)
    panel.view.marker_asked.emit("0")
    dialog = panel.findChild(QDialog, "timeline_dialog")
    assert dialog is not None
    field = dialog.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "Look here")
    dialog.accept()
    marks = context.document.project.graph.nodes["film"].params["markers"]
    assert marks == [{"at": 30, "name": "Look here"}]
    assert panel.view.lanes.markers[0].name == "Look here"


def test_an_edit_elsewhere_is_shown_at_once(panel: TimelinePanel, context: AppContext) -> None:
    from app.editing.patch import Patch

    node = context.document.project.graph.nodes["cut"]
    rows = [*node.params["items"][:2]]
    context.document.apply("Shorten", Patch(nodes={"cut": node.with_params(items=rows)}))
    assert starts(panel) == [0, 48]
    link = Link("green", "out", "cut", "clips", 7)
    context.document.apply("Link", Patch(add_links=(link,)))
    assert starts(panel) == [0, 48]


def test_what_is_selected_survives_edits_and_undo(
    panel: TimelinePanel, context: AppContext
) -> None:
    panel.view.select((clip(panel, 2),))
    panel.transport.seek(20)
    run(panel, "cut_all")
    chosen = panel.view.rows.find(panel.view.selected[0])
    assert chosen is not None
    assert chosen[1].clip(panel.view.selected[0]).name == "Blue"
    context.document.stack.undo()
    assert panel.view.selected == (clip(panel, 2),)


def test_mistakes_in_the_graph_are_said_and_not_fatal(
    panel: TimelinePanel, context: AppContext
) -> None:
    from app.editing.patch import Patch

    node = context.document.project.graph.nodes["cut"]
    broken = node.with_params(items=[{"clip": 0, "in_frame": -5}])
    context.document.apply("Break", Patch(nodes={"cut": broken}))
    assert names(panel) == []
    assert panel.view.rows.tracks[0].note
    context.document.stack.undo()
    assert names(panel) == ["Red", "Green", "Blue"]


def test_every_command_has_a_name_and_every_control_too(
    panel: TimelinePanel, context: AppContext
) -> None:
    from PySide6.QtWidgets import QToolButton

    for command in context.actions:
        assert command.action.text()
    for button in panel.findChildren(QToolButton):
        if button.isVisible():
            assert button.accessibleName() or button.text(), button.objectName()


def test_2000_clips_are_edited_quickly(panel: TimelinePanel, context: AppContext) -> None:
    import time

    project = small_film()
    node = project.graph.nodes["cut"]
    rows = [{"clip": number % 3, "in_frame": 10, "out_frame": 34} for number in range(2000)]
    project.graph.nodes["cut"] = node.with_params(items=rows)
    context.document.new(project)
    assert len(starts(panel)) == 2000
    panel.transport.seek(5)
    before = time.thread_time()
    run(panel, "cut")
    assert len(starts(panel)) == 2001
    assert time.thread_time() - before < 0.4
    assert to_json(items(context)[1999]) == rows[1998]


def test_a_muted_shot_stays_in_its_place_and_the_others_keep_theirs(
    panel: TimelinePanel, context: AppContext
) -> None:
    from app.editing.nodes import set_state

    def mute(*, on: bool) -> None:
        level = panel.editor.level()
        context.document.apply("mute", set_state(level, ["red"], "muted", on=on))

    mute(on=True)
    assert names(panel) == ["Red", "Green", "Blue"]
    assert [item.enabled for item in panel.view.rows.lanes["V1"].clips] == [False, True, True]
    assert [item["clip"] for item in items(context)] == [0, 1, 2]
    assert is_sound(context)
    panel.view.select((clip(panel, 1),))
    run(panel, "ripple_delete")
    mute(on=False)
    assert names(panel) == ["Red", "Blue"]
    assert [item.enabled for item in panel.view.rows.lanes["V1"].clips] == [True, True]


def test_the_dialog_of_speed_keeps_the_pitch_when_asked(
    panel: TimelinePanel, context: AppContext
) -> None:
    from PySide6.QtWidgets import QCheckBox, QDialog, QDoubleSpinBox

    panel.view.select((clip(panel, 0),))
    run(panel, "speed")
    dialog = panel.findChild(QDialog, "timeline_dialog")
    assert dialog is not None
    percent = dialog.findChild(QDoubleSpinBox)
    assert percent is not None
    assert percent.value() == 100
    percent.setValue(50)
    pitch = next(box for box in dialog.findChildren(QCheckBox) if "pitch" in box.text())
    assert not pitch.isChecked()
    pitch.setChecked(True)
    dialog.accept()
    assert items(context)[0]["speed"] == "1/2"
    assert items(context)[0]["keep_pitch"] is True
