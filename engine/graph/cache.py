"""Results on disk under their keys: stored whole, checked when read, dropped when unused.

entries/ab/abcd.../   one result: entry.json (what it is, size and SHA-256 of each file), 0/ ...
work/abcd.../         scratch space of a node at work, and the entry in the making
leases/               one locked file for each run that still uses results
index.sqlite          sizes and use; made again from the entries when it is lost
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from engine.errors import AiprodError, Cancelled
from engine.graph.canonical import canonical_json
from engine.graph.fingerprints import FileFingerprints, sha256_of
from engine.graph.index import Index
from engine.graph.locks import FileLock
from engine.graph.memory import MemoryTier, Outputs
from engine.graph.plain import read_outputs, write_outputs
from engine.graph.sockets import socket_type
from engine.graph.spec import Output
from engine.graph.storing import load_value, save_value
from engine.runtime.folders import cache_dir

_ENTRY = "entry.json"
_BUDGET = 20 * 10**9
_MEMORY_BYTES = 256 * 2**20
_MEMORY_COUNT = 200_000
_STALE_WORK = 14 * 24 * 3600  # seconds after which abandoned scratch space is removed
_POLL = 0.05  # seconds between two looks at a lock that another process holds


Told: TypeAlias = Sequence[tuple[str, str, str]]
"""Warnings: the node's id and title, and what it told."""


class DamagedEntryError(AiprodError):
    """A stored result is gone or not what was stored; it has been dropped."""


class Lease:
    """Keeps the results of a run from being dropped while they are in use."""

    def __init__(self, tick: int, end: Callable[[], None]) -> None:
        self.tick = tick
        self._end = end
        self._open = True

    def close(self) -> None:
        """The results are no longer in use."""
        if self._open:
            self._open = False
            self._end()

    def __enter__(self) -> Lease:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()


