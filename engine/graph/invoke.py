"""Calls a node's function with its parameters and feeds, and takes its result apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.errors import RenderError
from engine.graph.checks import ParamError
from engine.graph.context import Context
from engine.graph.memory import Outputs
from engine.graph.prepare import Placed
from engine.graph.sockets import convert, socket_type
from engine.graph.spec import NodeSpec, Output

_PLAIN: dict[str, tuple[type, ...]] = {"Text": (str,), "Number": (float, int), "Flag": (bool,)}


def invoke(placed: Placed, values: Mapping[str, Outputs], ctx: Context | None) -> Outputs:
    """The outputs of a node, given those of its sources. Raises what the function raises."""
    spec = placed.spec
    arguments = placed.params.copy()
    for feed in placed.feeds:
        value = values[feed.source][feed.output]
        if feed.given != feed.wanted:
            value = convert(value, feed.given, feed.wanted)
        if feed.many:
            arguments.setdefault(feed.input, []).append(value)
        elif feed.input in spec.input_named:
            arguments[feed.input] = value
        else:
            arguments[feed.input] = _checked(spec, feed.input, value)
    for name, places in placed.gaps.items():
        row = arguments.setdefault(name, [])
        for place in places:
            row.insert(place, None)
    if ctx is not None:
        arguments["ctx"] = ctx
    return _outputs(spec, spec.function(**arguments))


def _checked(spec: NodeSpec, name: str, value: object) -> Any:
    try:
        return spec.param_named[name].check(value)
    except ParamError as error:
        raise RenderError(str(error), where=name) from None


def _outputs(spec: NodeSpec, result: object) -> Outputs:
    outputs = spec.outputs
    if len(outputs) == 1 and outputs[0].name == "out" and not hasattr(result, "_fields"):
        made = {"out": result}
    elif not outputs:
        made = {}
    else:
        made = {output.name: getattr(result, output.name, None) for output in outputs}
    for output in outputs:
        _check_type(output, made[output.name])
    return made


def _check_type(output: Output, value: object) -> None:
    plain = _PLAIN.get(output.type)
    if plain is not None:
        expected: type | tuple[type, ...] = plain
    else:
        found = socket_type(output.type).loaded_class()
        if found is None:
            return
        expected = found
    items = value if output.many and isinstance(value, list) else [value]
    for item in items:
        if not isinstance(item, expected):
            what = f"a {type(item).__name__}" if item is not None else "nothing"
            raise RenderError(f"it should have made a {output.type}, and made {what}")
