"""Links are made where they are legal, replaced, ordered, bent, and healed around nodes."""

from __future__ import annotations

import pytest

from app.editing import chains, links, params
from app.editing.level import EditError, inputs_of
from engine.graph import Link, Node
from tests.app.editing.levels import after, level, order, shots


def chain() -> tuple[Node, ...]:
    return (
        Node("red", "media.solid"),
        Node("blue", "media.solid"),
        Node("trim", "media.trim"),
        Node("back", "media.reverse"),
        Node("word", "values.text"),
        Node("still", "media.load_image", params={"file": "a.png"}),
    )


def test_a_single_input_takes_the_new_link_for_the_old() -> None:
    here = level(chain(), [Link("red", "out", "trim", "clip")])
    patch = links.link(here, ("blue", "out"), ("trim", "clip"))
    assert patch.remove_links == (Link("red", "out", "trim", "clip"),)
    assert patch.add_links == (Link("blue", "out", "trim", "clip"),)
    assert links.link(here, ("red", "out"), ("trim", "clip")).is_empty


def test_a_list_takes_one_more_or_one_in_between() -> None:
    here = shots(3)
    here = after(here, links.unlink(here, [Link("b", "out", "cut", "clips", 1)]))
    assert order(here, "cut", "clips") == ["a", "c"]
    at_the_end = after(here, links.link(here, ("b", "out"), ("cut", "clips")))
    assert order(at_the_end, "cut", "clips") == ["a", "c", "b"]
    between = links.link(here, ("b", "out"), ("cut", "clips"), index=1)
    assert order(after(here, between), "cut", "clips") == ["a", "b", "c"]


def test_links_between_types_that_do_not_fit_are_refused_with_the_reason() -> None:
    here = level(chain())
    with pytest.raises(EditError, match="It takes Clip, and this is Text"):
        links.link(here, ("word", "out"), ("trim", "clip"))
    assert links.why_not(here, ("still", "out"), ("trim", "clip")) is None, "an image is a still"
    assert "no input" in (links.why_not(here, ("red", "out"), ("trim", "none")) or "")
    assert "no output" in (links.why_not(here, ("red", "none"), ("trim", "clip")) or "")


def test_links_in_a_circle_are_refused() -> None:
    here = level(chain(), [Link("trim", "out", "back", "clip")])
    with pytest.raises(EditError, match="circle"):
        links.link(here, ("back", "out"), ("trim", "clip"))
    with pytest.raises(EditError, match="circle"):
        links.link(here, ("trim", "out"), ("trim", "clip"))


def test_a_link_led_elsewhere_keeps_its_place_in_the_list() -> None:
    here = shots(3)
    here = after(here, params.set_params(here, {"cut": {"items": [{"clip": 2}]}}))
    old = Link("b", "out", "cut", "clips", 1)
    moved = links.relink(here, old, source=("a", "out"))
    assert order(after(here, moved), "cut", "clips") == ["a", "a", "c"]
    assert after(here, moved).nodes["cut"].params["items"] == [{"clip": 2}]
    with pytest.raises(EditError, match="not there any more"):
        links.relink(here, Link("x", "out", "cut", "clips", 7), source=("a", "out"))


def test_a_reordered_list_leaves_the_edit_as_it_was() -> None:
    here = shots(3)
    here = after(here, params.set_params(here, {"cut": {"items": [{"clip": 0}, {"clip": 2}]}}))
    found = sorted(here.feeding["cut"], key=lambda link: -link.index)
    here = after(here, links.order_list(here, ("cut", "clips"), found))
    assert order(here, "cut", "clips") == ["c", "b", "a"]
    assert here.nodes["cut"].params["items"] == [{"clip": 2}, {"clip": 0}]


def test_a_node_is_put_into_a_link_and_dissolved_again() -> None:
    here = shots(2)
    link = Link("a", "out", "cut", "clips", 0)
    made = chains.insert_node(here, "media.reverse", link, (10, 10))
    there = after(here, made.patch)
    assert order(there, "cut", "clips") == ["reverse_1", "b"]
    assert Link("a", "out", "reverse_1", "clip") in there.links
    back = after(there, chains.dissolve(there, made.nodes))
    assert back.project.graph == here.project.graph


def test_dissolving_a_chain_leads_past_all_of_it() -> None:
    here = level(
        chain(),
        [Link("red", "out", "trim", "clip"), Link("trim", "out", "back", "clip")],
    )
    cut = Node("cut", "editorial.sequence")
    here = after(here, links.Patch(nodes={"cut": cut}))
    here = after(here, links.link(here, ("back", "out"), ("cut", "clips")))
    here = after(here, chains.dissolve(here, ["trim", "back"]))
    assert list(here.links) == [Link("red", "out", "cut", "clips", 0)]


def test_what_does_not_fit_into_a_link_is_refused() -> None:
    here = level(chain(), [Link("red", "out", "trim", "clip")])
    with pytest.raises(EditError, match="cannot be put in"):
        chains.insert_node(here, "sound.gain", Link("red", "out", "trim", "clip"), (0, 0))
    with pytest.raises(EditError, match="the node's own"):
        chains.insert_existing(here, "red", Link("red", "out", "trim", "clip"), (0, 0))


def test_a_reroute_has_the_type_of_what_runs_through_it() -> None:
    here = level(chain(), [Link("red", "out", "trim", "clip")])
    made = chains.add_reroute(here, Link("red", "out", "trim", "clip"), (5, 5))
    there = after(here, made.patch)
    (name,) = made.nodes
    assert inputs_of(there, there.nodes[name])[0].type == "Clip"
    assert links.why_not(there, ("word", "out"), (name, "value")) is not None
    alone = after(there, links.unlink(there, [Link("red", "out", name, "value")]))
    assert links.why_not(alone, ("word", "out"), (name, "value")) is not None, "it leads to a clip"
    assert links.why_not(alone, ("still", "out"), (name, "value")) is None


def test_nodes_are_taken_out_of_a_chain_that_closes_up() -> None:
    here = shots(1)
    made = chains.insert_node(here, "media.trim", Link("a", "out", "cut", "clips", 0), (0, 0))
    there = after(here, made.patch)
    there = after(there, chains.extract(there, made.nodes))
    assert made.nodes[0] in there.nodes
    assert list(there.links) == [Link("a", "out", "cut", "clips", 0)]
