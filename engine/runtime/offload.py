"""Runs a row of blocks whose weights stay in main memory, fetched to the device one ahead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn


@dataclass
class Offload:
    """Blocks beyond the first `resident` are fetched while the one before them computes.

    At most two fetched blocks are on the device at a time: the one at work and the next.
    """

    blocks: nn.ModuleList
    resident: int
    device: torch.device
    _kept: dict[int, dict[str, Tensor]] = field(default_factory=dict)
    _coming: dict[int, object] = field(default_factory=dict)
    _stream: object = None

    def __enter__(self) -> Offload:
        cuda = self.device.type == "cuda"
        self._stream = torch.cuda.Stream(self.device) if cuda else None  # type: ignore[no-untyped-call]
        self._handles = []
        for number, block in enumerate(self.blocks):
            if number < self.resident:
                block.to(self.device)
                continue
            self._kept[number] = {
                name: value.data.pin_memory() if cuda else value.data
                for name, value in _tensors(block)
            }
            self._handles += [
                block.register_forward_pre_hook(self._before(number)),
                block.register_forward_hook(self._after(number)),
            ]
        return self

    def __exit__(self, *_: object) -> None:
        for handle in self._handles:
            handle.remove()
        for number in self._kept:
            self._give_back(number)
        self._kept.clear()

    def _before(self, number: int):  # type: ignore[no-untyped-def]
        def hook(_block: nn.Module, _inputs: object) -> None:
            self._fetch(number)
            self._wait(number)
            if number + 1 < len(self.blocks):
                self._fetch(number + 1)

        return hook

    def _after(self, number: int):  # type: ignore[no-untyped-def]
        def hook(_block: nn.Module, _inputs: object, _out: object) -> None:
            self._give_back(number)

        return hook

    def _fetch(self, number: int) -> None:
        """Begin to copy a block's weights to the device, beside what is computed there."""
        if number in self._coming or number not in self._kept:
            return
        kept = self._kept[number]
        side = torch.cuda.stream(self._stream) if self._stream else nullcontext()  # type: ignore[arg-type]
        with side:
            for name, value in _tensors(self.blocks[number]):
                value.data = kept[name].to(self.device, non_blocking=True, copy=True)
        event = None
        if self._stream:
            event = torch.cuda.Event()  # type: ignore[no-untyped-call]
            event.record(self._stream)  # type: ignore[arg-type]
        self._coming[number] = event

    def _wait(self, number: int) -> None:
        event = self._coming.get(number)
        if event is None:
            return
        current = torch.cuda.current_stream(self.device)
        current.wait_event(event)  # type: ignore[arg-type]
        for _, value in _tensors(self.blocks[number]):
            value.data.record_stream(current)

    def _give_back(self, number: int) -> None:
        """Let go of the copy on the device: the weights in main memory were never changed."""
        for name, value in _tensors(self.blocks[number]):
            value.data = self._kept[number][name]
        self._coming.pop(number, None)


@contextmanager
def placed(
    module: nn.Module, blocks: nn.ModuleList, device: torch.device, *, resident: int
) -> Iterator[None]:
    """Put a module on the device with only `resident` of its blocks there for good.

    Afterwards the fetched blocks are where they were. `blocks` are part of `module`.
    """
    if resident >= len(blocks):
        module.to(device)
        yield
        return
    inner = {id(value) for block in blocks for _, value in _tensors(block)}
    for _, value in _tensors(module):
        if id(value) not in inner:
            value.data = value.data.to(device)
    with Offload(blocks, resident, device):
        yield


def _tensors(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    yield from module.named_parameters()
    yield from module.named_buffers()
