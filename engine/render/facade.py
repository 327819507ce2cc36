"""Renders a project: a job is recorded, nodes run, finished files are delivered whole."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.errors import AiprodError, Cancelled, RenderError
from engine.graph import Artifact, Cache, Registry
from engine.graph.events import OnEvent, RenderFinished
from engine.graph.execution import Results
from engine.graph.provenance import Provenance
from engine.jobs import (
    Assembling,
    Checking,
    Delivered,
    Failed,
    Interrupted,
    Job,
    JobStore,
    Review,
    State,
    is_active,
    state_name,
)
from engine.jobs import Cancelled as CancelledJob
from engine.jobs.delivery import Finished, deliver, gather, outdated_files, staging_folder
from engine.project import Project
from engine.render.checking import check_films
from engine.render.ground import origin_without, provenance_of
from engine.render.request import Readied, make_ready, make_request
from engine.render.sparing import Spared, Sparing
from engine.render.watching import Watch

if TYPE_CHECKING:
    from engine.models.pool import ModelPool
    from engine.runtime.device import DeviceName


@dataclass(frozen=True)
class Verdict:
    """Whether finished files are delivered, and what the one who decided has to say."""

    approved: bool
    note: str = ""


Approve: TypeAlias = Callable[[Path, tuple[str, ...]], Verdict | bool]
"""Takes the folder with the finished files, and what nodes told and the check found; says whether
to deliver."""


class TurnedDown(Cancelled):
    """The finished files were not approved; `note` says why."""

    def __init__(self, note: str = "") -> None:
        super().__init__(f"the finished files were turned down{f': {note}' if note else ''}")
        self.note = note


@dataclass(frozen=True)
class RenderResult:
    """What a render delivered: files in `output`, what the check found, nodes run and reused.

    `warnings` are what nodes told, such as what was given up for lack of memory, also those of
    results that were made before.
    """

    job: int
    output: Path
    files: tuple[Path, ...]
    findings: tuple[str, ...]
    warnings: tuple[str, ...]
    ran: tuple[str, ...]
    cached: tuple[str, ...]
    seconds: float
    provenance: Provenance


def _always(_folder: Path, _findings: tuple[str, ...]) -> bool:
    return True


def _nobody_there(_folder: Path, _findings: tuple[str, ...]) -> bool:
    raise RenderError(
        "the finished files wait for an approval, and nobody is there to give it",
        mend="Resume the job in the window and approve it in the review panel.",
    )


def _all_nodes() -> Registry:
    from engine.plugins import load_plugins

    return load_plugins().registry


def model_pool(device: DeviceName) -> ModelPool:
    """A pool of models on that device."""
    from engine.models.pool import ModelPool

    return ModelPool(device)


@dataclass(frozen=True)
class Services:
    """Where a render keeps its job and results, the node types it knows, its pools of models."""

    store: JobStore = field(default_factory=JobStore)
    cache: Cache = field(default_factory=Cache)
    registry: Registry = field(default_factory=_all_nodes)
    models: Callable[[DeviceName], ModelPool] = model_pool


def render(
    project: Project,
    *,
    output: Path,
    base_dir: Path | None = None,
    targets: Sequence[str] | None = None,
    overrides: Mapping[str, Any] | None = None,
    seed: int | None = None,
    device: str = "auto",
    on_event: OnEvent | None = None,
    cancel: threading.Event | None = None,
    services: Services | None = None,
) -> RenderResult:
    """Make what the targets (by default all sinks) write, and deliver it into `output`.

    `base_dir` is the folder that relative paths in the project start from; `overrides` sets
    parameters for this render, by "node.param". Setting `cancel` stops the render within one step
    of the node at work; finished results stay in the cache, and the output folder is untouched.

    Raises UsageError and ValidationError before a job is recorded; Cancelled, RenderError or
    another AiprodError after.
    """
    services = services or Services()
    request = make_request(
        project,
        output=output,
        base_dir=base_dir or Path.cwd(),
        registry=services.registry,
        targets=targets,
        overrides=overrides,
        seed=seed,
        device=device,
    )
    job = services.store.start(request)
    return render_job(job, services=services, on_event=on_event, cancel=cancel)


def render_job(
    job: Job,
    *,
    services: Services,
    on_event: OnEvent | None = None,
    cancel: threading.Event | None = None,
    when_stopped: Callable[[str], State] = CancelledJob,
    approve: Approve | None = None,
) -> RenderResult:
    """Render a job that this process holds (`JobStore.start` or `claim`).

    `approve` may look at the finished files before they are delivered, and say no; without it a
    job that is to be reviewed fails there.
    `when_stopped` makes the state that a set `cancel` leads to, from the name of the state
    before; a request to stop that comes through the store always leads to Cancelled.
    """
    cancel = cancel or threading.Event()
    with Watch(job, services.store, cancel, on_event) as watch:
        try:
            approve = approve or (_nobody_there if job.request.review else _always)
            return _carry_out(job, services, watch, cancel, approve)
        except BaseException as error:
            with contextlib.suppress(AiprodError):  # the error at hand says more
                _end(job, services.store, error, CancelledJob if watch.asked else when_stopped)
            raise


def _carry_out(
    job: Job, services: Services, watch: Watch, cancel: threading.Event, approve: Approve
) -> RenderResult:
    started = time.monotonic()
    request, store = job.request, services.store
    ready = make_ready(request, services.registry)
    watch.know(ready.prepared)
    origin = provenance_of(
        ready.project,
        request.project,
        ready.prepared,
        targets=ready.targets,
        device=ready.device,
        base_dir=request.base_dir,
        files=services.cache.files,
    )
    store.note_provenance(job.id, {"job": origin.job, **origin.details})
    results, origin = _run(job, services, ready, watch, cancel, origin)
    with results:
        finished = _finished(results, ready)
        files, findings = _deliver(job, store, watch, cancel, finished, approve)
    paths = tuple(request.output / name for name in files)
    seconds = time.monotonic() - started
    watch.tell(RenderFinished(paths, seconds, len(results.ran), len(results.cached)))
    return RenderResult(
        *(job.id, request.output, paths, findings, tuple(watch.warnings)),
        *(results.ran, results.cached, seconds, origin),
    )


def _run(
    job: Job,
    services: Services,
    ready: Readied,
    watch: Watch,
    cancel: threading.Event,
    origin: Provenance,
) -> tuple[Results, Provenance]:
    """Run the nodes, without sounds that fail where no picture needs them."""

    def note(spared: Spared) -> None:
        nonlocal origin
        origin = origin_without(origin, spared.silent)
        services.store.note_provenance(job.id, {"job": origin.job, **origin.details})

    sparing = Sparing(
        *(ready.project, ready.prepared, services, ready.device, job.request.base_dir, cancel),
        provenance=lambda: origin,
    )
    results, spared = sparing.make(ready.targets, watch.on_event, note)
    sparing.tell_of(spared, watch.on_event)
    return results, origin


def _deliver(
    job: Job,
    store: JobStore,
    watch: Watch,
    cancel: threading.Event,
    finished: list[Finished],
    approve: Approve,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Gather, check and deliver; returns the names of the files and what the check found."""

    def check_cancelled() -> None:
        if cancel.is_set():
            raise Cancelled

    output = job.request.output
    watch.enter(Assembling())
    with _staging(job, store) as staging:
        files = gather(finished, staging, check_cancelled=check_cancelled)
        watch.enter(Checking(len(files)))
        films = [item.name for item in finished if item.role == "film"]
        findings = check_films(staging, films, check_cancelled=check_cancelled)
        warnings = tuple(watch.warnings)
        watch.enter(Review(findings, warnings))
        answer = approve(staging, (*warnings, *findings))
        verdict = answer if isinstance(answer, Verdict) else Verdict(answer)
        if not verdict.approved:
            raise TurnedDown(verdict.note)
        check_cancelled()
        outdated = outdated_files(store.delivered_files(output), finished)
        deliver(staging, output, files=files, outdated=outdated)
    watch.enter(Delivered(files, findings, verdict.note, warnings))
    return files, findings


