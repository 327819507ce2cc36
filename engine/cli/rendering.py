"""Renders a job under the eyes of a user: progress, Ctrl-C, and the list of delivered files."""

from __future__ import annotations

import json
import sys
import threading

from engine.cli.interrupt import run_interruptible
from engine.cli.progress import show_events
from engine.cli.projects import load_nodes
from engine.cli.status import DONE
from engine.errors import AiprodError
from engine.jobs import Interrupted, Job, JobStore, Request, is_active, state_name


def render_request(request: Request, *, as_json: bool) -> int:
    """Record a request as a job and render it."""
    store = JobStore()
    return render_job(store, store.start(request), as_json=as_json)


def render_job(store: JobStore, job: Job, *, as_json: bool) -> int:
    """Render a job that this process holds; returns the exit status. Raises AiprodError."""

    def work(cancel: threading.Event) -> int:
        from engine.graph import Cache
        from engine.render import Services
        from engine.render import render_job as render

        services = Services(store, Cache(), load_nodes())
        with show_events(as_json=as_json) as show:
            result = render(
                job, services=services, on_event=show, cancel=cancel, when_stopped=Interrupted
            )
        for finding in result.findings:
            _tell_finding(finding, as_json=as_json)
        if not as_json:
            for path in result.files:
                print(path)
        return DONE

    if as_json:
        _print_json(event="JobStarted", job=job.id, output=str(job.request.output))
    return run_interruptible(work, when_left=lambda: _mark_interrupted(store, job.id))


def _mark_interrupted(store: JobStore, job_id: int) -> None:
    """Note that the job stays unfinished; when not even that works, the next process finds out."""
    try:
        state = store.get(job_id).state
        if is_active(state):
            store.move(job_id, Interrupted(during=state_name(state)))
    except AiprodError as error:
        print(f"aiprod-engine: {error}", file=sys.stderr)


def _tell_finding(finding: str, *, as_json: bool) -> None:
    if as_json:
        _print_json(event="Finding", message=finding)
    else:
        print(f"note     {finding}", file=sys.stderr)


def _print_json(**facts: object) -> None:
    print(json.dumps(facts, ensure_ascii=False), flush=True)
