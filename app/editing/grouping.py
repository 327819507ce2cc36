"""Nodes made one node, a group that shows what runs in and out, and groups opened up again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.editing.draft import Draft
from app.editing.level import (
    EditError,
    Level,
    Made,
    Place,
    group_of,
    input_of,
    links_in_order,
)
from app.editing.links import downstream, upstream
from app.editing.nodes import clean_pos, clean_title
from app.editing.ports import free_name
from engine.graph import Group, Link, Node, Port
from engine.graph.expand import GROUP_PREFIX, REROUTE

_PORT = "port"  # in a reroute's extra: it stands for one link of a list, and goes with its group


@dataclass
class _Shown:
    """The ports of a group in the making, and the links that run to its instance."""

    inputs: list[Port] = field(default_factory=list)
    outputs: list[Port] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def input(self, wanted: str, place: Place) -> str:
        """A new input port for an inner socket."""
        name = free_name(wanted, {port.name for port in self.inputs})
        self.inputs.append(Port(name, *place))
        return name

    def output(self, place: Place) -> str:
        """The output port of an inner socket."""
        known = next((p.name for p in self.outputs if (p.node, p.field) == place), None)
        if known is not None:
            return known
        name = free_name(place[1], {port.name for port in self.outputs})
        self.outputs.append(Port(name, *place))
        return name


def group_nodes(level: Level, names: Iterable[str], title: str) -> Made:
    """Make nodes one node of a new group; what ran across its border runs through its ports.

    Raises EditError when there is none, or when values run out of them and back in.
    """
    inner = {name: level.nodes[name] for name in dict.fromkeys(names) if name in level.nodes}
    if not inner:
        raise EditError(QCoreApplication.translate("Editing", "Choose the nodes to group first"))
    _check_no_way_back(level, inner)
    draft = Draft(level)
    group_id = draft.free_group_id(clean_title(title).lower() or "group")
    instance = draft.next_id(group_id)
    inner_nodes = dict(inner)
    shown = _Shown()
    links: list[Link] = []
    for name, node in inner.items():
        for place, found in _by_input(level.feeding.get(name, ())).items():
            own = [link for link in found if link.source in inner]
            outer = [link for link in found if link.source not in inner]
            if own and len(outer) > 0 and len(found) > 1:
                links.extend(own)
                links.extend(_through_reroutes(shown, inner_nodes, instance, place, outer))
            else:
                links.extend(own)
                _show_input(level, shown, instance, node, place, outer)
        for link in level.fed.get(name, ()):
            if link.target not in inner:
                output = shown.output((link.source, link.output))
                shown.links.append(replace(link, source=instance, output=output))
    for name in inner:
        for link in (*level.feeding.get(name, ()), *level.fed.get(name, ())):
            if link in draft.links_into(link.target):
                draft.remove_link(link)
        draft.drop(name)
    for link in shown.links:
        draft.add_link(link)
    draft.put(Node(instance, GROUP_PREFIX + group_id, 1, pos=clean_pos(_middle(inner.values()))))
    _lead_own_ports(level, draft, shown, inner, instance)
    draft.groups[group_id] = Group(
        clean_title(title),
        inner_nodes,
        tuple(links),
        tuple(shown.inputs),
        tuple(shown.outputs),
        _param_ports(level, inner),
    )
    return Made(draft.patch(), (instance,))


def ungroup(level: Level, name: str) -> Made:
    """Put the nodes of a group in place of one of its instances; its links and values go along.

    The group itself goes with its last instance. Raises EditError when it is no group.
    """
    instance = level.nodes.get(name)
    group_id = group_of(instance) if instance is not None else None
    if instance is None or group_id is None or group_id not in level.groups:
        raise EditError(QCoreApplication.translate("Editing", "This is no group"))
    group = level.groups[group_id]
    draft = Draft(level)
    for link in (*level.feeding.get(name, ()), *level.fed.get(name, ())):
        if link in draft.links_into(link.target):
            draft.remove_link(link)
    draft.drop(name)
    nodes = _with_values(instance, group)
    middle = _middle(nodes.values())
    shift = (instance.pos[0] - middle[0], instance.pos[1] - middle[1])
    passing = {
        port.node
        for port in group.inputs
        if port.node in nodes and nodes[port.node].extra.get(_PORT) is True
    }
    ids: dict[str, str] = {}
    for inner, node in nodes.items():
        if inner in passing:
            continue
        ids[inner] = draft.free_id(inner)
        x, y = node.pos
        draft.put(
            replace(
                node,
                id=ids[inner],
                pos=clean_pos((x + shift[0], y + shift[1])),
                muted=node.muted or instance.muted,
                disabled=node.disabled or instance.disabled,
                bypassed=node.bypassed or instance.bypassed,
            )
        )
    onward = {link.source: link for link in group.links if link.source in passing}
    made = [
        replace(link, source=ids[link.source], target=ids[link.target])
        for link in group.links
        if link.source in ids and link.target in ids
    ]
    for link in level.feeding.get(name, ()):
        for port in (*group.inputs, *group.params):
            if port.name == link.input:
                made.extend(_inward(link, port, ids, onward))
    for link in level.fed.get(name, ()):
        shown = next((port for port in group.outputs if port.name == link.output), None)
        if shown is not None and shown.node in ids:
            made.append(replace(link, source=ids[shown.node], output=shown.field))
    for (target, wanted), found in _by_input(made).items():
        draft.set_links(target, wanted, [*draft.links_into(target, wanted), *found])
        _close_up(draft, target, wanted)
    _give_back_ports(level, draft, name, group, ids, onward)
    if count_instances(level, group_id) == 1:
        draft.groups[group_id] = None
    return Made(draft.patch(), tuple(ids.values()))


def make_own(level: Level, name: str) -> Made:
    """Give an instance of a group a copy of its own, so that others stay when it is changed."""
    node = level.nodes[name]
    group_id = group_of(node)
    if group_id is None or group_id not in level.groups:
        raise EditError(QCoreApplication.translate("Editing", "This is no group"))
    draft = Draft(level)
    copy = draft.free_group_id(group_id)
    draft.groups[copy] = level.groups[group_id]
    draft.put(replace(node, type=GROUP_PREFIX + copy))
    return Made(draft.patch(), (name,))


def _check_no_way_back(level: Level, inner: Mapping[str, Node]) -> None:
    before: set[str] = set()
    after: set[str] = set()
    for name in inner:
        before |= upstream(level, name) if name not in before else set()
        after |= downstream(level, name) if name not in after else set()
    between = (before & after) - inner.keys()
    if between:
        name = min(between)
        raise EditError(
            QCoreApplication.translate(
                "Editing", "“{name}” lies between these nodes: group it with them"
            ).format(name=level.nodes[name].title or name)
        )


def _by_input(links: Iterable[Link]) -> dict[Place, list[Link]]:
    made: dict[Place, list[Link]] = {}
    for link in links_in_order(links):
        made.setdefault((link.target, link.input), []).append(link)
    return made


def _show_input(
    level: Level,
    shown: _Shown,
    instance: str,
    node: Node,
    place: Place,
    links: Sequence[Link],
) -> None:
    """Lead links from outside to one port. Single inputs that share their source share it too."""
    if not links:
        return
    socket = input_of(level, node, place[1])
    if len(links) == 1 and not (socket and socket.many):
        link = links[0]
        for known in shown.links:
            same = (known.source, known.output, known.muted) == (
                link.source,
                link.output,
                link.muted,
            )
            if same and known.target == instance and _is_single(level, shown, known.input, socket):
                shown.inputs.append(Port(known.input, *place))
                return
    name = shown.input(place[1], place)
    shown.links.extend(replace(link, target=instance, input=name) for link in links)


def _is_single(level: Level, shown: _Shown, name: str, socket: object) -> bool:
    """Whether a port feeds single inputs of the same type as `socket`."""
    for port in shown.inputs:
        if port.name == name:
            node = level.nodes.get(port.node)
            other = input_of(level, node, port.field) if node is not None else None
            if other is None or other.many or other.type != getattr(socket, "type", None):
                return False
    return True


def _through_reroutes(
    shown: _Shown,
    nodes: dict[str, Node],
    instance: str,
    place: Place,
    links: Iterable[Link],
) -> list[Link]:
    """Ports for links of a list whose others start inside: a reroute keeps each one's place."""
    made = []
    for link in links:
        number = 1
        while f"port_{number}" in nodes:
            number += 1
        x, y = nodes[place[0]].pos
        node = Node(
            f"port_{number}", REROUTE, pos=clean_pos((x - 60, y + 24 * number)), extra={_PORT: True}
        )
        nodes[node.id] = node
        name = shown.input(place[1], (node.id, "value"))
        shown.links.append(replace(link, target=instance, input=name, index=0))
        made.append(replace(link, source=node.id, output="out", muted=False))
    return made


