"""What a render goes on without when a sound fails, so that no picture is lost for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import AiprodError, Cancelled
from engine.graph import Graph, NodeSpec, Registry
from engine.graph.execution import Results
from engine.graph.prepare import Placed, Prepared, Without, prepare

PICTURES = frozenset({"Clip", "Image", "Sequence", "Timeline"})


@dataclass(frozen=True)
class Spared:
    """The rest of a render: `targets` that are left and `lost` ones, which write no file now."""

    without: Without
    targets: tuple[str, ...]
    lost: tuple[str, ...] = ()


def spare(
    graph: Graph,
    registry: Registry,
    targets: Iterable[str],
    failed: Iterable[str],
    *,
    base_dir: Path | None = None,
) -> Spared | None:
    """The render without the sounds that these nodes make; None when that costs a picture.

    Nodes that need such a sound are left out, too, down to a list that has gaps, which goes on
    with its other sounds. A node that changes something else by it, such as a clip that gets a
    sound or a bed that is ducked, passes that on as it is.
    """
    off, passed, chosen = set(failed), set[str](), list(targets)
    whole = prepare(graph, registry, base_dir=base_dir)
    if any(not _is_sound_alone(whole.nodes[name].spec) for name in off & whole.nodes.keys()):
        return None
    while True:
        left = [name for name in chosen if name not in off]
        without = Without(frozenset(off), frozenset(passed))
        prepared = prepare(graph, registry, base_dir=base_dir, without=without)
        starved = [
            prepared.nodes[name]
            for name in prepared.upstream(left)
            if name in prepared.nodes and _lacks_an_input(prepared.nodes[name])
        ]
        if not starved:
            break
        for placed in starved:
            if _passes_on(placed):
                passed.add(placed.id)
            elif PICTURES.isdisjoint(output.type for output in placed.spec.outputs):
                off.add(placed.id)
            else:
                return None
    if not any(_shows_something(prepared, name) for name in left):
        return None
    return Spared(without, tuple(left), tuple(name for name in chosen if name in off))


def broken_sounds(
    prepared: Prepared,
    failed: Mapping[str, str],
    known: Collection[str],
    make: Callable[[Sequence[str]], Results],
    cancel: threading.Event,
) -> dict[str, str]:
    """The sounds that made a run fail, and why.

    `failed` are nodes that failed, and why: those of them that make sound. When none does, the
    first sound before them that cannot be read to its end; `known` ones are left out already.
    Raises Cancelled.
    """
    names = prepared.upstream(failed)
    sounds = [
        name
        for name in prepared.order
        if name in names and name not in known and _is_sound_alone(prepared.nodes[name].spec)
    ]
    found = {name: failed[name] for name in sounds if name in failed}
    for name in sounds if failed and not found else ():
        try:
            with make([name]) as results:
                fault = _fault_of(results.values[name].values(), cancel)
        except Cancelled:
            raise
        except AiprodError:
            continue  # it needs a sound that is left out, or what failed besides
        if fault is not None:
            return {name: fault}
    return found


def _fault_of(values: Iterable[Any], cancel: threading.Event) -> str | None:
    """Why a sound among the outputs of a node cannot be read to its end; None when all can."""
    from engine.media.sound import checked

    for sound in (value for value in values if type(value).__name__ == "Sound"):
        at = 0
        try:
            for block in sound.blocks():
                if cancel.is_set():
                    raise Cancelled
                at += len(checked(block, at, sound))
        except Cancelled:
            raise
        except Exception as error:  # the value's own code may raise anything
            return str(error) or type(error).__name__
    return None


def _is_sound_alone(spec: NodeSpec) -> bool:
    """Whether a node makes sound and no picture; the words of speech may come with it."""
    kinds = {output.type for output in spec.outputs}
    return "Sound" in kinds and kinds.isdisjoint(PICTURES)


def _lacks_an_input(placed: Placed) -> bool:
    fed = {feed.input for feed in placed.feeds}
    return any(not item.optional and item.name not in fed for item in placed.spec.inputs)


def _passes_on(placed: Placed) -> bool:
    """Whether bypassing a node gives each of its outputs something that it is still fed with."""
    kinds = {item.name: item.type for item in placed.spec.inputs}
    fed = {kinds.get(feed.input) for feed in placed.feeds}
    outputs = {output.type for output in placed.spec.outputs}
    return bool(outputs) and outputs <= fed


def _shows_something(prepared: Prepared, target: str) -> bool:
    return any(
        output.type in PICTURES
        for name in prepared.upstream([target])
        if name in prepared.nodes
        for output in prepared.nodes[name].spec.outputs
    )
