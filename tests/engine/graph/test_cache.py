"""The cache keeps results whole, checks them, shares them, and drops the oldest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import AiprodError
from engine.graph import Artifact, Cache, Prompt, Registry
from engine.graph.cache import DamagedEntryError, storable
from engine.graph.locks import FileLock
from engine.graph.memory import MemoryTier
from engine.graph.spec import Output
from tests.engine.graph.sample_nodes import Blob

ROOT = Path(__file__).parents[3]
BLOB = (Output("out", "Blob", "Out"),)


def key(number: int) -> str:
    return f"{number:02x}" * 32


def put(cache: Cache, number: int, data: bytes = b"data") -> Blob:
    with cache.lease() as lease:
        outputs = cache.store(key(number), BLOB, {"out": Blob(data)}, lease=lease)
    blob = outputs["out"]
    assert isinstance(blob, Blob)
    return blob


def files(cache: Cache, number: int) -> list[Path]:
    folder = cache.root / "entries" / key(number)[:2] / key(number)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_stored_value_comes_back_from_the_cache(cache: Cache) -> None:
    assert put(cache, 1).folder is not None
    assert cache.load(key(1))["out"].data == b"data"
    assert cache.index.stored([key(1), key(2)]) == {key(1)}


def test_several_outputs_lists_and_plain_values_are_stored_together(
    cache: Cache, tmp_path: Path
) -> None:
    (tmp_path / "film").write_bytes(b"film")
    outputs = (
        Output("blobs", "Blob", "Blobs", many=True),
        Output("prompt", "Prompt", "Prompt"),
        Output("size", "Number", "Size"),
        Output("file", "Artifact", "File"),
    )
    values = {
        "blobs": [Blob(b"1"), Blob(b"2")],
        "prompt": Prompt("a", "b"),
        "size": 2.5,
        "file": Artifact("film.mp4", tmp_path / "film"),
    }
    with cache.lease() as lease:
        made = cache.store(key(1), outputs, values, lease=lease)
    assert [blob.data for blob in made["blobs"]] == [b"1", b"2"]
    assert (made["prompt"], made["size"]) == (Prompt("a", "b"), 2.5)
    assert made["file"].name == "film.mp4"
    assert made["file"].path.read_bytes() == b"film"


def test_plain_values_need_no_files(cache: Cache) -> None:
    values = {"a": 1.5, "b": Prompt("x"), "c": float("inf"), "d": [True, "é"]}
    with cache.lease() as lease:
        cache.store_plain(key(1), values, lease=lease)
    assert cache.load_plain([key(1), key(2)]) == {key(1): values}
    assert files(cache, 1) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b"\0" + path.read_bytes()[1:]),
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
    ],
)
@pytest.mark.parametrize("number", [0, 1])
def test_a_damaged_entry_is_dropped(
    cache: Cache, damage: Callable[[Path], object], number: int
) -> None:
    put(cache, 1)
    other = Cache(cache.root, budget=10**9)
    damage(files(cache, 1)[number])
    with pytest.raises(DamagedEntryError):
        other.load(key(1))
    assert files(cache, 1) == []
    assert not other.index.stored([key(1)])
    other.close()


def test_damaged_plain_values_are_dropped(cache: Cache) -> None:
    with cache.lease() as lease:
        cache.index.put_body(key(1), "0" * 64 + '{"out": 1}', lease.tick)
    assert cache.load_plain([key(1)]) == {}
    assert not cache.index.stored([key(1)])


def test_an_entry_is_hashed_once_as_long_as_nobody_touches_it(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(cache, 1)
    monkeypatch.setattr("engine.graph.cache.sha256_of", lambda path: "another")
    assert cache.load(key(1))["out"].data == b"data"
    os.utime(next(path for path in files(cache, 1) if path.name == "data"))
    with pytest.raises(DamagedEntryError):
        cache.load(key(1))


def test_the_least_recently_used_results_go_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, budget=35_000)
    for number in range(3):
        put(cache, number, bytes(5000))
    with cache.lease() as lease:
        cache.index.touch([key(0)], lease.tick)
    for number in range(3, 5):
        put(cache, number, bytes(5000))
    assert cache.index.stored(map(key, range(5))) == {key(0), key(3), key(4)}
    assert files(cache, 1) == []
    assert cache.index.total() <= 35_000


def test_results_in_use_are_not_dropped(tmp_path: Path) -> None:
    cache = Cache(tmp_path, budget=1)
    with cache.lease() as lease:
        for number in range(3):
            cache.store(key(number), BLOB, {"out": Blob(b"x")}, lease=lease)
        assert cache.trim() == 0
        assert len(cache.index.sizes()) == 3
    assert cache.trim() > 0
    assert cache.index.sizes() == {}


def test_results_in_use_by_another_process_are_not_dropped(tmp_path: Path) -> None:
    code = f"""
