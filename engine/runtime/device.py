"""The one place that knows the device and the precision that the networks run in."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal

import torch

from engine.errors import UsageError

DeviceName = Literal["auto", "cpu", "cuda", "mps"]


@dataclass(frozen=True)
class Precision:
    """Where networks run and what they multiply in; weights that they keep stay float32."""

    device: torch.device
    compute: torch.dtype

    def autocast(self) -> AbstractContextManager[object]:
        """A context in which matrix products and convolutions run in `compute`."""
        if self.compute == torch.float32:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self.compute)


def choose(device: DeviceName = "auto") -> Precision:
    """The device asked for, or the best present, with the fastest precision it does well.

    Raises UsageError when the device asked for is not there.
    """
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if device not in {"cpu", "auto"} and not present[device]:
        raise UsageError(
            f"no {device} device is present", where="--device", mend="Use auto or cpu."
        )
    name = device
    if device == "auto":
        name = next((found for found in ("cuda", "mps") if present[found]), "cpu")
    return Precision(torch.device(name), _compute_type(name))


def has_own_memory(device: torch.device) -> bool:
    """Whether weights on the device take memory that the CPU does not have for them."""
    return device.type != "cpu"


def limit_threads(count: int | None = None) -> None:
    """Use `count` CPU threads (default: the cores this process may run on)."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    torch.set_num_threads(count or cores or 1)


def _compute_type(device: str) -> torch.dtype:
    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    if device == "mps":
        return torch.float16
    # On a CPU bfloat16 pays only where the hardware multiplies in it.
    return torch.bfloat16 if _cpu_multiplies_bfloat16() else torch.float32


def _cpu_multiplies_bfloat16() -> bool:
    capabilities = torch.backends.cpu.get_cpu_capability()
    probe = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return capabilities.startswith("AVX512") and bool(probe and probe())
