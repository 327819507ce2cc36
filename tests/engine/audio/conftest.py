"""Test tones as EBU Tech 3341 describes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from engine.media import Sound

Tones = Callable[..., Sound]


@pytest.fixture
def tones() -> Tones:
    """Makes `(level in dBFS, seconds)` steps of a sine, in phase at every channel."""

    def make(
        steps: Iterable[tuple[float, float]],
        *,
        rate: int = 48000,
        frequency: float = 1000.0,
        layout: str = "stereo",
        offsets: Iterable[float] = (0.0, 0.0),
    ) -> Sound:
        levels = np.concatenate([np.full(round(s * rate), db) for db, s in steps])
        wave = np.sin(2 * np.pi * frequency / rate * np.arange(len(levels)))
        channels = [wave * 10 ** ((levels + offset) / 20) for offset in offsets]
        return Sound.from_array(np.stack(channels, axis=1), rate, layout=layout)

    return make