def _finished(results: Results, ready: Readied) -> list[Finished]:
    """The files that the targets made, each with the title of its node."""
    return [
        Finished(item.name, item.path, ready.prepared.nodes[name].title, item.role)
        for name, outputs in results.values.items()
        for value in outputs.values()
        for item in (value if isinstance(value, list | tuple) else [value])
        if isinstance(item, Artifact)
    ]


@contextlib.contextmanager
def _staging(job: Job, store: JobStore) -> Iterator[Path]:
    """A folder to gather files in; removed at the end, or by the next process after a crash."""
    staging = staging_folder(job.request.output)
    store.note_staging(job.id, staging)
    try:
        staging.mkdir(parents=True)
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _end(
    job: Job, store: JobStore, error: BaseException, when_stopped: Callable[[str], State]
) -> None:
    """Move a job whose render raised to the state that says so."""
    state = store.get(job.id).state
    if not is_active(state):
        return
    if isinstance(error, TurnedDown):
        store.move(job.id, CancelledJob(state_name(state), error.note))
    elif isinstance(error, Cancelled):
        store.move(job.id, when_stopped(state_name(state)))
    elif isinstance(error, Exception):
        store.move(job.id, Failed(str(error)))
    else:
        store.move(job.id, Interrupted(state_name(state)))
