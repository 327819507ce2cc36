"""Looks at one node: what it needs is made, small at first, and its value is handed over lazily."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from engine.errors import (
    AiprodError,
    Cancelled,
    MediaError,
    RenderError,
    UsageError,
    ValidationError,
)
from engine.graph import Cache, Graph, Registry
from engine.graph.cache import Lease
from engine.graph.events import OnEvent
from engine.graph.execution import execute
from engine.graph.expand import REROUTE, Flat, expand
from engine.graph.keys import Ground, result_keys
from engine.graph.plan import Keeping, keeping, needed
from engine.graph.prepare import Placed, Prepared, prepare
from engine.graph.provenance import Provenance
from engine.graph.upgrading import upgrade
from engine.project import Project
from engine.render.facade import Services
from engine.render.ground import Device, choose_device
from engine.render.proxies import proxied
from engine.render.sparing import Sparing

if TYPE_CHECKING:
    from engine.media import Clip, Image, Sound

_SLOW = 0.05  # seconds from which on a node of plain values is worth not running for a look


@dataclass(frozen=True)
class Viewed:
    """The value of a node's output, its result's key, and whether shots in it are proxies.

    `full_key` is that of the result at full size. `silent` names nodes whose sound failed and is
    missing, so that this is not the whole result.
    What the value reads stays in the cache for as long as the value, or one made of it, lives.
    """

    value: Any
    key: str
    full_key: str
    proxy: bool
    ran: tuple[str, ...]
    device: Device
    silent: tuple[str, ...] = ()


class NotReadyError(AiprodError):
    """A look would take work."""


@dataclass(frozen=True)
class Seen:
    """What the cache knows of a node: its result's key, and whether a look at it costs nothing."""

    key: str
    cached: bool


def view(
    project: Project,
    node: str,
    output: str = "out",
    *,
    services: Services,
    base_dir: Path,
    proxy_width: int | None = None,
    device: Device | None = None,
    guess: Device | None = None,
    only_cheap: bool = False,
    cancel: threading.Event | None = None,
    on_event: OnEvent | None = None,
) -> Viewed:
    """Make the value of a node and nothing else; of a node that writes files, what it writes.

    With `proxy_width`, shots that are wider are made small, unless the full ones are there.
    `guess` is the device that was used last: torch is not loaded when what it made is all there.
    With `only_cheap`, NotReadyError says that it would take work. Raises UsageError for a node that
    gives nothing to look at, and what `execute` raises. A picture is shown without a sound that
    fails, as it would be rendered.
    """
    release_returned()
    project = only_what_leads_to(project, [node])
    project = replace(project, graph=upgrade(project.graph, services.registry))
    prepared = prepare(project.graph, services.registry, base_dir=base_dir)
    target, name = locate(project.graph, prepared, services.registry, node, output)
    names = needed(prepared, [target])

    def is_ready(what: Project, with_device: Device | None) -> bool:
        seen = peek(what, [target], services=services, base_dir=base_dir, device=with_device)
        return target in seen and seen[target].cached

    small = proxied(project, proxy_width, services.registry) if proxy_width else project
    if is_ready(project, device or guess):
        small, device = project, device or guess or Device()
    elif only_cheap:
        if small is project or not is_ready(small, device or guess):
            raise NotReadyError("it has to be made first", where=prepared.nodes[target].title)
        device = device or guess or Device()
    device = device or choose_device("auto", prepared, names)
    found = peek(project, [target], services=services, base_dir=base_dir, device=device)
    full_key = found[target].key if target in found else ""
    stop = cancel or threading.Event()

    def run(what: Project) -> Viewed:
        sparing = Sparing(what, prepared, services, device, base_dir, stop)
        results, spared = sparing.make([target], on_event)
        if on_event is not None:
            sparing.tell_of(spared, on_event)
        value = held(results.values[target][name], results.lease)
        key, proxy = results.keys[target], what is not project
        silent = tuple(prepared.nodes[lost].title for lost in spared.silent)
        return Viewed(value, key, full_key, proxy, results.ran, device, silent)

    try:
        return run(small)
    except RenderError:
        if small is project:
            raise
        return run(project)  # a size that the model does not make small


