"""The problems of the open project are found in the background, by node and field."""

from __future__ import annotations

import time

import pytest
from pytestqt.qtbot import QtBot

from app.document import Document
from app.editing.grouping import group_nodes
from app.editing.level import Level
from app.editing.nodes import add_node, remove_nodes
from app.problems import Problems
from engine.graph import Graph, Link, Node
from engine.nodes import builtin_registry
from engine.project import Project


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document(builtin_registry())


def settled(problems: Problems, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: problems.is_settled, timeout=5000)


def test_a_mistake_is_told_with_node_field_and_mend(document: Document, qtbot: QtBot) -> None:
    problems = Problems(document)
    made = add_node(Level(document.project, document.registry), "media.trim", (0, 0))
    with qtbot.waitSignal(problems.changed, timeout=5000):
        document.apply("Add", made.patch)
    (problem,) = problems.of("trim_1")
    assert (problem.node, problem.field) == ("trim_1", "clip")
    assert "Clip" in (problem.mend or "")
    assert problems.of_field("trim_1", "clip") == (problem,)
    with qtbot.waitSignal(problems.changed, timeout=5000):
        document.stack.undo()
    assert problems.all == ()
    problems.stop()


def test_a_mistake_in_a_group_is_shown_inside_and_on_the_group(
    document: Document, qtbot: QtBot
) -> None:
    document.new(Project(Graph({"t": Node("t", "media.trim")})))
    level = Level(document.project, document.registry)
    made = group_nodes(level, ["t"], "Cut")
    document.apply("Group", made.patch)
    problems = Problems(document)
    settled(problems, qtbot)
    (problem,) = problems.of("t", "cut")
    assert problem.field == "clip"
    assert problems.of(made.nodes[0]) == (problem,)
    assert problems.of("t") == ()
    problems.stop()


def test_a_large_graph_is_checked_without_holding_up_the_window(
    document: Document, qtbot: QtBot
) -> None:
    nodes = {f"n_{n}": Node(f"n_{n}", "media.reverse") for n in range(3000)}
    links = [Link(f"n_{n}", "out", f"n_{n + 1}", "clip") for n in range(2999)]
    document.new(Project(Graph(nodes, links)))
    problems = Problems(document)
    settled(problems, qtbot)
    assert [problem.node for problem in problems.all] == ["n_0"]
    patch = remove_nodes(Level(document.project, document.registry), ["n_1500"])
    started = time.perf_counter()
    document.apply("Remove", patch)
    assert time.perf_counter() - started < 0.1
    settled(problems, qtbot)
    assert {problem.node for problem in problems.all} == {"n_0", "n_1501"}
    problems.stop()
