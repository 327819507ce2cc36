"""Memory of the device: how much is free, and amounts as people write them."""

from __future__ import annotations

import re

import psutil
import torch

from engine.errors import UsageError

_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


def free_memory(device: torch.device) -> int:
    """Bytes that can be allocated on the device now."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return int(free)
    if device.type == "mps":
        limit = torch.mps.recommended_max_memory()
        return int(limit - torch.mps.current_allocated_memory())
    return int(psutil.virtual_memory().available)


def read_bytes(text: str) -> int:
    """Bytes of an amount such as "12GB", "800 MB" or "1.5G". Raises UsageError."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?\s*", text, re.IGNORECASE)
    if found is None or float(found[1]) <= 0:
        raise UsageError(f"{text!r} is not an amount of memory", mend="Write it as 12GB.")
    return round(float(found[1]) * _UNITS[found[2].upper()])


def amount(count: int) -> str:
    """Bytes as people read them: "1.5 GB"."""
    for name, unit in (("GB", 2**30), ("MB", 2**20), ("KB", 2**10)):
        size = count / unit
        if size >= 1 or name == "KB":
            return f"{size:.0f} {name}" if size >= 10 else f"{size:.1f} {name}"
    raise AssertionError("the last unit takes everything")
