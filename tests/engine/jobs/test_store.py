"""The durable queue: order, claims, history, crashes, damage."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import AiprodError, UsageError
from engine.jobs import (
    Assembling,
    Cancelled,
    Checking,
    Delivered,
    Failed,
    Generating,
    Interrupted,
    JobStore,
    Planning,
    Queued,
    Request,
    Review,
    this_process,
)


def run_python(code: str, *arguments: str) -> subprocess.Popen[str]:
    command: Sequence[str] = (sys.executable, "-c", code, *arguments)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


CLAIM_AND_WAIT = """
import sys, pathlib
from engine.jobs import Generating, JobStore
store = JobStore(pathlib.Path(sys.argv[1]))
job = store.claim()
store.move(job.id, Generating())
store.note_staging(job.id, pathlib.Path(sys.argv[2]))
print(job.id, flush=True)
sys.stdin.read()
"""

CLAIM_ALL = """
import sys, pathlib
from engine.jobs import JobStore
store = JobStore(pathlib.Path(sys.argv[1]))
while job := store.claim():
    print(job.id)
"""


def test_a_request_is_read_back_as_it_was_submitted(store: JobStore, request_one: Request) -> None:
    job = store.submit(request_one)
    assert store.get(job.id).request == request_one
    assert job.state == Queued()


def test_a_job_goes_through_its_states_to_delivery(store: JobStore, request_one: Request) -> None:
    job = store.submit(request_one)
    claimed = store.claim()
    assert claimed is not None
    assert claimed.owner == this_process()
    states = [Generating(), Assembling(), Checking(2), Review(()), Delivered(("film.mp4",))]
    for state in states:
        store.move(job.id, state)
    moments = store.history(job.id)
    assert [moment.state for moment in moments] == [Queued(), Planning(), *states]
    assert [moment.at for moment in moments] == sorted(moment.at for moment in moments)
    assert store.get(job.id).owner is None
    assert store.get(job.id).done == 1


def test_jobs_are_claimed_in_the_order_they_came(store: JobStore, request_one: Request) -> None:
    first, second = store.submit(request_one), store.submit(request_one)
    claims = [store.claim(), store.claim(), store.claim()]
    assert [job and job.id for job in claims] == [first.id, second.id, None]
    assert [job.id for job in store.latest()] == [second.id, first.id]
    assert [job.id for job in store.latest(limit=1)] == [second.id]


def test_a_job_that_is_worked_on_cannot_be_claimed(store: JobStore, request_one: Request) -> None:
    job = store.submit(request_one)
    assert store.claim(job.id) is not None
    assert store.claim(job.id) is None


def test_a_forbidden_step_changes_nothing(store: JobStore, request_one: Request) -> None:
    job = store.submit(request_one)
    with pytest.raises(AiprodError, match="cannot become"):
        store.move(job.id, Delivered())
    assert store.get(job.id).state == Queued()
    assert len(store.history(job.id)) == 1


def test_two_processes_never_get_the_same_job(store: JobStore, request_one: Request) -> None:
    ids = [store.submit(request_one).id for _ in range(30)]
    workers = [run_python(CLAIM_ALL, str(store.path)) for _ in range(2)]
    claimed = [int(word) for worker in workers for word in worker.communicate()[0].split()]
    assert sorted(claimed) == ids


def test_two_processes_may_make_the_store_at_once(tmp_path: Path) -> None:
    workers = [run_python(CLAIM_ALL, str(tmp_path / "new" / "jobs.sqlite")) for _ in range(3)]
    for worker in workers:
        worker.communicate()
    assert [worker.returncode for worker in workers] == [0, 0, 0]


def test_a_killed_process_leaves_its_job_interrupted(
    store: JobStore, request_one: Request, tmp_path: Path
) -> None:
    staging = tmp_path / ".out.abc.part"
    staging.mkdir()
    (staging / "film.mp4").write_bytes(b"half")
    job = store.submit(request_one)
    worker = run_python(CLAIM_AND_WAIT, str(store.path), str(staging))
    assert worker.stdout is not None
    assert worker.stdout.readline()
    assert JobStore(store.path).get(job.id).state == Generating()

    worker.kill()
    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)  # dead, and still a zombie
    assert JobStore(store.path).get(job.id).state == Interrupted(during="generating")
    assert not staging.exists()
    worker.communicate()


def test_only_a_gathering_folder_is_ever_removed(
    store: JobStore, request_one: Request, tmp_path: Path
) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    store.submit(request_one)
    worker = run_python(CLAIM_AND_WAIT, str(store.path), str(precious))
    assert worker.stdout is not None
    assert worker.stdout.readline()
    worker.kill()
    worker.communicate()
    store.mark_interrupted()
    assert precious.is_dir()


def test_a_later_process_of_the_same_number_is_not_the_owner(
    store: JobStore, request_one: Request
) -> None:
    job = store.submit(request_one)
    store.claim()
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE jobs SET owner_started = 'long ago'")
    assert [marked.id for marked in store.mark_interrupted()] == [job.id]


def test_an_interrupted_job_is_queued_again_and_progress_starts_anew(
    store: JobStore, request_one: Request
) -> None:
    job = store.submit(request_one)
    store.claim()
    store.note_progress(job.id, 0.7)
    store.move(job.id, Interrupted(during="planning"))
    store.requeue(job.id)
    again = store.claim(job.id)
    assert again is not None
    assert again.done == 0
    assert store.history(job.id)[2].state == Interrupted(during="planning")


def test_a_queued_job_is_cancelled_at_once(store: JobStore, request_one: Request) -> None:
    job = store.submit(request_one)
    assert store.cancel(job.id).state == Cancelled(during="queued")
    assert store.claim() is None


def test_a_running_job_is_asked_to_stop(store: JobStore, request_one: Request) -> None:
    job = store.submit(request_one)
    store.claim()
    assert store.note_progress(job.id, 0.1) is False
    assert store.cancel(job.id).state == Planning()
    assert store.note_progress(job.id, 0.2) is True
    store.move(job.id, Cancelled(during="planning"))
    assert store.get(job.id).stop is False


def test_a_delivered_job_cannot_be_cancelled(store: JobStore, request_one: Request) -> None:
    job = store.submit(request_one)
    store.claim()
    for state in (Generating(), Checking(), Review(), Delivered()):
        store.move(job.id, state)
    with pytest.raises(AiprodError, match="delivered cannot become cancelled"):
        store.cancel(job.id)


def test_provenance_is_kept(store: JobStore, request_one: Request) -> None:
    job = store.submit(request_one)
    store.note_provenance(job.id, {"job": "abc", "seeds": {"project": 7}})
    assert store.get(job.id).provenance == {"job": "abc", "seeds": {"project": 7}}


def test_an_unknown_job_is_a_usage_error(store: JobStore) -> None:
    with pytest.raises(UsageError, match=r"no job 99.*jobs list"):
        store.get(99)


def test_history_outlives_the_store_object(store: JobStore, request_one: Request) -> None:
    job = store.submit(request_one)
    store.claim()
    store.move(job.id, Failed("Shot 1: out of memory"))
    assert JobStore(store.path).get(job.id).state == Failed("Shot 1: out of memory")


def test_a_damaged_file_is_named_with_the_mend(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(AiprodError, match=r"jobs\.sqlite: the job history is damaged.*Move"):
        JobStore(path)


def test_a_newer_file_is_left_alone(store: JobStore) -> None:
    with sqlite3.connect(store.path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(AiprodError, match=r"version 99.*Update AIPROD"):
        JobStore(store.path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AiprodError, match="cannot keep the job history"):
        JobStore(tmp_path / "file" / "jobs.sqlite")


def test_the_store_is_kept_in_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("engine.jobs.store.data_dir", lambda: tmp_path / "data")
    JobStore()
    assert (tmp_path / "data" / "jobs.sqlite").is_file()


def test_a_started_job_goes_past_the_queue(store: JobStore, request_one: Request) -> None:
    waiting = store.submit(request_one)
    started = store.start(request_one)
    assert started.owner == this_process()
    assert started.state == Planning()
    claimed = store.claim()
    assert claimed is not None
    assert claimed.id == waiting.id


def test_a_job_that_ended_is_restarted_and_one_that_runs_is_not(
    store: JobStore, request_one: Request
) -> None:
    job = store.start(request_one)
    with pytest.raises(AiprodError, match="planning cannot become queued"):
        store.restart(job.id)
    store.move(job.id, Failed("no"))
    assert store.restart(job.id).owner == this_process()


def test_delivered_files_are_remembered_by_output_folder(
    store: JobStore, request_one: Request, tmp_path: Path
) -> None:
    job = store.start(request_one)
    for state in (Assembling(), Checking(), Review(), Delivered(("a.mp4", "media/b.mov"))):
        store.move(job.id, state)
    assert store.delivered_files(request_one.output) == {"a.mp4", "media/b.mov"}
    assert store.delivered_files(tmp_path / "elsewhere") == set()


def test_queued_jobs_are_taken_in_the_order_arranged(store: JobStore, request_one: Request) -> None:
    one, two, three = (store.submit(request_one).id for _ in range(3))
    assert store.arrange([three, 99, one]) == (three, one, two)
    assert store.queue() == (three, one, two)
    assert [store.claim().id for _ in range(2)] == [three, one]
    assert store.queue() == (two,)


def test_a_job_queued_again_goes_to_the_end(store: JobStore, request_one: Request) -> None:
    first = store.start(request_one).id
    waiting = store.submit(request_one).id
    store.move(first, Failed("x"))
    store.requeue(first)
    assert store.queue() == (waiting, first)


def test_a_request_for_a_review_is_kept(store: JobStore, request_one: Request) -> None:
    asked = store.submit(replace(request_one, review=True))
    assert store.get(asked.id).request.review
    assert not store.submit(request_one).request.review


def test_jobs_are_listed_without_their_projects(store: JobStore, request_one: Request) -> None:
    store.submit(request_one)
    assert store.latest(projects=False)[0].request.project == ""
    assert store.latest()[0].request.project == request_one.project


def test_a_history_of_the_first_version_is_brought_up(tmp_path: Path, request_one: Request) -> None:
    path = tmp_path / "old.sqlite"
    made = JobStore(path)
    jobs = [made.submit(request_one).id for _ in range(2)]
    made.close()
    db = sqlite3.connect(path)
    db.execute("ALTER TABLE jobs DROP COLUMN rank")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    again = JobStore(path)
    assert again.queue() == tuple(jobs)
    assert again.arrange(jobs[::-1]) == tuple(reversed(jobs))
    again.close()
