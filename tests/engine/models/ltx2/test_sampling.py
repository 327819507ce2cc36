"""Whole runs of our samplers and of diffusers' pipeline, with the same weights and noise."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks._ltx2_peer import relative
from benchmarks.ltx2 import made_pair, sampled, sampled_by_peer

SIZE = (96, 64, 17)


@pytest.mark.parametrize("newer", [False, True], ids=["2.0", "2.3"])
def test_eight_steps_with_every_guidance_give_the_same_picture_and_sound(
    newer: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    pair = made_pair(tmp_path / "small.safetensors", newer=newer)
    made, wanted = sampled(pair, SIZE), sampled_by_peer(pair, SIZE)
    assert max(map(relative, made, wanted)) < 1e-4
