"""The durable queue and history of jobs: one SQLite file, every change one transaction."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import AiprodError, UsageError
from engine.jobs.owner import Owner, is_alive, this_process
from engine.jobs.states import (
    Cancelled,
    Delivered,
    Interrupted,
    Planning,
    Queued,
    State,
    check_transition,
    decode_state,
    encode_state,
    is_active,
    state_name,
)
from engine.runtime.folders import data_dir

SCHEMA_VERSION = 2

_SCHEMA = """
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL, project TEXT NOT NULL, base_dir TEXT NOT NULL, output TEXT NOT NULL,
    options TEXT NOT NULL, provenance TEXT NOT NULL DEFAULT '{}',
    state TEXT NOT NULL, carried TEXT NOT NULL,
    owner_pid INTEGER, owner_started TEXT, stop INTEGER NOT NULL DEFAULT 0,
    staging TEXT, done REAL NOT NULL DEFAULT 0, created REAL NOT NULL, changed REAL NOT NULL,
    rank REAL NOT NULL DEFAULT 0
);
CREATE INDEX jobs_by_state ON jobs (state, id);
CREATE TABLE history (
    job INTEGER NOT NULL REFERENCES jobs ON DELETE CASCADE, number INTEGER NOT NULL,
    state TEXT NOT NULL, carried TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (job, number)
) WITHOUT ROWID;
"""


_UPGRADES = {
    1: (
        "ALTER TABLE jobs ADD COLUMN rank REAL NOT NULL DEFAULT 0",
        "UPDATE jobs SET rank = id",
    ),
}
"""What leads from each earlier version of the tables to the next."""
_LIGHT = (
    "id, name, '' AS project, base_dir, output, options, provenance, state, carried, owner_pid,"
    " owner_started, stop, staging, done, created, changed"
)


@dataclass(frozen=True)
class Request:
    """What to render: all that a later process needs to do the same again."""

    name: str
    """What the user calls it: the project's name."""
    project: str
    """The project's canonical text with every override applied."""
    base_dir: Path
    """The folder that relative media paths in the project start from."""
    output: Path
    """The folder that the finished files go to."""
    targets: tuple[str, ...] | None = None
    """Ids of the nodes asked for; None for every sink."""
    device: str = "auto"
    review: bool = False
    """Whether the finished files wait for an approval before they are delivered."""


@dataclass(frozen=True)
class Job:
    """One row of the queue as it was when read."""

    id: int
    request: Request
    state: State
    created: float
    """Seconds since 1970."""
    changed: float
    """When the state last changed; seconds since 1970."""
    done: float = 0.0
    """How much of it is made, 0 to 1."""
    owner: Owner | None = None
    stop: bool = False
    """Whether someone asked the working process to stop."""
    provenance: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Moment:
    """One step in a job's history."""

    state: State
    at: float


