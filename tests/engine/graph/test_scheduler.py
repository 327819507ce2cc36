"""Tasks run after what they need, whatever happens to them."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

import pytest

from engine.errors import Cancelled
from engine.graph.scheduler import Scheduler


def schedule(
    needs: dict[str, list[str]],
    do: Callable[[str], None],
    *,
    alone: frozenset[str] = frozenset(),
    workers: int = 3,
    cancel: threading.Event | None = None,
) -> list[str]:
    done: list[str] = []
    Scheduler(
        needs,
        alone=alone,
        do=do,
        done=done.append,
        workers=workers,
        cancel=cancel or threading.Event(),
    ).run()
    return done


def nothing(name: str) -> None:
    """A task that takes no time."""


@pytest.mark.parametrize("seed", range(5))
def test_every_task_runs_once_and_after_its_needs(seed: int) -> None:
    source = random.Random(seed)
    needs: dict[str, list[str]] = {}
    for number in range(300):
        count = source.randrange(0, min(number, 4) + 1)
        needs[str(number)] = [str(source.randrange(number)) for _ in range(count)]
    alone = frozenset(name for name in needs if source.random() < 0.3)
    started: list[str] = []
    finished: set[str] = set()

    def do(name: str) -> None:
        assert finished.issuperset(needs[name])
        started.append(name)
        if source.random() < 0.1:
            time.sleep(0.002)
        finished.add(name)

    done = schedule(needs, do, alone=alone)
    assert sorted(done) == sorted(started) == sorted(needs)


def test_quick_tasks_stay_on_one_thread() -> None:
    threads = set()
    schedule({str(n): [] for n in range(200)}, lambda _: threads.add(threading.get_ident()))
    assert len(threads) == 1


def test_tasks_that_wait_for_each_other_get_threads() -> None:
    barrier = threading.Barrier(4, timeout=30)
    schedule({str(n): [] for n in range(4)}, lambda _: barrier.wait() and None, workers=4)


def test_a_task_beside_a_device_task_runs_meanwhile() -> None:
    other = threading.Event()

    def do(name: str) -> None:
        if name == "cpu":
            other.set()
        else:
            assert other.wait(30)

    schedule({"gpu": [], "cpu": []}, do, alone=frozenset(["gpu"]), workers=1)


def test_a_failure_ends_the_run_and_nothing_new_begins() -> None:
    started = []

    def do(name: str) -> None:
        started.append(name)
        if name == "b":
            raise ValueError("b is broken")

    with pytest.raises(ValueError, match="b is broken"):
        schedule({"a": [], "b": ["a"], "c": ["b"], "d": ["c"]}, do)
    assert started == ["a", "b"]


def test_a_failure_waits_for_what_is_running() -> None:
    running, failed, ended = threading.Event(), threading.Event(), []

    def do(name: str) -> None:
        if name == "long":
            running.set()
            assert failed.wait(30)
            time.sleep(0.05)
            ended.append(name)
        else:
            assert running.wait(30)
            failed.set()
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        schedule({"long": [], "bad": []}, do, workers=2)
    assert ended == ["long"]


def test_a_cancel_before_the_first_task_runs_none() -> None:
    cancel = threading.Event()
    cancel.set()
    started: list[str] = []
    with pytest.raises(Cancelled):
        schedule({"a": []}, started.append, cancel=cancel)
    assert started == []


def test_a_cancel_does_not_wait_long_for_a_task_that_does_not_look() -> None:
    cancel, release = threading.Event(), threading.Event()

    def do(name: str) -> None:
        cancel.set()
        release.wait(60)

    started = time.monotonic()
    with pytest.raises(Cancelled):
        schedule({"a": []}, do, cancel=cancel)
    assert time.monotonic() - started < 20
    release.set()


def test_a_cancel_after_the_last_task_is_no_cancel() -> None:
    cancel = threading.Event()
    assert schedule({"a": []}, lambda _: cancel.set(), cancel=cancel) == ["a"]


def test_an_interrupt_stops_the_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    cancel = threading.Event()

    def interrupt(scheduler: Scheduler, seen: int) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Scheduler, "_add_help", interrupt)
    with pytest.raises(KeyboardInterrupt):
        schedule({"a": []}, lambda _: cancel.wait(30) and None, cancel=cancel)
    assert cancel.is_set()


def test_no_tasks_are_done_at_once() -> None:
    assert schedule({}, nothing) == []
