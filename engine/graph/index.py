"""The SQLite index of a cache folder: sizes and use of results, known files, timings, leases.

An entry with a `body` is a result of plain values, kept right here. The index holds nothing that
cannot be made again: when it is damaged, it is thrown away.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, size INTEGER, used INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, sha TEXT);
CREATE TABLE IF NOT EXISTS timings (type TEXT PRIMARY KEY, seconds REAL);
CREATE TABLE IF NOT EXISTS leases (id TEXT PRIMARY KEY, tick INTEGER);
CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), tick INTEGER);
INSERT OR IGNORE INTO clock VALUES (1, 0);
"""
_VERSION = 1
_T = TypeVar("_T")


class Index:
    """One connection to the index, usable from all threads.

    `is_new` tells that there was none, or a damaged one, so that entries must be found again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.is_new = not path.exists()
        try:
            self._db = self._open()
        except sqlite3.DatabaseError:
            self._remove()
            self._db = self._open()

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._db.close()

    def checkpoint(self) -> None:
        """Bring everything written so far into the main file."""
        with self._lock:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def stored(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that have an entry."""
        text = json.dumps(list(keys))
        query = "SELECT key FROM entries WHERE key IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._do(lambda db: db.execute(query, (text,)).fetchall())}

    def sizes(self) -> dict[str, int]:
        """All entries with their size in bytes, least recently used first."""
        query = "SELECT key, size FROM entries ORDER BY used, key"
        return dict(self._do(lambda db: db.execute(query).fetchall()))

    def total(self) -> int:
        """Bytes of all entries."""
        query = "SELECT COALESCE(SUM(size), 0) FROM entries"
        return int(self._do(lambda db: db.execute(query).fetchone())[0])

    def bodies(self, keys: Iterable[str]) -> dict[str, str]:
        """The bodies of those entries that have one."""
        text = json.dumps(list(keys))
        query = (
            "SELECT key, body FROM entries WHERE body IS NOT NULL"
            " AND key IN (SELECT value FROM json_each(?))"
        )
        return dict(self._do(lambda db: db.execute(query, (text,)).fetchall()))

    def put_body(self, key: str, body: str, tick: int) -> None:
        """Add or replace an entry that is kept in the index itself."""
        row = (key, len(body), tick, body)
        self._do(lambda db: db.execute("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", row))

    def put(self, sizes: Mapping[str, int], tick: int) -> None:
        """Add or replace entries, used at `tick`."""
        rows = [(key, size, tick) for key, size in sizes.items()]
        query = "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, NULL)"
        self._do(lambda db: db.executemany(query, rows))

    def touch(self, keys: Iterable[str], tick: int) -> None:
        """Note that the entries are used at `tick`."""
        text = json.dumps(list(keys))
        query = "UPDATE entries SET used = ? WHERE key IN (SELECT value FROM json_each(?))"
        self._do(lambda db: db.execute(query, (tick, text)))

    def drop(self, keys: Iterable[str]) -> None:
        """Forget entries."""
        text = json.dumps(list(keys))
        query = "DELETE FROM entries WHERE key IN (SELECT value FROM json_each(?))"
        self._do(lambda db: db.execute(query, (text,)))

    def unused_since(self, tick: int) -> list[tuple[str, int]]:
        """Entries and sizes not used since `tick`, least recently used first."""
        query = "SELECT key, size FROM entries WHERE used < ? ORDER BY used, key"
        return self._do(lambda db: db.execute(query, (tick,)).fetchall())

    def start_lease(self, lease: str) -> int:
        """Count the clock on and note a lease at the new tick, which is returned."""

        def start(db: sqlite3.Connection) -> int:
            db.execute("UPDATE clock SET tick = tick + 1")
            tick = int(db.execute("SELECT tick FROM clock").fetchone()[0])
            db.execute("INSERT OR REPLACE INTO leases VALUES (?, ?)", (lease, tick))
            return tick

        return self._do(start)

    def end_lease(self, lease: str) -> None:
        """Forget a lease."""
        self._do(lambda db: db.execute("DELETE FROM leases WHERE id = ?", (lease,)))

    def leases(self) -> dict[str, int]:
        """The leases that were not ended, and the ticks they hold."""
        return dict(self._do(lambda db: db.execute("SELECT id, tick FROM leases").fetchall()))

    def file(self, path: str) -> tuple[int, int, str] | None:
        """Size, mtime (ns) and fingerprint that a file had when it was last read."""
        query = "SELECT size, mtime, sha FROM files WHERE path = ?"
        row = self._do(lambda db: db.execute(query, (path,)).fetchone())
        return None if row is None else (int(row[0]), int(row[1]), str(row[2]))

    def put_file(self, path: str, size: int, mtime: int, sha: str) -> None:
        """Remember the fingerprint of a file."""
        row = (path, size, mtime, sha)
        self._do(lambda db: db.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", row))

    def timings(self) -> dict[str, float]:
        """Seconds that a node of each type took of late."""
        return dict(self._do(lambda db: db.execute("SELECT type, seconds FROM timings").fetchall()))

    def put_timings(self, seconds: Mapping[str, float]) -> None:
        """Remember how long nodes took, by type."""
        rows = list(seconds.items())
        self._do(lambda db: db.executemany("INSERT OR REPLACE INTO timings VALUES (?, ?)", rows))

    def _do(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `work` as one transaction; a damaged index is made anew once."""
        with self._lock:
            try:
                with self._db:
                    return work(self._db)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self._db.close()
                self._remove()
                self._db = self._open()
                with self._db:
                    return work(self._db)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self._path, timeout=30, check_same_thread=False)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            if db.execute("PRAGMA user_version").fetchone()[0] not in (0, _VERSION):
                raise sqlite3.DatabaseError("the index is of another version")
            db.executescript(
                f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;"
            )
        except sqlite3.DatabaseError:
            db.close()
            raise
        return db

    def _remove(self) -> None:
        self.is_new = True
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
