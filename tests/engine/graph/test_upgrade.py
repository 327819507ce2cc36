"""Nodes of older versions are brought up to date, with their links and the groups around them."""

from __future__ import annotations

from engine.graph import Graph, Group, Link, Node, Port, Registry, upgrade, validate


def test_an_old_node_gets_new_parameters_and_sockets(registry: Registry) -> None:
    graph = Graph(
        {
            "a": Node("a", "sample.source"),
            "b": Node("b", "sample.invert", 1, {"percent": 40}),
        },
        [Link("a", "out", "b", "image")],
    )
    made = upgrade(graph, registry)
    assert made.nodes["b"] == Node("b", "sample.invert", 2, {"strength": 0.4})
    assert made.links == [Link("a", "out", "b", "blob")]
    assert validate(graph, registry) == []


def test_a_node_of_a_type_that_went_away_becomes_another(registry: Registry) -> None:
    graph = Graph(
        {"a": Node("a", "sample.source"), "b": Node("b", "sample.flip", 3, {"amount": 50})},
        [Link("a", "out", "b", "image")],
    )
    made = upgrade(graph, registry)
    assert made.nodes["b"] == Node("b", "sample.invert", 2, {"strength": 0.5})
    assert made.links[0].input == "blob"


def test_nodes_inside_groups_and_the_sockets_groups_show_are_upgraded(registry: Registry) -> None:
    group = Group(
        nodes={"b": Node("b", "sample.invert", 1, {"percent": 10})},
        inputs=(Port("in", "b", "image"),),
        outputs=(Port("out", "b", "out"),),
    )
    made = upgrade(Graph(groups={"g": group}), registry).groups["g"]
    assert made.nodes["b"].params == {"strength": 0.1}
    assert made.inputs == (Port("in", "b", "blob"),)


def test_what_nothing_is_known_about_stays_untouched(registry: Registry) -> None:
    nodes = {
        "a": Node("a", "plugin.lost.node", 3, {"x": [1, {"y": None}]}, extra={"color": "#fff"}),
        "b": Node("b", "sample.source", 9),
    }
    graph = Graph(nodes)
    assert upgrade(graph, registry).nodes == nodes


def test_a_migration_that_fails_leaves_the_node(registry: Registry) -> None:
    nodes = {"b": Node("b", "sample.invert", 1, {"percent": "a lot"})}
    assert upgrade(Graph(nodes), registry).nodes == nodes
    problems = validate(Graph(nodes), registry)
    assert any("version 1" in problem.message for problem in problems)
