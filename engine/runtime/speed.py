"""How fast the device multiplies and how fast weights reach it, measured here and now."""

from __future__ import annotations

import time
from dataclasses import dataclass

import torch

from engine.runtime.device import Precision


@dataclass(frozen=True)
class Speed:
    """Operations a second of matrix products, and bytes a second from main memory."""

    flops: float
    link: float


def measure_speed(precision: Precision, *, size: int = 1024, seconds: float = 0.3) -> Speed:
    """Multiply and copy matrices for about `seconds` each."""
    device, dtype = precision.device, precision.compute
    a = torch.ones(size, size, device=device, dtype=dtype)
    held = torch.ones(4 * size, size, dtype=torch.float32)
    products = _rate(lambda: a @ a, device, seconds)
    copies = _rate(lambda: held.to(device, copy=True), device, seconds)
    return Speed(2 * size**3 * products, held.nbytes * copies)


def _rate(work: object, device: torch.device, seconds: float) -> float:
    """Runs a second."""
    assert callable(work)
    work()
    _finish(device)
    began, runs = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        work()
        runs += 1
        if runs % 8 == 0:
            _finish(device)
    _finish(device)
    return runs / (time.perf_counter() - began)


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
