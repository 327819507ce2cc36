"""Bridging two shots and retaking a range: the nodes, links and items that this makes."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.context import AppContext
from app.panels.timeline import TimelinePanel
from engine.graph import Graph, validate
from tests.app.timeline.films import generated_film


@pytest.fixture
def film(panel: TimelinePanel, context: AppContext) -> TimelinePanel:
    context.document.new(generated_film())
    return panel


def shape(graph: Graph, shot: str) -> dict[str, Any]:
    """What conditions a shot: the frame, its side, and where it comes from."""
    found: dict[str, Any] = {}
    for link in graph.links:
        if link.target == shot and link.input == "conditions":
            side = graph.nodes[link.source].params["frame"]
            frame = next(item.source for item in graph.links if item.target == link.source)
            source = next(item.source for item in graph.links if item.target == frame)
            params = graph.nodes[frame].params
            found[side] = (source, params["which"], params["number"])
    return found


def test_a_gap_is_filled_with_a_shot_that_joins_both_sides(
    film: TimelinePanel, context: AppContext
) -> None:
    film.view.select(())
    film.transport.seek(50)
    context.actions["timeline.bridge"].trigger()
    graph = context.document.project.graph
    assert [clip.name for clip in film.view.rows.lanes["V1"].clips] == [
        "Ball",
        "Ball to Cube",
        "Cube",
    ]
    assert list(film.view.rows.lanes["V1"].starts) == [0, 40, 64]
    sides = shape(graph, "shot_3")
    assert sides["first"] == ("shot_1", "first", 39)
    assert sides["last"] == ("shot_2", "first", 6)
    prompt = next(
        link.source for link in graph.links if link.target == "shot_3" and link.input == "prompt"
    )
    assert graph.nodes[prompt].params["text"] == "a red ball bounces in a meadow"
    assert graph.nodes["shot_3"].params["seconds"] == 1.0
    assert validate(graph, context.document.registry) == []
    assert context.document.stack.count() == 1
    context.document.stack.undo()
    assert context.document.project.graph == generated_film().graph


def test_two_shots_that_touch_are_bridged_at_their_cut(
    film: TimelinePanel, context: AppContext
) -> None:
    film.transport.seek(50)
    context.actions["timeline.close_gap"].trigger()
    lane = film.view.rows.lanes["V1"]
    film.view.select(tuple(clip.id for clip in lane.clips))
    context.actions["timeline.bridge"].trigger()
    assert list(film.view.rows.lanes["V1"].starts) == [0, 40, 64]
    assert validate(context.document.project.graph, context.document.registry) == []


def test_a_marked_range_is_generated_anew_in_its_place(
    film: TimelinePanel, context: AppContext
) -> None:
    film.transport.mark(10, 34)
    context.actions["timeline.retake"].trigger()
    lane = film.view.rows.lanes["V1"]
    assert [clip.name for clip in lane.clips] == ["Ball", "Ball, retake", "Ball", "Cube"]
    assert list(lane.starts) == [0, 10, 34, 64]
    sides = shape(context.document.project.graph, "shot_3")
    assert sides == {"first": ("shot_1", "first", 10), "last": ("shot_1", "first", 33)}
    assert validate(context.document.project.graph, context.document.registry) == []


def test_nothing_is_generated_without_two_shots_or_a_range(
    film: TimelinePanel, context: AppContext, qtbot: QtBot
) -> None:
    film.transport.seek(101)
    with qtbot.waitSignal(film.editor.refused):
        context.actions["timeline.bridge"].trigger()
    context.actions["timeline.retake"].trigger()
    assert "in and an out" in film.notice.text()
    assert context.document.stack.count() == 0
