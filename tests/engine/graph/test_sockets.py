"""Kinds of values: their names, classes, and how they become one another."""

from __future__ import annotations

import pytest

from engine.graph import Codec, Prompt, conversion, register_socket_type
from engine.graph.sockets import can_link, convert, resolve, socket_type, socket_types


def test_a_link_is_legal_when_types_match_or_convert() -> None:
    assert can_link("Clip", "Clip")
    assert can_link("Image", "Clip")
    assert can_link("Text", "Prompt")
    assert not can_link("Clip", "Image")


def test_values_are_converted_on_their_way() -> None:
    assert convert("a ball", "Text", "Prompt") == Prompt("a ball")
    assert convert("a ball", "Text", "Text") == "a ball"
    with pytest.raises(KeyError):
        convert("a ball", "Text", "Clip")


def test_a_name_means_one_class() -> None:
    with pytest.raises(ValueError, match=r"taken by engine\.media\.Clip"):
        register_socket_type("Clip", "somewhere.Else", "#000000")
    again = register_socket_type(
        "Condition", "engine.diffusion.Condition", socket_type("Condition").color
    )
    assert again == socket_type("Condition")


def test_conversions_are_between_types_that_exist() -> None:
    with pytest.raises(ValueError, match="no socket type Nothing"):
        conversion("Clip", "Nothing", str)


def test_every_class_codec_and_conversion_is_there() -> None:
    for kind in socket_types():
        if kind.class_path.startswith("engine."):
            cls = resolve(kind.class_path)
            assert isinstance(cls, type)
            assert kind.holds(cls)
            assert kind.loaded_class() is cls
        if kind.codec:
            assert callable(resolve(kind.codec.save))
            assert callable(resolve(kind.codec.load))
    assert callable(resolve("engine.media.still_clip"))


def test_a_path_that_leads_to_no_function_is_told() -> None:
    with pytest.raises(TypeError, match="not callable"):
        resolve("engine.graph.sockets.__doc__")
    assert Codec("a", "b").save == "a"