def glance(
    project: Project,
    nodes: Iterable[str],
    show: Callable[[str, str, Any], None],
    *,
    services: Services,
    base_dir: Path,
    device: Device | None,
    cancel: threading.Event | None = None,
) -> None:
    """Call `show(node, key, value)` for the first output of each node that costs nothing.

    The values are good only inside the call. A node that cannot be had is passed over.
    Raises Cancelled.
    """
    nodes = list(nodes)
    project = only_what_leads_to(project, nodes)
    seen = peek(project, nodes, services=services, base_dir=base_dir, device=device)
    wanted = [name for name, found in seen.items() if found.cached]

    def run(targets: list[str]) -> None:
        with execute(
            project.graph,
            services.registry,
            targets,
            cache=services.cache,
            settings=project.settings,
            base_dir=base_dir,
            models=lambda: services.models(device.name if device else "cpu"),
            cancel=cancel,
            numerics=device.numerics if device else "",
        ) as results:
            for name in targets:
                values = list(results.values[name].values())
                if values:
                    show(name, results.keys[name], values[0])

    if not wanted:
        return
    try:
        run(wanted)
    except Cancelled:
        raise
    except AiprodError:
        for name in wanted:
            with suppress(RenderError, UsageError, ValidationError, MediaError):
                run([name])


def only_what_leads_to(project: Project, nodes: Iterable[str]) -> Project:
    """The project without the nodes that none of these needs, so that a large one is quick too.

    Names of nodes inside groups, "group/inner", stand for their outermost group.
    """
    graph = project.graph
    sources: dict[str, list[str]] = {}
    for link in graph.links:
        sources.setdefault(link.target, []).append(link.source)
    kept: set[str] = set()
    waiting = [name.partition("/")[0] for name in nodes]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting.extend(sources.get(name, ()))
    if len(kept) >= len(graph.nodes):
        return project
    inside = {name: node for name, node in graph.nodes.items() if name in kept}
    links = [link for link in graph.links if link.source in kept and link.target in kept]
    return replace(project, graph=Graph(inside, links, dict(graph.groups)))


def locate(
    graph: Graph, prepared: Prepared, registry: Registry, node: str, output: str
) -> tuple[str, str]:
    """The flat node and its output that a node of the graph shows: inside a group, behind a
    reroute, before a node that writes files. Raises UsageError, ValidationError.
    """
    flat: Flat | None = None
    for _ in range(len(graph.nodes) + 1):
        if node in prepared.group_outputs:
            flat = flat or expand(graph, registry)
            places = {place[1]: inner for place, inner in flat.outward.items() if place[0] == node}
            node, output = places.get(output) or next(iter(places.values()))
        elif node in graph.nodes and graph.nodes[node].type == REROUTE:
            link = next((link for link in graph.links if link.target == node), None)
            if link is None:
                raise UsageError(f"nothing leads to {node!r}")
            node, output = link.source, link.output
        elif node in prepared.nodes and prepared.nodes[node].spec.sink:
            feeds = prepared.nodes[node].feeds
            if not feeds:
                raise UsageError(f"{prepared.nodes[node].title} has nothing to show yet")
            node, output = feeds[0].source, feeds[0].output
        else:
            break
    placed = prepared.nodes.get(node)
    if placed is None:
        problems = [problem for problem in prepared.problems if problem.node == node]
        if problems:
            raise ValidationError(problems)
        why = prepared.off.get(node)
        raise UsageError(f"the node is {why}" if why else f"there is no node {node!r} to show")
    outputs = placed.spec.output_named
    if not outputs:
        raise UsageError(f"{placed.title} gives nothing to look at")
    return node, output if output in outputs else next(iter(outputs))


def peek(
    project: Project,
    nodes: Iterable[str] | None = None,
    *,
    services: Services,
    base_dir: Path,
    device: Device | None,
) -> dict[str, Seen]:
    """Which nodes (all by default) can be looked at without work, as far as they can run at all.

    Without a `device`, nodes that need one and those after them are left out.
    """
    prepared = prepare(project.graph, services.registry, base_dir=base_dir)
    wanted = list(prepared.nodes) if nodes is None else [n for n in nodes if n in prepared.nodes]
    names = prepared.upstream(wanted) & prepared.nodes.keys()
    keys = _keys(project, prepared, names, services.cache, base_dir, device)
    cheap = _cheap(prepared, keys, services.cache)
    return {name: Seen(keys[name], name in cheap) for name in wanted if name in keys}


