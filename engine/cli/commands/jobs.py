"""`aiprod-engine jobs`: the queue and history, and how to go on with a job or stop it."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from engine.cli.status import DONE
from engine.cli.tables import age, columns

if TYPE_CHECKING:
    from engine.jobs import Job, Moment, State

HELP = "list, show, resume or cancel renders"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`jobs list|show|resume|cancel`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, text in (
        ("list", "show the newest jobs"),
        ("show", "show one job with its history"),
        ("resume", "render a job again: its stored project, to its stored output folder"),
        ("cancel", "stop a job, or take it out of the queue"),
    ):
        action = actions.add_parser(name, help=text, description=text, allow_abbrev=False)
        action.add_argument("--json", action="store_true", help="print JSON")
        if name == "list":
            action.add_argument("-n", "--limit", type=int, default=20, help="how many (20)")
        else:
            action.add_argument("id", type=int, metavar="ID", help="the number in `jobs list`")


def run(arguments: argparse.Namespace) -> int:
    """Run the action asked for."""
    from engine.jobs import JobStore

    store = JobStore()
    match arguments.action:
        case "list":
            return _list(store.latest(limit=arguments.limit), as_json=arguments.json)
        case "show":
            job = store.get(arguments.id)
            return _show(job, store.history(job.id), as_json=arguments.json)
        case "cancel":
            return _cancel(store.cancel(arguments.id), as_json=arguments.json)
        case _:
            from engine.cli.rendering import render_job

            return render_job(store, store.restart(arguments.id), as_json=arguments.json)


def _list(jobs: list[Job], *, as_json: bool) -> int:
    if as_json:
        for job in jobs:
            print(json.dumps(_facts(job), ensure_ascii=False))
        return DONE
    if not jobs:
        print("no jobs yet", file=sys.stderr)
        return DONE
    rows = [_row(job) for job in jobs]
    print(columns(rows, head=("id", "state", "done", "changed", "name", "output")))
    return DONE


def _row(job: Job) -> tuple[str, ...]:
    from engine.jobs import state_name

    changed = age(time.time() - job.changed)
    state, done = state_name(job.state), f"{job.done:.0%}"
    return (str(job.id), state, done, changed, job.request.name, str(job.request.output))


def _show(job: Job, history: tuple[Moment, ...], *, as_json: bool) -> int:
    from engine.jobs import state_name

    if as_json:
        steps = [{"state": state_name(step.state), "at": _clock(step.at)} for step in history]
        facts = _facts(job) | {"provenance": job.provenance, "history": steps}
        print(json.dumps(facts, ensure_ascii=False, indent=2))
        return DONE
    print(f"job {job.id}: {job.request.name}, {state_name(job.state)} ({job.done:.0%} made)")
    print(f"output  {job.request.output}")
    for line in _details(job.state):
        print(f"        {line}")
    for step in history:
        print(f"{_clock(step.at)}  {state_name(step.state)}")
    return DONE


def _cancel(job: Job, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(_facts(job), ensure_ascii=False))
    else:
        print(f"job {job.id} {'stops soon' if job.stop else 'is cancelled'}")
    return DONE


def _details(state: State) -> tuple[str, ...]:
    from engine.jobs import Delivered, Failed, Review

    match state:
        case Delivered(files=files, findings=findings, warnings=warnings):
            return (*files, *warnings, *findings)
        case Review(findings=findings, warnings=warnings):
            return (*warnings, *findings)
        case Failed(message=message):
            return (message,)
        case _:
            return ()


def _facts(job: Job) -> dict[str, object]:
    from engine.jobs import state_name

    return {
        "id": job.id,
        "name": job.request.name,
        "state": state_name(job.state),
        **dataclasses.asdict(job.state),
        "done": round(job.done, 4),
        "stopping": job.stop,
        "output": str(job.request.output),
        "created": _clock(job.created),
        "changed": _clock(job.changed),
    }


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
