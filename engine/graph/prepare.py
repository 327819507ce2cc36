"""Checks a graph and wires it: every mistake is gathered, every node gets its parameters and feeds.

Keys, plans and runs all start from the `Prepared` graph that comes out of here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from engine.errors import AiprodError, Problem
from engine.graph.checks import ParamError
from engine.graph.cycles import find_cycles, topological_order
from engine.graph.document import Graph, Link, Node
from engine.graph.expand import REROUTE, Flat, Place, expand
from engine.graph.fingerprints import missing_file
from engine.graph.registry import Registry
from engine.graph.situation import Situation
from engine.graph.sockets import can_link
from engine.graph.spec import NodeSpec, Param
from engine.graph.upgrading import upgrade


class Feed(NamedTuple):
    """One value that flows into a node: into `input`, from `output` of `source`.

    `given` and `wanted` are socket types; when they differ, a conversion runs between them.
    """

    input: str
    source: str
    output: str
    given: str
    wanted: str
    many: bool


@dataclass(slots=True)
class Placed:
    """A node of the flat graph that can run: its spec, its parameters and what feeds it.

    `params` are Python values, `canonical` their JSON forms, defaults filled in; parameters that
    a link feeds are in neither. `gaps` are the numbers, in lists that have gaps, at which a muted
    link or source brings nothing.
    """

    id: str
    title: str
    spec: NodeSpec
    params: dict[str, Any]
    canonical: dict[str, Any]
    feeds: list[Feed]
    gaps: dict[str, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Prepared:
    """A graph ready for keys and plans: its nodes in an order in which they can run.

    `order` lacks nodes with mistakes in their type, and those on cycles. `off` says of nodes that
    make nothing whether they are muted or disabled. `broken` holds what nodes need and cannot
    get: sources of unknown types.
    """

    nodes: dict[str, Placed] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    off: dict[str, str] = field(default_factory=dict)
    broken: dict[str, list[str]] = field(default_factory=dict)
    group_outputs: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def upstream(self, targets: Iterable[str]) -> set[str]:
        """The targets and every node that they need."""
        seen: set[str] = set()
        waiting = list(targets)
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            placed = self.nodes.get(name)
            if placed is not None:
                waiting.extend(feed.source for feed in placed.feeds)
                waiting.extend(self.broken.get(name, ()))
        return seen

    def sinks(self) -> list[str]:
        """The nodes that write files; in a graph without any, those that nothing uses."""
        sinks = [name for name, placed in self.nodes.items() if placed.spec.sink]
        if sinks:
            return sinks
        used = {feed.source for placed in self.nodes.values() for feed in placed.feeds}
        return [name for name in self.nodes if name not in used]


@dataclass(frozen=True)
class Without:
    """Nodes of the flat graph that a run leaves out (`off`, as if muted) or bypasses (`passed`).

    `followed`: a node and its output, and the type of a node that is put behind it. That node takes
    the output as its first input, and what took the output takes its first output instead.
    """

    off: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    followed: frozenset[tuple[str, str, str]] = frozenset()


def validate(graph: Graph, registry: Registry, *, base_dir: Path | None = None) -> list[Problem]:
    """Every mistake in a graph; with `base_dir`, files that are not there as well."""
    return prepare(graph, registry, base_dir=base_dir).problems


def prepare(
    graph: Graph,
    registry: Registry,
    *,
    base_dir: Path | None = None,
    without: Without | None = None,
) -> Prepared:
    """Check and wire a graph. Mistakes are in `problems`, never raised."""
    flat = expand(upgrade(graph, registry), registry)
    if without is not None:
        _leave_out(flat, without)
        for name, output, kind in sorted(without.followed):
            _put_behind(flat, (name, output), registry[kind])
    wiring = _Wiring(flat, registry)
    made = Prepared(off=flat.off, broken=wiring.broken, problems=flat.problems)
    for (group, _), (inner, _) in flat.outward.items():
        made.group_outputs.setdefault(group, []).append(inner)
    incoming = wiring.incoming()
    for name, node in flat.nodes.items():
        spec = wiring.specs.get(name)
        if spec is None or node.bypassed or name in wiring.misfits:
            continue
        placed = Placed(name, node.title or spec.title, spec, {}, {}, [])
        made.nodes[name] = placed
        wrong = _wire(placed, node, incoming.get(name), wiring)
        if _read_params(placed, node, wrong, made.problems, base_dir):
            made.problems.extend(_inspected(placed, wrong, base_dir))
    made.order, left = topological_order(
        {name: [feed.source for feed in placed.feeds] for name, placed in made.nodes.items()}
    )
    if left:
        for cycle in find_cycles(left):
            path = " → ".join((*cycle, cycle[0]))
            made.problems.append(
                Problem(f"the links run in a circle: {path}", cycle[0], mend="Remove one of them.")
            )
    return made


def _leave_out(flat: Flat, without: Without) -> None:
    for name in without.off & flat.nodes.keys():
        del flat.nodes[name]
        flat.off[name] = "left out"
    for name in without.passed & flat.nodes.keys():
        flat.nodes[name] = replace(flat.nodes[name], bypassed=True)


def _put_behind(flat: Flat, place: Place, spec: NodeSpec) -> None:
    name, output = place
    if name not in flat.nodes:
        return
    behind = Node(f"{name}/{output}", spec.id, spec.version, title=flat.nodes[name].title)
    instead = (behind.id, spec.outputs[0].name)
    flat.links = [
        replace(link, source=instead[0], output=instead[1])
        if (link.source, link.output) == place
        else link
        for link in flat.links
    ]
    flat.outward = {shown: instead if p == place else p for shown, p in flat.outward.items()}
    flat.links.append(Link(name, output, behind.id, spec.inputs[0].name))
    flat.nodes[behind.id] = behind


class _Wiring:
    """Finds where each link really starts and ends, through groups, bypasses and reroutes."""

    def __init__(self, flat: Flat, registry: Registry) -> None:
        self.flat = flat
        self.problems = flat.problems
        self.specs: dict[str, NodeSpec] = {}
        self.misfits: set[str] = set()
        self.broken: dict[str, list[str]] = {}
        self.bypassed_groups = {path for path, _ in flat.ways}
        for name, node in flat.nodes.items():
            spec = registry.get(node.type)
            if spec is None:
                if node.type != REROUTE:
                    self.problems.append(_unknown_type(name, node, registry))
            elif spec.version != node.version:
                self.problems.append(_wrong_version(name, node, spec))
                self.specs[name] = spec
                self.misfits.add(name)
            else:
                self.specs[name] = spec
        self._into: dict[str, list[Link]] = {}

    def incoming(self) -> dict[str, list[Link]]:
        """The links by the node that they end in; links to nowhere become problems."""
        flat, into = self.flat, self._into
        for link in flat.links:
            target = link.target
            if target in flat.nodes:
                into.setdefault(target, []).append(link)
            elif target in flat.groups:
                self._into_group(link)
            elif target not in flat.off and not link.muted:
                self.problems.append(
                    Problem(f"a link leads to a node {target!r} that is not there")
                )
        return into

    def _into_group(self, link: Link) -> None:
        """Lead a link on to the inner sockets of a group, or keep it for a bypassed one."""
        places = [(link.target, link.input)]
        while places:
            target, name = places.pop(0)
            if target in self.flat.nodes or target in self.bypassed_groups:
                moved = Link(link.source, link.output, target, name, link.index, link.muted)
                self._into.setdefault(target, []).append(moved)
            elif target in self.flat.groups:
                inner = self.flat.inward.get((target, name))
                if inner is None and not link.muted:
                    self.problems.append(Problem(f"the group has no input {name!r}", target, name))
                else:
                    places.extend(inner or ())

    def source(self, link: Link) -> tuple[str, str] | str | None:
        """The node and output that a link really carries; text when nothing flows, and why.

        None when the link is wrong, which is then among the problems.
        """
        flat = self.flat
        name, output = link.source, link.output
        seen: set[tuple[str, str]] = set()
        while True:
            node = flat.nodes.get(name)
            if node is not None and not node.bypassed and node.type != REROUTE:
                return name, output
            if (name, output) in seen:
                self.problems.append(
                    Problem(f"bypassed nodes feed each other in a circle at {name!r}", name)
                )
                return None
            seen.add((name, output))
            if name in flat.off:
                return f"{name!r} is {flat.off[name]}"
            if (name, output) in flat.outward:
                name, output = flat.outward[name, output]
                continue
            if node is None and (name, output) not in flat.ways:
                place = name in flat.groups
                self.problems.append(
                    Problem(f"the group has no output {output!r}", name, output)
                    if place
                    else Problem(
                        f"a link comes from a node {name!r} that is not there",
                        link.target,
                        link.input,
                    )
                )
                return None
            through = self._through(name, output, node)
            if through is None:
                return f"{name!r} passes nothing on"
            name, output = through.source, through.output

    def _through(self, name: str, output: str, node: Node | None) -> Link | None:
        """The link that a bypassed node, group or reroute passes on as its `output`."""
        if node is None:
            names: Iterable[str] = self.flat.ways[name, output]
        elif node.type == REROUTE:
            names = ("value",)
        else:
            spec = self.specs.get(name)
            kind = spec.output_named.get(output) if spec else None
            if spec is None or kind is None:
                return None
            names = [item.name for item in spec.inputs if item.type == kind.type]
        for wanted in names:
            found = [
                link for link in self._into.get(name, ()) if link.input == wanted and not link.muted
            ]
            if found:
                return min(found, key=_index)
        return None


def _index(link: Link) -> tuple[int, str, str]:
    return link.index, link.source, link.output


def _wire(placed: Placed, node: Node, links: list[Link] | None, wiring: _Wiring) -> set[str]:
    """Give a node its feeds: in the order of its inputs, those of a list by their index.

    Returns the inputs and parameters whose links are wrong.
    """
    spec, problems = placed.spec, wiring.problems
    found: dict[str, list[Feed]] = {}
    silent: dict[str, str] = {}
    if links:
        if len(links) > 1:
            links = sorted(links, key=_index)
        for link in links:
            reason: dict[str, str] = {}
            feed = None if link.muted else _feed(placed, link, wiring, reason)
            silent.update(reason)
            if (link.muted or reason) and _has_gaps(spec, link.input):
                gaps = placed.gaps.setdefault(link.input, [])
                gaps.append(len(found.get(link.input, ())) + len(gaps))
            if feed is not None:
                found.setdefault(feed.input, []).append(feed)
                if not feed.many and len(found[feed.input]) == 2:
                    problems.append(
                        Problem("the input has two links and takes one", placed.id, feed.input)
                    )
    spoken = {link.input for link in links or () if not link.muted}
    wrong = spoken - found.keys() - silent.keys()
    for item in spec.inputs:
        feeds = found.pop(item.name, None)
        if feeds:
            placed.feeds.extend(feeds)
        elif not item.optional and item.name not in wrong:
            why = silent.get(item.name)
            problems.append(
                Problem(
                    f"the input is needed, but {why}" if why else "the input is needed",
                    placed.id,
                    item.name,
                    mend=None if why else f"Link a {item.type} to it.",
                )
            )
    for feeds in found.values():
        placed.feeds.extend(feeds)
    if node.promoted:
        for name in node.promoted:
            param = spec.param_named.get(name)
            if param is None or param.socket is None:
                problems.append(Problem(f"{name!r} cannot be shown as a socket", placed.id, name))
    return wrong


def _has_gaps(spec: NodeSpec, name: str) -> bool:
    target = spec.input_named.get(name)
    return target is not None and target.gaps


def _feed(placed: Placed, link: Link, wiring: _Wiring, silent: dict[str, str]) -> Feed | None:
    """The feed that a link makes; None, with a problem or a reason in `silent`, when none."""
    spec, problems = placed.spec, wiring.problems
    target = spec.input_named.get(link.input)
    if target is not None:
        wanted, many = target.type, target.many
    else:
        param = spec.param_named.get(link.input)
        if param is None:
            message = f"there is no input {link.input!r}{_similar(link.input, spec.input_named)}"
            problems.append(Problem(message, placed.id, link.input))
            return None
        if param.socket is None:
            problems.append(Problem("the parameter cannot be fed by a link", placed.id, link.input))
            return None
        wanted, many = param.socket, False
    source = wiring.source(link)
    if source is None:
        return None
    if isinstance(source, str):
        silent[link.input] = source
        return None
    name, output = source
    origin = wiring.specs.get(name)
    if origin is None or name in wiring.misfits:
        wiring.broken.setdefault(placed.id, []).append(name)
        return None  # its unknown type is a problem of its own
    given = origin.output_named.get(output)
    if given is None:
        message = f"{name!r} has no output {output!r}{_similar(output, origin.output_named)}"
        problems.append(Problem(message, placed.id, link.input))
        return None
    if not can_link(given.type, wanted) or given.many:
        what = f"a list of {given.type}" if given.many else f"a {given.type}"
        problems.append(
            Problem(f"it takes a {wanted}, and {name!r} gives {what}", placed.id, link.input)
        )
        return None
    return Feed(link.input, name, output, given.type, wanted, many)


def _read_params(
    placed: Placed,
    node: Node,
    wrong: set[str],
    problems: list[Problem],
    base_dir: Path | None,
) -> bool:
    """Check the parameters of a node and fill in the defaults; says whether all are right."""
    given = node.params
    before = len(problems)
    linked = {feed.input for feed in placed.feeds} | wrong
    named = placed.spec.param_named
    for name in given:
        if name not in named:
            message = f"there is no parameter {name!r}{_similar(name, named)}"
            problems.append(Problem(message, placed.id, name))
    for param in placed.spec.params:
        name = param.name
        if name in linked:
            continue
        if name in given:
            try:
                value = param.check(given[name])
            except ParamError as error:
                problems.append(Problem(_unplaced(str(error)), placed.id, name))
                continue
            placed.params[name] = value
            placed.canonical[name] = param.jsonify(value)
        elif param.required:
            problems.append(Problem("the parameter has no value", placed.id, name))
            continue
        else:
            value = param.check(param.default) if param.kind == "data" else param.default_value
            placed.params[name] = value
            placed.canonical[name] = param.default
        if param.file is not None and base_dir is not None:
            _check_file(placed.id, param, value, base_dir, problems)
    return len(problems) == before


def _inspected(placed: Placed, wrong: set[str], base_dir: Path | None) -> list[Problem]:
    """What a node's own inspection says of its parameters; one that breaks is a problem itself."""
    if placed.spec.inspect is None:
        return []
    linked = frozenset(feed.input for feed in placed.feeds) | wrong
    try:
        found = list(placed.spec.inspect(Situation(placed.params, linked, base_dir)))
    except AiprodError as error:
        return [Problem(error.message, placed.id, error.where, error.mend)]
    except Exception as error:  # a plugin's: it may raise anything, and disables nothing else
        return [Problem(f"its inspection failed: {type(error).__name__}: {error}", placed.id)]
    return [replace(problem, node=placed.id) for problem in found]


def _check_file(
    name: str, param: Param, value: Path | None, base_dir: Path, problems: list[Problem]
) -> None:
    if param.file is None or param.file.save or value is None:
        return
    problem = missing_file(base_dir / value)
    if problem:
        problems.append(Problem(problem, name, param.name, mend="Choose another file."))


def _unplaced(text: str) -> str:
    place, _, message = text.partition("\t")
    return f"{place.lstrip('.')}: {message}" if message else text


def _unknown_type(name: str, node: Node, registry: Registry) -> Problem:
    return Problem(
        f"there is no node type {node.type!r}{_similar(node.type, [s.id for s in registry])}",
        name,
        mend="Its plugin may be missing.",
    )


def _wrong_version(name: str, node: Node, spec: NodeSpec) -> Problem:
    if node.version > spec.version:
        return Problem(
            f"the node was made with version {node.version} of {spec.id}, and this AIPROD has "
            f"{spec.version}",
            name,
            mend="Open it with a newer AIPROD.",
        )
    return Problem(
        f"version {node.version} of {spec.id} is too old, and nothing brings it up to "
        f"{spec.version}",
        name,
        mend="Make the node anew.",
    )


def _similar(name: str, names: Iterable[str] | Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, list(names)[:500], n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
