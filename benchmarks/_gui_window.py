"""Measures the start of the window and what it uses while nothing happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

TOP = Path(__file__).resolve().parents[1]
START = 1.5  # seconds from the command to the window
IDLE = 5.0  # seconds of doing nothing
IDLE_SHARE = 0.005  # of a processor
REPEAT = 3
SHOWN = """
import json, sys, time
from app import main
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            QApplication.instance().removeEventFilter(self)
            seen = {"shown": time.time(), "cpu": time.process_time()}
            print(json.dumps({**seen, "torch": "torch" in sys.modules}), flush=True)
        return False

started = QApplication.__init__
def watched(self, *arguments):
    started(self, *arguments)
    self._watch = Watch()
    self.installEventFilter(self._watch)
QApplication.__init__ = watched
sys.exit(main.main())
"""


def measure() -> dict[str, Any]:
    """Seconds until the window is painted, whether torch was loaded by then, and idle CPU."""
    starts, used, torch, idle = [], [], False, 0.0
    for turn in range(REPEAT):
        began = time.time()
        with subprocess.Popen(
            [sys.executable, "-c", SHOWN], cwd=TOP, stdout=subprocess.PIPE, text=True,
            env={"QT_QPA_PLATFORM": "offscreen", **os.environ},
        ) as process:  # fmt: skip
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise RuntimeError("the window did not come")
            seen = json.loads(line)
            starts.append(seen["shown"] - began)
            used.append(seen["cpu"])
            torch = torch or seen["torch"]
            if turn == REPEAT - 1:
                idle = _idle(process.pid)
            process.terminate()
    figures: dict[str, Any] = {
        "start_s": [round(seconds, 2) for seconds in starts],
        "start_cpu_s": [round(seconds, 2) for seconds in used],
        "torch_imported": torch,
        "idle_cpu_share": round(idle, 4),
        "load": os.getloadavg()[0],
    }
    figures["missed"] = [
        text
        for text, wrong in (
            (f"shown after {min(starts):.2f} s", min(starts) > START),
            ("torch is imported before the window is shown", torch),
            (f"an idle window uses {idle:.1%} of a processor", idle > IDLE_SHARE),
        )
        if wrong
    ]
    return figures


def _idle(pid: int) -> float:
    """The share of a processor that the process uses after it has come to rest."""
    time.sleep(4.0)
    process = psutil.Process(pid)
    before = process.cpu_times()
    time.sleep(IDLE)
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / IDLE
