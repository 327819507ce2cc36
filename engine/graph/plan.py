"""What has to run for some targets, and what can be read from the cache instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.errors import UsageError, ValidationError
from engine.graph.cache import Cache, storable
from engine.graph.memory import Outputs
from engine.graph.prepare import Prepared
from engine.graph.sockets import socket_type
from engine.graph.spec import NodeSpec


@dataclass
class Plan:
    """Nodes that run, in an order in which they can; nodes to load; values that are at hand.

    `touched` are the keys of the stored results that the run uses, directly or inside values.
    """

    targets: list[str]
    keys: Mapping[str, str]
    run: list[str] = field(default_factory=list)
    load: list[str] = field(default_factory=list)
    at_hand: dict[str, Outputs] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)

    @property
    def cached(self) -> int:
        """Number of results that need not be made."""
        return len(self.load) + len(self.at_hand)


@dataclass(frozen=True, slots=True)
class Keeping:
    """How results of a node type are kept: on disk, and whether they are plain values."""

    disk: bool
    plain: bool


def keeping(spec: NodeSpec, known: dict[str, Keeping]) -> Keeping:
    """How results of that type are kept; `known` remembers it from one call to the next."""
    found = known.get(spec.id)
    if found is None:
        plain = all(socket_type(output.type).plain for output in spec.outputs)
        found = known[spec.id] = Keeping(spec.cache and storable(spec.outputs), plain)
    return found


def choose_targets(prepared: Prepared, wanted: Iterable[str] | None) -> list[str]:
    """The nodes to make: those wanted, or else all sinks. Raises UsageError for unknown ones."""
    if wanted is None:
        return prepared.sinks()
    chosen: list[str] = []
    for name in wanted:
        if name in prepared.group_outputs:
            chosen.extend(prepared.group_outputs[name])
        elif name in prepared.nodes:
            chosen.append(name)
        elif name in prepared.off:
            raise UsageError(f"the node {name!r} is {prepared.off[name]}")
        elif not any(problem.node == name for problem in prepared.problems):
            raise UsageError(f"there is no node {name!r}")
        else:
            chosen.append(name)
    return list(dict.fromkeys(chosen))


def needed(prepared: Prepared, targets: Iterable[str]) -> set[str]:
    """All nodes that the targets need. Raises ValidationError when one of them has a mistake."""
    names = prepared.upstream(targets)
    if prepared.problems:
        problems = [problem for problem in prepared.problems if problem.node in names]
        if problems:
            raise ValidationError(problems)
    return names


def plan(prepared: Prepared, targets: list[str], keys: Mapping[str, str], cache: Cache) -> Plan:
    """The least work that makes the targets, given what the cache holds."""
    made = Plan(targets, keys)
    nodes, memory = prepared.nodes, cache.memory
    known: dict[str, Keeping] = {}
    order = [name for name in prepared.order if name in keys]
    stored = cache.index.stored(keys.values())
    whole = _whole(prepared, order, keys, stored, known)
    bodies = cache.load_plain(
        key
        for name in order
        if (key := keys[name]) in stored
        and key not in memory
        and keeping(nodes[name].spec, known).plain
    )
    wanted = set(targets)
    inside: list[str] = []
    for name in reversed(order):
        if name not in wanted:
            continue
        key, placed = keys[name], nodes[name]
        keep = keeping(placed.spec, known)
        outputs = memory.get(key) if keep.plain or name in whole else None
        if outputs is not None:
            made.at_hand[name] = outputs
            if not keep.plain:
                inside.append(name)
        elif key in bodies:
            made.at_hand[name] = bodies[key]
            made.touched.add(key)
            memory.put(key, bodies[key])
        elif keep.disk and not keep.plain and key in stored:
            made.load.append(name)
            made.touched.add(key)
        else:
            made.run.append(name)
            wanted.update(feed.source for feed in placed.feeds)
    made.run.reverse()
    made.load.reverse()
    _touch_inside(made, prepared, inside, stored, known)
    return made


def _whole(
    prepared: Prepared,
    order: list[str],
    keys: Mapping[str, str],
    stored: set[str],
    known: dict[str, Keeping],
) -> set[str]:
    """Nodes whose values in memory can be used: the stored results inside them are still there."""
    whole: set[str] = set()
    for name in order:
        placed = prepared.nodes[name]
        keep = keeping(placed.spec, known)
        if keep.plain or (
            keys[name] in stored
            if keep.disk
            else all(feed.source in whole for feed in placed.feeds)
        ):
            whole.add(name)
    return whole


def _touch_inside(
    made: Plan,
    prepared: Prepared,
    inside: list[str],
    stored: set[str],
    known: dict[str, Keeping],
) -> None:
    """Note the stored results that values at hand refer to."""
    seen: set[str] = set()
    waiting = list(inside)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        placed = prepared.nodes[name]
        if keeping(placed.spec, known).disk:
            if made.keys[name] in stored:
                made.touched.add(made.keys[name])
        else:
            waiting.extend(feed.source for feed in placed.feeds)
