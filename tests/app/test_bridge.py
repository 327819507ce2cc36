"""The bridge renders jobs one after the other, looks at nodes before them, and tells in batches."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bridge import Bridge, Happening, View
from engine.errors import UsageError
from engine.graph import Node, events
from engine.jobs import Cancelled, Delivered, Failed, Interrupted, JobStore, Queued, Review
from engine.media import Clip, Image
from engine.project import Project, loads
from tests.app.bridge_nodes import (
    GATE,
    STARTED,
    bridge_registry,
    calls,
    project,
    text_project,
)

PATIENCE = 300_000  # ms: loading torch takes its time on a busy machine


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CACHE", "DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name))
    GATE.clear()
    STARTED.clear()
    calls.clear()
    return tmp_path


@pytest.fixture
def bridge(qtbot: QtBot, home: Path) -> Iterator[Bridge]:

    made = Bridge(registry=bridge_registry())
    yield made
    GATE.set()
    assert made.close(60)


def state(bridge: Bridge, job: int) -> type:
    return type(bridge.job(job).state)


def finished(told: list[Happening]) -> list[int]:
    """The jobs whose last event came, in order."""
    return [item.job for item in told if isinstance(item.event, events.RenderFinished)]


def test_jobs_are_rendered_one_after_the_other(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    told: list[Happening] = []
    bridge.happened.connect(told.extend)
    one = bridge.render(text_project("one"), tmp_path, tmp_path / "1")
    two = bridge.render(text_project("two"), tmp_path, tmp_path / "2")
    qtbot.waitUntil(lambda: state(bridge, two) is Delivered)
    assert (tmp_path / "1" / "text.txt").read_text() == "one"
    assert (tmp_path / "2" / "text.txt").read_text() == "two"
    qtbot.waitUntil(lambda: len(finished(told)) == 2)  # told after the job's state
    assert finished(told) == [one, two]


def test_a_job_whose_node_fails_says_so(bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    job = bridge.render(text_project(via="test.break_down"), tmp_path, tmp_path / "out")
    qtbot.waitUntil(lambda: state(bridge, job) is Failed)
    assert "the reel broke" in str(bridge.job(job).state)
    assert not (tmp_path / "out").exists()


def test_a_graph_with_a_mistake_fails_when_its_turn_comes(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    wrong = project(Node("file", "test.write_text"))
    job = bridge.render(wrong, tmp_path, tmp_path / "out")
    qtbot.waitUntil(lambda: state(bridge, job) is Failed)
    assert "the input is needed" in str(bridge.job(job).state)


def test_an_output_that_is_a_file_is_refused_at_once(bridge: Bridge, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="is a file"):
        bridge.render(text_project(), tmp_path, tmp_path / "out")
    assert bridge.jobs() == []


def test_a_running_job_is_cancelled_and_the_next_goes_on(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    waits = bridge.render(text_project(via="test.wait"), tmp_path, tmp_path / "1")
    after = bridge.render(text_project("after"), tmp_path, tmp_path / "2")
    qtbot.waitUntil(STARTED.is_set)
    assert bridge.is_busy
    bridge.cancel(waits)
    qtbot.waitUntil(lambda: state(bridge, after) is Delivered)
    assert state(bridge, waits) is Cancelled
    qtbot.waitUntil(lambda: not bridge.is_busy)


def test_a_queued_job_is_taken_out_and_put_back(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    bridge.render(text_project(via="test.wait"), tmp_path, tmp_path / "1")
    queued = bridge.render(text_project(), tmp_path, tmp_path / "2")
    bridge.cancel(queued)
    assert state(bridge, queued) is Cancelled
    bridge.resume(queued)
    assert state(bridge, queued) is Queued
    GATE.set()
    qtbot.waitUntil(lambda: state(bridge, queued) is Delivered)


def test_queued_jobs_are_rendered_in_the_order_arranged(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    told: list[Happening] = []
    bridge.happened.connect(told.extend)
    first = bridge.render(text_project(via="test.wait"), tmp_path, tmp_path / "0")
    qtbot.waitUntil(STARTED.is_set)
    jobs = [bridge.render(text_project(str(n)), tmp_path, tmp_path / str(n)) for n in (1, 2, 3)]
    assert bridge.queue() == tuple(jobs)
    bridge.arrange([jobs[2], jobs[0], jobs[1]])
    assert bridge.queue() == (jobs[2], jobs[0], jobs[1])
    GATE.set()
    qtbot.waitUntil(lambda: all(state(bridge, job) is Delivered for job in jobs))
    qtbot.waitUntil(lambda: len(finished(told)) == 4)
    assert finished(told) == [first, jobs[2], jobs[0], jobs[1]]


def test_closing_leaves_the_job_to_be_resumed(qtbot: QtBot, tmp_path: Path) -> None:
    bridge = Bridge(registry=bridge_registry())
    job = bridge.render(text_project(via="test.wait"), tmp_path, tmp_path / "out")
    qtbot.waitUntil(STARTED.is_set)
    assert bridge.close(10)
    assert isinstance(JobStore().get(job).state, Interrupted)
    later = Bridge(registry=bridge_registry())
    GATE.set()
    later.resume(job)
    qtbot.waitUntil(lambda: state(later, job) is Delivered)
    later.close(10)


def test_the_project_of_a_job_can_be_opened_again(bridge: Bridge, tmp_path: Path) -> None:
    job = bridge.render(text_project("kept", name="mine"), tmp_path, tmp_path / "out")
    assert loads(bridge.project_text(job)).graph.nodes["line"].params == {"words": "kept"}
    assert bridge.jobs()[0].request.name == "mine"


# Reviews.


def test_files_of_a_reviewed_job_are_delivered_when_approved(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(bridge.review_asked) as asked:
        job = bridge.render(text_project("see"), tmp_path, tmp_path / "out", review=True)
    waiting = asked.args[0]
    assert (waiting.folder / "text.txt").read_text() == "see"
    qtbot.waitUntil(lambda: state(bridge, job) is Review)
    assert not (tmp_path / "out").exists()
    other = bridge.render(text_project("next"), tmp_path, tmp_path / "other", review=False)
    qtbot.waitUntil(lambda: state(bridge, other) is Delivered)
    bridge.decide(job, approved=True, note="good light")
    qtbot.waitUntil(lambda: state(bridge, job) is Delivered)
    assert bridge.job(job).state.note == "good light"
    assert (tmp_path / "out" / "text.txt").read_text() == "see"
    assert bridge.reviews() == []


def test_files_that_are_turned_down_are_not_delivered(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(bridge.review_asked):
        job = bridge.render(text_project(), tmp_path, tmp_path / "out", review=True)
    bridge.decide(job, approved=False, note="too dark")
    qtbot.waitUntil(lambda: state(bridge, job) is Cancelled)
    assert bridge.job(job).state == Cancelled("review", "too dark")
    assert not (tmp_path / "out").exists()


# Looks.


def look(bridge: Bridge, qtbot: QtBot, *asked: object, **options: object) -> View:
    with qtbot.waitSignal(bridge.view_ready, timeout=PATIENCE) as made:
        ticket = bridge.view(*asked, **options)
    assert made.args[0].ticket == ticket
    return made.args[0]


def test_a_look_makes_only_what_the_node_needs(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    film = project(
        Node("a", "test.paint", params={"level": 9}), Node("b", "test.paint", params={"level": 8})
    )
    seen = look(bridge, qtbot, film, tmp_path, "a")
    assert isinstance(seen.value, Image)
    assert seen.value.array()[0, 0, 0] == 9
    assert calls["paint"] == 1
    assert not seen.proxy
    again = look(bridge, qtbot, film, tmp_path, "a")
    assert again.key == seen.key
    assert calls["paint"] == 1


def test_wide_shots_are_small_at_first_and_whole_on_demand(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    film = project(
        Node("line", "test.line"),
        Node("shot", "test.steps", params={"width": 1024, "height": 576}),
        links={"shot.text": "line"},
    )
    small = look(bridge, qtbot, film, tmp_path, "shot")
    assert small.proxy
    assert small.value.shown == (256, 144)
    whole = look(bridge, qtbot, film, tmp_path, "shot", proxy=False)
    assert not whole.proxy
    assert whole.value.shown == (1024, 576)
    assert look(bridge, qtbot, film, tmp_path, "shot").value.shown == (1024, 576)


def test_a_value_stays_valid_while_the_cache_is_trimmed(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    film = project(
        Node("line", "test.line"), Node("shot", "test.steps"), links={"shot.text": "line"}
    )
    seen = look(bridge, qtbot, film, tmp_path, "shot")
    assert isinstance(seen.value, Clip)
    cache = bridge.services().cache
    cache.budget = 0
    cache.trim()
    assert seen.value.array().shape == (2, 36, 64, 3)
    read = seen.value.read
    del seen
    cache.trim()
    assert next(read(0, 1)).width == 64
    del read
    look(bridge, qtbot, project(Node("a", "test.line")), tmp_path, "a")
    cache.trim()
    assert cache.index.total() == 0


def test_a_newer_look_at_a_node_replaces_the_older(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    failures: list[object] = []
    bridge.view_failed.connect(failures.append)
    slow = text_project("old", via="test.wait")
    bridge.view(slow, tmp_path, "middle")
    qtbot.waitUntil(STARTED.is_set)
    quick = project(Node("middle", "test.line", params={"words": "new"}))
    assert look(bridge, qtbot, quick, tmp_path, "middle").value == "new"
    qtbot.waitUntil(lambda: not bridge.is_busy)
    assert failures == []


def test_a_shot_of_the_starter_is_seen_and_cancelled_within_a_step(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    def shot(steps: int) -> Project:
        size = {"width": 64, "height": 64, "seconds": 0.5, "steps": steps, "tries": 1}
        return project(
            Node("prompt", "values.prompt", params={"text": "a large red ball bounces"}),
            Node("shot", "generate.shot", params=size),
            links={"shot.prompt": "prompt"},
        )

    seen = look(bridge, qtbot, shot(4), tmp_path, "shot")
    assert seen.value.shown == (64, 64)
    steps: list[float] = []
    bridge.happened.connect(
        lambda told: steps.extend(
            item.event.done for item in told if isinstance(item.event, events.NodeProgress)
        )
    )
    ticket = bridge.view(shot(200), tmp_path, "shot")
    qtbot.waitUntil(lambda: bool(steps), timeout=PATIENCE)
    bridge.cancel_view(ticket)
    cancelled_at = steps[-1]
    qtbot.waitUntil(lambda: not bridge.is_busy, timeout=PATIENCE)
    qtbot.wait(50)
    assert steps[-1] <= cancelled_at + 2


def test_a_look_that_fails_says_why(bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(bridge.view_failed) as failed:
        ticket = bridge.view(text_project(via="test.break_down"), tmp_path, "middle")
    assert failed.args[0].ticket == ticket
    assert "the reel broke" in failed.args[0].message


def test_a_look_at_a_node_that_writes_shows_what_it_writes(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    assert look(bridge, qtbot, text_project("seen"), tmp_path, "file").value == "seen"


def test_looks_go_before_jobs_on_the_device_one_at_a_time(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    long = {"count": 60, "pause": 0.02}
    film = project(
        Node("line", "test.line", params={"words": "job"}),
        Node("shot", "test.steps", params=long),
        Node("save", "deliver.clip"),
        links={"shot.text": "line", "save.clip": "shot"},
    )
    job = bridge.render(film, tmp_path, tmp_path / "out")
    qtbot.waitUntil(lambda: calls["steps of job"] > 2)
    other = project(
        Node("line", "test.line", params={"words": "look"}),
        Node("shot", "test.steps"),
        links={"shot.text": "line"},
    )
    assert look(bridge, qtbot, other, tmp_path, "shot").value.shown == (64, 36)
    assert calls["steps of job"] < 60
    qtbot.waitUntil(lambda: state(bridge, job) is Delivered, timeout=10_000)
    assert calls["steps of job"] == 60
    assert calls["steps most"] == 1


def test_a_look_that_needs_what_a_job_makes_waits_for_it(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    film = project(
        Node("line", "test.line", params={"words": "same"}),
        Node("shot", "test.steps", params={"count": 20, "pause": 0.02}),
        Node("save", "deliver.clip"),
        links={"shot.text": "line", "save.clip": "shot"},
    )
    bridge.render(film, tmp_path, tmp_path / "out")
    qtbot.waitUntil(lambda: calls["steps of same"] > 2)
    assert look(bridge, qtbot, film, tmp_path, "shot").value.shown == (64, 36)
    assert calls["steps of same"] == 20


def test_peeking_tells_what_is_cached(bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    film = project(Node("a", "test.paint"), Node("b", "test.line"), Node("c", "test.break_down"))
    with qtbot.waitSignal(bridge.peeked) as before:
        bridge.peek(film, tmp_path)
    assert not before.args[0]["a"][1]
    assert before.args[0]["b"][1]
    assert "c" not in before.args[0]
    seen = look(bridge, qtbot, film, tmp_path, "a")
    with qtbot.waitSignal(bridge.peeked) as after:
        bridge.peek(film, tmp_path, ["a"])
    assert after.args[0] == {"a": (seen.key, True)}


def test_events_come_in_batches_with_progress_put_together(
    bridge: Bridge, qtbot: QtBot, tmp_path: Path
) -> None:
    batches: list[tuple[float, tuple[Happening, ...]]] = []
    bridge.happened.connect(lambda told: batches.append((time.monotonic(), told)))
    film = project(
        *(Node(f"n{number}", "test.line", params={"words": str(number)}) for number in range(200)),
        Node("shot", "test.steps", params={"count": 40}),
        links={"shot.text": "n0"},
    )
    look(bridge, qtbot, film, tmp_path, "shot")
    gaps = [b[0] - a[0] for a, b in itertools.pairwise(batches)]
    assert min(gaps, default=1) > 0.025
    shot = [item for _, told in batches for item in told if item.ticket]
    assert isinstance(shot[0].event, events.RunPlanned)
    assert isinstance(shot[-1].event, events.NodeFinished)
