"""The benchmark of the graph runs, and says what it measured."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_the_benchmark_prints_its_figures() -> None:
    output = subprocess.run(
        [
            *(sys.executable, "benchmarks/graph.py"),
            *("--nodes", "300", "--links", "450", "--repeat", "1"),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    figures = json.loads(output)
    assert (figures["nodes"], figures["links"]) == (300, 450)
    assert figures["executed"]["cpu_us_a_node"] > 0
    assert set(figures["meets"]) == {
        "check_key_plan_under_1_s",
        "executed_at_most_150_us",
        "cached_at_most_60_us",
    }
