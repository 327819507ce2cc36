"""Measures reading, writing and caching of clips beside PyAV's plain loop, on 1080p.

    python benchmarks/media.py [--frames N] [--repeat N] [--json FILE]

Each case runs ours and the plain loop in turn, on a fresh copy of the film each time so that ours
has to index it, with equal codecs, settings and threads. `ratio` is the median over the repeats of
plain time / our time, as wall and as CPU time of the process with all its threads; CPU time is the
one to read on a busy machine. The exit status is 1 when a transcode's ratio is below 0.9 in both.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import av
import numpy as np
from av.codec.context import Flags

from engine.media import Clip, encode, open_clip
from engine.media.presets import PRESETS
from engine.media.store import load_clip, save_clip

LIMIT = 0.9
SIZE = (1920, 1080)
CASES = {"h264": ".mp4", "prores_422": ".mov"}


def main() -> None:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures: dict[str, Any] = {
        "size": list(SIZE),
        "frames": options.frames,
        "repeat": options.repeat,
        "python": platform.python_version(),
        "av": av.__version__,
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, suffix in CASES.items():
            source = encode(picture(*SIZE, options.frames), Path(folder, f"film{suffix}"), name)
            figures[f"transcode {name}"] = compare(
                source, options.repeat, lambda path, n=name: ours(path, n),
                lambda path, n=name: plain(path, n), options.frames,
            )  # fmt: skip
            figures[f"decode {name}"] = compare(
                source, options.repeat, count_ours, count_plain, options.frames
            )
        figures["cache 720p"] = cached(Path(folder), 48)
    figures["kept"] = all(
        max(case["ratio"].values()) >= LIMIT
        for name, case in figures.items()
        if name.startswith("transcode")
    )
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    sys.exit(0 if figures["kept"] else 1)


def picture(width: int, height: int, count: int) -> Clip:
    """Slowly moving colours with film grain."""
    across, down = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    grain = np.random.default_rng(1).normal(0, 3, (height + 64, width + 64)).astype(np.float32)

    def make(start: int, stop: int) -> Iterator[np.ndarray]:
        for index in range(start, stop):
            x, y = index * 7 % 64, index * 13 % 64
            light = grain[y : y + height, x : x + width]
            red = 128 + 70 * np.sin((across + 9 * index) / 160) + light
            green = 110 + 50 * np.cos((down + 5 * index) / 120) + light
            blue = 120 + 60 * np.sin((across + down - 4 * index) / 240) + light
            yield np.clip(np.stack([red, green, blue], axis=-1), 0, 255).astype(np.uint8)

    return Clip.from_arrays(make, rate=Fraction(24), width=width, height=height, frame_count=count)


def ours(path: Path, preset: str) -> int:
    """A transcode with the engine."""
    clip = open_clip(path)
    encode(clip, path.with_stem("ours"), preset)
    return clip.frame_count


def plain(path: Path, name: str) -> int:
    """The same transcode as PyAV's examples write it."""
    preset, count = PRESETS[name], 0
    options = dict(preset.options)
    if preset.quality:
        options[preset.quality[0]] = str(preset.quality[1])
    with av.open(str(path)) as source, av.open(str(path.with_stem("plain")), "w") as target:
        taken = source.streams.video[0]
        taken.thread_type = "AUTO"
        made: Any = target.add_stream(preset.encoder, rate=24, options=options)
        made.width, made.height, made.pix_fmt = *SIZE, preset.pixel_format
        made.codec_context.thread_count = preset.threads
        made.codec_context.thread_type = "FRAME"
        made.codec_context.flags |= Flags.bitexact
        for frame in source.decode(taken):
            frame.pts, frame.time_base, frame.pict_type = count, Fraction(1, 24), 0
            count += 1
            target.mux(made.encode(frame))
        target.mux(made.encode())
    return count


def count_ours(path: Path) -> int:
    """Every frame, decoded by the engine."""
    return sum(1 for _ in open_clip(path).frames())


def count_plain(path: Path) -> int:
    """Every frame, decoded by PyAV alone."""
    with av.open(str(path)) as source:
        source.streams.video[0].thread_type = "AUTO"
        return sum(1 for _ in source.decode(video=0))


def compare(
    source: Path,
    repeat: int,
    ours: Callable[[Path], int],
    plain: Callable[[Path], int],
    frames: int,
) -> dict[str, Any]:
    """Both in turn; frames a second and the median of the ratios."""
    runs: dict[str, list[tuple[float, float]]] = {"ours": [], "plain": []}
    for index in range(repeat):
        pair = [("ours", ours), ("plain", plain)]
        for name, work in pair if index % 2 else reversed(pair):
            copy = source.with_stem(f"copy_{name}_{index}")
            shutil.copyfile(source, copy)
            runs[name].append(timed(lambda: work(copy), frames))  # noqa: B023
            copy.unlink()
    pairs = list(zip(runs["plain"], runs["ours"], strict=True))
    return {
        "ratio": {
            kind: round(statistics.median(p[at] / o[at] for p, o in pairs), 3)
            for at, kind in enumerate(("wall", "cpu"))
        },
        "fps": {
            name: {
                kind: round(frames / statistics.median(run[at] for run in each), 1)
                for at, kind in enumerate(("wall", "cpu"))
            }
            for name, each in runs.items()
        },
    }


def cached(folder: Path, count: int) -> dict[str, float]:
    """Milliseconds of CPU a frame and bytes of a 720p clip in the cache."""
    clip = picture(1280, 720, count)
    clip = Clip.from_array(clip.array(), clip.rate)
    place = folder / "cache"
    place.mkdir()
    saved = timed(lambda: save_clip(clip, place))
    loaded = timed(lambda: sum(1 for _ in load_clip(place).frames()))
    size = sum(path.stat().st_size for path in place.iterdir())
    return {
        "save_ms": round(saved[1] / count * 1000, 2),
        "load_ms": round(loaded[1] / count * 1000, 2),
        "load_wall_ms": round(loaded[0] / count * 1000, 2),
        "part_of_raw": round(size / (count * 1280 * 720 * 3), 3),
    }


def timed(work: Callable[[], object], expected: int | None = None) -> tuple[float, float]:
    """Wall and CPU seconds of `work`, whose result must be `expected`."""
    wall, cpu = time.perf_counter(), _cpu()
    result = work()
    seconds = time.perf_counter() - wall, _cpu() - cpu
    if expected is not None and result != expected:
        raise SystemExit(f"{expected} frames were expected, {result} came")
    return seconds


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
