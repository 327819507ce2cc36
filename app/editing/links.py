"""Edits of links: made, removed, led elsewhere, ordered, muted; and which of them are legal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from app.editing.draft import Draft
from app.editing.level import (
    ANY,
    EditError,
    Level,
    Place,
    Socket,
    input_of,
    inputs_of,
    links_in_order,
    output_of,
    outputs_of,
)
from app.editing.lists import set_order
from app.editing.patch import Patch, apply_patch
from engine.graph import Link, Node
from engine.graph.expand import REROUTE
from engine.graph.sockets import can_link


def why_not(level: Level, source: Place, target: Place) -> str | None:
    """Why an output cannot feed an input, for the user; None when it can."""
    if source[0] not in level.nodes or target[0] not in level.nodes:
        return QCoreApplication.translate("Editing", "One of the nodes is not there")
    origin, end = level.nodes[source[0]], level.nodes[target[0]]
    given, wanted = output_of(level, origin, source[1]), input_of(level, end, target[1])
    if given is None:
        return QCoreApplication.translate("Editing", "There is no output “{name}”").format(
            name=source[1]
        )
    if wanted is None:
        return QCoreApplication.translate("Editing", "There is no input “{name}”").format(
            name=target[1]
        )
    reason = why_types_differ(level, origin, given, end, wanted)
    if reason is None and is_upstream(level, source[0], target[0]):
        reason = QCoreApplication.translate("Editing", "The links would run in a circle")
    return reason


def why_types_differ(
    level: Level, origin: Node, given: Socket, end: Node, wanted: Socket
) -> str | None:
    """Why a value of one socket does not fit another; None when it does, or when it is unknown."""
    if given.many:
        return QCoreApplication.translate("Editing", "It gives a list of {given}").format(
            given=given.type
        )
    kinds = [wanted.type]
    if end.type == REROUTE:
        kinds = [kind for kind in _wanted_behind(level, end.id) if kind != ANY]
    known = given.type
    if origin.type == REROUTE and not level.feeding.get(origin.id):
        known = ANY  # it takes whatever it will be fed
    for kind in kinds:
        if ANY not in (known, kind) and not can_link(known, kind):
            return QCoreApplication.translate(
                "Editing", "It takes {wanted}, and this is {given}"
            ).format(wanted=kind, given=known)
    return None


def is_upstream(level: Level, name: str, of: str) -> bool:
    """Whether values of `of` reach the node `name`, or it is that node."""
    return name in downstream(level, of)


def downstream(level: Level, name: str) -> set[str]:
    """The node and every one that its values reach."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting.extend(link.target for link in level.fed.get(current, ()))
    return seen


