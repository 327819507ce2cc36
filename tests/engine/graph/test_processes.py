"""Several processes share one cache, and may be killed at any moment."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.graph import Cache
from engine.graph.cache import DamagedEntryError

ROOT = Path(__file__).parents[3]

WORKER = """
import pathlib, sys
from engine.graph import Cache, execute
from tests.engine.graph.conftest import graph_of
from tests.engine.graph.sample_nodes import calls, sample_registry

root, budget, runs = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
count = 40
nodes = {f"n{i}": ("noise", {"size": 900, "seed": i}) for i in range(count)}
nodes |= {f"i{i}": "invert" for i in range(count)} | {"j": "join", "f": "flatten"}
graph = graph_of(nodes, *[(f"n{i}", f"i{i}.blob") for i in range(count)])
for i in range(count):
    graph.connect(f"i{i}", "j.blobs", index=i)
graph.connect("j", "f.tape")
registry, values = sample_registry(), set()
cache = Cache(root, budget=budget)
print("ready", flush=True)
for _ in range(runs):
    cache.memory.clear()
    with execute(graph, registry, ["f"], cache=cache) as results:
        values.add(results["f"].data)
    cache.trim()
assert len(values) == 1
print(hash(values.pop().hex()), calls["noise"], flush=True)
"""


def start(root: Path, *, budget: int, runs: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(root), str(budget), str(runs)],
        cwd=ROOT,
        env={"PYTHONHASHSEED": "0", "PATH": ""},
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(worker: subprocess.Popen[str]) -> tuple[str, int]:
    output, _ = worker.communicate(timeout=300)
    assert worker.returncode == 0
    value, calls = output.splitlines()[-1].split()
    return value, int(calls)


def test_two_processes_share_their_work(tmp_path: Path) -> None:
    workers = [start(tmp_path, budget=10**9, runs=1) for _ in range(2)]
    (one, calls_of_one), (two, calls_of_two) = map(finish, workers)
    assert one == two
    assert calls_of_one + calls_of_two == 40


def test_two_processes_that_crowd_each_other_out_still_get_their_values(tmp_path: Path) -> None:
    workers = [start(tmp_path, budget=60_000, runs=4) for _ in range(2)]
    (one, _), (two, _) = map(finish, workers)
    assert one == two
    cache = Cache(tmp_path, budget=60_000)
    cache.trim()
    assert cache.index.total() <= 60_000
    assert cache.index.leases() == {}
    cache.close()


@pytest.mark.parametrize("seed", range(3))
def test_a_process_killed_at_any_moment_harms_nothing(tmp_path: Path, seed: int) -> None:
    worker = start(tmp_path, budget=10**9, runs=1)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    time.sleep(random.Random(seed).uniform(0, 0.3))
    worker.kill()
    worker.communicate()
    cache = Cache(tmp_path, budget=10**9)
    for key in cache.index.sizes():
        try:
            assert len(cache.load(key)["out"].data) >= 900
        except DamagedEntryError as error:
            raise AssertionError(f"{key} was left damaged") from error
    cache.close()
    value, calls = finish(start(tmp_path, budget=10**9, runs=1))
    assert value == finish(start(tmp_path / "other", budget=10**9, runs=1))[0]
    assert calls <= 40
    left = list((tmp_path / "work").iterdir())
    assert left == []
