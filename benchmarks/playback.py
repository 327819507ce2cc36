"""Measures how well the viewer keeps picture and sound together, and how fast it scrubs.

    python benchmarks/playback.py [--seconds N] [--size WxH] [--json FILE]

A film is encoded into a temporary file and played into a clocked sink in place of a sound card,
once with the computer's own pace and once with a quartz that is half a percent fast. The sound is a
ramp, so that the level that is heard tells the place in the film. For every picture shown, `late`
is heard minus shown time; `drift` is its median in the last second minus that in the first ten.
Scrubbing seeks to random frames of the film: `seek` is from the request to the picture, `window`
the longest that the window's thread was away while 60 requests a second came in. The exit status
is 1 when the drift is 20 ms or more.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import psutil
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication

from app.playback import Playback, Shown
from app.playback.devices import RATE, Fill, SilentStream, Times
from engine.media import Clip, Sound, encode, open_clip

LIMIT = 0.020
FPS = Fraction(24)
SCALE = 1000.0  # seconds at full level of the ramp


class Card(SilentStream):
    """A sink that keeps its own time and knows what is heard now."""

    pace = 1.0
    latest: Card

    def __init__(self, fill: Fill) -> None:
        self.seconds = self.block / RATE / self.pace
        self.blocks: list[tuple[float, Any]] = []

        def listen(out: Any, count: int, times: Times, status: Any) -> None:
            fill(out, count, times, status)
            self.blocks = [*self.blocks[-16:], (times.outputBufferDacTime, out[:, 0].copy())]

        super().__init__(listen)
        Card.latest = self

    def heard(self) -> float:
        """Seconds of the film that are heard now; 0 in silence."""
        now = time.monotonic()
        for begun, samples in reversed(self.blocks):
            place = int((now - begun) * RATE * self.pace)
            if 0 <= place < len(samples):
                return float(samples[place]) * SCALE
        return 0.0


class FastCard(Card):
    """Half a percent fast, far more than any sound card is."""

    pace = 1.005


def main() -> None:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        film = make_film(Path(folder) / "film.mp4", width, height, options.seconds + 5)
        figures: dict[str, Any] = {
            "size": [width, height],
            "seconds": options.seconds,
            "limit_ms": LIMIT * 1000,
            "python": platform.python_version(),
            "cpus": os.cpu_count(),
            "load": os.getloadavg()[0],
            "even": sync(application, film, Card, options.seconds),
            "fast_quartz": sync(application, film, FastCard, options.seconds),
            "scrub": scrub(application, film),
        }
    figures["load_after"] = os.getloadavg()[0]
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json is not None:
        options.json.write_text(text + "\n", encoding="utf-8")
    drifts = [abs(figures[name]["drift_ms"]) for name in ("even", "fast_quartz")]
    sys.exit(1 if max(drifts) >= LIMIT * 1000 else 0)


def make_film(path: Path, width: int, height: int, seconds: float) -> Clip:
    """A moving picture in an H.264 file, with a ramp for its sound."""
    count = int(seconds * FPS)
    base = np.random.default_rng(7).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    still = base.repeat(8, axis=0).repeat(8, axis=1)

    def make(start: int, stop: int) -> Iterator[Any]:
        for number in range(start, stop):
            yield np.roll(still, 4 * number, axis=1)

    picture = Clip.from_arrays(
        make,
        rate=FPS,
        width=still.shape[1],
        height=still.shape[0],
        frame_count=count,
    )
    encode(picture, path, "h264")
    ramp = (np.arange(int(seconds * RATE)) / RATE / SCALE).astype(np.float32)
    return replace(open_clip(path), sound=Sound.from_array(ramp, RATE))


def sync(
    application: QApplication, film: Clip, card: Callable[[Fill], Card], seconds: float
) -> dict[str, Any]:
    """Play, and compare what is shown with what is heard."""
    playback = Playback(stream=card)
    playback.set_view_size(960, 540)
    late: list[tuple[float, float]] = []

    def note(shown: Shown) -> None:
        heard = Card.latest.heard() if playback.is_playing else 0.0
        if heard > 0.1:
            late.append((heard, heard - shown.number / float(FPS)))

    open_film(playback, film)
    playback.frame_shown.connect(note)
    process = psutil.Process()
    before, begun = process.memory_info().rss, time.monotonic()
    cpu = process.cpu_times()
    playback.play()
    wait(application, lambda: playback.position >= int(seconds * FPS), seconds + 30)
    passed = time.monotonic() - begun
    spent = process.cpu_times()
    playback.close()
    errors = np.array([error for _, error in late]) * 1000
    heard = np.array([place for place, _ in late])
    first, last = errors[heard < heard[0] + 10], errors[heard > heard[-1] - 1]
    return {
        "shown": len(late),
        "due": int((heard[-1] - heard[0]) * float(FPS)),
        "dropped": playback.dropped,
        "drift_ms": round(float(np.median(last) - np.median(first)), 2),
        "late_ms_median": round(float(np.median(errors)), 2),
        "late_ms_p95": round(float(np.percentile(errors, 95)), 2),
        "late_ms_p99": round(float(np.percentile(errors, 99)), 2),
        "wall_seconds": round(passed, 2),
        "cpu_seconds": round(spent.user + spent.system - cpu.user - cpu.system, 2),
        "memory_growth_mb": round((process.memory_info().rss - before) / 2**20, 1),
    }


def scrub(application: QApplication, film: Clip) -> dict[str, Any]:
    """Seek to random frames one by one, then in a flood."""
    playback = Playback(stream=Card)
    playback.set_view_size(960, 540)
    open_film(playback, film)
    shown: list[int] = []
    playback.frame_shown.connect(lambda item: shown.append(item.number))
    rng = np.random.default_rng(3)
    times = []
    for frame in rng.integers(0, film.frame_count, 40).tolist():
        begun = time.perf_counter()
        playback.seek(frame)
        wait(application, lambda frame=frame: bool(shown) and shown[-1] == frame, 20)
        times.append((time.perf_counter() - begun) * 1000)
    gaps: list[float] = []
    beat, last = QTimer(), [time.perf_counter()]

    def tick() -> None:
        now = time.perf_counter()
        gaps.append((now - last[0]) * 1000)
        last[0] = now

    beat.timeout.connect(tick)
    beat.start(2)
    flood, before = QTimer(), len(shown)
    flood.timeout.connect(lambda: playback.seek(int(rng.integers(0, film.frame_count))))
    flood.start(16)
    wait(application, lambda: len(gaps) > 1000, 60)
    flood.stop()
    playback.close()
    return {
        "seek_ms_median": round(statistics.median(times), 1),
        "seek_ms_p95": round(float(np.percentile(times, 95)), 1),
        "window_ms_median": round(statistics.median(gaps), 2),
        "window_ms_p99": round(float(np.percentile(gaps, 99)), 2),
        "pictures_a_second": round((len(shown) - before) / (sum(gaps) / 1000), 1),
        "memory_mb": round(playback.memory / 2**20, 1),
    }


def open_film(playback: Playback, film: Clip) -> None:
    """Open, and wait for the first picture."""
    seen: list[Shown] = []
    playback.frame_shown.connect(seen.append)
    playback.open(film, source="film")
    application = QCoreApplication.instance()
    assert isinstance(application, QApplication)
    wait(application, lambda: bool(seen), 60)
    playback.frame_shown.disconnect(seen.append)


def wait(application: QApplication, done: Callable[[], bool], seconds: float) -> None:
    """Run the event loop until `done`, and fail after so many seconds."""
    until = time.monotonic() + seconds
    while not done():
        application.processEvents()
        time.sleep(0.0005)
        if time.monotonic() > until:
            raise TimeoutError(f"not done within {seconds} s")


if __name__ == "__main__":
    main()
