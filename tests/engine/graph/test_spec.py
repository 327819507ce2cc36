"""What a node's signature says is what its spec has."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import pytest

from engine.graph import (
    Artifact,
    Color,
    Context,
    NodeSpec,
    Number,
    Range,
    Registry,
    node,
    read_spec,
)
from engine.graph.checks import ParamError
from tests.engine.graph import sample_nodes
from tests.engine.graph.sample_nodes import Item, Mode


@pytest.fixture
def everything(registry: Registry) -> NodeSpec:
    return registry["sample.everything"]


def test_media_types_are_inputs_and_plain_types_are_parameters(registry: Registry) -> None:
    spec = registry["sample.invert"]
    assert [(item.name, item.type) for item in spec.inputs] == [("blob", "Blob")]
    assert [(item.name, item.kind, item.default) for item in spec.params] == [
        ("strength", "float", 1.0)
    ]
    assert [(item.name, item.type) for item in spec.outputs] == [("out", "Blob")]
    assert (spec.title, spec.category, spec.version) == ("Invert", "Test", 2)
    assert spec.doc == "Turn a blob around."


def test_a_list_is_a_growing_input_and_none_makes_one_optional(registry: Registry) -> None:
    blobs, extra = registry["sample.join"].inputs
    assert (blobs.many, blobs.optional, blobs.type) == (True, False, "Blob")
    assert (extra.many, extra.optional, extra.type) == (False, True, "Blob")


def test_a_named_tuple_gives_several_outputs(registry: Registry) -> None:
    outputs = registry["sample.split"].outputs
    assert [(item.name, item.type) for item in outputs] == [("head", "Blob"), ("size", "Number")]


def test_a_node_with_a_context_has_a_seed_and_settings_unless_it_says_no(
    registry: Registry,
) -> None:
    facts = {
        name: (spec.takes_context, spec.seeded, spec.reads_settings)
        for name in ("invert", "noise", "shape", "write")
        if (spec := registry[f"sample.{name}"])
    }
    assert facts == {
        "invert": (False, False, False),
        "noise": (True, True, False),
        "shape": (True, False, True),
        "write": (True, True, True),
    }


def test_names_of_media_types_need_no_import() -> None:
    spec = read_spec(_cut)
    assert [item.type for item in spec.inputs] == ["Clip", "Sound"]
    assert spec.outputs[0].type == "Timeline"


@node("Cut", category="Test")
def _cut(clip: Clip, sounds: list[Sound] | None = None) -> Timeline:  # type: ignore[name-defined]  # noqa: F821
    """A node of types that are imported nowhere."""


@pytest.mark.parametrize(
    ("name", "good", "value"),
    [
        ("whole", 10, 10),
        ("whole", 4.0, 4),
        ("real", 3, 3.0),
        ("yes", False, False),
        ("choice", "b", "b"),
        ("mode", "hard", Mode.HARD),
        ("rate", "24000/1001", Fraction(24000, 1001)),
        ("rate", 25, Fraction(25)),
        ("file", "shots/a.mov", Path("shots/a.mov")),
        ("file", None, None),
        ("items", [{"name": "a", "start": 3}], [Item("a", 3)]),
        ("table", {"a": 1}, {"a": 1}),
        ("pair", [2, "two"], (2, "two")),
    ],
)
def test_a_parameter_takes_its_values(
    everything: NodeSpec, name: str, good: Any, value: Any
) -> None:
    assert everything.param_named[name].check(good) == value


@pytest.mark.parametrize(
    ("name", "bad", "words"),
    [
        ("needed", 3, "not text"),
        ("whole", 11, "between 0 and 10 frames"),
        ("whole", 1.5, "whole number"),
        ("whole", True, "whole number"),
        ("whole", 10**400, "whole number"),
        ("real", float("nan"), "not a number"),
        ("real", "1", "not a number"),
        ("yes", 1, "neither true nor false"),
        ("choice", "c", "a, b"),
        ("mode", "SOFT", "soft, hard"),
        ("rate", "1/0", "ratio"),
        ("rate", "1e999999", "ratio"),
        ("file", "a\0b", "path"),
        ("items", [{"start": 1}], "'name' is missing"),
        ("items", [{"name": "a", "weight": 2}], "between 0 and 1"),
        ("items", [{"name": "a", "else": 2}], "no field 'else'"),
        ("items", "a", "not a list"),
        ("table", {"a": "b"}, "whole number"),
        ("pair", [1], "list of 2"),
    ],
)
def test_a_parameter_refuses_other_values(
    everything: NodeSpec, name: str, bad: Any, words: str
) -> None:
    with pytest.raises(ParamError, match=words):
        everything.param_named[name].check(bad)


def test_values_and_their_json_forms_lead_to_each_other(everything: NodeSpec) -> None:
    for param in everything.params:
        if not param.required:
            assert param.jsonify(param.check(param.default)) == param.default


def test_a_spec_has_a_json_form(everything: NodeSpec) -> None:
    facts = {item["name"]: item for item in everything.as_dict()["params"]}
    assert facts["whole"]["range"] == {"lo": 0, "hi": 10, "step": None, "unit": "frames"}
    assert facts["mode"]["choices"] == ("soft", "hard")
    assert facts["needed"]["required"]
    assert facts["rate"]["default"] == "24"


def _untyped(value):  # type: ignore[no-untyped-def]
    """A parameter without a type."""


def _set(value: set[int]) -> Number:
    """A type that no project can hold."""
    return 0


def _out_of_range(value: Annotated[int, Range(0, 3)] = 4) -> Number:
    """A default that is not allowed."""
    return value


def _no_socket(value: int) -> bytes:
    """A result that no link can carry."""
    return b""


def _unknown(value: Klip) -> Number:  # type: ignore[name-defined]  # noqa: F821
    """A name that means nothing."""
    return 0


def _many(*values: int) -> Number:
    """A number of parameters that is not known."""
    return 0


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (_untyped, "has no type"),
        (_set, "neither a socket nor a parameter"),
        (_out_of_range, "default"),
        (_no_socket, "no socket type"),
        (_unknown, "Klip"),
        (_many, r"\*values"),
    ],
)
def test_a_signature_that_means_no_node_is_refused(function: Any, words: str) -> None:
    declared = node("Wrong", category="Test")(function)
    with pytest.raises(TypeError, match=words):
        read_spec(declared)


def test_a_sink_that_keeps_nothing_is_refused() -> None:
    @node("Wrong", category="Test", sink=True, cache=False)
    def write(*, ctx: Context) -> Artifact:
        """A sink without a cache."""
        return Artifact("a", ctx.scratch)

    with pytest.raises(TypeError, match="sink"):
        read_spec(write)


def test_colours_are_checked() -> None:
    @node("Paint", category="Test")
    def paint(color: Annotated[str, Color()] = "#000000") -> Number:
        """A colour."""
        return 0

    check = read_spec(paint).param_named["color"].check
    assert check("#FF8800") == "#ff8800"
    with pytest.raises(ParamError, match="#ff8800"):
        check("red")


def test_a_node_type_is_added_once(registry: Registry) -> None:
    copy = registry.copy()
    with pytest.raises(ValueError, match=r"sample\.source"):
        copy.add(registry["sample.source"])
    assert len(copy) == len(registry)


def test_a_module_gives_only_the_nodes_it_defines() -> None:
    registry = Registry()
    added = registry.add_module(sample_nodes)
    assert {spec.function.__module__ for spec in added} == {sample_nodes.__name__}
    assert f"{sample_nodes.__name__}.source" in registry


def test_the_built_in_nodes_are_read_quickly_and_import_nothing_heavy() -> None:
    code = (
        "import sys, time; from engine.nodes import builtin_registry; builtin_registry();"
        "print(time.process_time(), [n for n in ('torch', 'av', 'scipy') if n in sys.modules])"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    seconds, _, heavy = output.strip().partition(" ")
    assert heavy == "[]"
    assert float(seconds) < 0.5
