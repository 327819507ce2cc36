"""A patch and its inverse, and the document that undoes with them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.document import Document
from app.editing import Patch, apply_patch, inverse
from app.editing.patch import difference
from engine.graph import Graph, Group, Link, Node, Registry
from engine.project import Project, dumps, loads
from tests.app.editing.strategies import PROJECTS, patches

FEW = settings(max_examples=25)


@FEW
@given(st.data())
def test_an_inverse_leads_back_to_the_same_bytes(data: st.DataObject) -> None:
    project = data.draw(PROJECTS)
    before = dumps(project)
    patch = data.draw(patches(project))
    changed = apply_patch(project, patch)
    assert dumps(project) == before
    assert dumps(apply_patch(changed, inverse(project, patch))) == before
    again = apply_patch(project, inverse(changed, inverse(project, patch)))
    assert dumps(again) == dumps(changed)


@FEW
@given(PROJECTS, PROJECTS)
def test_the_difference_of_two_projects_leads_from_one_to_the_other(
    one: Project, other: Project
) -> None:
    patch = difference(one, other)
    assert dumps(apply_patch(one, patch)) == dumps(other)
    assert dumps(apply_patch(other, inverse(one, patch))) == dumps(one)
    assert difference(one, one).is_empty


@FEW
@given(st.data())
def test_undoing_every_step_leads_back_and_redoing_leads_forth(data: st.DataObject) -> None:
    document = Document(Registry())
    document.new(data.draw(PROJECTS))
    states = [dumps(document.project)]
    for number in range(data.draw(st.integers(1, 4))):
        with document.step(f"step {number}"):
            for _ in range(data.draw(st.integers(0, 2))):
                document.apply("part", data.draw(patches(document.project)))
        states.append(dumps(document.project))
    count = document.stack.count()
    while document.stack.canUndo():
        document.stack.undo()
    assert dumps(document.project) == states[0]
    assert loads(states[0]) == loads(dumps(document.project))
    while document.stack.canRedo():
        document.stack.redo()
    assert document.stack.count() == count
    assert dumps(document.project) == states[-1]


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    made = Document(Registry())
    made.new(Project(Graph({"a": Node("a", "x.y", params={"value": 1})}, [])))
    return made


def set_value(document: Document, value: object, *, merge: str = "") -> None:
    node = document.project.graph.nodes["a"]
    patch = Patch(nodes={"a": node.with_params(value=value)})
    document.apply("Set value", patch, merge=merge)


def test_a_link_that_is_there_twice_loses_one_and_gets_it_back() -> None:
    link = Link("a", "out", "b", "clip")
    project = Project(Graph({}, [link, link]))
    patch = Patch(remove_links=(link,))
    assert apply_patch(project, patch).graph.links == [link]
    assert apply_patch(apply_patch(project, patch), inverse(project, patch)) == project


def test_a_patch_that_does_not_fit_is_refused_and_leaves_no_step(document: Document) -> None:
    before = document.project
    with pytest.raises(ValueError, match="there is no link"):
        document.apply("Unlink", Patch(remove_links=(Link("a", "out", "b", "clip"),)))
    with pytest.raises(KeyError):
        document.apply("Inside", Patch(nodes={"b": Node("b", "x.y")}, scope="nowhere"))
    assert document.project is before
    assert document.stack.count() == 0


def test_a_step_that_fails_leaves_nothing_behind_not_even_to_redo(document: Document) -> None:
    before = dumps(document.project)

    def paste() -> None:
        with document.step("Paste"):
            set_value(document, 2)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        paste()
    assert dumps(document.project) == before
    assert not document.stack.canUndo()
    assert not document.stack.canRedo()


def test_a_step_without_edits_is_none(document: Document) -> None:
    with document.step("Nothing"):
        pass
    assert not document.stack.canUndo()


def test_steps_in_steps_are_one(document: Document) -> None:
    with document.step("Outer"):
        set_value(document, 2)
        with document.step("Inner"):
            set_value(document, 3)
    assert [document.stack.text(n) for n in range(document.stack.count())] == ["Outer"]
    document.stack.undo()
    assert document.project.graph.nodes["a"].params == {"value": 1}


def test_a_drag_is_one_step_and_one_that_ends_where_it_began_is_none(document: Document) -> None:
    for value in (2, 3, 4):
        set_value(document, value, merge="drag")
    document.end_merge()
    assert document.stack.count() == 1
    for value in (5, 4):
        set_value(document, value, merge="drag")
    assert document.stack.count() == 1
    document.stack.undo()
    assert document.project.graph.nodes["a"].params == {"value": 1}


def test_a_noted_take_stays_when_older_edits_are_undone_and_redone(document: Document) -> None:
    set_value(document, 2)
    node = document.project.graph.nodes["a"]
    document.note(Patch(nodes={"a": replace(node, extra={"takes": [{"name": "1"}]})}))
    document.stack.undo()
    node = document.project.graph.nodes["a"]
    assert (node.params, node.extra) == ({"value": 1}, {"takes": [{"name": "1"}]})
    document.stack.redo()
    node = document.project.graph.nodes["a"]
    assert (node.params, node.extra) == ({"value": 2}, {"takes": [{"name": "1"}]})


def test_a_take_noted_on_a_node_that_undo_removes_comes_back_with_it(document: Document) -> None:
    document.apply("Add", Patch(nodes={"b": Node("b", "x.y")}))
    document.note(Patch(nodes={"b": Node("b", "x.y", extra={"takes": [1]})}))
    document.stack.undo()
    assert "b" not in document.project.graph.nodes
    document.stack.redo()
    assert document.project.graph.nodes["b"].extra == {"takes": [1]}


def test_a_take_noted_inside_a_group_stays_when_its_ports_are_undone(document: Document) -> None:
    inner = Node("n", "x.y")
    document.apply("Group", Patch(groups={"g": Group("G", {"n": inner})}))
    renamed = replace(document.project.graph.groups["g"], title="H")
    document.apply("Rename", Patch(groups={"g": renamed}))
    document.note(Patch(nodes={"n": replace(inner, extra={"takes": [1]})}, scope="g"))
    document.stack.undo()
    group = document.project.graph.groups["g"]
    assert group.title == "G"
    assert group.nodes["n"].extra == {"takes": [1]}
