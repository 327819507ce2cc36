"""Inputs that take a list: the order of their links, and the parameters that count by it.

A sequence's items speak of their clips by number. When a link of the list goes or moves, they go
on speaking of the same clip.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeAlias

from app.editing.draft import Draft
from app.editing.level import links_in_order
from engine.graph import Link, Node

Moves: TypeAlias = Mapping[int, int | None]
"""From each old number in a list to its new one; None when what it counted is gone."""


def set_order(draft: Draft, target: str, name: str, links: Sequence[Link]) -> None:
    """Have these links at a list input, in this order; those among them that it had keep their
    meaning in the parameters of the node."""
    old = links_in_order(draft.links_into(target, name))
    made = [
        link if link.index == number else replace(link, index=number)
        for number, link in enumerate(links)
    ]
    draft.set_links(target, name, made)
    places = {id(link): number for number, link in enumerate(links)}
    moves: dict[int, int | None] = {number: places.get(id(link)) for number, link in enumerate(old)}
    node = draft.get(target)
    if node is not None and any(number != place for number, place in moves.items()):
        draft.put(recounted(node, name, moves))


def recounted(node: Node, name: str, moves: Moves) -> Node:
    """The node with the numbers in its parameters led to where the list's values are now."""
    counted = _COUNTED.get((node.type, name))
    return node if counted is None else replace(node, params=counted(node.params, moves))


def _items(params: Mapping[str, Any], moves: Moves) -> dict[str, Any]:
    return _each(params, "items", lambda item: _item(item, moves))


def _item(item: dict[str, Any], moves: Moves) -> dict[str, Any] | None:
    """A sequence's item; that of a clip that is gone becomes a gap of its length, if it has one."""
    if item.get("gap") is not None:
        return item
    number = moves.get(item.get("clip", 0), item.get("clip", 0))
    if number is not None:
        return {**item, "clip": number}
    frames = _length(item)
    if frames is None:
        return None
    kept = {key: value for key, value in item.items() if key in ("name", "transition")}
    return {**kept, "gap": frames}


def _length(item: Mapping[str, Any]) -> int | None:
    frames, end = item.get("frames"), item.get("out_frame")
    if isinstance(frames, int):
        return max(1, frames)
    try:
        speed = abs(Fraction(item.get("speed", 1)))
        return None if end is None else max(1, round((end - item.get("in_frame", 0)) / speed))
    except (TypeError, ValueError, ArithmeticError):
        return None


def _tracks(params: Mapping[str, Any], moves: Moves) -> dict[str, Any]:
    return _each(params, "video", lambda track: _led(track, "sequence", moves))


def _sounds(params: Mapping[str, Any], moves: Moves) -> dict[str, Any]:
    return _each(
        params,
        "audio",
        lambda track: _each(track, "clips", lambda clip: _led(clip, "sound", moves)),
    )


def _led(item: dict[str, Any], key: str, moves: Moves) -> dict[str, Any] | None:
    number = moves.get(item.get(key, 0), item.get(key, 0))
    return None if number is None else {**item, key: number}


def _mixed(params: Mapping[str, Any], moves: Moves) -> dict[str, Any]:
    made = dict(params)
    for key in ("gains", "starts", "pans"):
        if isinstance(made.get(key), list | tuple) and made[key]:
            made[key] = _moved(list(made[key]), moves)
    return made


def _moved(values: list[Any], moves: Moves) -> list[Any]:
    """One value a sound, in the new order; sounds that had none get 0."""
    places = {number: place for number, place in moves.items() if place is not None}
    count = max((place + 1 for number, place in places.items() if number < len(values)), default=0)
    made: list[Any] = [0.0] * count
    for number, place in places.items():
        if number < len(values):
            made[place] = values[number]
    return made


def _each(
    table: Mapping[str, Any], key: str, change: Callable[[dict[str, Any]], dict[str, Any] | None]
) -> dict[str, Any]:
    """The table with each object of the list `key` changed; what is no object stays."""
    made = dict(table)
    items = made.get(key)
    if isinstance(items, list | tuple):
        changed = [change(item) if isinstance(item, dict) else item for item in items]
        made[key] = [item for item in changed if item is not None]
    return made


_COUNTED: Mapping[tuple[str, str], Callable[[Mapping[str, Any], Moves], dict[str, Any]]] = {
    ("editorial.sequence", "clips"): _items,
    ("editorial.timeline", "sequences"): _tracks,
    ("editorial.timeline", "sounds"): _sounds,
    ("sound.mix", "sounds"): _mixed,
    ("mixing.bus", "sounds"): _mixed,
}
