"""The real command line in a home of its own, with slow test nodes from a plugin file."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.cli import main

PLUGIN = '''
import time
from pathlib import Path
from typing import Annotated

from engine import Artifact, Context, File, Range, Text, node
from engine.errors import RenderError


@node("Line", category="Test")
def line(
    words: str = "a red ball", repeat: Annotated[int, Range(1, 9)] = 1, loud: bool = False
) -> Text:
    """Words, some times over."""
    return " ".join([words] * repeat).upper() if loud else " ".join([words] * repeat)


@node("Steps", category="Test", seeded=False, reads_settings=False)
def steps(
    text: Text, log: str, count: int = 30, seconds: float = 0.1, native: bool = False,
    *, ctx: Context
) -> Text:
    """Works in steps, kept in scratch; when native, it does not look up in between."""
    kept = ctx.scratch / "steps.txt"
    done = len(kept.read_text()) if kept.exists() else 0
    for step in range(done, count):
        with open(log, "a") as file:
            file.write(f"{step}\\n")
        if native:
            time.sleep(seconds)
            continue
        time.sleep(seconds)
        with open(kept, "a") as file:
            file.write("x")
        ctx.progress(step + 1, count)
    return text


@node("Stored line", category="Test")
def first(words: str, log: str, *, ctx: Context) -> Text:
    """Notes each time it runs."""
    with open(log, "a") as file:
        file.write("first\\n")
    time.sleep(0.05)
    return words


@node("Break", category="Test")
def break_down(text: Text) -> Text:
    """Always fails."""
    raise RenderError("the reel broke", mend="Splice it.")


@node("Write text", category="Test", sink=True)
def write_text(
    text: Text, name: Annotated[Path, File(save=True)] = Path("text.txt"), *, ctx: Context
) -> Artifact:
    """Writes a text file."""
    target = ctx.scratch / "text.txt"
    target.write_text(text)
    return Artifact(name.as_posix(), target, "edit")
'''


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit status, the two outputs, and the seconds it took."""

    status: int
    out: str
    err: str
    seconds: float

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Home:
    """Folders of one user, a folder to work in, and the command line run there."""

    path: Path

    @property
    def work(self) -> Path:
        return self.path / "work"

    @property
    def environment(self) -> Mapping[str, str]:
        folders = {
            f"XDG_{name}_HOME": str(self.path / name.lower())
            for name in ("CACHE", "DATA", "CONFIG")
        }
        return {**os.environ, **folders, "OMP_NUM_THREADS": "1"}

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        command = (sys.executable, "-m", "engine.cli", *map(str, words))
        return subprocess.Popen(
            command,
            cwd=self.work,
            env={**self.environment, "PYTHONPATH": str(Path(__file__).parents[3])},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )

    def run(self, *words: str | Path) -> Ended:
        return finish(self.start(*words))

    def call(self, *words: str | Path) -> Ended:
        """As `run`, in this process: quicker, for what does not depend on a process of its own."""
        out, err = io.StringIO(), io.StringIO()
        started = time.monotonic()
        with (
            environment_of(self.environment),
            contextlib.chdir(self.work),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            status = main([str(word) for word in words])
        return Ended(status, out.getvalue(), err.getvalue(), time.monotonic() - started)

    def save(self, nodes: Mapping[str, Any], *links: str, name: str = "ball") -> Path:
        """Write a project; links are written `a.out>b.text`."""
        path = self.work / f"{name}.aiprod"
        document = {
            "aiprod": 1,
            "settings": {"name": name, "seed": 3},
            "nodes": {
                node: {"type": f"plugin.reel.{kind}", "params": params}
                for node, (kind, params) in nodes.items()
            },
            "links": [dict(zip(("from", "to"), link.split(">"), strict=True)) for link in links],
        }
        path.write_text(json.dumps(document))
        return path

    @property
    def log(self) -> Path:
        return self.work / "steps.log"

    @property
    def steps(self) -> list[str]:
        return self.log.read_text().split() if self.log.exists() else []

    def slow_project(self, **params: Any) -> Path:
        """A line that is stored, slow steps after it, and a file that is written in the end."""
        return self.save(
            {
                "line": ("first", {"words": "a red ball", "log": str(self.work / "first.log")}),
                "slow": ("steps", {"log": str(self.log), **params}),
                "file": ("write_text", {}),
            },
            "line.out>slow.text",
            "slow.out>file.text",
        )

    @property
    def lag(self) -> float:
        """Seconds by which a starved machine is late: what Python takes to start beyond 0.2 s."""
        return max(0.0, self.run("--version").seconds - 0.2)

    def wait_for_steps(self, count: int) -> None:
        wait_until(lambda: len(self.steps) >= count)


@contextlib.contextmanager
def environment_of(names: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a while."""
    before = dict(os.environ)
    os.environ.update(names)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def finish(process: subprocess.Popen[str]) -> Ended:
    """Wait for a command to end."""
    started = time.monotonic()
    out, err = process.communicate(timeout=60)
    return Ended(process.returncode, out, err, time.monotonic() - started)


def wait_until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until something holds; fails when it does not within `seconds`."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    plugins = tmp_path / "data" / "aiprod" / "plugins"
    plugins.mkdir(parents=True)
    (plugins / "reel.py").write_text(PLUGIN)
    (tmp_path / "work").mkdir()
    return Home(tmp_path)


@pytest.fixture
def ball(home: Home) -> Path:
    """A project of two quick nodes that writes `text.txt`."""
    return home.save({"line": ("line", {}), "file": ("write_text", {})}, "line.out>file.text")