class JobStore:
    """The jobs of this user. Many processes, and threads, may use it at once.

    Opening it marks as interrupted the jobs whose process is gone, and removes what those left
    half written. Raises AiprodError when the file is damaged or from a newer program.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or data_dir() / "jobs.sqlite"
        self._lock = threading.RLock()
        with _naming(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._db = _connect(self.path)
            with self._transaction() as db:
                _make_tables(db, self.path)
        self.mark_interrupted()

    def submit(self, request: Request) -> Job:
        """Put a request at the end of the queue."""
        with self._transaction() as db:
            return _insert(db, request)

    def start(self, request: Request) -> Job:
        """Record a request that this process works on at once, past the queue."""
        with self._transaction() as db:
            return _take(db, _insert(db, request).id)

    def get(self, job_id: int) -> Job:
        """One job. Raises UsageError when there is none of that number."""
        with self._transaction() as db:
            return _read(db, job_id)

    def latest(self, *, limit: int | None = None, projects: bool = True) -> list[Job]:
        """The jobs, newest first; without `projects` their texts are left out, to be quick."""
        fields = "*" if projects else _LIGHT
        count = -1 if limit is None else int(limit)
        query = f"SELECT {fields} FROM jobs ORDER BY id DESC LIMIT {count}"
        with self._transaction() as db:
            return [_job(row) for row in db.execute(query)]

    def history(self, job_id: int) -> tuple[Moment, ...]:
        """Every state the job was in, oldest first."""
        query = "SELECT state, carried, at FROM history WHERE job = ? ORDER BY number"
        with self._transaction() as db:
            rows = db.execute(query, (job_id,)).fetchall()
        return tuple(Moment(decode_state(row["state"], row["carried"]), row["at"]) for row in rows)

    def claim(self, job_id: int | None = None) -> Job | None:
        """Take the first queued job, or the queued job `job_id`, for this process and plan it.

        Returns None when nothing is queued. No two processes ever get the same job.
        """
        with self._transaction() as db:
            row = db.execute(
                "SELECT id FROM jobs WHERE state = 'queued' AND (?1 IS NULL OR id = ?1)"
                " ORDER BY rank, id LIMIT 1",
                (job_id,),
            ).fetchone()
            if row is None:
                return None
            return _take(db, row["id"])

    def queue(self) -> tuple[int, ...]:
        """The queued jobs in the order in which they are taken."""
        query = "SELECT id FROM jobs WHERE state = 'queued' ORDER BY rank, id"
        with self._transaction() as db:
            return tuple(row["id"] for row in db.execute(query))

    def arrange(self, order: Sequence[int]) -> tuple[int, ...]:
        """Take queued jobs in this order; those that it does not name come after, as before.

        Returns the order in force: jobs that were taken in the meantime are not in it.
        """
        query = "SELECT id FROM jobs WHERE state = 'queued' ORDER BY rank, id"
        with self._transaction() as db:
            queued = [row["id"] for row in db.execute(query)]
            wanted = [name for name in dict.fromkeys(order) if name in queued]
            wanted += [name for name in queued if name not in wanted]
            ranks = [row[0] for row in db.execute(query.replace("SELECT id", "SELECT rank"))]
            db.executemany("UPDATE jobs SET rank = ? WHERE id = ?", zip(ranks, wanted, strict=True))
            return tuple(wanted)

    def move(self, job_id: int, then: State) -> Job:
        """Change a job's state in one transaction. Raises AiprodError when it may not."""
        with self._transaction() as db:
            return _move(db, job_id, then)

    def delivered_files(self, output: Path) -> set[str]:
        """Names of all files that jobs ever delivered into an output folder."""
        query = "SELECT carried FROM jobs WHERE state = 'delivered' AND output = ?"
        with self._transaction() as db:
            rows = db.execute(query, (str(output),)).fetchall()
        return {name for row in rows for name in json.loads(row["carried"])["files"]}

    def note_progress(self, job_id: int, done: float) -> bool:
        """Record how much is made (0 to 1); returns whether someone asked the job to stop."""
        with self._transaction() as db:
            db.execute("UPDATE jobs SET done = ? WHERE id = ?", (done, job_id))
            return _read(db, job_id).stop

    def note_staging(self, job_id: int, staging: Path | None) -> None:
        """Record the folder where finished files are gathered, for removal after a crash."""
        text = None if staging is None else str(staging)
        with self._transaction() as db:
            db.execute("UPDATE jobs SET staging = ? WHERE id = ?", (text, job_id))

    def note_provenance(self, job_id: int, details: Mapping[str, object]) -> None:
        """Record what the job's files are made from, besides the project."""
        text = json.dumps(details)
        with self._transaction() as db:
            db.execute("UPDATE jobs SET provenance = ? WHERE id = ?", (text, job_id))

    def cancel(self, job_id: int) -> Job:
        """Stop a job: at once when no process works on it, else as soon as that process sees it."""
        with self._transaction() as db:
            job = _read(db, job_id)
            if is_active(job.state):
                db.execute("UPDATE jobs SET stop = 1 WHERE id = ?", (job_id,))
                return _read(db, job_id)
            return _move(db, job_id, Cancelled(during=state_name(job.state)))

    def requeue(self, job_id: int) -> Job:
        """Queue a job that ended once more, as it was asked for."""
        with self._transaction() as db:
            return _move(db, job_id, Queued())

    def restart(self, job_id: int) -> Job:
        """Take a job that ended, or waits, for this process. Raises AiprodError when it runs."""
        with self._transaction() as db:
            if not isinstance(_read(db, job_id).state, Queued):
                _move(db, job_id, Queued())
            return _take(db, job_id)

    def mark_interrupted(self) -> list[Job]:
        """Mark the jobs whose process is gone, and remove what they left half written."""
        with self._transaction() as db:
            held = db.execute("SELECT * FROM jobs WHERE owner_pid IS NOT NULL").fetchall()
        gone = [row for row in held if not is_alive(_owner(row))]
        for row in gone:
            if row["staging"]:
                _remove_staging(Path(row["staging"]))
        return [job for row in gone if (job := self._interrupt(row["id"], _owner(row)))]

    def _interrupt(self, job_id: int, owner: Owner) -> Job | None:
        """Mark one job, unless another process did so, or took it up, in the meantime."""
        with self._transaction() as db:
            job = _read(db, job_id)
            if job.owner != owner or not is_active(job.state):
                return None
            return _move(db, job_id, Interrupted(during=state_name(job.state)))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _naming(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


def _connect(path: Path, *, patience: float = 10.0) -> sqlite3.Connection:
    """Open the file in WAL mode. SQLite does not wait for the lock that the switch needs; we do."""
    db = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    db.row_factory = sqlite3.Row
    until = time.monotonic() + patience
    while db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = ON")
    return db


def _make_tables(db: sqlite3.Connection, path: Path) -> None:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise AiprodError(
            f"the job history has version {version}, this program knows {SCHEMA_VERSION}",
            where=str(path),
            mend="Update AIPROD.",
        )
    statements = _SCHEMA.split(";") if version == 0 else ()
    for statement in filter(str.strip, statements):
        db.execute(statement)
    for earlier in range(version, SCHEMA_VERSION) if version else ():
        for statement in _UPGRADES[earlier]:
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _remove_staging(folder: Path) -> None:
    """Remove a gathering folder; only ever one that is named as such."""
    if folder.name.startswith(".") and folder.name.endswith(".part"):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Say which file is meant when the disk or the database refuses."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a mistake of ours, not of the file
    except sqlite3.OperationalError as cause:
        raise AiprodError(f"cannot use the job history: {cause}", where=str(path)) from cause
    except sqlite3.DatabaseError as cause:
        raise AiprodError(
            f"the job history is damaged: {cause}",
            where=str(path),
            mend="Move the file away: a new one is made, finished results stay in the cache.",
        ) from cause
    except OSError as cause:
        raise AiprodError(f"cannot keep the job history: {cause}", where=str(path)) from cause


def _insert(db: sqlite3.Connection, request: Request) -> Job:
    now = time.time()
    options = json.dumps(
        {"targets": request.targets, "device": request.device, "review": request.review}
    )
    folders = (str(request.base_dir), str(request.output))
    cursor = db.execute(
        "INSERT INTO jobs (name, project, base_dir, output, options, state, carried,"
        " created, changed, rank) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " (SELECT COALESCE(MAX(rank), 0) + 1 FROM jobs))",
        (request.name, request.project, *folders, options, *encode_state(Queued()), now, now),
    )
    job_id = int(cursor.lastrowid or 0)
    _add_moment(db, job_id, Queued(), now)
    return _read(db, job_id)


