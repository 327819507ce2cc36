"""Renders the jobs of the queue one after the other, and looks beside them, on threads; no Qt."""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from app.worker import device_note
from app.worker.messages import (
    JobMoved,
    Look,
    LookDeclined,
    LookFailed,
    LookMade,
    Message,
    Peek,
    Peeked,
    ReviewAsked,
    Told,
)
from engine.errors import AiprodError, Cancelled
from engine.graph import Cache, Registry, events
from engine.jobs import Cancelled as CancelledJob
from engine.jobs import Interrupted, Job, JobStore, State
from engine.render.facade import Services, Verdict, model_pool, render_job
from engine.render.ground import DEVICES, Device
from engine.render.turns import DeviceTurns, taking_turns
from engine.render.viewing import NotReadyError, peek, view

if TYPE_CHECKING:
    from engine.models.pool import ModelPool
    from engine.runtime.device import DeviceName

Tell: TypeAlias = Callable[[Message], None]

_LOOKS_AT_ONCE = 3
_JOB_RANK = 0  # tickets of looks, from 1, are more urgent
_POLL = 0.1
_NODES = "aiprod-graph"  # how the threads are called that nodes run on


@dataclass
class _Running:
    """A job at work: how to stop it, and the verdict on its files once there is one."""

    job: Job
    cancel: threading.Event = field(default_factory=threading.Event)
    decided: threading.Event = field(default_factory=threading.Event)
    verdict: Verdict = field(default_factory=lambda: Verdict(approved=False))
    in_review: bool = False


