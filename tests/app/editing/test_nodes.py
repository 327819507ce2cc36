"""Nodes are added, removed, moved, renamed and switched; parameters set, reset and promoted."""

from __future__ import annotations

import pytest

from app.editing import nodes, params
from app.editing.level import EditError, input_of, inputs_of
from engine.graph import Link, Node
from engine.project import dumps
from tests.app.editing.levels import after, level, order, shots


def test_new_nodes_have_readable_ids_the_version_and_a_free_number() -> None:
    here = level([Node("shot_1", "generate.shot"), Node("shot_2", "generate.shot")])
    made = nodes.add_node(here, "generate.shot", (1.04, 2.0), title=" A  \n shot ")
    (name,) = made.nodes
    node = after(here, made.patch).nodes[name]
    assert (name, node.pos, node.title) == ("shot_3", (1.0, 2.0), "A shot")


def test_a_new_node_is_linked_with_the_socket_it_was_dragged_from() -> None:
    here = level([Node("red", "media.solid"), Node("cut", "editorial.sequence")])
    made = nodes.add_node(here, "media.trim", (0, 0), of=("red", "out"), output=True)
    assert made.patch.add_links == (Link("red", "out", "trim_1", "clip"),)
    made = nodes.add_node(here, "media.trim", (0, 0), of=("cut", "clips"), output=False)
    assert made.patch.add_links == (Link("trim_1", "out", "cut", "clips"),)
    made = nodes.add_node(here, "values.text", (0, 0), of=("red", "out"), output=True)
    assert made.patch.add_links == (), "nothing fits"


def test_unknown_types_and_groups_in_themselves_are_refused() -> None:
    with pytest.raises(EditError, match="There is no node type"):
        nodes.add_node(level([]), "nobody.knows", (0, 0))
    with pytest.raises(EditError, match="There is no group"):
        nodes.add_node(level([]), "group.none", (0, 0))


def test_removing_a_clip_closes_the_list_and_keeps_the_edit_on_its_clips() -> None:
    here = shots(3)
    items = [
        {"clip": 0, "out_frame": 10},
        {"clip": 1, "in_frame": 2, "out_frame": 12, "name": "B"},
        {"clip": 2, "out_frame": 5},
        {"clip": 1},
    ]
    here = after(here, params.set_params(here, {"cut": {"items": items}}))
    here = after(here, nodes.remove_nodes(here, ["b"]))
    assert order(here, "cut", "clips") == ["a", "c"]
    assert here.nodes["cut"].params["items"] == [
        {"clip": 0, "out_frame": 10},
        {"gap": 10, "name": "B"},
        {"clip": 1, "out_frame": 5},
    ]


def test_removing_sounds_keeps_gains_and_starts_with_theirs() -> None:
    here = level(
        [*(Node(n, "sound.tone") for n in "abc"), Node("mix", "sound.mix")],
        [Link(n, "out", "mix", "sounds", i) for i, n in enumerate("abc")],
    )
    values = {"gains": [-1.0, -2.0, -3.0], "starts": [0.5]}
    here = after(here, params.set_params(here, {"mix": values}))
    here = after(here, nodes.remove_nodes(here, ["a"]))
    assert here.nodes["mix"].params == {"gains": [-2.0, -3.0], "starts": []}


def test_positions_and_titles_are_made_such_that_a_file_holds_them() -> None:
    here = level([Node("a", "values.text")])
    far = nodes.move_nodes(here, {"a": (float("nan"), 1e300), "gone": (0, 0)})
    here = after(here, far)
    assert here.nodes["a"].pos == (0.0, 1e8)
    here = after(here, nodes.rename_node(here, "a", "x\ud800" * 400))
    assert len(here.nodes["a"].title) <= 500
    dumps(here.project)


def test_a_title_that_is_the_types_is_none() -> None:
    here = level([Node("a", "values.text", title="Words")])
    assert after(here, nodes.rename_node(here, "a", "Text")).nodes["a"].title == ""


def test_a_state_is_switched_on_unless_all_have_it() -> None:
    here = level([Node("a", "values.text", muted=True), Node("b", "values.text")])
    here = after(here, nodes.toggle_state(here, ["a", "b"], "muted"))
    assert [here.nodes[n].muted for n in "ab"] == [True, True]
    here = after(here, nodes.toggle_state(here, ["a", "b"], "muted"))
    assert [here.nodes[n].muted for n in "ab"] == [False, False]


def test_parameters_are_set_on_several_nodes_and_wrong_ones_refused() -> None:
    here = level([Node("a", "media.trim"), Node("b", "media.trim")])
    here = after(here, params.set_params(here, {n: {"start": 5} for n in "ab"}))
    assert [here.nodes[n].params for n in "ab"] == [{"start": 5}] * 2
    with pytest.raises(EditError, match="out of range"):
        params.set_params(here, {"a": {"start": -1}})
    with pytest.raises(EditError, match="no parameter"):
        params.set_params(here, {"a": {"nothing": 1}})


def test_setting_what_is_set_changes_nothing() -> None:
    here = level([Node("a", "media.trim", params={"start": 5})])
    assert params.set_params(here, {"a": {"start": 5}}).is_empty
    assert not params.set_params(here, {"a": {"start": 5.0}}).is_empty, "it is written otherwise"


def test_parameters_without_a_default_are_not_reset() -> None:
    here = level([Node("p", "values.prompt", params={"text": "a ball", "negative": "rain"})])
    here = after(here, params.reset_params(here, ["p"]))
    assert here.nodes["p"].params == {"text": "a ball"}


def test_a_promoted_parameter_is_a_socket_and_demoting_cuts_its_link() -> None:
    here = level([Node("n", "values.number"), Node("t", "media.trim")])
    here = after(here, params.promote(here, ["t", "n"], "start"))
    assert [s.name for s in inputs_of(here, here.nodes["t"])] == ["clip", "start"]
    link = Link("n", "out", "t", "start")
    here = after(here, nodes.Patch(add_links=(link,)))
    patch = params.demote(here, ["t"], "start")
    assert patch.remove_links == (link,)
    assert after(here, patch).nodes["t"].promoted == ()
    with pytest.raises(EditError, match="cannot be shown as a socket"):
        params.promote(here, ["t"], "clip")
    assert input_of(here, here.nodes["t"], "clip") is not None
