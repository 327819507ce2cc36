"""Which process works on a job, and whether it still lives."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Owner:
    """A process by number and start; the start tells it from a later one with the same number."""

    pid: int
    started: str


@cache
def _this_process(pid: int) -> Owner:
    return Owner(pid, _start_of(pid) or "unknown")


def this_process() -> Owner:
    """The process that runs now (asked anew after a fork)."""
    return _this_process(os.getpid())


def is_alive(owner: Owner) -> bool:
    """Whether that very process still runs: not ended, not a zombie, not another of its number."""
    return _start_of(owner.pid) == owner.started


def _start_of(pid: int) -> str | None:
    """What tells this process from others of its number, or None when it does not run."""
    return _linux_start(pid) if sys.platform == "linux" else _clock_start(pid)


def _linux_start(pid: int) -> str | None:
    """Boot id and clock ticks since boot (proc(5), stat field 22): steady when clocks are set."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    state, *rest = stat.rpartition(")")[2].split()
    return None if state in "ZXx" else f"{boot}:{rest[18]}"


def _clock_start(pid: int) -> str | None:
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return f"{process.create_time():.0f}"
    except psutil.Error:
        return None
