"""Measures the mixer beside `pedalboard` (GPL: a peer for this measurement only, never shipped).

    pip install --no-deps --target DIR pedalboard
    python benchmarks/mixer.py --peer DIR [--tracks N] [--seconds S] [--repeat N] [--json FILE]

Every track goes through a high pass, a low shelf, a peak, a high shelf and a compressor, gets a
gain, and is summed in stereo. Both read the same samples from memory and hand blocks of 8192 on.
`ratio` is our CPU time / theirs, of one process with one thread, the median over the repeats;
the exit status is 1 when it is above 3 or when the peak memory grows by more than 32 MB from the
first tenth of the run to its end.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from engine.audio import Band, Sound, compress, equalise, mix

LIMIT = 3.0
GROWTH = 32  # MB
RATE, BLOCK, LOOP = 48_000, 8192, 8192 * 64
BANDS = (
    Band("high pass", 80.0),
    Band("low shelf", 120.0, 3.0),
    Band("peak", 2500.0, -3.0, 1.0),
    Band("high shelf", 8000.0, 2.0),
)


def main() -> None:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", type=Path, help="the folder that pedalboard was installed to")
    parser.add_argument("--tracks", type=int, default=24)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    loops = [noise(number) for number in range(options.tracks)]
    count = options.seconds * RATE
    ours, peers = [], []
    growth = 0.0
    for _ in range(options.repeat):
        spent, growth = render_ours(loops, count)
        ours.append(spent)
        if options.peer:
            peers.append(render_peer(loops, count, options.peer))
    figures: dict[str, Any] = {
        "tracks": options.tracks,
        "seconds": options.seconds,
        "repeat": options.repeat,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
        "ours_cpu_s": [round(t, 2) for t in ours],
        "times_real_time": round(options.seconds / statistics.median(ours), 2),
        "memory_growth_mb": round(growth, 1),
        "peak_memory_mb": round(peak_memory(), 1),
    }
    kept = growth <= GROWTH
    if peers:
        figures["pedalboard_cpu_s"] = [round(t, 2) for t in peers]
        ratio = statistics.median(a / b for a, b in zip(ours, peers, strict=True))
        figures["ratio"] = round(ratio, 2)
        kept = kept and ratio <= LIMIT
    figures["kept"] = kept
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    sys.exit(0 if kept else 1)


def noise(number: int) -> np.ndarray:
    """A loop of stereo noise in bursts, so that the compressor has to work."""
    random = np.random.default_rng(number)
    bursts = np.repeat(random.uniform(0.02, 1.0, LOOP // 4096), 4096)[:, None]
    return (random.normal(0, 0.2, (LOOP, 2)) * bursts).astype(np.float32)


def looped(loop: np.ndarray, count: int) -> Sound:
    """A sound that plays a loop from memory."""

    def read(start: int, stop: int) -> Iterator[np.ndarray]:
        while start < stop:
            at = start % LOOP
            size = min(LOOP - at, stop - start)
            yield loop[at : at + size]
            start += size

    return Sound(RATE, "stereo", count, read)


def render_ours(loops: list[np.ndarray], count: int) -> tuple[float, float]:
    """CPU seconds of a run, and by how many MB the memory's peak grew after its first tenth."""
    begun = time.process_time()
    tracks = [
        compress(equalise(looped(loop, count), BANDS), threshold=-20.0, ratio=3.0, attack=0.01)
        for loop in loops
    ]
    early, done = 0.0, 0
    for block in mix(tracks, gains=[-12.0] * len(tracks)).blocks(size=BLOCK):
        done += len(block)
        if not early and done > count // 10:
            early = peak_memory()
    return time.process_time() - begun, peak_memory() - early


def render_peer(loops: list[np.ndarray], count: int, folder: Path) -> float:
    """CPU seconds of the same chain in pedalboard."""
    sys.path.insert(0, str(folder))
    import pedalboard as peer

    boards = [
        peer.Pedalboard(
            [
                peer.HighpassFilter(80),
                peer.LowShelfFilter(120, 3, 0.707),
                peer.PeakFilter(2500, -3, 1.0),
                peer.HighShelfFilter(8000, 2, 0.707),
                peer.Compressor(-20, 3, 10, 150),
                peer.Gain(-12),
            ]
        )
        for _ in loops
    ]
    turned = [np.ascontiguousarray(loop.T) for loop in loops]
    begun = time.process_time()
    for start in range(0, count, BLOCK):
        size, at = min(BLOCK, count - start), start % LOOP
        total = np.zeros((2, size), np.float32)
        for board, loop in zip(boards, turned, strict=True):
            total += board(loop[:, at : at + size], RATE, buffer_size=BLOCK, reset=False)
    return time.process_time() - begun


def peak_memory() -> float:
    """The most memory that the process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
