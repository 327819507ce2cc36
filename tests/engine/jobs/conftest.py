"""A store of jobs in a folder of its own, and a small request."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.jobs import JobStore, Request


@pytest.fixture
def store(tmp_path: Path) -> JobStore:
    return JobStore(tmp_path / "jobs.sqlite")


@pytest.fixture
def request_one(tmp_path: Path) -> Request:
    return Request("meadow", '{"nodes": {}}', tmp_path, tmp_path / "out", ("film",), "cpu")
