"""A group is used as a node, and does what its nodes would do in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.graph import Graph, Group, Link, Node, Port, Registry, Results, validate
from engine.graph.prepare import prepare
from tests.engine.graph.conftest import graph_of


def twice() -> Group:
    """Turns a blob around twice, and puts a source of its own beside it."""
    inner = graph_of({"one": "invert", "two": "invert", "own": "source"}, ("one", "two.blob"))
    return Group(
        "Twice",
        inner.nodes,
        tuple(inner.links),
        inputs=(Port("blob", "one", "blob"),),
        outputs=(Port("turned", "two", "out"), Port("own", "own", "out")),
        params=(Port("text", "own", "text"),),
    )


@pytest.fixture
def graph() -> Graph:
    graph = graph_of(
        {"a": ("source", {"text": "abc"}), "j": "join", "f": "flatten"},
        ("a", "g.blob"),
        ("g.turned", "j.blobs"),
        ("g.own", "j.blobs"),
        ("j", "f.tape"),
    )
    graph.groups["twice"] = twice()
    graph.add(Node("g", "group.twice", params={"text": "xyz"}))
    return graph


def test_a_group_works_as_its_nodes_would(graph: Graph, run: Callable[..., Results]) -> None:
    assert run(graph, "f")["f"].data == b"abc|xyz"


def test_a_group_in_a_group_works_too(graph: Graph, run: Callable[..., Results]) -> None:
    outer = Group(
        nodes={"g": Node("g", "group.twice", params={"text": "inner"}), "i": graph_invert()},
        links=(Link("g", "turned", "i", "blob"),),
        inputs=(Port("blob", "g", "blob"),),
        outputs=(Port("turned", "i", "out"), Port("own", "g", "own")),
        params=(Port("text", "g", "text"),),
    )
    graph.groups["outer"] = outer
    graph.nodes["g"] = Node("g", "group.outer", params={"text": "deep"})
    assert run(graph, "f")["f"].data == b"cba|deep"


def graph_invert() -> Node:
    return Node("i", "sample.invert", 2)


def test_an_input_may_feed_several_nodes_of_the_group(run: Callable[..., Results]) -> None:
    inner = graph_of(
        {"x": "invert", "j": "join", "f": "flatten"}, ("x", "j.blobs"), ("j", "f.tape")
    )
    graph = graph_of({"a": "source"}, ("a", "g.blob"))
    graph.groups["both"] = Group(
        nodes=inner.nodes,
        links=tuple(inner.links),
        inputs=(Port("blob", "x", "blob"), Port("blob", "j", "extra")),
        outputs=(Port("out", "f", "out"),),
    )
    graph.add(Node("g", "group.both"))
    assert run(graph, "g")["g/f"].data == b"cba|abc"


def test_a_muted_group_makes_nothing(graph: Graph, registry: Registry) -> None:
    graph.nodes["g"] = replace(graph.nodes["g"], muted=True)
    messages = [problem.message for problem in validate(graph, registry)]
    assert messages == ["the input is needed, but 'g' is muted"]


def test_a_bypassed_group_passes_on_its_input(graph: Graph, run: Callable[..., Results]) -> None:
    graph.nodes["g"] = replace(graph.nodes["g"], bypassed=True)
    assert run(graph, "f")["f"].data == b"abc|abc"


def test_a_group_can_be_a_target(graph: Graph, run: Callable[..., Results]) -> None:
    results = run(graph, "g")
    assert results["g/two"].data == b"abc"
    assert results["g/own"].data == b"xyz"


def test_mistakes_inside_a_group_name_the_inner_node(graph: Graph, registry: Registry) -> None:
    graph.nodes["g"] = replace(graph.nodes["g"], params={"text": 3})
    graph.links.pop(0)
    places = {(problem.node, problem.field) for problem in validate(graph, registry)}
    assert places == {("g/own", "text"), ("g/one", "blob")}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda graph: graph.connect("a", "g.nothing"), "no input 'nothing'"),
        (lambda graph: graph.connect("g.nothing", "j.extra"), "no output 'nothing'"),
        (
            lambda graph: graph.nodes.update(g=Node("g", "group.twice", params={"no": 1})),
            "no parameter 'no'",
        ),
        (lambda graph: graph.groups.clear(), "no group 'twice'"),
        (
            lambda graph: graph.groups.update(
                twice=replace(twice(), outputs=(Port("turned", "gone", "out"),))
            ),
            "node 'gone' that it has not",
        ),
    ],
)
def test_wrong_uses_of_a_group_are_told(
    graph: Graph, registry: Registry, change: Callable[[Graph], object], words: str
) -> None:
    change(graph)
    assert any(words in problem.message for problem in validate(graph, registry))


def test_a_group_that_contains_itself_is_a_mistake(graph: Graph, registry: Registry) -> None:
    graph.groups["twice"] = replace(
        twice(), nodes={**twice().nodes, "again": Node("again", "group.twice")}
    )
    messages = [problem.message for problem in validate(graph, registry)]
    assert any("contains itself: twice → twice" in message for message in messages)


def test_groups_that_unfold_without_end_are_stopped(registry: Registry) -> None:
    graph = Graph()
    count = 12
    for level in range(count):
        kind = f"group.g{level + 1}" if level + 1 < count else "sample.source"
        nodes = {f"n{i}": Node(f"n{i}", kind) for i in range(20)}
        graph.groups[f"g{level}"] = Group(nodes=nodes)
    graph.add(Node("bomb", "group.g0"))
    made = prepare(graph, registry)
    assert made.nodes == {}
    assert any("unfold" in problem.message for problem in made.problems)


def test_groups_nested_too_deep_are_stopped(registry: Registry) -> None:
    graph = Graph()
    for level in range(40):
        graph.groups[f"g{level}"] = Group(nodes={"n": Node("n", f"group.g{level + 1}")})
    graph.add(Node("deep", "group.g0"))
    assert any("nested deeper" in problem.message for problem in validate(graph, registry))


def test_nodes_of_two_instances_have_seeds_of_their_own(run: Callable[..., Results]) -> None:
    graph = graph_of({})
    graph.groups["dice"] = Group(
        nodes={"n": Node("n", "sample.noise")}, outputs=(Port("out", "n", "out"),)
    )
    graph.add(Node("x", "group.dice"))
    graph.add(Node("y", "group.dice"))
    results = run(graph, "x", "y")
    assert results["x/n"].data != results["y/n"].data
