"""Nodes are grouped with ports for what runs across, nested, shown, renamed and opened again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.editing import grouping, links, nodes, params, ports
from app.editing.level import EditError, Level, inputs_of, outputs_of, way_to
from engine.graph import Link, Node, Port
from engine.graph.prepare import prepare
from tests.app.editing.levels import REGISTRY, after, level, order, shots


def feeds(level: Level) -> dict[str, list[tuple[str, str, str]]]:
    """What feeds each node in the end, groups opened, by the titles of the nodes."""
    prepared = prepare(level.project.graph, REGISTRY)
    assert prepared.problems == []
    name = {key: placed.title for key, placed in prepared.nodes.items()}
    return {
        name[key]: [(name[feed.source], feed.output, feed.input) for feed in placed.feeds]
        for key, placed in prepared.nodes.items()
    }


def film() -> Level:
    """Clips A to D in a sequence; B and C run through a node each, which share a number."""
    clips = [
        Node(n, "media.solid", title=n.upper(), pos=(0, 100.0 * i)) for i, n in enumerate("abcd")
    ]
    trims = [Node(f"trim_{n}", "media.trim", title=f"Trim {n}") for n in "bc"]
    others = [Node("n", "values.number", title="N"), Node("cut", "editorial.sequence", title="Cut")]
    return level(
        [*clips, *trims, *others],
        [
            Link("b", "out", "trim_b", "clip"),
            Link("c", "out", "trim_c", "clip"),
            Link("n", "out", "trim_b", "start"),
            Link("n", "out", "trim_c", "start"),
            *(
                Link(n, "out", "cut", "clips", i)
                for i, n in enumerate(["a", "trim_b", "trim_c", "d"])
            ),
        ],
    )


@pytest.mark.parametrize(
    "chosen",
    [
        ["trim_b", "trim_c"],
        ["b", "trim_b"],
        ["trim_b", "cut", "trim_c"],
        ["a", "b", "c", "d", "trim_b", "trim_c", "n", "cut"],
        ["a", "d", "n"],
        ["trim_b"],
    ],
)
def test_a_group_changes_nothing_of_what_is_made_and_opens_to_the_same(chosen: list[str]) -> None:
    here = film()
    before = feeds(here)
    made = grouping.group_nodes(here, chosen, "Part")
    there = after(here, made.patch)
    assert set(chosen) & there.nodes.keys() == set()
    assert feeds(there) == before
    opened = grouping.ungroup(there, made.nodes[0])
    back = after(there, opened.patch)
    assert back.groups == {}
    assert back.nodes.keys() == here.nodes.keys()
    assert sorted(back.links, key=repr) == sorted(here.links, key=repr)


def test_inputs_that_share_their_source_share_a_port() -> None:
    here = film()
    made = grouping.group_nodes(here, ["trim_b", "trim_c"], "Trims")
    there = after(here, made.patch)
    group = there.groups["trims"]
    assert [port.name for port in group.inputs] == ["clip", "start", "clip_2", "start"]
    instance = there.nodes[made.nodes[0]]
    assert [s.name for s in inputs_of(there, instance)] == ["clip", "start", "clip_2"]
    assert [(s.name, s.type) for s in outputs_of(there, instance)] == [
        ("out", "Clip"),
        ("out_2", "Clip"),
    ]


def test_groups_nest_and_open_level_by_level() -> None:
    here = film()
    before = feeds(here)
    inner = grouping.group_nodes(here, ["trim_b"], "Inner")
    here = after(here, inner.patch)
    outer = grouping.group_nodes(here, [*inner.nodes, "trim_c"], "Outer")
    here = after(here, outer.patch)
    assert feeds(here) == before
    assert way_to(here.project, "inner") == (["outer", "inner"], [*outer.nodes, *inner.nodes])
    inside = here.inside("outer")
    flat = grouping.ungroup(inside, inner.nodes[0])
    there = after(here, flat.patch, scope=None)
    assert set(there.groups) == {"outer"}
    assert feeds(there) == before


def test_what_runs_out_and_back_in_cannot_be_grouped() -> None:
    with pytest.raises(EditError, match="“Trim b” lies between"):
        grouping.group_nodes(film(), ["b", "cut"], "Part")
    with pytest.raises(EditError, match="Choose the nodes"):
        grouping.group_nodes(film(), ["nobody"], "Part")


def test_values_of_an_instance_go_along_when_it_is_opened() -> None:
    here = film()
    made = grouping.group_nodes(here, ["trim_b"], "Part")
    here = after(here, made.patch)
    here = after(
        here, ports.show_port(here.inside("part"), "params", "trim_b", "length"), scope=None
    )
    here = Level(here.project, REGISTRY)
    here = after(here, params.set_params(here, {made.nodes[0]: {"length": 7}}))
    here = after(here, grouping.ungroup(here, made.nodes[0]).patch)
    assert here.nodes["trim_b"].params == {"length": 7}


def test_a_renamed_port_takes_links_and_values_of_all_users_along() -> None:
    here = film()
    made = grouping.group_nodes(here, ["trim_b", "trim_c"], "Trims")
    here = after(here, made.patch)
    before = feeds(here)
    inside = here.inside("trims")
    for part, old, new in (("inputs", "clip", "picture"), ("outputs", "out", "result")):
        patch = ports.rename_port(inside, part, old, new)  # type: ignore[arg-type]
        inside = Level(after(inside, patch).project, REGISTRY, "trims")
    there = Level(inside.project, REGISTRY)
    assert feeds(there) == before
    assert {"picture"} <= {link.input for link in there.links}
    with pytest.raises(EditError, match="to rename"):
        ports.rename_port(inside, "inputs", "clip", "x")


def test_a_removed_inner_node_takes_its_ports_and_their_links_at_every_level() -> None:
    here = film()
    inner = grouping.group_nodes(here, ["trim_b"], "Inner")
    here = after(here, inner.patch)
    outer = grouping.group_nodes(here, list(inner.nodes), "Outer")
    here = after(here, outer.patch)
    patch = nodes.remove_nodes(here.inside("inner"), ["trim_b"])
    there = Level(after(here, patch).project, REGISTRY)
    assert there.groups["inner"].outputs == ()
    assert there.groups["outer"].outputs == ()
    assert order(there, "cut", "clips") == ["a", "trim_c", "d"]
    assert there.feeding.get(outer.nodes[0]) is None


def test_a_group_cannot_be_put_into_itself() -> None:
    here = film()
    here = after(here, grouping.group_nodes(here, ["trim_b"], "Inner").patch)
    with pytest.raises(EditError, match="cannot contain itself"):
        nodes.add_node(here.inside("inner"), "group.inner", (0, 0))


def test_an_instance_gets_a_group_of_its_own() -> None:
    here = film()
    made = grouping.group_nodes(here, ["trim_b"], "Part")
    here = after(here, made.patch)
    own = grouping.make_own(here, made.nodes[0])
    there = after(here, own.patch)
    assert set(there.groups) == {"part", "part_1"}
    assert there.nodes[made.nodes[0]].type == "group.part_1"


def test_ports_are_shown_hidden_and_ordered() -> None:
    here = film()
    made = grouping.group_nodes(here, ["b", "trim_b"], "Part")
    here = after(here, made.patch)
    inside = here.inside("part")
    shown = after(inside, ports.show_port(inside, "outputs", "b", "out", name="9 lives"))
    assert shown.groups["part"].outputs[-1] == Port("_9_lives", "b", "out")
    with pytest.raises(EditError, match="shown already"):
        ports.show_port(shown, "outputs", "b", "out")
    with pytest.raises(EditError, match="to show"):
        ports.show_port(shown, "outputs", "b", "nothing")
    first = after(shown, ports.order_ports(shown, "outputs", ["_9_lives"]))
    assert [port.name for port in first.groups["part"].outputs] == ["_9_lives", "out"]
    hidden = Level(after(first, ports.hide_port(first, "outputs", "out")).project, REGISTRY)
    assert order(hidden, "cut", "clips") == ["a", "trim_c", "d"]


def test_a_muted_group_opens_to_muted_nodes() -> None:
    here = shots(2)
    made = grouping.group_nodes(here, ["a"], "Part")
    here = after(here, made.patch)
    muted = replace(here.nodes[made.nodes[0]], muted=True)
    here = after(here, links.Patch(nodes={muted.id: muted}))
    here = after(here, grouping.ungroup(here, muted.id).patch)
    assert here.nodes["a"].muted
