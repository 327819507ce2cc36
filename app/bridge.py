"""The engine as the window sees it: jobs and looks are asked for, Qt signals tell what happens."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.collecting import Collector
from app.log_lines import LogLines
from app.progress import Progress, after
from app.settings import Settings
from app.worker.messages import (
    JobMoved,
    Logged,
    Look,
    LookDeclined,
    LookFailed,
    LookMade,
    Message,
    Peek,
    Peeked,
    ReviewAsked,
    Told,
    WorkerEnded,
)
from app.worker.process import WorkerProcess
from app.worker.workshop import Workshop
from engine.errors import AiprodError
from engine.graph import Registry, events
from engine.jobs import Job, JobStore, Queued, is_active, state_name
from engine.project import Project
from engine.render import Services, Verdict, make_request
from engine.runtime.folders import data_dir

_BATCH_MS = 34  # between two batches of events: at most 30 a second
_SETTLED = 5.0  # seconds after which a render process that ends is not one that cannot start
_KNOWN_JOBS = 200  # rows of the history that the window shows


@dataclass(frozen=True)
class Happening:
    """An event of the engine, of a job, or (then `job` is 0) of the look with that ticket."""

    job: int
    event: events.Event
    ticket: int = 0


@dataclass(frozen=True)
class View:
    """What a look at a node showed: a lazy value that stays valid, and its result's key.

    `proxy` says that shots in it were made small; `full_key` is the key at full size. `silent`
    names nodes whose sound failed and is missing, so that it is not the whole result.
    """

    ticket: int
    node: str
    output: str
    value: Any
    key: str
    proxy: bool
    full_key: str = ""
    silent: tuple[str, ...] = ()


@dataclass(frozen=True)
class ViewFailure:
    """Why a look at a node showed nothing."""

    ticket: int
    node: str
    message: str


class Bridge(QObject):
    """Asks the engine for renders and looks, on threads or in a process of its own.

    All signals come on the thread of this object, events in batches, at most 30 a second, of
    several progress events of a node the last. Without `settings`, renders run in this process.
    """

    happened = Signal(object)
    """tuple[Happening, ...]"""
    job_changed = Signal(int)
    """A job was queued, or its state is another: read it with `job`."""
    queue_changed = Signal()
    """The order of the queue is another."""
    review_asked = Signal(object)
    """ReviewAsked: the finished files of a job wait for `decide`."""
    view_ready = Signal(object)
    """View"""
    view_failed = Signal(object)
    """ViewFailure; there is none for a look that was replaced or cancelled."""
    peeked = Signal(object)
    """{node: (key, cached)} of the nodes that were asked for and can run."""
    noticed = Signal(str)
    """Something that the user should read, such as that the render process ended."""
    registry_changed = Signal()
    """Node types were read anew."""

    _arrived = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        settings: Settings | None = None,
        registry: Registry | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._registry = registry
        self._store: JobStore | None = None
        self._rows: dict[int, Job] = {}
        self._reviews: dict[int, ReviewAsked] = {}
        self._progress: dict[int, Progress] = {}
        self._tickets = 0
        self._wanted: dict[str, Look] = {}
        self._lock = threading.Lock()
        self._pending: list[Message | None] = []
        self._places: dict[tuple[object, ...], int] = {}
        self._flushed = 0.0
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._flush)
        self._arrived.connect(self._plan_flush, Qt.ConnectionType.QueuedConnection)
        self._workshop = Workshop(
            self._receive, load_registry=lambda: self.registry, budget=self._budget()
        )
        self.log = LogLines(self)
        self._collector = Collector(self)
        self._worker = WorkerProcess(
            self._receive, disabled=self.disabled_plugins, budget=self._budget
        )
        if settings is not None:
            settings.changed.connect(self._use_setting)
        self._worker_since = 0.0

    # Jobs.

    def render(
        self,
        project: Project,
        base_dir: Path,
        output: Path,
        *,
        targets: Iterable[str] | None = None,
        review: bool | None = None,
    ) -> int:
        """Queue a render of the targets (by default all that writes files) into `output`.

        With `review`, or the setting of that name, the finished files wait for a verdict. Mistakes
        in the graph make the job fail when its turn comes. Raises UsageError for a bad `output`,
        AiprodError when the job history cannot be used.
        """
        asked = None if targets is None else tuple(targets)
        request = make_request(
            project,
            output=output,
            base_dir=base_dir,
            registry=self.registry,
            targets=asked,
            review=bool(self._setting("review_before_delivery")) if review is None else review,
            check=False,
        )
        job = self._jobs_store().submit(request)
        self._note(job)
        self.run_queue()
        return job.id

    def run_queue(self) -> None:
        """Begin to render what is queued, such as what an earlier session left."""
        if self.is_in_process:
            self._workshop.run_queue()
        else:
            self._worker_since = self._worker_since if self._worker.pid else time.monotonic()
            self._worker.run_queue()

    def cancel(self, job: int) -> None:
        """Stop a job within one step, or take it out of the queue. Raises AiprodError."""
        row = self.job(job)
        if self._workshop.cancel_job(job):
            return
        if row.owner is not None and row.owner.pid == self._worker.pid:
            self._worker.cancel_job(job)
        else:
            self._note(self._jobs_store().cancel(job))

    def resume(self, job: int) -> None:
        """Queue a job that ended once more; it goes on from what is kept. Raises AiprodError."""
        self._note(self._jobs_store().requeue(job))
        self.run_queue()

    def arrange(self, order: Iterable[int]) -> None:
        """Render queued jobs in this order. Raises AiprodError."""
        self._jobs_store().arrange(tuple(order))
        self.queue_changed.emit()

    def decide(self, job: int, *, approved: bool, note: str = "") -> None:
        """Deliver the finished files of a job in review, or turn them down."""
        verdict = Verdict(approved, note)
        self._workshop.decide(job, verdict)
        if self._worker.pid is not None:
            self._worker.decide(job, verdict)

    def stop_all(self) -> None:
        """Stop the jobs at work and every look; queued jobs stay queued."""
        for job in self.jobs():
            if self._is_ours(job):
                self.cancel(job.id)
        for look in list(self._wanted.values()):
            self.cancel_view(look.ticket)

    def jobs(self) -> list[Job]:
        """The newest jobs, newest first, without the texts of their projects."""
        if not self._rows:
            for row in self._jobs_store().latest(limit=_KNOWN_JOBS, projects=False):
                self._rows[row.id] = row
        return sorted(self._rows.values(), key=lambda row: -row.id)

    def job(self, job: int) -> Job:
        """One job as it was last seen, without its project's text. Raises UsageError."""
        if job not in self._rows:
            self._note(self._jobs_store().get(job), tell=False)
        return self._rows[job]

    def queue(self) -> tuple[int, ...]:
        """The queued jobs in the order in which they will be rendered."""
        return self._jobs_store().queue()

    def progress(self, job: int) -> Progress:
        """How far a job is that this window renders, by its events; empty for others."""
        return self._progress.get(job, Progress())

    def project_text(self, job: int) -> str:
        """The text of the project that a job renders, as it was then. Raises AiprodError."""
        return self._jobs_store().get(job).request.project

    def reviews(self) -> list[ReviewAsked]:
        """Finished files that wait for `decide`."""
        return list(self._reviews.values())

    def refresh(self) -> None:
        """Read the jobs anew: other programs of this user work on the same queue."""
        before = dict(self._rows)
        self._jobs_store().mark_interrupted()
        for row in self._jobs_store().latest(limit=_KNOWN_JOBS, projects=False):
            self._rows[row.id] = row
            old = before.get(row.id)
            if old is None or (old.state, old.changed, old.done) != (
                *(row.state, row.changed, row.done),
            ):
                self.job_changed.emit(row.id)

    # Looks.

    def view(
        self,
        project: Project,
        base_dir: Path,
        node: str,
        output: str = "out",
        *,
        proxy: bool = True,
    ) -> int:
        """Make what a node shows, and only what it needs; returns a ticket, answered by a signal.

        With `proxy`, shots above the proxy width are made small unless the full ones are there. An
        older request for the same node is given up. Looks go before jobs.
        """
        self._tickets += 1
        width = int(self._setting("proxy_width") or 256) if proxy else 0
        here = self.is_in_process
        look = Look(self._tickets, project, base_dir, node, output, width, only_cheap=not here)
        self._wanted[node] = look
        self._workshop.look(look)
        return self._tickets

    def cancel_view(self, ticket: int) -> None:
        """Give up a look."""
        self._wanted = {n: look for n, look in self._wanted.items() if look.ticket != ticket}
        self._workshop.cancel_look(ticket)
        self._worker.cancel_look(ticket)

    def peek(self, project: Project, base_dir: Path, nodes: Iterable[str] | None = None) -> None:
        """Find out in the background which nodes can be looked at without work: `peeked`."""
        asked = None if nodes is None else tuple(nodes)
        self._workshop.peek(Peek(project, base_dir, asked))

    # The engine itself.

    @property
    def is_busy(self) -> bool:
        """Whether a job renders or waits for its review, or a look is made."""
        here = self._workshop.is_busy or self._worker.is_looking
        return here or any(self._is_ours(job) for job in self._rows.values())

    @property
    def is_in_process(self) -> bool:
        """Whether renders run in this process, as the settings have it."""
        return self._setting("render_in_process") is not False

    @property
    def worker_pid(self) -> int | None:
        """The number of the process that renders, when there is one beside this."""
        return self._worker.pid

    def warm_up(self) -> None:
        """Start the process that renders, if there is to be one, before it is needed."""
        if not self.is_in_process:
            self._worker_since = time.monotonic()
            self._worker.start()

    @property
    def registry(self) -> Registry:
        """The node types that renders know."""
        if self._registry is None:
            from engine.plugins import load_plugins

            self._registry = load_plugins(disabled=self.disabled_plugins()).registry
        return self._registry

    def disabled_plugins(self) -> list[str]:
        """Names of the plugins that the user switched off."""
        names = self._setting("plugins_disabled")
        return [str(name) for name in names] if isinstance(names, list) else []

    def use_registry(self, registry: Registry) -> None:
        """Let what begins from now on know these node types."""
        self._registry = registry
        self._workshop.reload()
        self._worker.reload()
        self.registry_changed.emit()

    def services(self) -> Services:
        """The cache and the rest that renders in this process share; slow when first asked."""
        return self._workshop.services()

    def close(self, seconds: float = 10.0) -> bool:
        """Stop everything, jobs to be resumed later. False when something still runs."""
        self._closed = True
        self._timer.stop()
        until = time.monotonic() + seconds
        self.log.close()
        ended = self._worker.close(seconds)
        ended = self._workshop.close(max(0.1, until - time.monotonic())) and ended
        self._collector.stop()
        if self._store is not None:
            self._store.close()
            self._store = None
        return ended

    # What the engine tells.

    def _receive(self, message: Message) -> None:
        """Take a message, on whatever thread it comes."""
        if self._closed:
            return
        place = _place(message)
        with self._lock:
            first = not self._pending
            if place is not None and place in self._places:
                self._pending[self._places[place]] = message
                return
            if place is not None:
                self._places[place] = len(self._pending)
            self._pending.append(message)
        if first:
            self._arrived.emit()

    def _plan_flush(self) -> None:
        since = 1000 * (time.monotonic() - self._flushed)
        self._timer.start(max(0, round(_BATCH_MS - since)))

    def _flush(self) -> None:
        self._flushed = time.monotonic()
        with self._lock:
            messages, self._pending, self._places = self._pending, [], {}
        told = tuple(
            Happening(message.job, message.event, message.ticket)
            for message in messages
            if isinstance(message, Told)
        )
        for item in told:
            if item.job:
                before = self._progress.get(item.job, Progress())
                self._progress[item.job] = after(before, item.event)
            self._log_event(item)
        if told:
            self.happened.emit(told)
        for message in messages:
            self._hand_over(message)

    def _log_event(self, item: Happening) -> None:
        source = f"job {item.job}" if item.job else "look"
        match item.event:
            case events.NodeFailed(message=text):
                self.log.add(logging.ERROR, source, text)
            case events.Warning(title=title, message=text) if item.job or not item.event.cached:
                self.log.add(logging.WARNING, source, f"{title}: {text}")
            case events.NodeFinished(title=title, cached=False, seconds=seconds):
                self.log.add(logging.INFO, source, f"{title}: {seconds:.2f} s")
            case events.RenderFinished(seconds=seconds, files=files):
                self.log.add(logging.INFO, source, f"{len(files)} files in {seconds:.1f} s")
            case _:
                pass

    def _hand_over(self, message: Message | None) -> None:
        match message:
            case JobMoved(job=job):
                self._refresh_job(job)
            case ReviewAsked():
                self._reviews[message.job] = message
                self.review_asked.emit(message)
            case LookMade():
                self._hand_over_look(message)
            case LookDeclined(look=look):
                if self._wanted.get(look.node) is look:
                    self._wanted[look.node] = wish = replace(look, only_cheap=False)
                    self._worker.look(wish)
            case LookFailed():
                if self._is_wanted(message.node, message.ticket) and message.message:
                    self.view_failed.emit(
                        ViewFailure(message.ticket, message.node, message.message)
                    )
            case Logged():
                self.log.add(message.level, message.source, message.text)
            case WorkerEnded():
                self._pick_up(message)
            case Peeked():
                self.peeked.emit(dict(message.nodes))
            case _:
                pass

    def _hand_over_look(self, made: LookMade) -> None:
        look = self._wanted.get(made.node)
        if look is None or look.ticket != made.ticket:
            return
        if made.elsewhere:
            width = look.proxy_width if made.proxy else 0
            self._wanted[made.node] = wish = replace(
                look, device=made.device, numerics=made.numerics, proxy_width=width
            )
            self._workshop.look(wish)
            return
        del self._wanted[made.node]
        self.view_ready.emit(
            View(
                *(made.ticket, made.node, made.output, made.value),
                *(made.key, made.proxy, made.full_key, made.silent),
            )
        )

    def _is_wanted(self, node: str, ticket: int) -> bool:
        """Whether this is the newest request for the node; it is answered then."""
        look = self._wanted.get(node)
        if look is None or look.ticket != ticket:
            return False
        del self._wanted[node]
        return True

    def _is_ours(self, job: Job) -> bool:
        """Whether this window renders the job."""
        pids = (os.getpid(), self._worker.pid)
        return is_active(job.state) and job.owner is not None and job.owner.pid in pids

    def _pick_up(self, ended: WorkerEnded) -> None:
        """Say what became of the jobs of a render process that ended by itself, and go on."""
        if ended.last_words:
            self.log.add(logging.ERROR, "worker", f"{ended.cause}\n{ended.last_words}")
        try:
            lost = self._jobs_store().mark_interrupted()
            lived_long = time.monotonic() - self._worker_since > _SETTLED
            more = bool(self.queue()) and (bool(lost) or lived_long)
        except AiprodError as error:
            self.noticed.emit(str(error))
            return
        for job in lost:
            self._note(job)
        text = self.tr("The render process ended unexpectedly ({cause}).").format(cause=ended.cause)
        if lost:
            names = ", ".join(f"{job.request.name} ({job.id})" for job in lost)
            kept = self.tr("What was finished is kept; it can be resumed: {jobs}.")
            text = f"{text} {kept.format(jobs=names)}"
        self.noticed.emit(text)
        if more:
            self.run_queue()

    def _refresh_job(self, job: int) -> None:
        try:
            row = self._jobs_store().get(job)
        except AiprodError:
            return
        self._note(row)

    def _note(self, row: Job, *, tell: bool = True) -> None:
        self.jobs()
        before = self._rows.get(row.id)
        if tell and (before is None or type(before.state) is not type(row.state)):
            message = getattr(row.state, "message", "")
            text = f"{row.request.name}: {state_name(row.state)}"
            level = logging.ERROR if message else logging.INFO
            self.log.add(level, f"job {row.id}", f"{text}: {message}" if message else text)
        light = replace(row, request=replace(row.request, project=""))
        self._rows[row.id] = light
        if not is_active(row.state):
            self._reviews.pop(row.id, None)
        if tell:
            self.job_changed.emit(row.id)
            if isinstance(row.state, Queued):
                self.queue_changed.emit()

    def _jobs_store(self) -> JobStore:
        if self._store is None:
            self._store = JobStore(data_dir() / "jobs.sqlite")
        return self._store

    def _setting(self, key: str) -> Any:
        return self._settings.get(key) if self._settings is not None else None

    def _use_setting(self, key: str) -> None:
        if key == "cache_gb":
            self._workshop.use_budget(self._budget())
            self._worker.reload()

    def _budget(self) -> int | None:
        size = self._setting("cache_gb")
        return int(float(size) * 1e9) if size else None


def _place(message: Message) -> tuple[object, ...] | None:
    """What a message is about, when only the last such counts."""
    match message:
        case Told(event=events.NodeProgress(node=node)):
            return (message.job, message.ticket, node, "progress")
        case Told(event=events.Preview(node=node)):
            return (message.job, message.ticket, node, "preview")
        case JobMoved(job=job):
            return ("moved", job)
        case _:
            return None
