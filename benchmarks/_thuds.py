"""When a shape lands: by what is seen of it (the judge's track), and by what is heard."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, find_peaks, sosfiltfilt

from engine.training.world import RATE

HOP = 0.008  # seconds


def seen_landings(track: np.ndarray) -> list[float]:
    """Seconds at which a bouncing shape is lowest, of its track (17, 3).

    A landing at the very first or last frame has no frames on both sides: it is not counted.
    """
    height = track[:, 1]
    found, _ = find_peaks(height, prominence=0.25 * (height.max() - height.min()))
    return [_between(height, int(at)) / RATE for at in found]


def _between(height: np.ndarray, at: int) -> float:
    """Where straight lines of a fall and a rise meet, near their lowest frame."""
    before, here, after = height[at - 1 : at + 2]
    lean = (after - before) / (2 * max(here - min(before, after), 1e-6))
    return at + 0.5 * float(np.clip(lean, -1, 1))


def heard_thuds(samples: np.ndarray, rate: int) -> list[float]:
    """Seconds at which a low knock begins, in mono samples (N)."""
    knock = sosfiltfilt(butter(4, (60, 400), "bandpass", fs=rate, output="sos"), samples)
    hop = round(HOP * rate)
    count = len(knock) // hop
    power = np.square(knock[: count * hop]).reshape(count, hop).mean(1) + 1e-9
    level = 10 * np.log10(power)
    back = 8  # hops that a beginning is compared with
    quiet = np.array([np.median(level[max(0, n - back) : n]) for n in range(1, count)])
    rise = np.concatenate([[0.0], level[1:] - quiet])
    rise[level < level.max() - 14] = 0
    peaks, _ = find_peaks(rise, height=9, distance=round(0.3 / HOP))
    return [max(0.0, (float(at) - 0.5) * HOP) for at in peaks]


def matched(seen: list[float], heard: list[float], *, seconds: float) -> tuple[int, int]:
    """How many landings have their thud within a frame, of how many landings and lonely thuds.

    Thuds in the first and last two frames of the clip are left out: what lands there is not
    seen to.
    """
    near = 1 / RATE
    edge = 2 * near
    inside = [at for at in heard if edge < at < seconds - edge]
    right = sum(any(abs(at - other) <= near for other in heard) for at in seen)
    lonely = sum(all(abs(at - other) > near for other in seen) for at in inside)
    return right, len(seen) + lonely
