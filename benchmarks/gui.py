"""Measures the window: canvas, timeline, answers, start, idling; OdenGraphQt beside the canvas.

    python benchmarks/gui.py [--sizes 500,2000,10000] [--peer DIR] [--without PART,…] [--json FILE]

Each case runs in a process of its own, ours and the peer's in turn, with the same graph, the same
window and the same mouse events. Times of a frame are from the event until Qt has drawn it. The
machine is shared: CPU time stands beside each wall time. Exit status 1: a target was missed.

OdenGraphQt is no dependency. It asks for any PySide6, so bring it without that, to a folder:

    pip install --no-deps --target DIR OdenGraphQt==0.7.4 QtPy==2.4.3
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[1]

FRAME = 16.0  # milliseconds: a frame of 60 a second
OPEN = 3.0  # seconds for 10,000 nodes
SHARE = 0.25  # of the peer's time
GESTURES = ("pan", "zoomed_out_pan", "zoom", "drag", "zoomed_out_drag")
PARTS = ("timeline", "bridge", "window")
ANSWER = 50.0  # milliseconds in which the window answers while a render runs
HELD = ("pan", "zoomed_out_pan", "drag", "zoomed_out_drag")
PEER_SIZES = (500, 2000)
LONGEST = 3600  # seconds for one case


def main() -> None:
    """Measure, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="500,2000,10000", help="numbers of nodes")
    parser.add_argument("--peer", type=Path, help="the folder that OdenGraphQt is in")
    parser.add_argument(
        "--without", default="", help="what to leave out: peer, timeline, bridge, window"
    )
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    without = set(filter(None, options.without.split(",")))
    figures: dict[str, Any] = {
        "python": platform.python_version(),
        "pyside6": version("PySide6-Essentials"),
        "cpus": os.cpu_count(),
        "load": os.getloadavg()[0],
        "canvas": {},
        "peer": {},
    }
    for size in sizes:
        figures["canvas"][size] = run("benchmarks._gui_canvas", size)
        if size in PEER_SIZES and "peer" not in without:
            figures["peer"][size] = run("benchmarks._gui_peer", size, options.peer)
    for part in PARTS:
        if part not in without:
            figures[part] = call(f"benchmarks._gui_{part}")
    figures["missed"] = missed(figures, with_peer="peer" not in without)
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    sys.exit(1 if figures["missed"] else 0)


def run(module: str, nodes: int, folder: Path | None = None) -> dict[str, Any]:
    """Run a case in a new process and read its figures."""
    path = {"PYTHONPATH": str(folder.resolve())} if folder else {}
    return _figures(["-m", module, "--nodes", str(nodes)], path)


def call(module: str) -> dict[str, Any]:
    """Call the `measure` of another part, in a new process."""
    code = (
        f"import json, {module} as part; from PySide6.QtWidgets import QApplication; "
        "application = QApplication([]); print(json.dumps(part.measure()))"
    )
    return _figures(["-c", code], {})


def _figures(arguments: list[str], environment: dict[str, str]) -> dict[str, Any]:
    """The figures that a Python process prints last, or {"error": why there are none}."""
    try:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=TOP,
            env={"QT_QPA_PLATFORM": "offscreen", **os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": f"it took longer than {LONGEST} s"}
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["it failed"])[-1]}
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def missed(figures: dict[str, Any], *, with_peer: bool) -> list[str]:
    """The targets that do not hold, in words.

    Medians are judged, of wall or of CPU time, whichever is less: drawing is done in one thread,
    so that the two differ only by what other processes took.
    """
    found = []
    for part in ("canvas", "peer"):
        for size, case in figures[part].items():
            if "error" in case:
                found.append(f"{part} {size}: {case['error']}")
    for name in PARTS:
        case = figures.get(name, {})
        if "error" in case:
            found.append(f"{name}: {case['error']}")
        found += [f"{name}: {text}" for text in case.get("missed", [])]
    found += [
        f"timeline, {name}: {_frame(case)} ms a frame"
        for name, case in figures.get("timeline", {}).items()
        if isinstance(case, dict) and "median_ms" in case and _frame(case) > FRAME
    ]
    found += [
        f"bridge, {name}: answers after {case['p99_ms']} ms"
        for name, case in figures.get("bridge", {}).items()
        if isinstance(case, dict) and case.get("p99_ms", 0.0) > ANSWER
    ]
    canvas = {size: case for size, case in figures["canvas"].items() if "error" not in case}
    for size, case in canvas.items():
        if size <= 2000:
            found += [
                f"{size} nodes, {gesture}: {_frame(case[gesture])} ms a frame"
                for gesture in HELD
                if _frame(case[gesture]) > FRAME
            ]
        if case["open_s"] > OPEN:
            found.append(f"{size} nodes open in {case['open_s']} s")
    if with_peer:
        found += _behind_peer(canvas, figures["peer"])
    return found


def _behind_peer(canvas: dict[int, Any], peers: dict[int, Any]) -> list[str]:
    """Where ours takes more than its share of the peer's time."""
    found = []
    for size, peer in peers.items():
        ours = canvas.get(size)
        if ours is None or "error" in peer:
            continue
        shares = {g: _frame(ours[g]) / _frame(peer[g]) for g in GESTURES}
        shares["open"] = ours["open_s"] / peer["open_s"]
        ours["share_of_peer"] = {name: round(share, 4) for name, share in shares.items()}
        found += [
            f"{size} nodes, {name}: {share:.2f} of the peer's time"
            for name, share in shares.items()
            if share > SHARE
        ]
    return found


def _frame(case: dict[str, Any]) -> float:
    return float(min(case["median_ms"], case["cpu_median_ms"]))


if __name__ == "__main__":
    main()