def _take(db: sqlite3.Connection, job_id: int) -> Job:
    """Give a queued job to this process."""
    _move(db, job_id, Planning())
    owner = this_process()
    db.execute(
        "UPDATE jobs SET owner_pid = ?, owner_started = ?, done = 0, stop = 0 WHERE id = ?",
        (owner.pid, owner.started, job_id),
    )
    return _read(db, job_id)


def _move(db: sqlite3.Connection, job_id: int, then: State) -> Job:
    check_transition(_read(db, job_id).state, then)
    now = time.time()
    name, carried = encode_state(then)
    db.execute(
        "UPDATE jobs SET state = ?, carried = ?, changed = ? WHERE id = ?",
        (name, carried, now, job_id),
    )
    if isinstance(then, Delivered):
        db.execute("UPDATE jobs SET done = 1 WHERE id = ?", (job_id,))
    if isinstance(then, Queued):
        db.execute(
            "UPDATE jobs SET rank = (SELECT MAX(rank) + 1 FROM jobs) WHERE id = ?", (job_id,)
        )
    if not is_active(then):
        db.execute(
            "UPDATE jobs SET owner_pid = NULL, owner_started = NULL, staging = NULL, stop = 0"
            " WHERE id = ?",
            (job_id,),
        )
    _add_moment(db, job_id, then, now)
    return _read(db, job_id)


def _add_moment(db: sqlite3.Connection, job_id: int, state: State, at: float) -> None:
    db.execute(
        "INSERT INTO history SELECT ?1, COALESCE(MAX(number), 0) + 1, ?2, ?3, ?4"
        " FROM history WHERE job = ?1",
        (job_id, *encode_state(state), at),
    )


def _read(db: sqlite3.Connection, job_id: int) -> Job:
    row = db.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        raise UsageError(f"no job {job_id}", mend="`aiprod-engine jobs list` shows them.")
    return _job(row)


def _job(row: sqlite3.Row) -> Job:
    options = json.loads(row["options"])
    targets = options["targets"]
    request = Request(
        name=row["name"],
        project=row["project"],
        base_dir=Path(row["base_dir"]),
        output=Path(row["output"]),
        targets=None if targets is None else tuple(targets),
        device=options["device"],
        review=bool(options.get("review")),
    )
    return Job(
        id=row["id"],
        request=request,
        state=decode_state(row["state"], row["carried"]),
        created=row["created"],
        changed=row["changed"],
        done=row["done"],
        owner=None if row["owner_pid"] is None else _owner(row),
        stop=bool(row["stop"]),
        provenance=json.loads(row["provenance"]),
    )


def _owner(row: sqlite3.Row) -> Owner:
    return Owner(row["owner_pid"], row["owner_started"])
