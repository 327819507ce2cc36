"""Weights of linear layers kept in fewer bits and widened when they are used.

Every row of a matrix has a scale of its own, in 4 bits every group of `GROUP` numbers, so that a
large number costs its neighbours nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Kept: TypeAlias = Literal["bf16", "fp8", "int8", "int4"]
KINDS: tuple[Kept, ...] = get_args(Kept)
GROUP = 32

_FP8_MOST = 448.0  # largest number of float8 e4m3


class StoredLinear(nn.Linear):
    """A linear layer whose weight is kept narrower than it computes.

    `weight_scale` broadcasts over the weight; None where the weight says all.
    """

    weight_scale: Tensor | None

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.wide(x.dtype), self.bias)

    def wide(self, dtype: torch.dtype) -> Tensor:
        """The weight as it multiplies (out, in)."""
        weight = self.weight.to(dtype)
        return weight if self.weight_scale is None else weight * self.weight_scale.to(dtype)


class FourBitLinear(StoredLinear):
    """Two numbers of -7 to 7 in a byte: the weight is (out, in / 2), scales (out, in / GROUP)."""

    def wide(self, dtype: torch.dtype) -> Tensor:
        assert self.weight_scale is not None
        low, high = self.weight & 15, self.weight >> 4
        numbers = torch.stack([low, high], -1).to(dtype) - 8
        groups = numbers.view(self.out_features, -1, GROUP) * self.weight_scale.to(dtype)[..., None]
        return groups.view(self.out_features, -1)


def keep(module: nn.Module, kind: Kept, *, only: Callable[[str], bool] = lambda _: True) -> int:
    """Keep the plain linear layers whose name `only` accepts as `kind`; gives the bytes saved.

    Rows that do not fill groups of 4-bit numbers are kept in 8. Biases and all other weights stay.
    """
    saved = 0
    for name, layer in module.named_modules():
        if type(layer) is nn.Linear and only(name):
            saved += layer.weight.nbytes
            _keep_layer(layer, kind)
            scale = layer.weight_scale
            saved -= layer.weight.nbytes + (scale.nbytes if isinstance(scale, Tensor) else 0)
    return saved


def keep_stored(layer: nn.Module, weight: Tensor | None, scale: Tensor | None) -> None:
    """Make a linear layer one that widens its weight, here or loaded later, at use."""
    layer.__class__ = StoredLinear
    layer.register_buffer("weight_scale", scale, persistent=False)
    if weight is not None:
        layer.weight = nn.Parameter(weight, requires_grad=False)


def _keep_layer(layer: nn.Linear, kind: Kept) -> None:
    weight = layer.weight.detach()
    if kind == "bf16":
        keep_stored(layer, weight.bfloat16(), None)
        return
    if kind == "int4" and layer.in_features % GROUP == 0:
        groups = weight.float().view(layer.out_features, -1, GROUP)
        scale = _scale(groups, 7.0)
        numbers = (groups / scale[..., None]).round().clamp(-7, 7).to(torch.int16) + 8
        pairs = numbers.view(layer.out_features, -1, 2).to(torch.uint8)
        keep_stored(layer, pairs[..., 0] | pairs[..., 1] << 4, scale)
        layer.__class__ = FourBitLinear
        return
    most = _FP8_MOST if kind == "fp8" else 127.0
    scale = _scale(weight.float(), most)[:, None]
    numbers = weight.float() / scale
    if kind == "fp8":
        keep_stored(layer, numbers.clamp(-most, most).to(torch.float8_e4m3fn), scale)
    else:
        keep_stored(layer, numbers.round().clamp(-most, most).to(torch.int8), scale)


def _scale(numbers: Tensor, most: float) -> Tensor:
    """What the largest of the last axis is divided by to become `most`."""
    largest = numbers.abs().amax(-1)
    return torch.where(largest > 0, largest / most, torch.ones_like(largest))
