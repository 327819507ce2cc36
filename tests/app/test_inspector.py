"""The inspector edits what nodes are told: one gesture is one step, on one node or several."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.actions import Actions
from app.bridge import Bridge
from app.context import AppContext
from app.document import Document
from app.panels.inspector import InspectorPanel
from app.problems import Problems
from app.selection import Selection
from app.settings import Settings
from engine.graph import Graph, Group, Link, Node, Port, Registry, read_spec
from engine.nodes import builtin_registry
from engine.project import Project
from tests.app import inspector_nodes


@pytest.fixture
def registry() -> Registry:
    """The built-in nodes and some with every kind of parameter."""
    made = builtin_registry().copy()
    for function in inspector_nodes.ALL:
        made.add(read_spec(function, type_id=f"test.{function.__name__}"))
    return made


@pytest.fixture
def context(registry: Registry, tmp_path: Path, qtbot: QtBot) -> Iterator[AppContext]:
    settings = Settings(tmp_path / "window.json")
    document = Document(registry)
    bridge = Bridge(settings=settings, registry=registry)
    problems = Problems(document)
    yield AppContext(document, bridge, Actions(), Selection(), settings, problems=problems)
    problems.stop()
    assert bridge.close(10)


def shot_project() -> Project:
    graph = Graph()
    graph.add(Node("words", "values.prompt", params={"text": "a red ball"}, title="Ball"))
    graph.add(Node("one", "generate.shot", params={"steps": 20}))
    graph.add(Node("two", "generate.shot", params={"steps": 40}))
    graph.add(Node("number", "values.number"))
    graph.connect("words", "one.prompt")
    graph.connect("words", "two.prompt")
    return Project(graph)


@pytest.fixture
def panel(context: AppContext, qtbot: QtBot) -> InspectorPanel:
    context.document.new(shot_project())
    panel = InspectorPanel(context)
    qtbot.addWidget(panel)
    panel.resize(360, 800)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


@pytest.fixture
def select(panel: InspectorPanel, context: AppContext) -> Callable[..., Any]:
    def choose(*nodes: str) -> Any:
        context.selection.select(nodes)
        return panel.node_form

    return choose


def params(context: AppContext, node: str) -> dict[str, Any]:
    return dict(context.document.project.graph.nodes[node].params)


def steps(context: AppContext) -> list[str]:
    stack = context.document.stack
    return [stack.text(index) for index in range(stack.index())]


def type_into(field: Any, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def test_a_slider_gesture_is_one_step_of_undo(select: Any, context: AppContext) -> None:
    slider = select("one").rows["steps"].editor.slider
    middle = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(20, middle))
    for x in (30, 40, 50):
        QTest.mouseMove(slider, QPoint(x, middle))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(50, middle))
    assert params(context, "one")["steps"] > 20
    assert steps(context) == ["Set Steps"]
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(60, middle))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(60, middle))
    assert steps(context) == ["Set Steps", "Set Steps"]
    context.document.stack.undo()
    context.document.stack.undo()
    assert params(context, "one") == {"steps": 20}
    assert select("one").rows["steps"].editor.value() == 20


def test_typing_a_prompt_is_one_step(select: Any, context: AppContext) -> None:
    area = select("words").rows["text"].editor.area
    area.setFocus()
    area.moveCursor(area.textCursor().MoveOperation.End)
    QTest.keyClicks(area, " spins")
    area.clearFocus()
    assert params(context, "words")["text"] == "a red ball spins"
    assert steps(context) == ["Set Text"]


def test_several_nodes_are_edited_at_once(select: Any, context: AppContext) -> None:
    form = select("one", "two")
    row = form.rows["steps"]
    assert row.editor.field.placeholderText() == "mixed"
    type_into(row.editor.field, "25")
    assert params(context, "one")["steps"] == params(context, "two")["steps"] == 25
    assert context.document.stack.count() == 1
    assert "2" in steps(context)[0]


def test_only_shared_parameters_show_for_nodes_of_different_types(select: Any) -> None:
    form = select("one", "number")
    assert not form.rows
    assert "no control in common" in form.about.text()


def test_a_value_beyond_its_range_is_refused_in_words(select: Any, context: AppContext) -> None:
    row = select("one").rows["steps"]
    type_into(row.editor.field, "900")
    assert row.remark.isVisible()
    assert "200" in row.remark.text()
    assert steps(context) == []


def test_reset_gives_the_default_back_and_the_mark_goes(select: Any, context: AppContext) -> None:
    form = select("one")
    row = form.rows["steps"]
    assert row.reset.isVisible()
    QTest.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert params(context, "one") == {}
    assert row.editor.value() == 30
    assert not row.reset.isVisible()
    assert steps(context) == ["Reset Steps"]
    assert not form.reset_all.isEnabled()


def test_all_controls_are_reset_in_one_step(select: Any, context: AppContext) -> None:
    form = select("one", "two")
    QTest.mouseClick(form.reset_all, Qt.MouseButton.LeftButton)
    assert params(context, "one") == params(context, "two") == {}
    assert context.document.stack.count() == 1


def test_a_control_becomes_a_socket_and_one_again_with_its_link_cut(
    select: Any, context: AppContext
) -> None:
    row = select("one").rows["steps"]
    QTest.mouseClick(row.socket, Qt.MouseButton.LeftButton)
    assert context.document.project.graph.nodes["one"].promoted == ("steps",)
    graph = context.document.project.graph
    graph = Graph(dict(graph.nodes), [*graph.links], dict(graph.groups))
    graph.connect("number", "one.steps")
    context.document.new(Project(graph))
    row = select("one").rows["steps"]
    assert not row.editor.isEnabled()
    assert row.source.isVisible()
    assert "Number" in row.source.text()
    QTest.mouseClick(row.socket, Qt.MouseButton.LeftButton)
    assert row.editor.isEnabled()
    assert not any(link.input == "steps" for link in context.document.project.graph.links)


def test_an_input_leads_to_where_it_comes_from(select: Any, context: AppContext) -> None:
    inlet = select("one").inlets["prompt"]
    assert "Ball" in inlet.links[0].text()
    QTest.mouseClick(inlet.links[0], Qt.MouseButton.LeftButton)
    assert context.selection.nodes == ("words",)


def test_an_edit_elsewhere_shows_at_once(select: Any, context: AppContext) -> None:
    form = select("one")
    from app.editing.level import Level
    from app.editing.params import set_params

    level = Level(context.document.project, context.document.registry)
    context.document.apply("Elsewhere", set_params(level, {"one": {"steps": 77}}))
    assert form.rows["steps"].editor.value() == 77


def test_nodes_of_a_type_seen_before_come_back_in_the_same_form(select: Any) -> None:
    form = select("one")
    select("words")
    assert select("two") is form
    assert form.rows["steps"].editor.value() == 40


def test_what_is_typed_when_the_selection_changes_stays_with_its_node(
    select: Any, context: AppContext
) -> None:
    field = select("one").rows["steps"].editor.field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "33")
    select("two")
    assert params(context, "one")["steps"] == 33
    assert params(context, "two")["steps"] == 40


def test_problems_of_the_project_show_at_their_field_with_the_mend(
    select: Any, context: AppContext, qtbot: QtBot
) -> None:
    graph = Graph()
    graph.add(Node("lone", "generate.shot", params={"steps": 900}))
    context.document.new(Project(graph))
    form = select("lone")
    qtbot.waitUntil(lambda: bool(form.inlets["prompt"].findChildren(QWidget)))
    assert "between 1 and 200" in form.rows["steps"].remark.text()
    qtbot.waitUntil(lambda: "Link a Prompt" in form.inlets["prompt"].problem())


def test_unknown_words_of_a_prompt_are_marked_with_known_ones(
    select: Any, panel: InspectorPanel, context: AppContext, qtbot: QtBot
) -> None:
    from app.editing.level import Level
    from app.editing.params import set_params

    level = Level(context.document.project, context.document.registry)
    changes = {"words": {"text": "a purpel ball"}}
    context.document.apply("Write", set_params(level, changes))
    select("words")
    qtbot.waitUntil(lambda: hasattr(panel.node_form.rows["text"].editor, "chips"))
    area = panel.node_form.rows["text"].editor.area
    assert [mark.cursor.selectedText() for mark in area.extraSelections()] == ["purpel"]
    assert "purple" in area.tooltip_of(area.word_at(4))


def test_a_prompt_for_a_model_of_open_words_is_not_judged(
    select: Any, panel: InspectorPanel, context: AppContext, qtbot: QtBot
) -> None:
    graph = Graph()
    graph.add(Node("words", "values.prompt", params={"text": "a purpel ball"}))
    graph.add(Node("model", "generate.model", params={"name": "another"}))
    graph.add(Node("shot", "generate.shot"))
    graph.connect("words", "shot.prompt")
    graph.connect("model", "shot.model")
    context.document.new(Project(graph))
    select("words")
    assert not hasattr(panel.node_form.rows["text"].editor, "chips")


def test_a_file_that_is_not_there_is_said(
    select: Any, context: AppContext, tmp_path: Path, qtbot: QtBot
) -> None:
    graph = Graph()
    graph.add(Node("clip", "media.load_clip", params={"file": "absent.mp4"}))
    context.document.new(Project(graph), path=tmp_path / "film.aiprod")
    editor = select("clip").rows["file"].editor
    qtbot.waitUntil(editor.missing.isVisible)
    (tmp_path / "there.mp4").write_bytes(b"x")
    type_into(editor.line, "there.mp4")
    assert params(context, "clip")["file"] == "there.mp4"
    qtbot.waitUntil(lambda: not editor.missing.isVisible())


def test_a_missing_node_type_shows_what_the_file_holds(select: Any, context: AppContext) -> None:
    graph = Graph()
    graph.add(Node("odd", "plugin.gone.effect", params={"amount": 0.5, "table": {"a": [1]}}))
    context.document.new(Project(graph))
    form = select("odd")
    assert "plugin.gone.effect" in form.kind.text()
    assert form.rows["table"].editor.area.toPlainText() == '{"a": [1]}'
    QTest.keyClicks(form.rows["amount"].editor.area, "7")
    assert params(context, "odd") == {"amount": 0.5, "table": {"a": [1]}}


def test_title_note_and_state_are_steps_with_names(select: Any, context: AppContext) -> None:
    form = select("one")
    form.title.line.setFocus()
    QTest.keyClicks(form.title.line, "Meadow")
    form.title.line.clearFocus()
    form.sections["note"].header.click()
    form.note.area.setFocus()
    QTest.keyClicks(form.note.area, "too fast")
    form.note.area.clearFocus()
    muted = next(box for box in form.findChildren(QCheckBox) if box.text() == "Muted")
    QTest.mouseClick(muted, Qt.MouseButton.LeftButton, pos=QPoint(8, muted.height() // 2))
    node = context.document.project.graph.nodes["one"]
    assert (node.title, node.extra["note"], node.muted) == ("Meadow", "too fast", True)
    assert steps(context) == ["Rename the node", "Write a note", "Mute"]
    while context.document.stack.canUndo():
        context.document.stack.undo()
    assert context.document.project == shot_project()


def test_help_is_the_docstring_made_readable(select: Any) -> None:
    form = select("one")
    assert form.about.text().startswith("A shot from a prompt")
    form.sections["help"].header.click()
    assert form.sections["help"].body.isVisible()
    assert "generate.shot" in form.sections["help"].body.text()


def test_folded_sections_stay_folded(select: Any, context: AppContext, qtbot: QtBot) -> None:
    form = select("one")
    QTest.keyClick(form.sections["inputs"].header, Qt.Key.Key_Space)
    assert not form.sections["inputs"].body.isVisible()
    again = InspectorPanel(
        AppContext(
            *(context.document, context.bridge, Actions(), context.selection, context.settings)
        )
    )
    qtbot.addWidget(again)
    again.show()
    assert not again.node_form.sections["inputs"].body.isVisible()


def test_search_finds_controls_by_label_and_name(
    select: Any, panel: InspectorPanel, context: AppContext
) -> None:
    form = select("one")
    context.actions["inspector.search"].trigger()
    QTest.keyClicks(panel.search, "guid")
    assert form.rows["guidance"].isVisible()
    assert not form.rows["steps"].isVisible()
    QTest.keyClicks(panel.search, "xyz")
    assert panel.nothing.isVisible()
    panel.search.clear()
    assert form.rows["steps"].isVisible()


def test_the_project_s_settings_show_when_nothing_is_selected(
    panel: InspectorPanel, context: AppContext
) -> None:
    form: Any = panel.form
    form.rows["size"].editor.box.setCurrentIndex(4)
    form.rows["size"].editor.box.activated.emit(4)
    type_into(form.rows["rate"].editor.field, "25")
    type_into(form.rows["seed"].editor.field, "7")
    form.rows["name"].editor.line.setFocus()
    QTest.keyClick(form.rows["name"].editor.line, Qt.Key.Key_End)
    QTest.keyClicks(form.rows["name"].editor.line, "!")
    form.rows["name"].editor.line.clearFocus()
    settings = context.document.project.settings
    assert (settings.width, settings.height) == (1920, 1080)
    assert (settings.rate, settings.seed, settings.name) == (Fraction(25), 7, "untitled!")
    assert len(steps(context)) == 4
    assert steps(context)[0] == "Set the project's size"
    context.document.stack.setIndex(0)
    assert form.rows["width"].editor.value() == 1280


def grouped() -> Project:
    graph = Graph()
    inner = {"shot": Node("shot", "generate.shot", params={"steps": 12})}
    graph.groups["g"] = Group(
        "Take",
        inner,
        (),
        (Port("words", "shot", "prompt"),),
        (),
        (Port("detail", "shot", "steps"),),
    )
    graph.add(Node("use", "group.g"))
    graph.add(Node("words", "values.prompt", params={"text": "a red ball"}))
    graph.connect("words", "use.words")
    return Project(graph)


def test_a_group_shows_its_parameters_with_the_inner_defaults(
    select: Any, context: AppContext
) -> None:
    context.document.new(grouped())
    form = select("use")
    row = form.rows["detail"]
    assert row.label.text() == "Detail"
    assert row.editor.value() == 12
    type_into(row.editor.field, "50")
    assert params(context, "use") == {"detail": 50}
    QTest.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert row.editor.value() == 12
    assert form.inlets["words"].links


def test_a_control_inside_a_group_is_shown_on_it_and_taken_off(
    select: Any, panel: InspectorPanel, context: AppContext
) -> None:
    context.document.new(grouped())
    context.selection.enter(["g"])
    form = select("shot")
    form.rows["guidance"].editor.field.setFocus()
    context.actions["inspector.show_on_group"].trigger()
    names = [port.name for port in context.document.project.graph.groups["g"].params]
    assert names == ["detail", "guidance"]
    context.actions["inspector.show_on_group"].trigger()
    assert len(context.document.project.graph.groups["g"].params) == 1
    context.selection.select([])
    group_form: Any = panel.form
    group_form.title.line.setFocus()
    QTest.keyClick(group_form.title.line, Qt.Key.Key_End)
    QTest.keyClicks(group_form.title.line, "!")
    assert context.document.project.graph.groups["g"].title == "Take!"


def test_the_menu_of_a_field_resets_it(
    select: Any, panel: InspectorPanel, context: AppContext, qtbot: QtBot
) -> None:
    row = select("one").rows["steps"]
    row.menu_asked.emit(row.mapToGlobal(QPoint(5, 5)))
    qtbot.waitUntil(lambda: any(menu.isVisible() for menu in panel.findChildren(QMenu)))
    menu = next(menu for menu in panel.findChildren(QMenu) if menu.isVisible())
    assert [action.text() for action in menu.actions()] == ["Reset", "Make it a socket"]
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert params(context, "one") == {}


def test_every_kind_of_parameter_has_its_editor(select: Any, context: AppContext) -> None:
    graph = Graph()
    graph.add(Node("all", "test.everything"))
    context.document.new(Project(graph))
    form = select("all")
    kinds = {name: type(row.editor).__name__ for name, row in form.rows.items()}
    assert kinds == {
        "whole": "NumberEditor",
        "part": "NumberEditor",
        "turn": "AngleEditor",
        "at": "FramesEditor",
        "flag": "ToggleEditor",
        "way": "ChoiceEditor",
        "line": "TextEditor",
        "lines": "AreaEditor",
        "tint": "ColorEditor",
        "chance": "SeedEditor",
        "rate": "OptionalEditor",
        "file": "OptionalEditor",
        "place": "VectorEditor",
        "gains": "ListEditor",
        "items": "ListEditor",
        "names": "TableEditor",
        "opacity": "PointsEditor",
        "fade": "PointsEditor",
    }
    spec = context.document.registry["test.everything"]
    for name, row in form.rows.items():
        assert row.editor.accessibleName(), name
        spec.param_named[name].check(row.editor.value())


def test_keyframes_over_time_are_written_as_the_spec_takes_them(
    select: Any, context: AppContext
) -> None:
    graph = Graph()
    graph.add(Node("all", "test.everything"))
    context.document.new(Project(graph))
    editor = select("all").rows["opacity"].editor
    QTest.keyClick(editor.graph, Qt.Key.Key_End)
    QTest.keyClick(editor.graph, Qt.Key.Key_Insert)
    found = params(context, "all")["opacity"]
    spec = context.document.registry["test.everything"]
    assert len(found) == 3
    assert spec.param_named["opacity"].check(found)
    assert len(steps(context)) == 1


def test_an_item_that_does_not_do_is_said_and_not_written(select: Any, context: AppContext) -> None:
    graph = Graph()
    graph.add(Node("cut", "editorial.sequence", params={"items": [{"in_frame": 10}]}))
    context.document.new(Project(graph))
    row = select("cut").rows["items"]
    out = row.editor.item.rows["out_frame"].editor
    QTest.mouseClick(out.automatic, Qt.MouseButton.LeftButton)
    assert "out_frame" in row.remark.text()
    assert params(context, "cut")["items"] == [{"in_frame": 10}]
    type_into(out.inner.field, "24")
    assert params(context, "cut")["items"] == [{"in_frame": 10, "out_frame": 24}]
    assert not row.remark.isVisible()


def test_links_that_come_and_go_show(select: Any, context: AppContext) -> None:
    from app.editing.patch import Patch

    select("one")
    link = Link("words", "out", "one", "prompt")
    context.document.apply("Unlink", Patch(remove_links=(link,)))
    assert not select("one").inlets["prompt"].links
    context.document.stack.undo()
    assert select("one").inlets["prompt"].links


def test_labels_a_third_longer_are_not_cut(select: Any, panel: InspectorPanel) -> None:
    form = select("one")
    for row in form.rows.values():
        text = row.label.text()
        row.label.setText(f"{text} {text[: max(3, len(text) // 3)]}")
    form.controls.fit()
    QTest.qWait(0)
    for row in form.rows.values():
        label = row.label
        needed = label.heightForWidth(label.width())
        assert label.longest_word() <= label.width()
        assert needed <= row.height()
    assert panel.area.viewport().width() >= form.minimumSizeHint().width()


@pytest.mark.parametrize("part", range(4))
def test_every_built_in_node_can_be_inspected(select: Any, context: AppContext, part: int) -> None:
    graph = Graph()
    for number, spec in enumerate(list(builtin_registry())[part::4]):
        graph.add(Node(f"n{number}", spec.id))
    context.document.new(Project(graph))
    for node in graph.nodes.values():
        form = select(node.id)
        spec = context.document.registry[node.type]
        assert set(form.rows) == {param.name for param in spec.params}
        for param in spec.params:
            editor = form.rows[param.name].editor
            assert type(editor).__name__ != "RawEditor", (spec.id, param.name)
            if not param.required:
                assert editor.value() == param.default, (spec.id, param.name)


def test_every_part_that_takes_the_keyboard_has_a_name(
    select: Any, panel: InspectorPanel, context: AppContext
) -> None:
    graph = Graph()
    graph.add(Node("all", "test.everything", params={"items": [{"size": 2}], "names": {"a": 1.0}}))
    context.document.new(Project(graph))
    select("all")
    nameless = [
        f"{type(part).__name__} in {type(part.parent()).__name__}"
        for part in panel.findChildren(QWidget)
        if part.focusPolicy() & Qt.FocusPolicy.TabFocus
        and part.isVisible()
        and not (part.accessibleName() or getattr(part, "text", str)())
        and not part.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_tab_goes_through_all_controls(select: Any, panel: InspectorPanel) -> None:
    form = select("one")
    panel.search.setFocus()
    passed = set()
    for _ in range(60):
        QTest.keyClick(panel.focusWidget(), Qt.Key.Key_Tab)
        here = panel.focusWidget()
        passed |= {name for name, row in form.rows.items() if row.isAncestorOf(here)}
    assert passed == set(form.rows)


def test_500_nodes_are_edited_at_once_within_a_moment(select: Any, context: AppContext) -> None:
    graph = Graph()
    names = [f"n{number}" for number in range(500)]
    for name in names:
        graph.add(Node(name, "generate.shot"))
    context.document.new(Project(graph))
    form = select(*names)
    type_into(form.rows["steps"].editor.field, "12")
    found = context.document.project.graph.nodes.values()
    assert {node.params["steps"] for node in found} == {12}
    assert context.document.stack.count() == 1
