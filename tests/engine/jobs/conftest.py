"""A store of jobs in a folder of its own, and a small request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.jobs import JobStore, Request


@pytest.fixture
def store(tmp_path: Path) -> Iterator[JobStore]:
    opened = JobStore(tmp_path / "jobs.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def request_one(tmp_path: Path) -> Request:
    return Request("meadow", '{"nodes": {}}', tmp_path, tmp_path / "out", ("film",), "cpu")