def _keys(
    project: Project,
    prepared: Prepared,
    names: set[str],
    cache: Cache,
    base_dir: Path,
    device: Device | None,
) -> dict[str, str]:
    """The keys of the nodes that have one: no mistake, no missing file or model before them."""
    numerics = device.numerics if device else ""
    ground = Ground(project.settings, base_dir, Provenance(), cache.files, numerics)
    bad = {problem.node for problem in prepared.problems}
    if device is None:
        bad |= {name for name in names if prepared.nodes[name].spec.device}
    sound = _without(prepared, names, bad)
    try:
        return result_keys(prepared, ground, sound)
    except AiprodError:
        pass
    for name in sound:
        alone = Prepared({name: replace(prepared.nodes[name], feeds=[])}, [name])
        try:
            result_keys(alone, ground, [name])
        except AiprodError:
            bad.add(name)
    with suppress(AiprodError):  # a file that went away just now: the next look will tell
        return result_keys(prepared, ground, _without(prepared, names, bad))
    return {}


def _without(prepared: Prepared, names: set[str], bad: set[str | None]) -> set[str]:
    """The names that neither are bad nor need one that is."""
    sound: set[str] = set()
    for name in prepared.order:
        placed = prepared.nodes[name]
        if name not in names or name in bad or prepared.broken.get(name):
            continue
        if all(feed.source in sound for feed in placed.feeds):
            sound.add(name)
    return sound


def _cheap(prepared: Prepared, keys: Mapping[str, str], cache: Cache) -> set[str]:
    """Nodes that are stored, or that cost nothing beyond what they need."""
    stored = cache.index.stored(keys.values())
    timings = cache.index.timings()
    known: dict[str, Keeping] = {}
    cheap: set[str] = set()
    for name in prepared.order:
        if name not in keys:
            continue
        placed = prepared.nodes[name]
        if keys[name] in stored or (
            _is_quick(placed, keeping(placed.spec, known), timings)
            and all(feed.source in cheap for feed in placed.feeds)
        ):
            cheap.add(name)
    return cheap


def _is_quick(placed: Placed, keep: Keeping, timings: Mapping[str, float]) -> bool:
    spec = placed.spec
    if spec.device or spec.sink or (keep.disk and not keep.plain):
        return False
    if not spec.cache and not keep.plain:  # lazy: however long its first import took
        return True
    return timings.get(spec.id, 0.0) < _SLOW


_returned: SimpleQueue[Lease] = SimpleQueue()
"""Leases of values that nobody has any more: ending one takes a lock, which __del__ must not."""


def release_returned() -> None:
    """End the leases of values that are no longer in use."""
    with suppress(Empty):
        while True:
            _returned.get_nowait().close()


class _Hold:
    """Shared by the readers of a value: when the last is gone, so is the need for the lease."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def __del__(self) -> None:
        _returned.put(self._lease)


class _Held:
    """A reader that keeps what it reads in the cache."""

    __slots__ = ("hold", "read")

    def __init__(self, read: Callable[..., Any], hold: _Hold) -> None:
        self.read = read
        self.hold = hold

    def __call__(self, *arguments: Any) -> Any:
        return self.read(*arguments)


def held(value: Any, lease: Lease) -> Any:
    """The value with readers that keep the lease; the lease of one without readers is closed."""
    if value is None or isinstance(value, str | int | float):
        lease.close()
        return value
    return _with_hold(value, _Hold(lease))


def _with_hold(value: Any, hold: _Hold) -> Any:
    if isinstance(value, list | tuple):
        return type(value)(_with_hold(item, hold) for item in value)
    media = getattr(value, "media", None)
    if isinstance(media, Mapping):
        return replace(value, media={key: _with_hold(item, hold) for key, item in media.items()})
    return _with_held_readers(value, hold) if callable(getattr(value, "read", None)) else value


def _with_held_readers(value: Clip | Image | Sound, hold: _Hold) -> Any:
    changes: dict[str, Any] = {"read": _Held(value.read, hold)}
    sound = getattr(value, "sound", None)
    if sound is not None:
        changes["sound"] = _with_held_readers(sound, hold)
    return replace(value, **changes)
