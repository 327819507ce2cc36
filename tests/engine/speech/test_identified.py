"""Who speaks is told by cepstra: the benchmark of our voices rests on it."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks._speakers import Speaker, cepstra, identified, who

BANDS = np.linspace(0, 3, 80)


def recording(tilt: float, seed: int) -> np.ndarray:
    """A log-mel picture whose spectrum leans, with a pause in it."""
    rng = np.random.default_rng(seed)
    mel = -4 + tilt * np.cos(BANDS)[:, None] + 0.3 * rng.standard_normal((80, 120))
    mel[:, 50:60] -= 6
    return mel.astype(np.float32)


@pytest.fixture
def recordings() -> dict[str, list[np.ndarray]]:
    tilts = {"low": 0.2, "middle": 0.5, "high": 0.9}
    return {name: [recording(tilt, 10 * at) for at in range(6)] for name, tilt in tilts.items()}


def test_pauses_and_levels_do_not_count() -> None:
    mel = recording(0.5, 1)
    assert cepstra(mel).shape == (110, 19)
    np.testing.assert_allclose(cepstra(mel), cepstra(mel + 2), atol=1e-4)


def test_a_voice_is_known_again_and_another_is_not_taken_for_it(
    recordings: dict[str, list[np.ndarray]],
) -> None:
    again = [recording(0.5, 100 + at) for at in range(4)]
    assert identified(again, "middle", recordings) == 1
    assert identified(again, "low", recordings) == 0
    speakers = {name: Speaker.of(rows) for name, rows in recordings.items()}
    assert who(recording(0.9, 200), speakers) == "high"


def test_what_is_half_another_voice_is_counted_half(
    recordings: dict[str, list[np.ndarray]],
) -> None:
    mixed = [recording(0.2, 300 + at) for at in (0, 1)] + [
        recording(0.9, 302 + at) for at in (0, 1)
    ]
    assert identified(mixed, "low", recordings) == 0.5