def _lead_own_ports(
    level: Level, draft: Draft, shown: _Shown, inner: Mapping[str, Node], instance: str
) -> None:
    """On the inside of another group: its ports that showed the nodes show the new one."""
    if level.scope is None:
        return
    group = level.groups[level.scope]
    names: dict[Place, str] = {}

    def led(port: Port, *, output: bool) -> Port:
        if port.node not in inner:
            return port
        place = (port.node, port.field)
        if output:
            return Port(port.name, instance, shown.output(place))
        if place not in names:
            known = [p.name for p in shown.inputs if (p.node, p.field) == place]
            names[place] = known[0] if known else shown.input(port.field, place)
        return Port(port.name, instance, names[place])

    changed = replace(
        group,
        inputs=tuple(led(port, output=False) for port in group.inputs),
        outputs=tuple(led(port, output=True) for port in group.outputs),
        params=tuple(
            Port(port.name, instance, _param_name(port)) if port.node in inner else port
            for port in group.params
        ),
    )
    if changed != group:
        draft.groups[level.scope] = changed


def _param_ports(level: Level, inner: Mapping[str, Node]) -> tuple[Port, ...]:
    """Parameters that the outer group shows of the nodes: the new group must show them as well."""
    if level.scope is None:
        return ()
    ports = [port for port in level.groups[level.scope].params if port.node in inner]
    return tuple(Port(_param_name(port), port.node, port.field) for port in ports)