def upstream(level: Level, name: str) -> set[str]:
    """The node and every one whose values reach it."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in seen:
            seen.add(current)
            waiting.extend(link.source for link in level.feeding.get(current, ()))
    return seen


def link(level: Level, source: Place, target: Place, *, index: int | None = None) -> Patch:
    """Let an output feed an input: in place of what fed it, or as one more of a list.

    In a list it comes last, or at `index`. Raises EditError that says why it cannot be.
    """
    reason = why_not(level, source, target)
    if reason is not None:
        raise EditError(reason)
    draft = Draft(level)
    put_link(draft, source, target, many=takes_list(level, target), index=index)
    return draft.patch()


def takes_list(level: Level, target: Place) -> bool:
    """Whether an input takes any number of links."""
    found = input_of(level, level.nodes[target[0]], target[1])
    return found is not None and found.many


def put_link(
    draft: Draft, source: Place, target: Place, *, many: bool, index: int | None = None
) -> None:
    """Add a link to a draft; a single input loses the one that it had."""
    made = Link(*source, *target)
    had = links_in_order(draft.links_into(*target))
    if not many:
        if not any((link.source, link.output) == source and not link.muted for link in had):
            draft.set_links(*target, [made])
        return
    if index is None and any((link.source, link.output) == source for link in had):
        return
    place = len(had) if index is None else max(0, min(index, len(had)))
    set_order(draft, *target, [*had[:place], made, *had[place:]])


def unlink(level: Level, links: Iterable[Link]) -> Patch:
    """Remove links. Those that are not there are left out."""
    draft = Draft(level)
    cut(draft, links)
    return draft.patch()


def cut(draft: Draft, links: Iterable[Link]) -> None:
    """Remove links from a draft; the lists that they were in close up."""
    by_input: dict[Place, list[Link]] = {}
    for item in links:
        by_input.setdefault((item.target, item.input), []).append(item)
    for place, gone in by_input.items():
        left = links_in_order(draft.links_into(*place))
        for item in gone:
            if item in left:
                left.remove(item)
        if draft.get(place[0]) is None:
            draft.set_links(*place, left)
        else:
            set_order(draft, *place, left)


def relink(
    level: Level, old: Link, *, source: Place | None = None, target: Place | None = None
) -> Patch:
    """Lead a link to another output or input; in the same list it keeps its place.

    Raises EditError that says why it cannot be.
    """
    start, end = source or (old.source, old.output), target or (old.target, old.input)
    if old not in level.feeding.get(old.target, ()):
        raise EditError(QCoreApplication.translate("Editing", "The link is not there any more"))
    if (start, end) == ((old.source, old.output), (old.target, old.input)):
        return Patch()
    without = Draft(level)
    cut(without, [old])
    rest = Level(apply_patch(level.project, without.patch()), level.registry, level.scope)
    reason = why_not(rest, start, end)
    if reason is not None:
        raise EditError(reason)
    draft = Draft(level)
    if end == (old.target, old.input):
        had = links_in_order(draft.links_into(*end))
        had[had.index(old)] = replace(old, source=start[0], output=start[1])
        draft.set_links(*end, had)
    else:
        cut(draft, [old])
        put_link(draft, start, end, many=takes_list(level, end))
    return draft.patch()


def order_list(level: Level, target: Place, order: Sequence[Link]) -> Patch:
    """Bring the links of a list input into this order. Raises EditError when it is not theirs."""
    draft = Draft(level)
    had = links_in_order(draft.links_into(*target))
    left = list(had)
    chosen = []
    for item in order:
        if item not in left:
            raise EditError(QCoreApplication.translate("Editing", "The list has changed meanwhile"))
        chosen.append(left.pop(left.index(item)))
    set_order(draft, *target, [*chosen, *left])
    return draft.patch()


def mute_links(level: Level, links: Iterable[Link], *, muted: bool) -> Patch:
    """Let links carry nothing, or carry again."""
    draft = Draft(level)
    for item in links:
        if item.muted != muted and item in draft.links_into(item.target):
            draft.remove_link(item)
            draft.add_link(replace(item, muted=muted))
    return draft.patch()


def first_fit(level: Level, node: Node, place: Place, *, output: bool) -> str | None:
    """The first socket of `node` that can be linked with the socket `place` of another node.

    `output` says that `place` is an output, so that the node's inputs are asked. Needed inputs
    come before optional ones, equal types before those that are converted.
    """
    other = level.nodes[place[0]]
    own = output_of(level, other, place[1]) if output else input_of(level, other, place[1])
    if own is None:
        return None
    fits: list[tuple[bool, bool, int, str]] = []
    for number, socket in enumerate(inputs_of(level, node) if output else outputs_of(level, node)):
        reason = (
            why_types_differ(level, other, own, node, socket)
            if output
            else why_types_differ(level, node, socket, other, own)
        )
        if reason is None:
            fits.append((socket.type != own.type, socket.optional, number, socket.name))
    return min(fits)[3] if fits else None


def _wanted_behind(level: Level, name: str) -> list[str]:
    """The types that the consumers of a reroute take, through further reroutes."""
    found: list[str] = []
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for item in level.fed.get(current, ()):
            target = level.nodes.get(item.target)
            if target is None:
                continue
            if target.type == REROUTE:
                waiting.append(target.id)
            elif socket := input_of(level, target, item.input):
                found.append(socket.type)
    return found
