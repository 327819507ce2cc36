"""Edits of chains: a node put into a link, taken out of its chain, a link bent by a reroute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from app.editing.draft import Draft
from app.editing.level import ANY, EditError, Level, Made, Place, inputs_of, output_of, outputs_of
from app.editing.links import cut, put_link, takes_list, why_not, why_types_differ
from app.editing.lists import set_order
from app.editing.nodes import clean_pos, make_node, take_out
from app.editing.patch import Patch, apply_patch
from app.editing.ports import without_ports_of
from engine.graph import Link, Node
from engine.graph.expand import REROUTE
from engine.graph.sockets import can_link


def insert_node(level: Level, node_type: str, link: Link, pos: tuple[float, float]) -> Made:
    """Put a new node into a link. Raises EditError when what runs there does not fit it."""
    node = make_node(level, node_type, pos)
    draft = Draft(level)
    draft.put(node)
    _put_between(level, draft, node, link)
    return Made(draft.patch(), (node.id,))


def insert_existing(level: Level, name: str, link: Link, pos: tuple[float, float]) -> Patch:
    """Put a node of the level into a link. Raises EditError when it does not fit there."""
    if name in (link.source, link.target):
        raise EditError(QCoreApplication.translate("Editing", "The link is the node's own"))
    draft = Draft(level)
    node = replace(draft.node(name), pos=clean_pos(pos))
    draft.put(node)
    _put_between(level, draft, node, link)
    return draft.patch()


def add_reroute(level: Level, link: Link, pos: tuple[float, float]) -> Made:
    """Bend a link around a point."""
    return insert_node(level, REROUTE, link, pos)


def dissolve(level: Level, names: Iterable[str]) -> Patch:
    """Remove nodes and lead what ran through each of them on to where its result went."""
    gone = [name for name in dict.fromkeys(names) if name in level.nodes]
    draft = Draft(level)
    for name in gone:
        _heal(level, draft, name)
    take_out(draft, gone)
    return without_ports_of(level, draft.patch(), set(gone))


def extract(level: Level, names: Iterable[str]) -> Patch:
    """Take nodes out of their chains, which close up behind them; the nodes stay, unlinked."""
    draft = Draft(level)
    for name in dict.fromkeys(names):
        if name in level.nodes:
            _heal(level, draft, name)
            cut(draft, [*draft.links_into(name), *draft.links_from(name)])
    return draft.patch()


def _put_between(level: Level, draft: Draft, node: Node, link: Link) -> None:
    if link not in level.feeding.get(link.target, ()):
        raise EditError(QCoreApplication.translate("Editing", "The link is not there any more"))
    trial = Level(apply_patch(level.project, draft.patch()), level.registry, level.scope)
    source, target = (link.source, link.output), (link.target, link.input)
    entry, leave = _way_through(trial, node, source, target)
    for start, end in ((source, (node.id, entry)), ((node.id, leave), target)):
        reason = why_not(trial, start, end)
        if reason is not None:
            raise EditError(reason)
    had = draft.links_into(*target)
    had[had.index(link)] = replace(link, source=node.id, output=leave)
    draft.set_links(*target, had)
    put_link(draft, source, (node.id, entry), many=takes_list(trial, (node.id, entry)))


def _way_through(level: Level, node: Node, source: Place, target: Place) -> tuple[str, str]:
    """The input and output of a node that a link can run through, free inputs first."""
    start, end = level.nodes[source[0]], level.nodes.get(target[0])
    given = output_of(level, start, source[1])
    linked = {link.input for link in level.feeding.get(node.id, ())}
    entries = sorted(
        (socket for socket in inputs_of(level, node)),
        key=lambda socket: (socket.name in linked and not socket.many, socket.param),
    )
    wanted = next((s for s in inputs_of(level, end) if s.name == target[1]), None) if end else None
    if given is None or wanted is None or end is None:
        raise EditError(QCoreApplication.translate("Editing", "The link leads nowhere"))
    if node.type == REROUTE:
        return "value", "out"
    for entry in entries:
        if why_types_differ(level, start, given, node, entry) is None:
            for leave in outputs_of(level, node):
                if why_types_differ(level, node, leave, end, wanted) is None:
                    return entry.name, leave.name
    raise EditError(
        QCoreApplication.translate(
            "Editing", "It cannot be put in: it does not take {given} and give {wanted}"
        ).format(given=given.type, wanted=wanted.type)
    )


def _heal(level: Level, draft: Draft, name: str) -> None:
    """Lead the links behind a node back to what feeds it, where the types allow it."""
    node = draft.node(name)
    feeds = draft.links_into(name)
    for link in draft.links_from(name):
        through = _feed_for(level, draft, node, feeds, link)
        if through is None:
            continue
        had = draft.links_into(link.target, link.input)
        place = had.index(link)
        made = replace(
            link,
            source=through.source,
            output=through.output,
            muted=link.muted or through.muted,
        )
        if any((item.source, item.output) == (made.source, made.output) for item in had):
            set_order(draft, link.target, link.input, [item for item in had if item != link])
        else:
            had[place] = made
            draft.set_links(link.target, link.input, had)


def _feed_for(level: Level, draft: Draft, node: Node, feeds: list[Link], link: Link) -> Link | None:
    """The link into a node that can take the place of one of its outputs."""
    target = draft.get(link.target)
    wanted = (
        next((s for s in inputs_of(level, target) if s.name == link.input), None)
        if target is not None
        else None
    )
    if target is None or wanted is None:
        return None
    own = output_of(level, node, link.output)
    order = {socket.name: number for number, socket in enumerate(inputs_of(level, node))}
    ranked = sorted(feeds, key=lambda feed: (order.get(feed.input, len(order)), feed.index))
    kinds = {socket.name: socket.type for socket in inputs_of(level, node)}
    for exact in (True, False):
        for feed in ranked:
            same = own is not None and kinds.get(feed.input) == own.type
            source = draft.get(feed.source)
            given = output_of(level, source, feed.output) if source is not None else None
            if given is None or given.many or (exact and not same):
                continue
            if ANY in (given.type, wanted.type) or can_link(given.type, wanted.type):
                return feed
    return None
