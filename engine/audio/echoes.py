"""Echoes: a sound that comes back again and again, darker and from the other side."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from engine.audio.lazy import GRID
from engine.audio.process import samples
from engine.audio.segments import Step, through_segments
from engine.errors import UsageError
from engine.media.sound import Samples, Sound


def echo(
    sound: Sound,
    seconds: float = 0.35,
    *,
    feedback: float = 0.35,
    damping: float = 0.3,
    sides: float = 0.0,
    wet: float = 0.3,
) -> Sound:
    """`sound` with echoes every `seconds`, each `feedback` times as loud as the one before.

    damping: 0 keeps each echo as bright as the last, 1 makes each much darker. sides: 1 sends a
    stereo echo to the other side each time (ping-pong), 0 keeps it. It rings until 60 dB down.
    """
    delay = samples(seconds, sound.rate)
    if not (1 <= delay <= 5 * sound.rate and 0 <= feedback <= 0.95):
        raise UsageError(
            f"echoes of {seconds:g} s with a feedback of {feedback:g} cannot be made",
            mend="Use up to 5 s and a feedback of 0 to 0.95",
        )
    if not (0 <= damping <= 1 and 0 <= sides <= 1 and 0 <= wet <= 1):
        raise UsageError("damping, sides and wet lie between 0 and 1")
    dry_part, wet_part = math.cos(wet * math.pi / 2.0), math.sin(wet * math.pi / 2.0)
    pole = math.exp(-2 * math.pi * 20_000.0 * 0.05**damping / sound.rate) if damping else 0.0
    crossing = np.eye(sound.channels)
    if sound.channels == 2:
        crossing = (1.0 - sides) * crossing + sides * crossing[::-1]

    def repeats(decibels: float) -> int:
        loss = -20.0 * math.log10(feedback) if feedback else math.inf
        return 1 + math.ceil(decibels / loss)

    def begin() -> Step:
        line = np.zeros((delay, sound.channels))  # what enters, oldest at `at`
        state = np.zeros((1, sound.channels))
        at = 0

        def step(windows: Sequence[Samples]) -> Samples:
            nonlocal at, state
            made = np.empty(windows[0].shape)
            done = 0
            while done < GRID:
                size = min(GRID - done, delay - at)
                heard = line[at : at + size].copy()
                made[done : done + size] = heard
                dark: NDArray[np.float64]
                dark, state = lfilter([1.0 - pole], [1.0, -pole], heard, axis=0, zi=state)
                line[at : at + size] = windows[0][done : done + size] + feedback * (dark @ crossing)
                at = (at + size) % delay
                done += size
            return np.asarray(dry_part * windows[0] + wet_part * made, np.float32)

        return step

    return through_segments(
        [sound],
        begin,
        memory=delay * repeats(120.0) + GRID,
        sample_count=sound.sample_count + delay * repeats(60.0),
    )
