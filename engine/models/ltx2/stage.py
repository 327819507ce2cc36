"""One network on the device at a time: the others wait in main memory, mapped from their file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from engine.runtime.offload import placed


@dataclass
class Stage:
    """Loads networks when they are first asked for, and puts the one that works on the device."""

    device: torch.device
    load: Mapping[str, Callable[[], nn.Module]]
    _loaded: dict[str, nn.Module] = field(default_factory=dict)
    _on: tuple[str, int | None] | None = None
    _stack: ExitStack = field(default_factory=ExitStack)

    def get(self, part: str) -> nn.Module:
        """The network where it lies, loaded but not moved."""
        if part not in self._loaded:
            self._loaded[part] = self.load[part]()
        return self._loaded[part]

    def use(self, part: str, *, resident: int | None = None) -> nn.Module:
        """The network on the device; with `resident`, only that many of its blocks for good."""
        module = self.get(part)
        if self._on == (part, resident):
            return module
        self.leave()
        self._stack.callback(_put_back, [(value, value.data) for value in _tensors(module)])
        blocks = getattr(module, "transformer_blocks", None)
        if resident is not None and blocks is not None and resident < len(blocks):
            self._stack.enter_context(placed(module, blocks, self.device, resident=resident))
        else:
            for value in _tensors(module):
                value.data = value.data.to(self.device)
        self._on = part, resident
        return module

    def leave(self) -> None:
        """Take what is on the device off it."""
        self._stack.close()
        self._on = None


def _put_back(kept: list[tuple[Tensor, Tensor]]) -> None:
    """What lies in main memory was never changed: nothing is copied."""
    for value, data in kept:
        value.data = data


def _tensors(module: nn.Module) -> list[Tensor]:
    return [*module.parameters(), *module.buffers()]
