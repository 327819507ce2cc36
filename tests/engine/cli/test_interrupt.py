"""Ctrl-C, kill -9 and `jobs cancel` in the middle of a render: nothing is harmed."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from tests.engine.cli.conftest import Home, finish


def output_names(home: Home) -> list[str]:
    """Everything in the output folder and beside it, hidden names too."""
    folder = home.work / "out"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def newest_job(home: Home) -> dict[str, object]:
    job: dict[str, object] = home.call("jobs", "list", "--json").events[0]
    return job


def test_ctrl_c_ends_with_130_within_two_seconds_and_delivers_nothing(home: Home) -> None:
    render = home.start("render", home.slow_project(seconds=0.3))
    home.wait_for_steps(2)
    render.send_signal(signal.SIGINT)
    ended = finish(render)
    assert ended.status == 130
    assert ended.seconds < 2 + home.lag
    assert "interrupted" in ended.err
    assert "Traceback" not in ended.err
    assert output_names(home) == []
    assert newest_job(home)["state"] == "interrupted"


def test_the_next_run_goes_on_from_what_was_finished(home: Home) -> None:
    project = home.slow_project(seconds=0.2, count=8)
    render = home.start("render", project)
    home.wait_for_steps(4)
    render.send_signal(signal.SIGINT)
    finish(render)
    ended = home.call("render", project)
    assert ended.status == 0
    assert (home.work / "first.log").read_text() == "first\n"
    assert len(home.steps) <= 9  # eight, and perhaps the one that the signal hit
    assert (home.work / "out" / "ball" / "text.txt").read_text() == "a red ball"


def test_ctrl_c_in_a_long_native_call_ends_within_two_seconds(home: Home) -> None:
    render = home.start("render", home.slow_project(seconds=20, native=True))
    home.wait_for_steps(1)
    render.send_signal(signal.SIGINT)
    ended = finish(render)
    assert ended.status == 130
    assert ended.seconds < 2 + home.lag
    assert output_names(home) == []
    assert newest_job(home)["state"] == "interrupted"


def test_a_second_ctrl_c_does_not_wait(home: Home) -> None:
    render = home.start("render", home.slow_project(seconds=20, native=True))
    home.wait_for_steps(1)
    render.send_signal(signal.SIGINT)
    time.sleep(0.2)
    render.send_signal(signal.SIGINT)
    ended = finish(render)
    assert ended.status == 130
    assert ended.seconds < 1 + home.lag


def test_kill_9_harms_nothing_and_the_job_is_found_interrupted(home: Home) -> None:
    project = home.slow_project(seconds=0.2, count=8)
    before = project.read_bytes()
    render = home.start("render", project)
    home.wait_for_steps(4)
    os.kill(render.pid, signal.SIGKILL)
    finish(render)
    assert output_names(home) == []
    assert project.read_bytes() == before
    assert newest_job(home)["state"] == "interrupted"

    ended = home.call("render", project)
    assert ended.status == 0
    assert (home.work / "first.log").read_text() == "first\n"
    assert len(home.steps) <= 9
    assert output_names(home) == ["ball", "ball/text.txt"]


def test_an_interrupted_job_is_resumed_to_its_output(home: Home, tmp_path: Path) -> None:
    project = home.slow_project(seconds=0.2, count=8)
    render = home.start("render", project, "-o", tmp_path / "films", "--set", "line.words=a box")
    home.wait_for_steps(4)
    os.kill(render.pid, signal.SIGKILL)
    finish(render)
    project.unlink()
    ended = home.run("jobs", "resume", str(newest_job(home)["id"]))
    assert ended.status == 0
    assert (tmp_path / "films" / "text.txt").read_text() == "a box"
    assert ended.out == f"{tmp_path / 'films' / 'text.txt'}\n"
    assert newest_job(home)["state"] == "delivered"


def test_a_render_is_cancelled_from_another_process(home: Home) -> None:
    render = home.start("render", home.slow_project(seconds=0.1, count=200))
    home.wait_for_steps(1)
    assert home.run("jobs", "cancel", "1").out == "job 1 stops soon\n"
    ended = finish(render)
    assert ended.status == 130
    assert newest_job(home)["state"] == "cancelled"


def test_ctrl_c_is_told_to_programs_too(home: Home) -> None:
    render = home.start("render", home.slow_project(seconds=0.2), "--json")
    home.wait_for_steps(1)
    render.send_signal(signal.SIGINT)
    events = finish(render).events
    assert events[0]["event"] == "JobStarted"
    assert all(json.dumps(event) for event in events)


def test_two_renders_of_one_project_at_once_are_both_delivered(home: Home) -> None:
    project = home.slow_project(seconds=0.05, count=4)
    renders = [home.start("render", project, "-o", f"out/{number}") for number in range(2)]
    assert [finish(render).status for render in renders] == [0, 0]
    assert output_names(home) == ["0", "0/text.txt", "1", "1/text.txt"]