import sys, pathlib
from engine.graph import Cache
cache = Cache(pathlib.Path({str(tmp_path)!r}), budget=1)
lease = cache.lease()
cache.store_plain({key(1)!r}, {{"out": 1}}, lease=lease)
print("ready", flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        cache = Cache(tmp_path, budget=1)
        assert cache.trim() == 0
        other.kill()
        other.wait()
        assert cache.trim() > 0
        assert cache.index.leases() == {}


def test_a_lost_index_is_made_again_from_the_entries(cache: Cache) -> None:
    put(cache, 1)
    put(cache, 2)
    next(path for path in files(cache, 2) if path.suffix == ".json").unlink()
    cache.close()
    for path in cache.root.glob("index.sqlite*"):
        path.unlink()
    again = Cache(cache.root, budget=10**9)
    assert list(again.index.sizes()) == [key(1)]
    assert again.load(key(1))["out"].data == b"data"
    again.close()


@pytest.mark.parametrize("junk", [b"", b"no database at all" * 500])
def test_a_damaged_index_is_made_again(cache: Cache, junk: bytes) -> None:
    put(cache, 1)
    cache.close()
    for path in cache.root.glob("index.sqlite-*"):
        path.unlink()
    (cache.root / "index.sqlite").write_bytes(junk)
    again = Cache(cache.root, budget=10**9)
    with again.lease():
        assert again.is_stored(key(1))
    again.close()


def test_an_index_that_is_damaged_while_open_is_made_again(cache: Cache) -> None:
    put(cache, 1)
    database = cache.root / "index.sqlite"
    with cache.lease() as lease:
        for number in range(200):
            cache.store_plain(key(number), {"out": "x" * 2000}, lease=lease)
    cache.index.checkpoint()
    with database.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(database.stat().st_size - 8192))
    cache.index.sizes()
    with cache.lease():
        assert cache.index.stored([key(1)]) <= {key(1)}
        assert cache.is_stored(key(1))


def test_a_lock_has_one_holder_at_a_time(tmp_path: Path) -> None:
    count, most, failed = 0, 0, 0
    lock_of_count = threading.Lock()

    def work() -> None:
        nonlocal count, most, failed
        for _ in range(50):
            lock = FileLock(tmp_path / "lock")
            if not lock.acquire():
                failed += 1
                continue
            with lock_of_count:
                count += 1
                most = max(most, count)
            time.sleep(0.0002)
            with lock_of_count:
                count -= 1
            lock.release()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert list(tmp_path.iterdir()) == []


def test_scratch_space_outlives_the_process_and_goes_when_the_result_is_stored(
    cache: Cache,
) -> None:
    (cache.scratch(key(1)) / "step").write_text("3")
    again = Cache(cache.root, budget=10**9)
    assert (again.scratch(key(1)) / "step").read_text() == "3"
    put(again, 1)
    assert list((again.root / "work").iterdir()) == []
    again.close()


def test_abandoned_scratch_space_is_removed_after_two_weeks(cache: Cache) -> None:
    for number in (1, 2):
        (cache.scratch(key(number)) / "step").write_text("3")
    old = time.time() - 15 * 24 * 3600
    os.utime(cache.scratch(key(1)), (old, old))
    Cache(cache.root, budget=10**9).close()
    assert [path.name for path in (cache.root / "work").iterdir()] == [key(2)]


def test_clearing_drops_everything_that_is_not_in_use(cache: Cache) -> None:
    put(cache, 1)
    cache.clear()
    assert files(cache, 1) == []
    assert cache.index.total() == 0


def test_the_budget_comes_from_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIPROD_CACHE_BYTES", "123")
    assert Cache(tmp_path).budget == 123
    monkeypatch.setenv("AIPROD_CACHE_BYTES", "lots")
    with pytest.raises(AiprodError, match="AIPROD_CACHE_BYTES"):
        Cache(tmp_path)
    monkeypatch.delenv("AIPROD_CACHE_BYTES")
    assert 0 < Cache(tmp_path).budget <= 20 * 10**9


def test_an_entry_says_what_it_is(cache: Cache) -> None:
    put(cache, 1)
    body = json.loads(next(path for path in files(cache, 1) if path.suffix == ".json").read_text())
    assert body["outputs"] == [{"count": None, "name": "out", "type": "Blob"}]
    assert body["files"][0]["size"] == 4


def test_a_value_without_a_codec_cannot_be_kept_on_disk(registry: Registry) -> None:
    assert storable(registry["sample.split"].outputs)
    assert not storable(registry["sample.join"].outputs)


def test_the_memory_tier_lets_the_oldest_go() -> None:
    memory = MemoryTier(byte_limit=100, count_limit=3)
    for number in range(3):
        memory.put(str(number), {"out": "x" * 10})
    memory.get("0")
    memory.put("3", {"out": "x" * 10})
    assert [name in memory for name in "0123"] == [True, False, True, True]
    memory.put("4", {"out": "x" * 75})
    assert [name in memory for name in "0234"] == [True, False, True, True]
    memory.put("5", {"out": "x" * 101})
    assert "5" not in memory
    memory.clear()
    assert len(memory) == 0
