"""Kills renders at random moments and compares what they finish with a render left alone.

Run `python -m benchmarks.kill [--times N] [--seed N] [--json FILE]`; prints JSON. For a graph of
one stage and one of two stages, a render is killed (SIGKILL, no chance to tidy up) at a moment
drawn from the whole length of a render, and run again until it ends; the finished film must be the
same bytes. Limit: all of them, by default 20 of 20 for each graph.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

Stages: TypeAlias = Literal["one", "two"]
TOP = Path(__file__).resolve().parents[1]
STEPS = 4  # of denoising: each is kept, and enough of them to be killed between


def main() -> int:
    """Measure and print; 1 when a film differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="kills of each graph")
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = {
            stages: killed_renders(Path(folder) / stages, stages, options.times, options.seed)
            for stages in ("one", "two")
        }
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0 if all(found["equal"] == found["times"] for found in figures.values()) else 1


def project(folder: Path, stages: Stages) -> Path:
    """A film of one generated shot, by one node or by the nodes of two stages."""
    size = {"width": 128, "height": 72} if stages == "one" else {"width": 256, "height": 144}
    settings = {**size, "seconds": 0.6, "steps": STEPS, "seed": 3}
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "prompt": ("values.prompt", {"text": "a large red ball bounces in a meadow"}),
        "film": ("deliver.clip", {"file": "film.mp4"}),
    }
    if stages == "one":
        nodes["shot"] = ("generate.shot", settings)
        links = [("prompt.out", "shot.prompt"), ("shot.out", "film.clip")]
    else:
        nodes |= {
            "first": ("generate.sample", settings),
            "larger": ("generate.upsample", {}),
            "again": ("generate.refine", {"steps": STEPS, "seed": 3}),
            "shot": ("generate.decode", {}),
        }
        links = [
            ("prompt.out", "first.prompt"),
            ("first.out", "larger.latent"),
            ("larger.out", "again.latent"),
            ("prompt.out", "again.prompt"),
            ("again.out", "shot.latent"),
            ("shot.out", "film.clip"),
        ]
    content = {
        "aiprod": 1,
        "settings": {"name": "Film", "rate": "8", "seed": 1, **size},
        "nodes": {
            name: {"type": kind, "version": 1, "title": name, "params": params, "pos": [0, 0]}
            for name, (kind, params) in nodes.items()
        },
        "links": [{"from": source, "to": target} for source, target in links],
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "film.aiprod"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@dataclass
class Render:
    """Renders of one project, with the user's folders and the finished files in one place."""

    project: Path
    home: Path
    began: float = field(default=0.0)

    @property
    def film(self) -> Path:
        """Where the finished film is."""
        return self.home / "out" / "film.mp4"

    def start(self) -> subprocess.Popen[bytes]:
        """Begin, or go on."""
        names = ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
        environment = {**os.environ, **{name: str(self.home / name) for name in names}}
        self.began = time.monotonic()
        command = [sys.executable, "-m", "engine.cli", "render", str(self.project)]
        return subprocess.Popen(
            [*command, "-o", str(self.home / "out"), "--device", "cpu", "--json"],
            cwd=TOP,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def finish(self) -> float:
        """Run to the end; seconds. Raises RuntimeError when it fails."""
        process = self.start()
        _, errors = process.communicate()
        if process.returncode:
            raise RuntimeError(errors.decode(errors="replace"))
        return time.monotonic() - self.began

    def kill_after(self, seconds: float) -> bool:
        """Run, and kill without notice; whether it was still at work."""
        process = self.start()
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return True
        return False


def killed_renders(folder: Path, stages: Stages, times: int, seed: int) -> Mapping[str, Any]:
    """How many of `times` killed renders ended as one left alone, and when they were killed."""
    path = project(folder, stages)
    alone = Render(path, folder / "alone")
    length = alone.finish()
    wanted = _hash(alone.film)
    moments = random.Random(f"{seed} {stages}")
    equal, at, broken = 0, [], 0
    for number in range(times):
        render = Render(path, folder / f"killed{number}")
        moment = moments.uniform(0.0, length)
        killed = render.kill_after(moment)
        broken += render.film.exists() and _hash(render.film) != wanted  # whole, or not there
        render.finish()
        equal += _hash(render.film) == wanted
        at.append(round(moment, 2) if killed else None)
    return {
        "times": times,
        "equal": equal,
        "broken_films": broken,
        "seconds_alone": round(length, 2),
        "killed_at_s": at,
    }


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
