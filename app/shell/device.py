"""What the machine renders on, told without loading torch."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
from pathlib import Path


def device_name() -> str:
    """CUDA, MPS or CPU: what a render that chooses by itself will use."""
    try:
        build = importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return "CPU"
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return "MPS"
    if not build.endswith("+cpu") and _has_nvidia_card():
        return "CUDA"
    return "CPU"


def memory() -> tuple[float, float, float]:
    """GB that this process holds, that are free on the machine, and that it has."""
    import psutil

    machine = psutil.virtual_memory()
    mine = psutil.Process().memory_info().rss
    return mine / 1e9, machine.available / 1e9, machine.total / 1e9


def _has_nvidia_card() -> bool:
    if sys.platform == "win32":
        return (Path("C:/Windows/System32/nvcuda.dll")).is_file()
    return Path("/dev/nvidia0").exists() or Path("/dev/dxg").exists()
