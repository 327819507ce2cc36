"""A render that is killed at a random moment ends with the bytes of one that was not."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.kill import Stages, killed_renders


@pytest.mark.slow
@pytest.mark.parametrize("stages", ["one", "two"])
def test_a_killed_render_ends_with_the_same_bytes(tmp_path: Path, stages: Stages) -> None:
    found = killed_renders(tmp_path, stages, 1, seed=1)
    assert found["equal"] == found["times"] == 1
    assert found["broken_films"] == 0
