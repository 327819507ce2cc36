"""Renders in a process of their own: the same results, and a crash of it loses one job at most."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.bridge import Bridge, Happening
from app.settings import Settings
from app.worker.messages import Logged, LookMade, ReviewAsked, Told
from app.worker.protocol import decode, encode, read_frame, write_frame
from engine.graph import Node, events
from engine.jobs import Cancelled, Delivered, Interrupted
from engine.plugins import load_plugins
from engine.project import Project
from engine.runtime.folders import data_dir
from tests.app.bridge_nodes import project

PLUGIN = '''
import time
from fractions import Fraction
from engine.graph import Artifact, Context, Text, node

@node("Steps", category="Test")
def steps(words: str = "x", count: int = 3, pause: float = 0.01, *, ctx: Context) -> Text:
    """Works step by step and keeps the steps that are done."""
    kept = ctx.scratch / "steps"
    done = kept.read_text() if kept.exists() else ""
    for number in range(len(done), count):
        time.sleep(pause)
        done += str(ctx.generator(str(number)).integers(10))
        kept.write_text(done)
        ctx.progress(number + 1, count, "stepping")
    return f"{words} {done}"

@node("Picture", category="Test")
def picture(pause: float = 0.0, *, ctx: Context) -> "Image":
    """A grey picture, with a preview of it."""
    import numpy as np
    from engine.media import Image
    ctx.preview(np.full((20, 30, 3), 7, np.uint8))
    time.sleep(pause)
    return Image.from_array(np.full((36, 64, 3), 9, np.uint8))

@node("Write", category="Test", sink=True)
def write(text: Text, *, ctx: Context) -> Artifact:
    """Writes a text file."""
    target = ctx.scratch / "text.txt"
    target.write_text(text)
    return Artifact("text.txt", target, "edit")

@node("Print", category="Test")
def shout(words: str = "noise", *, ctx: Context) -> Text:
    """Prints, as careless plugins do."""
    print(words)
    import os
    os.write(1, b"more noise")
    return words

from engine.media import Image
'''


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CACHE", "DATA", "CONFIG"):
            patch.setenv(f"XDG_{name}_HOME", str(folder / name))
        plugin = data_dir() / "plugins" / "slow.py"
        plugin.parent.mkdir(parents=True)
        plugin.write_text(PLUGIN)
        yield folder


@pytest.fixture(scope="module")
def shared(home: Path, qapp: object) -> Iterator[Bridge]:
    """One bridge with its process for all tests that leave it alive: starting it takes time."""
    settings = Settings(home / "window.json")
    settings.set("render_in_process", False)
    made = Bridge(settings=settings, registry=load_plugins().registry)
    yield made
    assert made.close(20)


@pytest.fixture
def bridge(shared: Bridge) -> Bridge:
    return shared


def film(words: str, **params: object) -> Project:
    return project(
        Node("steps", "plugin.slow.steps", params={"words": words} | params),
        Node("file", "plugin.slow.write"),
        links={"file.text": "steps"},
        name=words,
    )


def state(bridge: Bridge, job: int) -> type:
    return type(bridge.job(job).state)


def wait_for(qtbot: QtBot, bridge: Bridge, job: int, kind: type) -> None:
    qtbot.waitUntil(lambda: state(bridge, job) is kind, timeout=60_000)


def test_a_job_renders_in_the_other_process_with_the_same_events(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    told: list[Happening] = []
    bridge.happened.connect(told.extend)
    job = bridge.render(film("far"), tmp_path, tmp_path / "out")
    wait_for(qtbot, bridge, job, Delivered)
    assert (tmp_path / "out" / "text.txt").read_text().startswith("far ")
    assert bridge.worker_pid not in (None, os.getpid())

    def kinds() -> list[type]:
        return [type(item.event) for item in told if item.job == job]

    qtbot.waitUntil(lambda: kinds()[-1] is events.RenderFinished)  # after the job's state
    assert kinds()[0] is events.RunPlanned
    assert {events.NodeStarted, events.NodeProgress, events.NodeFinished} <= set(kinds())


def test_a_running_job_is_cancelled_over_there(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    job = bridge.render(film("long", count=10_000), tmp_path, tmp_path / "out")
    with qtbot.waitSignal(bridge.happened, timeout=60_000):
        pass
    qtbot.waitUntil(lambda: bridge.job(job).owner is not None, timeout=60_000)
    bridge.cancel(job)
    wait_for(qtbot, bridge, job, Cancelled)


def test_a_look_is_made_over_there_and_read_here(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    told: list[Happening] = []
    bridge.happened.connect(told.extend)
    one = project(Node("p", "plugin.slow.picture"))
    with qtbot.waitSignal(bridge.view_ready, timeout=60_000) as made:
        bridge.view(one, tmp_path, "p")
    assert made.args[0].value.array()[0, 0, 0] == 9
    previews = [item.event for item in told if isinstance(item.event, events.Preview)]
    assert np.asarray(previews[0].image).shape == (20, 30, 3)
    assert np.asarray(previews[0].image).max() == 7


def test_what_nodes_print_does_not_disturb(bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    loud = project(
        Node("loud", "plugin.slow.shout"),
        Node("file", "plugin.slow.write"),
        links={"file.text": "loud"},
    )
    job = bridge.render(loud, tmp_path, tmp_path / "out")
    wait_for(qtbot, bridge, job, Delivered)
    assert (tmp_path / "out" / "text.txt").read_text() == "noise"


def test_reviews_are_decided_from_here(bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(bridge.review_asked, timeout=60_000) as asked:
        job = bridge.render(film("judged"), tmp_path, tmp_path / "out", review=True)
    assert (asked.args[0].folder / "text.txt").exists()
    bridge.decide(job, approved=True)
    wait_for(qtbot, bridge, job, Delivered)


@pytest.mark.skipif(os.name != "posix", reason="signals end processes on POSIX systems")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV"])
def test_a_crash_loses_no_work_and_not_the_window(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    notices: list[str] = []
    bridge.noticed.connect(notices.append)
    long = film(name, count=60, pause=0.02)
    job = bridge.render(long, tmp_path, tmp_path / "out")
    steps: list[float] = []
    bridge.happened.connect(
        lambda told: steps.extend(
            item.event.done
            for item in told
            if item.job == job and isinstance(item.event, events.NodeProgress)
        )
    )
    qtbot.waitUntil(lambda: bool(steps) and steps[-1] >= 5, timeout=60_000)
    assert bridge.worker_pid is not None
    os.kill(bridge.worker_pid, getattr(signal, name))
    wait_for(qtbot, bridge, job, Interrupted)
    assert not (tmp_path / "out").exists()
    assert name in notices[0]
    assert f"{name} ({job})" in notices[0]

    bridge.resume(job)
    resumed: list[float] = []
    bridge.happened.connect(
        lambda told: resumed.extend(
            item.event.done
            for item in told
            if item.job == job and isinstance(item.event, events.NodeProgress)
        )
    )
    wait_for(qtbot, bridge, job, Delivered)
    assert resumed[0] >= 5
    whole = (tmp_path / "out" / "text.txt").read_bytes()
    bridge.services().cache.clear()
    again = bridge.render(long, tmp_path, tmp_path / "again")
    wait_for(qtbot, bridge, again, Delivered)
    assert (tmp_path / "again" / "text.txt").read_bytes() == whole


def test_a_look_that_crashes_is_told(bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    slow = project(Node("p", "plugin.slow.picture", params={"pause": 30.0}))
    with qtbot.waitSignal(bridge.happened, timeout=60_000):
        bridge.view(slow, tmp_path, "p")
    assert bridge.worker_pid is not None
    with qtbot.waitSignal(bridge.view_failed, timeout=60_000) as failed:
        os.kill(bridge.worker_pid, 9)
    assert "the render process ended" in failed.args[0].message


def test_messages_survive_the_pipe(tmp_path: Path) -> None:
    read, write = os.pipe()
    messages = [
        Told(3, events.NodeProgress("n", "Né", 1, 4, "x", 2.0, None)),
        Told(0, events.RenderFinished((Path("a/b.mp4"),), 1.5, 2, 3), 8),
        ReviewAsked(4, Path("/films"), ("too loud",)),
        Logged(30, "engine", "hm"),
        LookMade(5, "n", "out", None, "key", "whole", True, "cpu", "cpu float32", True, ("a",)),
    ]
    with os.fdopen(write, "wb") as out, os.fdopen(read, "rb") as into:
        for message in messages:
            write_frame(out, *encode(message))
        out.close()
        found = []
        while (frame := read_frame(into)) is not None:
            found.append(decode(*frame))
    assert found == messages


def test_a_worker_that_cannot_start_does_not_start_again_and_again(
    qtbot: QtBot, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    settings = Settings(tmp_path / "window.json")
    settings.set("render_in_process", False)
    made = Bridge(settings=settings, registry=load_plugins().registry)
    notices: list[str] = []
    made.noticed.connect(notices.append)
    with qtbot.waitSignal(made.noticed, timeout=20_000):
        job = made.render(film("never"), tmp_path, tmp_path / "out")
    qtbot.wait(200)
    assert len(notices) == 1
    made.cancel(job)
    assert state(made, job) is Cancelled
    made.close(5)
