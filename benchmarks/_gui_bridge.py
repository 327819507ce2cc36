"""How fast the window answers while a shot is generated, in its process and beside it.

    python -m benchmarks._gui_bridge [STEPS WIDTH HEIGHT]

A timer of 10 ms stands for the user: how late it fires is how late a click would be answered.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MODES = ("idle", "in process", "own process")
TICK = 0.010  # seconds
IDLE_SECONDS = 5.0
LONGEST = 600.0  # seconds that a render may take


def measure(*, steps: int = 30, width: int = 256, height: int = 144) -> dict[str, Any]:
    """For each mode the median, 99th percentile and maximum of the lateness in milliseconds."""
    made: dict[str, Any] = {"shot": f"{width}x{height}, {steps} steps"}
    for mode in MODES:
        command = [sys.executable, "-m", "benchmarks._gui_bridge", mode, str(steps)]
        with tempfile.TemporaryDirectory() as home:
            places = {f"XDG_{name}_HOME": f"{home}/{name}" for name in ("CACHE", "DATA", "CONFIG")}
            environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"} | places
            found = subprocess.run(
                [*command, str(width), str(height)],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
        made[mode] = json.loads(found.stdout.splitlines()[-1])
    return made


def _measure_mode(mode: str, steps: int, width: int, height: int) -> dict[str, Any]:
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtWidgets import QApplication

    from app.bridge import Bridge, View, ViewFailure
    from app.settings import Settings
    from engine.graph import Graph, Node
    from engine.nodes import builtin_registry
    from engine.project import Project

    application = QApplication.instance() or QApplication(["benchmark"])
    home = Path(os.environ["XDG_CONFIG_HOME"])
    settings = Settings(home / "window.json")
    settings.set("render_in_process", mode != "own process")
    bridge = Bridge(settings=settings, registry=builtin_registry())
    graph = Graph()
    graph.add(Node("prompt", "values.prompt", params={"text": "a large red ball bounces"}))
    size = {"width": width, "height": height, "steps": steps}
    graph.add(Node("shot", "generate.shot", params=size))
    graph.connect("prompt", "shot.prompt")
    lateness: list[float] = []
    answers: list[View | ViewFailure] = []
    bridge.view_ready.connect(answers.append)
    bridge.view_failed.connect(answers.append)
    expected = time.perf_counter() + TICK

    def tick() -> None:
        nonlocal expected
        now = time.perf_counter()
        lateness.append(1000 * max(0.0, now - expected))
        expected = now + TICK

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(round(1000 * TICK))
    started = time.perf_counter()
    if mode == "idle":
        while time.perf_counter() - started < IDLE_SECONDS:
            application.processEvents()
            time.sleep(0.0005)
    else:
        bridge.view(Project(graph), home, "shot", proxy=False)
        while not answers and time.perf_counter() - started < LONGEST:
            application.processEvents()
            time.sleep(0.0005)
    seconds = time.perf_counter() - started
    timer.stop()
    if mode != "idle" and not answers:
        raise TimeoutError(f"the render took longer than {LONGEST:g} s")
    if answers and isinstance(answers[0], ViewFailure):
        raise RuntimeError(answers[0].message)
    bridge.close(20)
    lateness.sort()
    return {
        "seconds": round(seconds, 2),
        "load": round(os.getloadavg()[0], 1),
        "samples": len(lateness),
        "median_ms": round(lateness[len(lateness) // 2], 2),
        "p99_ms": round(lateness[math.ceil(0.99 * len(lateness)) - 1], 2),
        "max_ms": round(lateness[-1], 2),
    }


if __name__ == "__main__":
    if len(sys.argv) < 5:
        given = dict(zip(("steps", "width", "height"), map(int, sys.argv[1:]), strict=False))
        print(json.dumps(measure(**given), indent=2))
    else:
        print(json.dumps(_measure_mode(sys.argv[1], *map(int, sys.argv[2:5]))))
