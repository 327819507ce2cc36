"""Makes what some targets need and the cache does not have; finished results are kept."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import AiprodError, Cancelled, RenderError
from engine.graph.artifacts import Artifact
from engine.graph.cache import Cache, DamagedEntryError, Lease, Told
from engine.graph.context import Context, derived_seed
from engine.graph.document import Graph
from engine.graph.estimate import Estimate
from engine.graph.events import (
    Event,
    NodeFailed,
    NodeFinished,
    NodeProgress,
    NodeStarted,
    OnEvent,
    RunPlanned,
    Warning,  # noqa: A004
)
from engine.graph.invoke import invoke
from engine.graph.keys import Ground, has_own_seed, result_keys
from engine.graph.memory import Outputs
from engine.graph.plan import Keeping, Plan, choose_targets, keeping, needed, plan
from engine.graph.prepare import Placed, Prepared, Without, prepare
from engine.graph.provenance import Provenance
from engine.graph.registry import Registry
from engine.graph.scheduler import Scheduler
from engine.graph.settings import ProjectSettings

if TYPE_CHECKING:
    from engine.models.pool import ModelPool

_WORTH_STORING = 0.002  # seconds; plain values that were quicker to make stay off the disk
_MAX_REPLANS = 100


@dataclass
class Results:
    """What a run made: values by target, and how many nodes ran for it.

    Values may read from the cache; keep the results open for as long as they are in use.
    """

    values: dict[str, Outputs]
    keys: Mapping[str, str]
    ran: tuple[str, ...]
    cached: tuple[str, ...]
    lease: Lease = field(repr=False)

    def __getitem__(self, target: str) -> Any:
        """The value of a target with one output, or its values by output."""
        outputs = self.values[target]
        return outputs["out"] if outputs.keys() == {"out"} else outputs

    @property
    def artifacts(self) -> list[Artifact]:
        """The files that sinks made, in the order of the targets."""
        found: list[Artifact] = []
        for outputs in self.values.values():
            for value in outputs.values():
                items = value if isinstance(value, list) else [value]
                found.extend(item for item in items if isinstance(item, Artifact))
        return found

    def close(self) -> None:
        """The values are no longer in use; the cache may drop what they read."""
        self.lease.close()

    def __enter__(self) -> Results:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def execute(
    graph: Graph,
    registry: Registry,
    targets: Sequence[str] | None = None,
    *,
    cache: Cache,
    settings: ProjectSettings | None = None,
    base_dir: Path | None = None,
    provenance: Provenance | None = None,
    models: ModelPool | Callable[[], ModelPool] | None = None,
    cancel: threading.Event | None = None,
    on_event: OnEvent | None = None,
    workers: int | None = None,
    numerics: str = "",
    without: Without | None = None,
) -> Results:
    """Make the values of `targets` (ids of nodes; all sinks by default).

    Events come from the threads that run nodes, one at a time. Raises ValidationError when a
    node that is needed has a mistake, UsageError for unknown targets, Cancelled, and RenderError
    naming the node that failed.
    """
    prepared = prepare(graph, registry, base_dir=base_dir, without=without)
    chosen = choose_targets(prepared, targets)
    names = needed(prepared, chosen)
    ground = Ground(
        settings or ProjectSettings(),
        base_dir or Path.cwd(),
        provenance or Provenance(),
        cache.files,
        numerics,
    )
    keys = result_keys(prepared, ground, names)
    run = _Run(prepared, ground, cache, models, cancel or threading.Event(), on_event)
    lease = cache.lease()
    try:
        for _ in range(_MAX_REPLANS):
            made = plan(prepared, chosen, keys, cache)
            if made.touched:
                cache.index.touch(made.touched, lease.tick)
            with contextlib.suppress(DamagedEntryError):
                return run.carry_out(made, lease, workers or min(4, os.cpu_count() or 1))
        raise RenderError("stored results are damaged again and again", mend="Check the disk.")
    except BaseException:
        lease.close()
        raise


class _Run:
    """One execution: what its nodes are given, and where their values go."""

    def __init__(
        self,
        prepared: Prepared,
        ground: Ground,
        cache: Cache,
        models: ModelPool | Callable[[], ModelPool] | None,
        cancel: threading.Event,
        on_event: OnEvent | None,
    ) -> None:
        self._prepared = prepared
        self._ground = ground
        self._cache = cache
        self._models = models
        self._cancel = cancel
        self._on_event = on_event
        self._event_lock = threading.RLock()
        self._shape = replace(ground.settings, name="", seed=0)
        self._keeping: dict[str, Keeping] = {}
        self._ran: list[str] = []
        self._cached: list[str] = []
        self._told: dict[tuple[str, str, str], None] = {}  # the warnings of this run

    def carry_out(self, plan: Plan, lease: Lease, workers: int) -> Results:
        """Do what the plan says. Raises DamagedEntryError when it must be made anew."""
        nodes = self._prepared.nodes
        self._plan, self._lease = plan, lease
        self._values: dict[str, Outputs] = dict(plan.at_hand)
        self._loading = set(plan.load)
        self._estimate = Estimate(
            (nodes[name].spec.id for name in plan.run), self._cache.index.timings()
        )
        self._tell(RunPlanned(len(plan.run), plan.cached))
        for name in plan.at_hand:
            self._note_cached(name)
        needs: dict[str, list[str]] = {name: [] for name in plan.load}
        for name in plan.run:
            needs[name] = [feed.source for feed in nodes[name].feeds]
        self._left = self._count_users(needs, plan.targets)
        scheduler = Scheduler(
            needs,
            alone=frozenset(name for name in plan.run if nodes[name].spec.device),
            do=self._do,
            done=self._let_go,
            workers=workers,
            cancel=self._cancel,
        )
        try:
            scheduler.run()
        finally:
            if self._estimate.learned:
                self._cache.index.put_timings(self._estimate.learned)
        return Results(
            {name: self._values[name] for name in plan.targets},
            plan.keys,
            tuple(self._ran),
            tuple(self._cached),
            lease,
        )

    def _count_users(
        self, needs: Mapping[str, list[str]], targets: Sequence[str]
    ) -> dict[str, int]:
        """How many nodes still need the values of each; targets keep theirs."""
        left = dict.fromkeys(targets, 1)
        for sources in needs.values():
            for source in sources:
                left[source] = left.get(source, 0) + 1
        return left

    def _let_go(self, name: str) -> None:
        """Forget values that nothing waits for any more."""
        if name in self._loading:
            return
        for feed in self._prepared.nodes[name].feeds:
            self._left[feed.source] -= 1
            if not self._left[feed.source]:
                self._values.pop(feed.source, None)

    def _do(self, name: str) -> None:
        placed, key = self._prepared.nodes[name], self._plan.keys[name]
        if name in self._loading:
            self._values[name] = outputs = self._cache.load(key)
            self._cache.memory.put(key, outputs)
            self._note_cached(name)
            return
        started = time.perf_counter()
        self._estimate.started(placed.spec.id)
        if self._on_event is not None:
            self._tell(NodeStarted(name, placed.title))
        try:
            outputs, reused = self._make(placed, key)
        except (Cancelled, DamagedEntryError):
            raise
        except (Exception, SystemExit) as error:  # a library that leaves must not take us along
            failure = _failure(placed, error)
            self._tell(NodeFailed(name, placed.title, str(failure)))
            raise failure from error
        self._values[name] = outputs
        self._cache.memory.put(key, outputs)
        if reused:
            self._note_cached(name)
            return
        self._cache.warned(key, self._warnings(placed))
        seconds = time.perf_counter() - started
        self._estimate.finished(placed.spec.id, seconds)
        self._ran.append(name)
        if self._on_event is not None:
            self._tell(NodeFinished(name, placed.title, cached=False, seconds=seconds))

    def _make(self, placed: Placed, key: str) -> tuple[Outputs, bool]:
        """The outputs of a node, and whether another process had made them meanwhile."""
        spec = placed.spec
        keep = keeping(spec, self._keeping)
        if not spec.takes_context and (keep.plain or not keep.disk):
            return self._make_plainly(placed, key, keep), False
        with contextlib.ExitStack() as stack:
            if keep.disk and not keep.plain:
                stack.enter_context(self._cache.making(key, self._check_cancelled))
                if self._cache.is_stored(key):
                    self._cache.index.touch([key], self._lease.tick)
                    return self._cache.load(key), True
            return self._make_with_context(placed, key, keep, stack), False

    def _make_plainly(self, placed: Placed, key: str, keep: Keeping) -> Outputs:
        """The outputs of a node that needs nothing but its inputs."""
        started = time.perf_counter()
        outputs = invoke(placed, self._values, None)
        if keep.disk and time.perf_counter() - started > _WORTH_STORING:
            self._cache.store_plain(key, outputs, lease=self._lease)
        return outputs

    def _make_with_context(
        self, placed: Placed, key: str, keep: Keeping, stack: contextlib.ExitStack
    ) -> Outputs:
        locked = keep.disk and not keep.plain

        def scratch() -> Path:
            nonlocal locked
            if not locked:
                stack.enter_context(self._cache.making(key, self._check_cancelled))
                locked = True
            return self._cache.scratch(key)

        ctx = self._context(placed, scratch) if placed.spec.takes_context else None
        started = time.perf_counter()
        outputs = invoke(placed, self._values, ctx)
        quick = time.perf_counter() - started <= _WORTH_STORING
        if keep.disk and not keep.plain:
            return self._store(placed, key, outputs, ctx)
        if keep.disk and not quick:
            self._cache.store_plain(key, outputs, lease=self._lease)
        if locked:
            self._cache.discard_work(key)
        return outputs

    def _store(self, placed: Placed, key: str, outputs: Outputs, ctx: Context | None) -> Outputs:
        def progress(done: float, total: float) -> None:
            if ctx is not None:
                ctx.progress(done, total, "storing")
            else:
                self._check_cancelled()

        return self._cache.store(
            *(key, placed.spec.outputs, outputs),
            lease=self._lease,
            progress=progress,
            warnings=self._warnings(placed),
        )

    def _warnings(self, placed: Placed) -> Told:
        """What a node told, and what was told when its inputs were made, each once."""
        before = (self._cache.warnings(self._plan.keys[feed.source]) for feed in placed.feeds)
        own = [told for told in list(self._told) if told[0] == placed.id]
        return list(dict.fromkeys([*(told for each in before for told in each), *own]))

    def _context(self, placed: Placed, scratch: Callable[[], Path]) -> Context:
        spec, settings = placed.spec, self._ground.settings
        return Context(
            scratch,
            seed=_seed_of(placed, self._values, settings.seed),
            settings=settings if spec.sink else self._shape,
            base_dir=self._ground.base_dir,
            models=self._models,
            provenance=self._ground.provenance if spec.sink else None,
            cancel=self._cancel,
            on_event=self._tell,
            node_id=placed.id,
            node_title=placed.title,
            seeded=spec.seeded,
            reads_settings=spec.reads_settings,
        )

    def _check_cancelled(self) -> None:
        if self._cancel.is_set():
            raise Cancelled

    def _note_cached(self, name: str) -> None:
        self._cached.append(name)
        if self._on_event is not None:
            title = self._prepared.nodes[name].title
            for told in self._cache.warnings(self._plan.keys[name]):
                if told not in self._told:
                    self._tell(Warning(*told, cached=True))
            self._tell(NodeFinished(name, title, cached=True, seconds=0.0))

    def _tell(self, event: Event) -> None:
        if isinstance(event, Warning):
            self._told[event.node, event.title, event.message] = None
        if self._on_event is None:
            return
        if isinstance(event, NodeProgress):
            left = self._estimate.seconds_left(event.seconds_left)
            event = replace(event, run_seconds_left=left)
        with self._event_lock:
            self._on_event(event)


def _seed_of(placed: Placed, values: Mapping[str, Outputs], seed: int) -> int:
    """A node's own seed when it has one, else one made of the project's and its id."""
    if has_own_seed(placed):
        name = next(param.name for param in placed.spec.params if param.seed)
        if name in placed.params:
            return int(placed.params[name])
        feed = next(feed for feed in placed.feeds if feed.input == name)
        return int(values[feed.source][feed.output])
    return derived_seed(seed, placed.id)


def _failure(placed: Placed, error: Exception | SystemExit) -> RenderError:
    where = f"{placed.title} ({placed.id})" if placed.title != placed.id else placed.id
    if isinstance(error, AiprodError):
        message = f"{error.where}: {error.message}" if error.where else error.message
        return RenderError(message, where=where, mend=error.mend)
    if isinstance(error, MemoryError):
        return RenderError("there is not enough memory", where=where)
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        return RenderError(f"{name}{error.strerror}", where=where)
    text = str(error).strip()
    return RenderError(
        f"{type(error).__name__}: {text}" if text else type(error).__name__, where=where
    )
