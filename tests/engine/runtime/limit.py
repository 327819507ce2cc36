"""A device of little memory: torch says so when the tensors that live take more than its bytes."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from engine.runtime.footprint import Counter


class Limit(Counter):
    """Within it, operations fail as on a full device. `held`: bytes that lie there besides."""

    def __init__(self, most: int, held: Callable[[], int] = lambda: 0) -> None:
        super().__init__()
        self.most, self.held = most, held
        self.failures = 0

    def follow(self, tensor: Tensor) -> None:
        if tensor.device.type == "meta":
            return  # a plan takes no memory
        super().follow(tensor)
        if self.now + self.held() > self.most:
            self.failures += 1
            raise torch.OutOfMemoryError(f"tried to have {self.now + self.held()} bytes")