def _param_name(port: Port) -> str:
    return f"{port.name[:56]}_param"


def _with_values(instance: Node, group: Group) -> dict[str, Node]:
    """The group's nodes with the parameters that this instance sets."""
    nodes = dict(group.nodes)
    for port in group.params:
        if port.name in instance.params and port.node in nodes:
            value: Any = instance.params[port.name]
            nodes[port.node] = nodes[port.node].with_params(**{port.field: value})
    return nodes


def _inward(
    link: Link, port: Port, ids: Mapping[str, str], onward: Mapping[str, Link]
) -> list[Link]:
    """The link as it runs when the group is open: to the inner socket, past port reroutes."""
    behind = onward.get(port.node)
    if behind is not None:
        if behind.target not in ids:
            return []
        muted = link.muted or behind.muted
        target = ids[behind.target]
        return [replace(link, target=target, input=behind.input, index=behind.index, muted=muted)]
    if port.node not in ids:
        return []
    return [replace(link, target=ids[port.node], input=port.field)]


def _close_up(draft: Draft, target: str, name: str) -> None:
    """Number the links of an input anew where two of them have one number, or some are missing."""
    found = links_in_order(draft.links_into(target, name))
    if [link.index for link in found] == list(range(len(found))):
        return
    draft.set_links(target, name, [replace(link, index=n) for n, link in enumerate(found)])


def _give_back_ports(
    level: Level,
    draft: Draft,
    name: str,
    group: Group,
    ids: Mapping[str, str],
    onward: Mapping[str, Link],
) -> None:
    """On the inside of another group: its ports that showed the instance show its nodes."""
    if level.scope is None:
        return
    outer = level.groups[level.scope]

    def opened(ports: tuple[Port, ...], inner: tuple[Port, ...]) -> tuple[Port, ...]:
        made: list[Port] = []
        for port in ports:
            if port.node != name:
                made.append(port)
                continue
            for behind in inner:
                if behind.name != port.field:
                    continue
                if behind.node in onward:
                    link = onward[behind.node]
                    if link.target in ids:
                        made.append(Port(port.name, ids[link.target], link.input))
                elif behind.node in ids:
                    made.append(Port(port.name, ids[behind.node], behind.field))
        return tuple(made)

    changed = replace(
        outer,
        inputs=opened(outer.inputs, (*group.inputs, *group.params)),
        outputs=opened(outer.outputs, group.outputs),
        params=opened(outer.params, group.params),
    )
    if changed != outer:
        draft.groups[level.scope] = changed


def count_instances(level: Level, group: str) -> int:
    """How many nodes of the project are of a group."""
    graph = level.project.graph
    tables = [graph.nodes, *(other.nodes for other in graph.groups.values())]
    return sum(group_of(node) == group for nodes in tables for node in nodes.values())


def _middle(nodes: Iterable[Node]) -> tuple[float, float]:
    places = [node.pos for node in nodes]
    if not places:
        return 0.0, 0.0
    return (
        sum(x for x, _ in places) / len(places),
        sum(y for _, y in places) / len(places),
    )
