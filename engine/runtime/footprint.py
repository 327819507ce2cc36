"""How much memory a computation takes at its height, counted tensor by tensor.

Works on any device, the meta device among them: there, nothing is computed and nothing allocated,
so that the need of a 22 B model is known before it is loaded.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

_ATTENTION = torch.nn.functional.scaled_dot_product_attention


@dataclass(frozen=True)
class Footprint:
    """Bytes at the height of a computation, beyond what was there before; and what it gave."""

    peak: int
    result: Any


def footprint(work: Callable[[], Any]) -> Footprint:
    """Run `work` and count the storages that its operations make, while they live.

    Attention counts as the fused kernels do it: without a matrix of all pairs.
    """
    counter = Counter()
    with torch.no_grad(), _FusedAttention(), counter:
        result = work()
    return Footprint(counter.peak, result)


def weight_bytes(module: nn.Module, *, width: float | None = None) -> int:
    """Bytes of a module's parameters and buffers, at `width` bytes each or as they are."""
    tensors = (*module.parameters(), *module.buffers())
    return round(sum(t.numel() * (width or t.element_size()) for t in tensors))


class Counter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Follows the storages that operations make, until they are freed."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = 0
        self.peak = 0
        self._alive: dict[int, int] = {}

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        del types
        given = {_storage_key(item) for item in tree_leaves((args, kwargs)) if _is_tensor(item)}
        out = func(*args, **(kwargs or {}))
        for item in tree_leaves(out):
            if _is_tensor(item) and _storage_key(item) not in given:
                self.follow(item)
        return out

    def follow(self, tensor: Tensor) -> None:
        """Count a new storage while it lives."""
        storage = tensor.untyped_storage()
        key = _storage_key(tensor)
        if key in self._alive:
            return
        self._alive[key] = storage.nbytes()
        self.now += storage.nbytes()
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._freed, key)

    def _freed(self, key: int) -> None:
        self.now -= self._alive.pop(key, 0)


class _FusedAttention(TorchFunctionMode):
    """On the meta device, attention gives an output of the right shape and makes nothing else."""

    def __torch_function__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        del types
        if func is _ATTENTION and args and args[0].device.type == "meta":
            q, _, v = args[:3]
            return q.new_empty((*q.shape[:-1], v.shape[-1]))
        return func(*args, **(kwargs or {}))


def _is_tensor(item: object) -> bool:
    return isinstance(item, Tensor)


def _storage_key(tensor: Tensor) -> int:
    return tensor.untyped_storage()._cdata  # type: ignore[no-any-return]
