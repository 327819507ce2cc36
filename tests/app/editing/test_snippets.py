"""Nodes travel as text between projects, and nothing in a text does harm."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.editing import grouping, params, snippets
from app.editing.level import EditError, Level
from engine.graph import Graph, Link, Node
from engine.project import Project, dumps
from tests.app.editing.levels import REGISTRY, after, level, order, shots


def pasted(target: Level, text: str, *, with_links: bool = False) -> tuple[Level, tuple[str, ...]]:
    made = snippets.paste(target, snippets.read_snippet(text), (0, 0), with_links=with_links)
    return after(target, made.patch), made.nodes


def test_nodes_come_with_their_links_under_free_ids_around_the_place() -> None:
    here = shots(2)
    text = snippets.copy_nodes(here, ["a", "b", "cut"])
    there, names = pasted(here, text)
    assert names == ("a_1", "b_1", "cut_1")
    assert order(there, "cut_1", "clips") == ["a_1", "b_1"]
    assert order(there, "cut", "clips") == ["a", "b"]
    assert there.nodes["a_1"].pos == (-200.0, -50.0)
    assert there.nodes["cut_1"].pos == (200.0, -50.0)


def test_a_text_is_the_same_for_the_same_nodes_and_survives_a_mail() -> None:
    here = shots(2)
    text = snippets.copy_nodes(here, ["a", "cut"])
    assert text == snippets.copy_nodes(here, ["cut", "a"])
    assert json.loads(text)["snippet"] == {
        "incoming": [{"from": "b.out", "to": "cut.clips", "index": 1}]
    }
    empty = level([])
    there, names = pasted(empty, f"Hello,\n```\n{text}```\nBye")
    assert names == ("a", "cut")
    assert order(there, "cut", "clips") == ["a"]
    assert snippets.copy_nodes(here, []) == ""


def test_incoming_links_come_along_where_they_can() -> None:
    here = shots(2)
    text = snippets.copy_nodes(here, ["a", "cut"])
    there, _ = pasted(here, text, with_links=True)
    assert order(there, "cut_1", "clips") == ["a_1", "b"]
    elsewhere, _ = pasted(level([]), text, with_links=True)
    assert order(elsewhere, "cut", "clips") == ["a"]


def test_an_edit_keeps_to_its_clips_when_some_are_left_behind() -> None:
    here = shots(3)
    items = [{"clip": 0, "out_frame": 9}, {"clip": 2}, {"clip": 1, "out_frame": 4}]
    here = after(here, params.set_params(here, {"cut": {"items": items}}))
    there, _ = pasted(level([]), snippets.copy_nodes(here, ["b", "c", "cut"]))
    assert there.nodes["cut"].params["items"] == [
        {"gap": 9},
        {"clip": 1},
        {"clip": 0, "out_frame": 4},
    ]


def test_groups_come_along_and_are_shared_when_they_are_alike() -> None:
    here = shots(2)
    inner = grouping.group_nodes(here, ["a"], "Inner")
    here = after(here, inner.patch)
    outer = grouping.group_nodes(here, list(inner.nodes), "Outer")
    here = after(here, outer.patch)
    text = snippets.copy_nodes(here, outer.nodes)
    again, _ = pasted(here, text)
    assert set(again.groups) == {"inner", "outer"}
    there, names = pasted(level([]), text)
    assert set(there.groups) == {"inner", "outer"}
    assert there.nodes[names[0]].type == "group.outer"
    other = level([Node("x", "values.text")])
    other = after(other, grouping.group_nodes(other, ["x"], "Outer").patch)
    mixed, names = pasted(other, text)
    assert set(mixed.groups) == {"inner", "outer", "outer_1"}
    assert mixed.nodes[names[0]].type == "group.outer_1"


def test_a_group_is_not_pasted_into_itself() -> None:
    here = shots(1)
    here = after(here, grouping.group_nodes(here, ["a"], "Part").patch)
    text = snippets.copy_nodes(here, ["part_1"])
    with pytest.raises(EditError, match="cannot contain itself"):
        snippets.paste(here.inside("part"), snippets.read_snippet(text))


def test_a_whole_project_can_be_pasted() -> None:
    there, names = pasted(level([]), dumps(shots(2).project))
    assert set(names) == {"a", "b", "cut"}
    assert order(there, "cut", "clips") == ["a", "b"]


def test_duplicates_keep_or_leave_the_links_that_lead_to_them() -> None:
    here = shots(2)
    made = snippets.duplicate(here, ["cut"], with_links=True)
    assert order(after(here, made.patch), "cut_1", "clips") == ["a", "b"]
    made = snippets.duplicate(here, ["cut"], with_links=False)
    assert order(after(here, made.patch), "cut_1", "clips") == []


def test_unknown_types_are_pasted_as_they_are() -> None:
    node = Node("x", "plugin.gone.node", 3, {"a": [1, {"b": None}]}, extra={"takes": [1]})
    here = Level(Project(Graph({"x": node})), REGISTRY)
    there, names = pasted(level([]), snippets.copy_nodes(here, ["x"]))
    assert there.nodes[names[0]].params == node.params
    assert there.nodes[names[0]].extra == node.extra


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "{}",
        '{"aiprod": 1',
        '{"aiprod": 99}',
        '{"aiprod": 1, "nodes": {"../../etc/passwd": {"type": "values.text"}}}',
        '{"aiprod": 1, "nodes": {"a": {"type": "values.text", "pos": [NaN, 1e999]}}}',
        '{"aiprod": 1, "nodes": ' + "[" * 100_000 + "]" * 100_000 + "}",
    ],
)
def test_other_texts_are_refused_with_a_reason(text: str) -> None:
    with pytest.raises(EditError):
        snippets.paste(level([]), snippets.read_snippet(text))


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_text_is_read_or_refused_and_never_breaks_the_project(
    data: st.DataObject,
) -> None:
    text = snippets.copy_nodes(shots(3), ["a", "b", "cut"])
    at = data.draw(st.integers(0, len(text) - 1))
    text = text[:at] + data.draw(st.text(max_size=3)) + text[at + data.draw(st.integers(0, 4)) :]
    try:
        there, _ = pasted(shots(1), text, with_links=True)
    except EditError:
        return
    assert all({link.source, link.target} <= there.nodes.keys() for link in there.links)
    dumps(there.project)


def test_links_that_lead_out_of_the_snippet_are_dropped() -> None:
    text = dumps(
        Project(Graph({"a": Node("a", "media.trim")}, [Link("ghost", "out", "a", "clip")]))
    )
    there, _ = pasted(level([]), text)
    assert list(there.links) == []