class Workshop:
    """The threads that render; `tell` is called from them, with one message at a time.

    `load_registry` gives the node types, when they are needed first and after `reload`.
    """

    def __init__(
        self,
        tell: Tell,
        *,
        load_registry: Callable[[], Registry],
        budget: int | None = None,
    ) -> None:
        self._tell_out = tell
        self._tell_lock = threading.Lock()
        self._load_registry = load_registry
        self._budget = budget
        self._turns = DeviceTurns()
        self._models = functools.cache(model_pool)
        self._wake = threading.Condition()
        self._services: Services | None = None
        self._services_lock = threading.Lock()
        self._running: dict[int, _Running] = {}
        self._looks: list[Look] = []
        self._looking: dict[int, tuple[str, threading.Event]] = {}
        self._threads: list[threading.Thread] = []
        self._lookers = 0
        self._peeks: list[Peek] = []
        self._peeker: threading.Thread | None = None
        self._queue_asked = False
        self._queue_thread: threading.Thread | None = None
        self._closing = False

    # What is asked of it, from any thread; each returns at once.

    def run_queue(self) -> None:
        """Render what is queued, until nothing is."""
        with self._wake:
            if self._closing:
                return
            self._queue_asked = True
            if self._queue_thread is None:
                self._queue_thread = self._start(self._work_queue, "aiprod-queue")

    def look(self, look: Look) -> None:
        """Make a look; an older one for the same node is given up."""
        with self._wake:
            if self._closing:
                return
            given_up = [old for old in self._looks if old.node == look.node]
            self._looks = [old for old in self._looks if old.node != look.node]
            for node, cancel in self._looking.values():
                if node == look.node:
                    cancel.set()
            self._looks.append(look)
            if self._lookers < _LOOKS_AT_ONCE:
                self._lookers += 1
                self._start(self._work_looks, "aiprod-look")
        for old in given_up:
            self._tell(LookFailed(old.ticket, old.node, ""))

    def peek(self, wish: Peek) -> None:
        """Find out what the cache has; of wishes in a row for whole projects the last counts."""
        with self._wake:
            if self._closing:
                return
            if wish.nodes is None:
                self._peeks = [old for old in self._peeks if old.nodes is not None]
            self._peeks.append(wish)
            if self._peeker is None:
                self._peeker = self._start(self._work_peeks, "aiprod-peek")

    def cancel_look(self, ticket: int) -> None:
        """Give up a look."""
        with self._wake:
            waiting = [look for look in self._looks if look.ticket == ticket]
            self._looks = [look for look in self._looks if look.ticket != ticket]
            if ticket in self._looking:
                self._looking[ticket][1].set()
        for look in waiting:
            self._tell(LookFailed(look.ticket, look.node, ""))

    def cancel_job(self, job: int) -> bool:
        """Stop a job that is at work here; False when it is not."""
        running = self._running.get(job)
        if running is not None:
            running.cancel.set()
        return running is not None

    def decide(self, job: int, verdict: Verdict) -> None:
        """Deliver the files of a job in review, or turn them down."""
        running = self._running.get(job)
        if running is not None and running.in_review and not running.decided.is_set():
            running.verdict = verdict
            running.decided.set()

    def reload(self) -> None:
        """Read the node types anew for what begins from now on."""
        with self._services_lock:
            self._services = None

    def use_budget(self, budget: int | None) -> None:
        """Keep about so many bytes of results; more goes when the next one is stored."""
        self._budget = budget
        if budget is not None and hasattr(self, "_cache"):
            self._cache.budget = budget

    def close(self, seconds: float) -> bool:
        """Stop everything; jobs become interrupted, to be resumed. False when some still run."""
        with self._wake:
            self._closing = True
            self._looks.clear()
            self._peeks.clear()
            for _, cancel in self._looking.values():
                cancel.set()
            for running in self._running.values():
                running.cancel.set()
            self._wake.notify_all()
        until = time.monotonic() + seconds
        for thread in list(self._threads):
            thread.join(max(0.0, until - time.monotonic()))
        nodes = [thread for thread in threading.enumerate() if thread.name.startswith(_NODES)]
        for thread in nodes:  # those that were left to themselves in the middle of a step
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in (*self._threads, *nodes))

    @property
    def is_busy(self) -> bool:
        """Whether a job renders, or waits for its review, or a look is made."""
        return bool(self._running or self._looking or self._looks)

    def services(self) -> Services:
        """The cache, the jobs, the node types and the models that everything here shares."""
        with self._services_lock:
            if self._services is None:
                self._services = self._open_services()
            return self._services

    def _open_services(self) -> Services:
        if not hasattr(self, "_cache"):
            self._cache = Cache(budget=self._budget)
            self._store = _TellingStore(self._tell)
        return Services(self._store, self._cache, self._load_registry(), self._pool)

    def _pool(self, device: DeviceName) -> ModelPool:
        return self._models(device)

    # The queue.

    def _work_queue(self) -> None:
        while self._claims():
            try:
                job = self.services().store.claim()
            except AiprodError:
                job = None
                self._queue_asked = False  # the disk refuses; the next request tries again
            if job is None:
                continue
            running = _Running(job)
            with self._wake:
                self._running[job.id] = running
                if self._closing:
                    running.cancel.set()
                thread = self._start(self._render, f"aiprod-job-{job.id}", running)
            self._tell(JobMoved(job.id))
            with self._wake:
                while thread.is_alive() and job.id in self._running and not running.in_review:
                    self._wake.wait(_POLL)
                self._queue_asked = True

    def _claims(self) -> bool:
        """Whether to look for another job; the thread ends when nobody asked since the last."""
        with self._wake:
            if self._queue_asked and not self._closing:
                self._queue_asked = False
                return True
            self._queue_thread = None
            return False

    def _render(self, running: _Running) -> None:
        job = running.job
        try:
            self._render_with(self.services(), running)
        except AiprodError:
            pass  # the job's state says it
        except Exception:
            logging.getLogger(__name__).exception("job %s", job.id)
        finally:
            with self._wake:
                self._running.pop(job.id, None)
                self._wake.notify_all()
            self._tell(JobMoved(job.id))

    def _render_with(self, services: Services, running: _Running) -> None:
        job = running.job
        registry, on_event = taking_turns(
            services.registry,
            lambda event: self._tell(Told(job.id, event)),
            turns=self._turns,
            rank=_JOB_RANK,
            cancel=running.cancel,
        )
        result = render_job(
            job,
            services=Services(services.store, services.cache, registry, services.models),
            on_event=on_event,
            cancel=running.cancel,
            when_stopped=self._stopped,
            approve=functools.partial(self._ask, running),
        )
        environment = result.provenance.details["environment"]
        if isinstance(environment, Mapping):
            device_note.remember_word(str(environment["device"]))

    def _stopped(self, during: str) -> State:
        return Interrupted(during) if self._closing else CancelledJob(during)

    def _ask(self, running: _Running, folder: Path, findings: tuple[str, ...]) -> Verdict:
        """Wait for the verdict on finished files; the queue goes on meanwhile."""
        if not running.job.request.review:
            return Verdict(approved=True)
        with self._wake:
            running.in_review = True
            self._wake.notify_all()
        self._tell(ReviewAsked(running.job.id, folder, findings))
        while not running.decided.wait(_POLL):
            if running.cancel.is_set():
                raise Cancelled
        return running.verdict

    # Looks.

    def _work_looks(self) -> None:
        while True:
            with self._wake:
                if not self._looks or self._closing:
                    self._lookers -= 1
                    return
                look = self._looks.pop()
                cancel = threading.Event()
                self._looking[look.ticket] = (look.node, cancel)
            try:
                message = self._look(look, cancel)
            finally:
                with self._wake:
                    self._looking.pop(look.ticket, None)
            self._tell(message)

    def _look(self, look: Look, cancel: threading.Event) -> LookMade | LookFailed | LookDeclined:
        try:
            services = self.services()
            registry, on_event = taking_turns(
                services.registry,
                functools.partial(self._tell_look, look),
                turns=self._turns,
                rank=look.ticket,
                cancel=cancel,
            )
            made = view(
                look.project,
                look.node,
                look.output,
                services=Services(services.store, services.cache, registry, services.models),
                base_dir=look.base_dir,
                proxy_width=look.proxy_width or None,
                device=_device_of(look),
                guess=device_note.recall(),
                only_cheap=look.only_cheap,
                cancel=cancel,
                on_event=on_event,
            )
        except Cancelled:
            return LookFailed(look.ticket, look.node, "")
        except NotReadyError:
            return LookDeclined(look)
        except AiprodError as error:
            return LookFailed(look.ticket, look.node, str(error))
        except Exception as error:
            return LookFailed(look.ticket, look.node, f"{type(error).__name__}: {error}")
        device_note.remember(made.device)
        return LookMade(
            *(look.ticket, look.node, look.output, made.value),
            *(made.key, made.full_key, made.proxy),
            *(made.device.name, made.device.numerics),
            silent=made.silent,
        )

    def _tell_look(self, look: Look, event: events.Event) -> None:
        """Tell an event, unless another process told it when it made the same."""
        if not look.device:
            self._tell(Told(0, event, look.ticket))

    def _work_peeks(self) -> None:
        while True:
            with self._wake:
                if not self._peeks or self._closing:
                    self._peeker = None
                    return
                wish = self._peeks.pop(0)
            try:
                seen = peek(
                    wish.project,
                    wish.nodes,
                    services=self.services(),
                    base_dir=wish.base_dir,
                    device=device_note.recall(),
                )
            except AiprodError:
                continue  # what is wrong is told where the project is checked
            nodes = {name: (found.key, found.cached) for name, found in seen.items()}
            self._tell(Peeked(nodes))

    # Threads and messages.

    def _start(self, work: Callable[..., None], name: str, *given: object) -> threading.Thread:
        thread = threading.Thread(target=work, args=given, name=name, daemon=True)
        self._threads = [known for known in self._threads if known.is_alive()]
        self._threads.append(thread)
        thread.start()
        return thread

    def _tell(self, message: Message) -> None:
        with self._tell_lock:
            self._tell_out(message)


def _device_of(look: Look) -> Device | None:
    if not look.device:
        return None
    return Device(DEVICES[look.device], look.numerics)


class _TellingStore(JobStore):
    """A store of jobs that tells of each move."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        super().__init__()

    def move(self, job_id: int, then: State) -> Job:
        """Change a job's state, and tell it. Raises AiprodError when it may not."""
        job = super().move(job_id, then)
        self._tell(JobMoved(job_id))
        return job
