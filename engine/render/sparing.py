"""What a render goes on without when a sound fails, so that no picture is lost for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import Cancelled
from engine.graph import Graph, NodeSpec, Registry
from engine.graph.prepare import Placed, Prepared, Without, prepare

if TYPE_CHECKING:
    from engine.media import Sound

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


def sounds_before(prepared: Prepared, targets: Iterable[str]) -> list[str]:
    """The nodes that the targets need and that make nothing but sounds, in order."""
    names = prepared.upstream(targets)
    return [
        name
        for name in prepared.order
        if name in names and _is_sound_alone(prepared.nodes[name].spec)
    ]


def fault_of(sound: Sound, check_cancelled: Callable[[], None]) -> str | None:
    """Why a sound cannot be read to its end; None when it can. Raises Cancelled."""
    from engine.media.sound import checked

    at = 0
    try:
        for block in sound.blocks():
            check_cancelled()
            at += len(checked(block, at, sound))
    except Cancelled:
        raise
    except Exception as error:  # the value's own code may raise anything
        return str(error) or type(error).__name__
    return None


def sounds_in(values: Iterable[Any]) -> list[Sound]:
    """The sounds among the outputs of a node."""
    found = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [item for item in found if type(item).__name__ == "Sound"]


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
