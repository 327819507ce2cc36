"""A timeline inside of a group is edited like one of the graph, in its group."""

from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.panels.timeline import TimelinePanel
from app.timeline.verbs import set_speed
from app.viewer.subject import program_of, result_of
from engine.graph import Graph, Group, Node
from engine.project import Project, dumps
from tests.app.timeline.films import small_film
from widgets.timeline import Drop


def film_in_a_group() -> Project:
    """The small film inside of a group, which is twice in the graph."""
    film = small_film()
    group = Group("Scene", nodes=dict(film.graph.nodes), links=tuple(film.graph.links))
    nodes = {name: Node(name, "group.scene") for name in ("first", "second")}
    return Project(Graph(nodes, [], {"scene": group}), film.settings)


@pytest.fixture
def inside(panel: TimelinePanel, context: AppContext) -> TimelinePanel:
    context.document.new(film_in_a_group())
    return panel


def item_params(context: AppContext) -> list[dict[str, object]]:
    params = context.document.project.graph.groups["scene"].nodes["cut"].params
    return list(params["items"])


def test_a_timeline_in_a_group_is_shown_and_can_be_chosen(inside: TimelinePanel) -> None:
    assert inside.editor.timeline == "first/film"
    assert [clip.name for clip in inside.view.rows.lanes["V1"].clips] == ["Red", "Green", "Blue"]
    assert inside.editor.timelines() == [
        ("first/film", "first / Film"),
        ("second/film", "second / Film"),
    ]
    assert inside.choice.count() == 2
    inside.editor.open("second/film")
    assert inside.editor.timeline == "second/film"
    assert len(inside.view.rows.lanes["V1"].clips) == 3


def test_edits_go_into_the_group_and_undo_brings_the_same_bytes_back(
    inside: TimelinePanel, context: AppContext
) -> None:
    before = dumps(context.document.project)
    clip = inside.view.rows.lanes["V1"].clips[0].id
    inside.editor.do("slow", set_speed((clip,), Fraction(1, 2), rippling=True))
    assert item_params(context)[0]["speed"] == "1/2"
    inside.view.select((inside.view.rows.lanes["V1"].clips[1].id,))
    QTest.keyClick(inside.view.lanes, Qt.Key.Key_Delete)
    assert len(inside.view.rows.lanes["V1"].clips) == 2
    context.document.stack.undo()
    context.document.stack.undo()
    assert dumps(context.document.project) == before
    assert len(inside.view.rows.lanes["V1"].clips) == 3


def test_locks_are_kept_on_the_timeline_in_the_group(
    inside: TimelinePanel, context: AppContext
) -> None:
    inside.editor.note_fact("V1", "locked", value=True)
    node = context.document.project.graph.groups["scene"].nodes["film"]
    assert node.extra["tracks"]["V1"]["locked"] is True
    assert "film" not in context.document.project.graph.nodes


def test_what_is_placed_becomes_part_of_the_group(
    inside: TimelinePanel, context: AppContext
) -> None:
    inside.placing.place_nodes(["blue"], Drop("V1", 0, "insert"))
    assert item_params(context)[0]["clip"] == 2
    assert inside.view.rows.lanes["V1"].clips[0].name == "Blue"


def test_pictures_and_lengths_are_those_of_the_nodes_in_the_group(
    inside: TimelinePanel, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: inside.strips.facts("red") is not None, timeout=20_000)
    inside.strips.thumb("red", 30, 40)
    qtbot.waitUntil(lambda: inside.strips.thumb("red", 30, 40) is not None, timeout=20_000)


def test_opening_a_clip_goes_into_the_group(inside: TimelinePanel, context: AppContext) -> None:
    inside.show_source(inside.view.rows.lanes["V1"].clips[2].id)
    assert context.selection.scopes == ("scene",)
    assert context.selection.instances == ("first",)
    assert context.selection.nodes == ("blue",)


def test_a_timeline_selected_in_a_group_is_the_one_that_is_edited(
    inside: TimelinePanel, context: AppContext
) -> None:
    context.selection.enter(("scene",), ("second",))
    context.selection.select(["film"])
    assert inside.editor.timeline == "second/film"


def test_the_program_of_a_project_may_lie_in_a_group(context: AppContext) -> None:
    project = film_in_a_group()
    assert program_of(project) == "first/film"
    assert program_of(project, "second/film") == "second/film"
    assert result_of(project, context.document.registry) == "first/film"


def test_a_group_that_goes_takes_its_timeline_out_of_the_panel(
    inside: TimelinePanel, context: AppContext
) -> None:
    from app.editing.patch import Patch

    context.document.apply("remove", Patch(nodes={"first": None}))
    assert inside.editor.timeline == "second/film"
    context.document.apply("remove", Patch(nodes={"second": None}))
    assert inside.editor.timeline == ""
    assert inside.scene is None
    context.document.stack.undo()
    assert inside.editor.timeline == "second/film"
