"""Rotary positions of LTX-2: places in seconds and pixels, not in token numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from einops import rearrange
from torch import Tensor

RopeType = Literal["split", "interleaved"]


@dataclass(frozen=True)
class Turns:
    """Cosines and sines by which queries and keys are turned; their layout is the rope type's."""

    cos: Tensor  # split: (B, N, heads, D/2); interleaved: (B, N, heads D/2)
    sin: Tensor
    kind: RopeType


def make_turns(
    positions: Tensor,
    *,
    width: int,
    heads: int,
    limits: Sequence[float],
    theta: float,
    kind: RopeType,
    precise: bool,
    dtype: torch.dtype,
) -> Turns:
    """Turns for bounds of places (B, axes, N, 2): the middle counts, as a part of each limit.

    `width` is that of all heads together; `precise` computes the frequencies in float64.
    """
    if len(limits) != positions.shape[1]:
        raise ValueError(f"{positions.shape[1]} axes of positions for {len(limits)} limits")
    middle = positions.float().mean(-1)  # (B, axes, N)
    extent = torch.tensor(list(limits), device=middle.device, dtype=torch.float32)
    part = 2 * middle / extent[:, None] - 1
    count = width // (2 * len(limits))
    rates = frequencies(count, theta, precise=precise).to(middle.device)
    angles = rearrange(part[..., None] * rates, "b a n k -> b n (k a)")
    missing = width // 2 - angles.shape[-1]
    cos = torch.nn.functional.pad(angles.cos(), (missing, 0), value=1.0)
    sin = torch.nn.functional.pad(angles.sin(), (missing, 0))
    if kind == "split":
        cos, sin = (rearrange(x, "b n (h d) -> b n h d", h=heads) for x in (cos, sin))
    return Turns(cos.to(dtype), sin.to(dtype), kind)


def frequencies(count: int, theta: float, *, precise: bool) -> Tensor:
    """theta^0 .. theta^1 in `count` geometric steps, times pi/2; float32."""
    dtype = torch.float64 if precise else torch.float32
    exponents = torch.linspace(0, 1, count, dtype=dtype)
    return (theta**exponents * (math.pi / 2)).float()


def rotate(x: Tensor, turns: Turns) -> Tensor:
    """x (B, N, heads D), turned in place pair by pair."""
    if turns.kind == "split":  # the halves of a head are pairs
        a, b = torch.unflatten(x, -1, (turns.cos.shape[2], 2, -1)).unbind(-2)
    else:  # neighbours are
        a, b = torch.unflatten(x, -1, (-1, 2)).unbind(-1)
    before = a.clone()
    a.mul_(turns.cos).addcmul_(b, turns.sin, value=-1)
    b.mul_(turns.cos).addcmul_(before, turns.sin)
    return x
