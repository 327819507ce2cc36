"""Every mistake in a graph is found, with its node and field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import Problem
from engine.graph import Graph, Link, Node, Registry, Situation, validate
from engine.graph.expand import REROUTE
from engine.graph.prepare import prepare
from tests.engine.graph.conftest import graph_of

Facts = list[tuple[str | None, str | None, str]]


@pytest.fixture
def mistakes(registry: Registry, tmp_path: Path) -> Callable[[Graph], Facts]:
    def mistakes(graph: Graph) -> Facts:
        found = validate(graph, registry, base_dir=tmp_path)
        return [(problem.node, problem.field, problem.message) for problem in found]

    return mistakes


def test_a_sound_graph_has_no_mistakes(mistakes: Callable[[Graph], Facts]) -> None:
    graph = graph_of(
        {"a": "source", "b": "invert", "j": "join", "f": "flatten", "w": "write"},
        ("a", "b.blob"),
        ("a", "j.blobs"),
        ("b", "j.blobs"),
        ("j", "f.tape"),
        ("f", "w.blob"),
    )
    assert mistakes(graph) == []


def test_all_mistakes_are_told_at_once(mistakes: Callable[[Graph], Facts]) -> None:
    graph = graph_of(
        {
            "a": ("source", {"repeat": 0, "txet": "x"}),
            "b": ("invert", {"strength": "much"}),
            "c": "nothing",
            "f": "flatten",
        },
        ("a", "f.tape"),
        ("a", "a.blob"),
    )
    facts = {(node, field) for node, field, _ in mistakes(graph)}
    assert facts == {
        ("a", "repeat"),
        ("a", "txet"),
        ("a", "blob"),
        ("b", "strength"),
        ("b", "blob"),
        ("c", None),
        ("f", "tape"),
    }


@pytest.mark.parametrize(
    ("graph", "node", "field", "words"),
    [
        (graph_of({"a": "sorce"}), "a", None, "did you mean 'sample.source'"),
        (graph_of({"a": "invert"}), "a", "blob", "the input is needed"),
        (graph_of({"a": ("source", {"repeat": 101})}), "a", "repeat", "between 1 and 100"),
        (graph_of({"a": ("source", {"repeat": "x"})}), "a", "repeat", "not a whole number"),
        (graph_of({"a": ("source", {"repaet": 2})}), "a", "repaet", "did you mean 'repeat'"),
        (graph_of({"a": "everything"}), "a", "needed", "no value"),
        (
            graph_of({"a": "source", "f": "flatten"}, ("a", "f.tape")),
            "f",
            "tape",
            "takes a Tape, and 'a' gives a Blob",
        ),
        (
            graph_of({"a": "source", "b": "invert"}, ("a.uot", "b.blob")),
            "b",
            "blob",
            "no output 'uot'; did you mean 'out'",
        ),
        (
            graph_of({"a": "source", "b": "invert"}, ("a", "b.bolb")),
            "b",
            "bolb",
            "no input 'bolb'; did you mean 'blob'",
        ),
        (
            graph_of({"a": "source", "b": "invert"}, ("a", "b.blob"), ("a", "b.blob")),
            "b",
            "blob",
            "two links",
        ),
        (graph_of({"b": "invert"}, ("a", "b.blob")), "b", "blob", "'a' that is not there"),
        (graph_of({"a": "source"}, ("a", "b.blob")), None, None, "'b' that is not there"),
        (
            graph_of({"w": ("write", {"name": "../../etc/passwd"})}),
            "w",
            "name",
            "outside the output folder",
        ),
        (graph_of({"r": ("read_file", {"path": "none.txt"})}), "r", "path", "no file 'none.txt'"),
        (
            graph_of({"w": "write", "r": "read_file"}, ("w", "r.path")),
            "r",
            "path",
            "cannot be fed",
        ),
        (
            graph_of({"e": ("everything", {"needed": "x", "items": [{"name": 3}]})}),
            "e",
            "items",
            r"\[0\].name: 3 is not text",
        ),
    ],
)
def test_a_mistake_names_its_node_and_field(
    mistakes: Callable[[Graph], Facts], graph: Graph, node: str, field: str, words: str
) -> None:
    found = [item for item in mistakes(graph) if item[:2] == (node, field)]
    assert len(found) == 1
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(found[0][2])


def test_a_circle_is_named_in_the_direction_of_its_links(
    mistakes: Callable[[Graph], Facts],
) -> None:
    graph = graph_of(
        dict.fromkeys("abcde", "invert"),
        ("a", "b.blob"),
        ("b", "c.blob"),
        ("c", "a.blob"),
        ("c", "d.blob"),
        ("e", "e.blob"),
    )
    messages = [message for _, _, message in mistakes(graph)]
    assert len(messages) == 2
    circles = [message.partition(": ")[2].split(" → ") for message in messages]
    three = next(circle for circle in circles if len(circle) == 4)
    assert three[0] == three[-1]
    assert "".join(three[:3]) in ("abc", "bca", "cab")
    assert ["e", "e"] in circles


def test_a_newer_version_of_a_node_is_not_run(mistakes: Callable[[Graph], Facts]) -> None:
    graph = Graph({"a": Node("a", "sample.source", 7)})
    assert "version 7" in mistakes(graph)[0][2]


def test_a_text_links_to_a_blob_and_a_number_to_a_parameter(
    mistakes: Callable[[Graph], Facts],
) -> None:
    graph = graph_of(
        {"t": "shape", "i": "invert", "m": "measure", "s": "source"},
        ("t", "i.blob"),
        ("i", "m.blob"),
        ("m", "s.repeat"),
    )
    assert mistakes(graph) == []


def test_links_of_a_list_come_by_index_and_then_by_source(registry: Registry) -> None:
    graph = graph_of(dict.fromkeys("abcd", "source") | {"j": "join"})
    for name, index in (("a", 2), ("b", 1), ("c", 2), ("d", 0)):
        graph.connect(name, "j.blobs", index=index)
    feeds = prepare(graph, registry).nodes["j"].feeds
    assert [feed.source for feed in feeds] == ["d", "b", "a", "c"]


def test_what_a_muted_node_fed_goes_without_it(
    registry: Registry, mistakes: Callable[[Graph], Facts]
) -> None:
    graph = graph_of(
        {"a": "source", "b": "source", "j": "join", "i": "invert"},
        ("a", "j.blobs"),
        ("b", "j.blobs"),
        ("b", "j.extra"),
        ("b", "i.blob"),
    )
    graph.nodes["b"] = replace(graph.nodes["b"], muted=True)
    assert mistakes(graph) == [("i", "blob", "the input is needed, but 'b' is muted")]
    assert [feed.source for feed in prepare(graph, registry).nodes["j"].feeds] == ["a"]


def test_a_disabled_node_has_no_mistakes_and_is_no_target(
    registry: Registry, mistakes: Callable[[Graph], Facts]
) -> None:
    graph = graph_of({"a": "source", "w": "write", "x": "write"}, ("a", "w.blob"))
    graph.nodes["x"] = replace(graph.nodes["x"], disabled=True)
    assert mistakes(graph) == []
    assert prepare(graph, registry).sinks() == ["w"]


def test_a_muted_link_carries_nothing(mistakes: Callable[[Graph], Facts]) -> None:
    graph = graph_of({"a": "source", "b": "invert"})
    graph.links.append(Link("a", "out", "b", "blob", muted=True))
    assert mistakes(graph) == [("b", "blob", "the input is needed")]


def test_a_bypassed_node_passes_on_its_first_input_of_the_type(registry: Registry) -> None:
    graph = graph_of(
        {"a": "source", "b": "invert", "c": "invert", "s": "split", "m": "measure"},
        ("a", "b.blob"),
        ("b", "c.blob"),
        ("c", "s.blob"),
        ("s.head", "m.blob"),
    )
    for name in "bcs":
        graph.nodes[name] = replace(graph.nodes[name], bypassed=True)
    made = prepare(graph, registry)
    assert not made.problems
    assert [feed.source for feed in made.nodes["m"].feeds] == ["a"]


def test_a_bypassed_node_without_such_an_input_passes_on_nothing(
    mistakes: Callable[[Graph], Facts],
) -> None:
    graph = graph_of({"a": "source", "b": "invert"}, ("a", "b.blob"))
    graph.nodes["a"] = replace(graph.nodes["a"], bypassed=True)
    assert mistakes(graph) == [("b", "blob", "the input is needed, but 'a' passes nothing on")]


def test_bypassed_nodes_in_a_circle_are_a_mistake(mistakes: Callable[[Graph], Facts]) -> None:
    graph = graph_of(
        {"a": "invert", "b": "invert", "c": "invert"},
        ("a", "b.blob"),
        ("b", "a.blob"),
        ("b", "c.blob"),
    )
    for name in "ab":
        graph.nodes[name] = replace(graph.nodes[name], bypassed=True)
    assert any("in a circle" in message for _, _, message in mistakes(graph))


def test_a_reroute_only_bends_a_link(registry: Registry) -> None:
    graph = graph_of({"a": "source", "b": "invert"}, ("r", "b.blob"), ("a", "r.value"))
    graph.add(Node("r", REROUTE))
    made = prepare(graph, registry)
    assert not made.problems
    assert [feed.source for feed in made.nodes["b"].feeds] == ["a"]


def test_only_parameters_that_can_be_sockets_are_promoted(
    mistakes: Callable[[Graph], Facts],
) -> None:
    graph = graph_of({"a": "source"})
    graph.nodes["a"] = replace(graph.nodes["a"], promoted=("text", "sound"))
    assert mistakes(graph) == [("a", "sound", "'sound' cannot be shown as a socket")]


def test_the_file_of_a_parameter_may_be_a_folder_or_a_sequence(
    mistakes: Callable[[Graph], Facts], tmp_path: Path
) -> None:
    (tmp_path / "shots").mkdir()
    (tmp_path / "shots" / "a.0001.png").touch()
    names = ("shots", "shots/a.%04d.png", "shots/a.####.png", "shots/*.png")
    graph = graph_of({f"n{i}": ("read_file", {"path": name}) for i, name in enumerate(names)})
    assert mistakes(graph) == []


def test_deep_and_wide_graphs_are_checked(registry: Registry) -> None:
    count = 3000
    graph = graph_of({f"n{i}": "invert" for i in range(count)})
    for i in range(1, count):
        graph.connect(f"n{i - 1}", f"n{i}.blob")
    graph.connect(f"n{count - 1}", "n0.blob")
    problems = validate(graph, registry)
    assert len(problems) == 1
    assert "circle" in problems[0].message


def test_an_inspection_that_breaks_is_a_problem_of_its_node(registry: Registry) -> None:
    def breaks(situation: Situation) -> list[Problem]:
        raise KeyError("gone")

    copy = registry.copy()
    copy.add(replace(registry["sample.source"], id="x.y", inspect=breaks))
    graph = graph_of({"a": "source", "b": "source"})
    graph.nodes["a"] = replace(graph.nodes["a"], type="x.y")
    (problem,) = validate(graph, copy)
    assert (problem.node, "KeyError" in problem.message) == ("a", True)


def test_an_inspection_does_not_see_parameters_that_are_wrong(registry: Registry) -> None:
    seen: list[object] = []
    copy = registry.copy()
    copy.add(replace(registry["sample.source"], id="x.y", inspect=lambda s: seen.append(s) or []))
    graph = graph_of({"a": ("source", {"repeat": "x"})})
    graph.nodes["a"] = replace(graph.nodes["a"], type="x.y")
    assert len(validate(graph, copy)) == 1
    assert seen == []