class Cache:
    """Results under `root`, at most about `budget` bytes of them, and a memory tier before it.

    Several processes may use one folder. Without `budget`, AIPROD_CACHE_BYTES or else the
    smaller of 20 GB and a tenth of the free disk counts.
    """

    def __init__(
        self,
        root: Path | None = None,
        *,
        budget: int | None = None,
        memory_bytes: int = _MEMORY_BYTES,
        memory_count: int = _MEMORY_COUNT,
    ) -> None:
        self.root = root or cache_dir() / "results"
        self.memory = MemoryTier(memory_bytes, memory_count)
        self._entries = self.root / "entries"
        self._work = self.root / "work"
        self._verified: dict[str, tuple[tuple[int, int], ...]] = {}
        self._warnings: dict[str, Told] = {}  # by key, of results that were used here
        self._trim_lock = threading.Lock()
        for folder in (self._entries, self._work, self.root / "leases"):
            folder.mkdir(parents=True, exist_ok=True)
        self.index = Index(self.root / "index.sqlite")
        self.files = FileFingerprints(self.index)
        if self.index.is_new:
            self.rebuild_index()
        self.budget = budget if budget is not None else self._default_budget()
        self._remove_stale_work()

    def close(self) -> None:
        """Let go of the index and the memory tier."""
        self.memory.clear()
        self.index.close()

    def lease(self) -> Lease:
        """Begin a use of results; nothing used from now on is dropped until it is closed."""
        if self.index.is_new:  # it was damaged and made anew
            self.rebuild_index()
        name = f"{os.getpid()}-{secrets.token_hex(8)}"
        lock = FileLock(self.root / "leases" / name)
        lock.acquire()
        tick = self.index.start_lease(name)

        def end() -> None:
            self.index.end_lease(name)
            lock.release()

        return Lease(tick, end)

    def load(self, key: str) -> Outputs:
        """The values of a stored result. Raises DamagedEntryError when they cannot be had."""
        folder = self._folder(key)
        try:
            entry = _read_entry(folder, key)
            self._verify(key, folder, entry)
            self.warned(
                key, [(node, title, said) for node, title, said in entry.get("warnings", ())]
            )
            return {
                item["name"]: load_value(
                    socket_type(item["type"]), folder / str(number), item["count"]
                )
                for number, item in enumerate(entry["outputs"])
            }
        except Cancelled:
            raise
        except Exception as error:
            self.drop(key)
            raise DamagedEntryError(f"a stored result was damaged: {error}") from error

    def store(
        self,
        key: str,
        outputs: Sequence[Output],
        values: Outputs,
        *,
        lease: Lease,
        progress: Callable[[float, float], None] | None = None,
        warnings: Told = (),
    ) -> Outputs:
        """Keep the values of a node, and give them back as they are read from the cache.

        `warnings` are what the user was told when they, and what they are made of, were made.
        Call it with the key's lock held. Raises what a codec raises, such as Cancelled.
        """
        making = self._work / f"{key}.entry"
        if making.exists():
            shutil.rmtree(making)
        making.mkdir()
        facts = []
        for number, output in enumerate(outputs):
            count = len(values[output.name]) if output.many else None
            facts.append({"name": output.name, "type": output.type, "count": count})
            target = making / str(number)
            save_value(socket_type(output.type), values[output.name], target, count, progress)
        files = [
            {
                "path": path.relative_to(making).as_posix(),
                "size": path.stat().st_size,
                "sha256": sha256_of(path),
            }
            for path in sorted(making.rglob("*"))
            if path.is_file()
        ]
        body: dict[str, Any] = {"key": key, "outputs": facts, "files": files}
        if warnings:
            body["warnings"] = list(warnings)
        body["digest"] = _digest(body)
        (making / _ENTRY).write_text(json.dumps(body), encoding="utf-8")
        folder = self._folder(key)
        self._remove(folder)
        folder.parent.mkdir(exist_ok=True)
        making.rename(folder)
        self.index.put({key: _entry_size(body)}, lease.tick)
        self.discard_work(key)
        self.trim()
        return self.load(key)

    def warned(self, key: str, warnings: Told) -> None:
        """Remember, as long as the process lives, what was told when a result was made."""
        if warnings:
            self._warnings[key] = warnings

    def warnings(self, key: str) -> Told:
        """What was told when a result that is in use here was made, and what it is made of."""
        return self._warnings.get(key, ())

    def load_plain(self, keys: Iterable[str]) -> dict[str, Outputs]:
        """The plain values stored under those of the keys that have such; damaged ones go."""
        found: dict[str, Outputs] = {}
        for key, body in self.index.bodies(keys).items():
            try:
                found[key] = read_outputs(body)
            except (ValueError, KeyError, TypeError, AttributeError):
                self.drop(key)
        return found

    def store_plain(self, key: str, values: Outputs, *, lease: Lease) -> None:
        """Keep plain values, which need no files of their own."""
        self.index.put_body(key, write_outputs(values), lease.tick)

    def drop(self, key: str) -> None:
        """Remove a stored result."""
        self.memory.drop(key)
        self._verified.pop(key, None)
        self._warnings.pop(key, None)
        self._remove(self._folder(key))
        self.index.drop([key])

    def scratch(self, key: str) -> Path:
        """The scratch folder of a result that is being made; it outlives a kill."""
        folder = self._work / key
        folder.mkdir(exist_ok=True)
        return folder

    def discard_work(self, key: str) -> None:
        """Remove the scratch folder of a result."""
        self._remove(self._work / key)

    @contextlib.contextmanager
    def making(self, key: str, check_cancelled: Callable[[], None]) -> Iterator[None]:
        """Hold the lock of a key, waiting while another process makes the same result."""
        lock = FileLock(self._work / f"{key}.lock")
        while not lock.acquire():
            check_cancelled()
            time.sleep(_POLL)
        try:
            yield
        finally:
            lock.release()

    def is_stored(self, key: str) -> bool:
        """True when there is an entry on disk, whoever made it."""
        if not (self._folder(key) / _ENTRY).is_file():
            return False
        if not self.index.stored([key]):
            self._adopt(key)
        return True

    def trim(self) -> int:
        """Drop results that no run uses, least recently used first, until the budget holds.

        Returns the bytes that were freed.
        """
        with self._trim_lock:
            excess = self.index.total() - self.budget
            if excess <= 0:
                return 0
            freed, dropped = 0, []
            for key, size in self.index.unused_since(self._oldest_use()):
                if freed >= excess:
                    break
                self.memory.drop(key)
                self._verified.pop(key, None)
                self._remove(self._folder(key))
                dropped.append(key)
                freed += size
            self.index.drop(dropped)
            return freed

    def clear(self) -> None:
        """Drop all results that no run uses."""
        self.memory.clear()
        for key, _ in self.index.unused_since(self._oldest_use()):
            self.drop(key)

    def rebuild_index(self) -> None:
        """Find the entries on disk again and index them."""
        sizes: dict[str, int] = {}
        for folder in self._entries.glob("*/*"):
            try:
                sizes[folder.name] = _entry_size(_read_entry(folder, folder.name))
            except (OSError, ValueError, KeyError, TypeError):
                self._remove(folder)
        self.index.put(sizes, 0)
        self.index.is_new = False

    def _adopt(self, key: str) -> None:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            size = _entry_size(_read_entry(self._folder(key), key))
            self.index.put({key: size}, 0)

    def _folder(self, key: str) -> Path:
        return self._entries / key[:2] / key

    def _verify(self, key: str, folder: Path, entry: dict[str, Any]) -> None:
        """Check size and hash of every file; once a process as long as they stay untouched."""
        states = []
        for item in entry["files"]:
            status = (folder / item["path"]).stat()
            if status.st_size != item["size"]:
                raise ValueError(f"{item['path']} has another size")
            states.append((status.st_size, status.st_mtime_ns))
        if self._verified.get(key) == tuple(states):
            return
        for item in entry["files"]:
            if sha256_of(folder / item["path"]) != item["sha256"]:
                raise ValueError(f"{item['path']} has another hash")
        self._verified[key] = tuple(states)

    def _oldest_use(self) -> int:
        """The first tick that a living lease holds; leases of dead processes are ended."""
        ticks = []
        for name, tick in self.index.leases().items():
            lock = FileLock(self.root / "leases" / name)
            if lock.acquire():
                self.index.end_lease(name)
                lock.release()
            else:
                ticks.append(tick)
        return min(ticks, default=2**62)

    def _default_budget(self) -> int:
        setting = os.environ.get("AIPROD_CACHE_BYTES", "")
        if setting:
            if not setting.isdecimal():
                raise AiprodError(
                    f"{setting!r} is not a number of bytes", where="AIPROD_CACHE_BYTES"
                )
            return int(setting)
        free = shutil.disk_usage(self.root).free + self.index.total()
        return min(_BUDGET, free // 10)

    def _remove(self, folder: Path) -> None:
        """Take a folder out of sight at once, then remove it."""
        away = self._work / f"gone-{secrets.token_hex(8)}"
        try:
            folder.rename(away)
        except FileNotFoundError:
            return
        except OSError:
            away = folder
        shutil.rmtree(away, ignore_errors=True)

    def _remove_stale_work(self) -> None:
        oldest = time.time() - _STALE_WORK
        for folder in list(self._work.iterdir()):
            if folder.suffix == ".lock":  # of a process that was killed, if it can be had
                lock = FileLock(folder)
                if lock.acquire():
                    lock.release()
                continue
            with contextlib.suppress(OSError):
                if folder.name.startswith("gone-"):
                    shutil.rmtree(folder, ignore_errors=True)
                elif folder.stat().st_mtime < oldest:
                    lock = FileLock(self._work / f"{folder.stem}.lock")
                    if lock.acquire():
                        self._remove(folder)
                        lock.release()


def storable(outputs: Iterable[Output]) -> bool:
    """True when every output has a codec, so that a result can be kept on disk."""
    kinds = [socket_type(output.type) for output in outputs]
    return bool(kinds) and all(kind.codec is not None for kind in kinds)


def _read_entry(folder: Path, key: str) -> dict[str, Any]:
    body = json.loads((folder / _ENTRY).read_text(encoding="utf-8"))
    if not isinstance(body, dict) or body.pop("digest", None) != _digest(body):
        raise ValueError("entry.json is damaged")
    if body["key"] != key:
        raise ValueError("entry.json is of another result")
    return body


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_json(body).encode()).hexdigest()


def _entry_size(body: dict[str, Any]) -> int:
    return 4096 + sum(int(item["size"]) for item in body["files"])
