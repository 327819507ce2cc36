"""What a render shows while it goes on: bars on a terminal, lines elsewhere, or JSON lines."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from engine.graph import events

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def show_events(*, as_json: bool) -> Iterator[events.OnEvent]:
    """Yield the function that shows events: JSON on standard output, people's on standard error."""
    if as_json:
        yield JsonLines()
    elif sys.stderr.isatty():
        with _bars() as progress:
            yield Bars(progress)
    else:
        yield show_line


class JsonLines:
    """Prints one event a line; goes on in silence when nobody reads any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = True

    def __call__(self, event: events.Event) -> None:
        line = json.dumps(event.as_dict(), ensure_ascii=False)
        with self._lock:
            if not self._open:
                return
            try:
                print(line, flush=True)
            except OSError:
                self._open = False


def show_line(event: events.Event) -> None:
    """Tell finished and failed nodes and warnings on standard error, one line each."""
    match event:
        case events.NodeFinished(title=title, cached=True):
            print(f"kept     {title}", file=sys.stderr)
        case events.NodeFinished(title=title, seconds=seconds):
            print(f"made     {title} ({seconds:.1f} s)", file=sys.stderr)
        case events.NodeFailed(title=title):
            print(f"failed   {title}", file=sys.stderr)
        case events.Warning(title=title, message=message):
            print(f"warning  {title}: {message}", file=sys.stderr)
        case _:
            pass


class Bars:
    """One bar for the whole render with the time it still takes, and one for each node at work."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._whole = progress.add_task("whole render", total=None)
        self._finished = 0
        self._nodes: dict[str, TaskID] = {}
        self._parts: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, event: events.Event) -> None:
        with self._lock:
            self._show(event)

    def _show(self, event: events.Event) -> None:
        match event:
            case events.RunPlanned(run=run):
                self._progress.update(self._whole, total=run)
            case events.NodeStarted(node=node, title=title):
                self._nodes[node] = self._progress.add_task(f"  {title}", total=None)
            case events.NodeProgress():
                self._show_progress(event)
            case events.NodeFinished(node=node, cached=cached):
                self._finished += not cached
                self._close(node)
            case events.NodeFailed(node=node):
                self._close(node)
            case events.Warning(title=title, message=message):
                text = f"warning: {title}: {message}"
                self._progress.console.print(text, markup=False, highlight=False)
            case _:
                pass

    def _show_progress(self, event: events.NodeProgress) -> None:
        task = self._nodes.get(event.node)
        if task is None:
            return
        text = f"  {event.title} {event.note}".rstrip()
        self._progress.update(task, completed=event.done, total=event.total, description=text)
        self._parts[event.node] = event.done / event.total if event.total > 0 else 0.0
        self._show_whole(event.run_seconds_left)

    def _show_whole(self, seconds_left: float | None = None) -> None:
        done = self._finished + sum(self._parts.values())
        self._progress.update(self._whole, completed=done)
        if seconds_left is not None:
            text = f"whole render, {timedelta(seconds=round(seconds_left))} left"
            self._progress.update(self._whole, description=text)

    def _close(self, node: str) -> None:
        task = self._nodes.pop(node, None)
        self._parts.pop(node, None)
        if task is not None:
            self._progress.remove_task(task)
        self._show_whole()


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield progress
