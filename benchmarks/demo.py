"""Measures the demo: equal bytes from empty caches, the warm render, Ctrl-C and kill -9.

    python benchmarks/demo.py [--project FILE] [--json FILE]

Renders the project with the real command line, each time in caches of its own:

- twice from empty caches: every delivered file must have the same SHA-256;
- again with the first cache: it must take less than a tenth of the time;
- once more from an empty cache, stopped by Ctrl-C, started again, stopped by kill -9, started
  again to its end: the same files, nothing partial in the output folder, finished work kept.

The exit status is 1 when one of these does not hold.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.nodes import builtin_registry
from engine.project import load

TOP = Path(__file__).resolve().parents[1]

DEMO = TOP / "resources" / "templates" / "first_film.aiprod"
WARM_LIMIT = 0.10
STOP_LIMIT = 2.0  # seconds


@dataclass
class Run:
    """One run of the command line: exit status, seconds, nodes made (with theirs) and reused."""

    status: int = -1
    seconds: float = 0.0
    made: dict[str, float] = field(default_factory=dict)
    kept: int = 0
    stopped_after: float | None = None
    """Seconds from the signal to the end of the process."""


@dataclass
class Findings:
    """All figures of the benchmark; `problems` is empty when everything held."""

    cold: list[Run] = field(default_factory=list)
    warm: Run | None = None
    warm_ratio: float | None = None
    files: dict[str, str] = field(default_factory=dict)
    interrupted: Run | None = None
    killed: Run | None = None
    finished: Run | None = None
    problems: list[str] = field(default_factory=list)

    def expect(self, holds: object, problem: str) -> None:
        """Note a problem unless something holds."""
        if not holds:
            self.problems.append(problem)
            print(f"PROBLEM: {problem}", file=sys.stderr)


@dataclass(frozen=True)
class Place:
    """Where one series of runs keeps its cache, its jobs and its output."""

    root: Path
    project: Path

    @property
    def output(self) -> Path:
        return self.root / "out" / "film"

    def render(self, *, output: Path | None = None) -> subprocess.Popen[str]:
        """Start `aiprod-engine render --json`."""
        return self._start("render", str(self.project), "-o", str(output or self.output), "--json")

    def jobs(self) -> list[dict[str, Any]]:
        """The jobs of this place, newest first."""
        out = self._start("jobs", "list", "--json").communicate()[0]
        return [json.loads(line) for line in out.splitlines()]

    def leftovers(self) -> list[str]:
        """Everything in the folder that holds the output folder, hidden names too."""
        folder = self.output.parent
        return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))

    def _start(self, *words: str) -> subprocess.Popen[str]:
        folders = {
            f"XDG_{name.upper()}_HOME": str(self.root / name)
            for name in ("cache", "data", "config")
        }
        return subprocess.Popen(
            [sys.executable, "-m", "engine.cli", *words],
            cwd=TOP,
            env={**os.environ, **folders},
            stdout=subprocess.PIPE,
            text=True,
        )


def watch(
    process: subprocess.Popen[str],
    *,
    stop_after: float | None = None,
    stop_with: signal.Signals = signal.SIGINT,
) -> Run:
    """Follow a render to its end; after `stop_after` seconds, within a node, send it a signal."""
    started = time.monotonic()
    run, sent = Run(), None
    for event in events_of(process):
        if event["event"] == "NodeFinished" and event["cached"]:
            run.kept += 1
        elif event["event"] == "NodeFinished":
            run.made[event["node"]] = round(event["seconds"], 3)
        in_node = event["event"] == "NodeProgress"
        late = stop_after is not None and time.monotonic() - started > stop_after
        if in_node and late and sent is None:
            sent = time.monotonic()
            process.send_signal(stop_with)
    run.status = process.wait()
    ended = time.monotonic()
    run.seconds = round(ended - started, 3)
    run.stopped_after = None if sent is None else round(ended - sent, 3)
    return run


def events_of(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    """The events of a render as they come."""
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file in a folder, by name."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def measure(project: Path, root: Path) -> Findings:
    """Do all runs and gather what they show."""
    found = Findings()
    first, second, third = (Place(root / name, project) for name in ("one", "two", "three"))
    before = project.read_bytes()
    for place in (first, second):
        found.cold.append(watch(place.render()))
        found.expect(found.cold[-1].status == 0, "a cold render failed")
    found.files = hashes(first.output) if first.output.exists() else {}
    found.expect(found.files, "the cold render delivered nothing")
    compare(found, second.output, "the second cold render")

    again = first.root / "out" / "again"
    found.warm = watch(first.render(output=again))
    found.warm_ratio = round(found.warm.seconds / found.cold[0].seconds, 4)
    found.expect(found.warm.status == 0, "the warm render failed")
    found.expect(found.warm_ratio < WARM_LIMIT, f"the warm render took {found.warm_ratio:.1%}")
    compare(found, again, "the warm render")

    stop_and_go_on(found, third, seconds=found.cold[0].seconds)
    compare(found, third.output, "the render that was stopped twice")
    found.expect(project.read_bytes() == before, "the project file was changed")
    return found


def stop_and_go_on(found: Findings, place: Place, *, seconds: float) -> None:
    """Ctrl-C after a quarter of the time, kill -9 after another, then to the end."""
    found.interrupted = watch(place.render(), stop_after=seconds / 4)
    stopped = found.interrupted.stopped_after
    found.expect(found.interrupted.status == 130, f"Ctrl-C ended with {found.interrupted.status}")
    found.expect(stopped is not None and stopped < STOP_LIMIT, f"Ctrl-C took {stopped} s")
    found.expect(not place.leftovers(), f"Ctrl-C left {place.leftovers()}")
    found.expect(place.jobs()[0]["state"] == "interrupted", "the job is not interrupted")

    found.killed = watch(place.render(), stop_after=seconds / 4, stop_with=signal.SIGKILL)
    found.expect(found.killed.status == -signal.SIGKILL, "kill -9 came too late")
    found.expect(not place.leftovers(), f"kill -9 left {place.leftovers()}")
    found.expect(place.jobs()[0]["state"] == "interrupted", "the killed job is not interrupted")

    found.finished = watch(place.render())
    found.expect(found.finished.status == 0, "the render after kill -9 failed")
    again = lost(found.interrupted, found.killed) | lost(found.interrupted, found.finished)
    again = (again | lost(found.killed, found.finished)) & kept_nodes(place.project)
    found.expect(not again, f"finished work was done again: {', '.join(sorted(again))}")


def kept_nodes(project: Path) -> set[str]:
    """Nodes whose results the cache keeps; the others are lazy and say that they cost nothing."""
    registry = builtin_registry()
    nodes = load(project).graph.nodes.values()
    specs = {node.id: registry.get(node.type) for node in nodes}
    return {name for name, spec in specs.items() if spec and spec.cache}


def lost(earlier: Run, later: Run) -> set[str]:
    """Nodes that took time in the earlier run, and were made again in the later one."""
    return {name for name, seconds in earlier.made.items() if seconds > 0.2} & later.made.keys()


def compare(found: Findings, output: Path, what: str) -> None:
    """Note every file that differs from the first render's."""
    other = hashes(output)
    names = sorted(found.files.keys() | other.keys())
    differ = [name for name in names if found.files.get(name) != other.get(name)]
    found.expect(not differ, f"{what} differs in {', '.join(differ)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--project", type=Path, default=DEMO)
    parser.add_argument("--json", type=Path, help="write the figures there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aiprod-demo-") as folder:
        found = measure(arguments.project.resolve(), Path(folder))
    text = json.dumps(asdict(found), indent=2)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(text + "\n")
    print(text)
    return 1 if found.problems else 0


if __name__ == "__main__":
    sys.exit(main())
