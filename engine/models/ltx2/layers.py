"""Layers that LTX-2's transformer and its text connectors share; no gradients go through them."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.ltx2.rope import Turns, rotate

_PLACES = 4096  # how many places widen at a time: the largest tensor of a block


class Attention(nn.Module):
    """Attention with queries and keys normed over all heads, rotary positions and head gates."""

    def __init__(
        self, width: int, seen: int, heads: int, head_width: int, *, gated: bool, eps: float
    ) -> None:
        super().__init__()
        inner = heads * head_width
        self.heads, self.gated = heads, gated
        self.to_q = nn.Linear(width, inner)
        self.to_k = nn.Linear(seen, inner)
        self.to_v = nn.Linear(seen, inner)
        self.to_out = nn.ModuleList([nn.Linear(inner, width)])
        self.q_norm = nn.RMSNorm(inner, eps=eps)
        self.k_norm = nn.RMSNorm(inner, eps=eps)
        if gated:
            self.to_gate_logits = nn.Linear(width, heads)

    def forward(
        self,
        x: Tensor,
        seen: Tensor | None = None,
        *,
        turns: Turns | None = None,
        seen_turns: Turns | None = None,
        mask: Tensor | None = None,
        passes_value: bool = False,
    ) -> Tensor:
        """x (B, N, C) looks at `seen` (B, M, D), by default itself.

        `passes_value` leaves out the looking: every place keeps its own value. What is used no
        more is let go at once; a caller that keeps nothing calls `forward` itself, since a call
        of the module holds its arguments.
        """
        gate = 2 * torch.sigmoid(self.to_gate_logits(x)) if self.gated else None  # (B, N, heads)
        seen = x if seen is None else seen
        if passes_value:
            out = self.to_v(seen)
        else:
            q = normed(self.to_q(x), self.q_norm)
            del x
            k, v = normed(self.to_k(seen), self.k_norm), self.to_v(seen)
            del seen
            if turns is not None:
                rotate(q, turns)
                rotate(k, turns if seen_turns is None else seen_turns)
            q, k, v = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (q, k, v))
            out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)  # (B, heads, N, D)
            del q, k, v
            out = out.transpose(1, 2).flatten(2)
        if gate is not None:
            out.unflatten(-1, (self.heads, -1)).mul_(gate[..., None])
        return self.to_out[0](out)


class FeedForward(nn.Module):
    """Linear, GELU (tanh form), linear; four times as wide inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.net = nn.ModuleList([Projected(width, 4 * width), nn.Identity()])
        self.net.append(nn.Linear(4 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        """x (B, N, C), some thousand places at a time; more are changed in place."""
        into, _, out = self.net
        if x.shape[1] <= _PLACES:
            return out(gelu_(into(x)))
        for places in torch.split(x, _PLACES, 1):
            places.copy_(out(gelu_(into(places))))
        return x


class Projected(nn.Module):
    """A linear layer under the name `proj`, as the files have it."""

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, out)

    def forward(self, x: Tensor) -> Tensor:
        return self.proj(x)


class TwoLinears(nn.Module):
    """`linear_1`, an activation, `linear_2`."""

    def __init__(self, width: int, out: int, *, gelu: bool = False) -> None:
        super().__init__()
        self.gelu = gelu
        self.linear_1 = nn.Linear(width, out)
        self.linear_2 = nn.Linear(out, out)

    def forward(self, x: Tensor) -> Tensor:
        x = self.linear_1(x)
        return self.linear_2(gelu_(x) if self.gelu else F.silu(x, inplace=True))


class AdaLnSingle(nn.Module):
    """Noise levels to rows of shifts, scales and gates (PixArt-alpha, Chen et al. 2023)."""

    def __init__(self, width: int, rows: int) -> None:
        super().__init__()
        self.rows = rows
        self.emb = nn.ModuleDict({"timestep_embedder": TwoLinears(256, width)})
        self.linear = nn.Linear(width, rows * width)

    def forward(self, level: Tensor) -> tuple[Tensor, Tensor]:
        """Levels (U) to the rows (U, rows, C) and the embedding (U, C) that they are made of."""
        features = sines(level, 256).to(self.linear.weight.dtype)
        embedded = self.emb["timestep_embedder"](features)
        rows = self.linear(F.silu(embedded)).unflatten(-1, (self.rows, -1))
        return rows, embedded


def sines(level: Tensor, width: int) -> Tensor:
    """Cosines, then sines, of a level at `width`/2 falling frequencies: (..., width)."""
    half = width // 2
    rates = torch.exp(-math.log(10000) * torch.arange(half, device=level.device).float() / half)
    angles = level.float()[..., None] * rates
    return torch.cat([angles.cos(), angles.sin()], -1)


def gelu_(x: Tensor) -> Tensor:
    """GELU (tanh form) in place."""
    changed: Tensor = torch.ops.aten.gelu_(x, approximate="tanh")
    return changed


def normed(x: Tensor, norm: nn.RMSNorm) -> Tensor:
    """x (..., C) normed in place, with the gain of `norm`."""
    assert norm.eps is not None
    return x.mul_(_factor(x, norm.eps)).mul_(norm.weight)


def rms(x: Tensor, eps: float) -> Tensor:
    """Root mean square norm over channels, without a gain."""
    if x.device.type in ("cuda", "mps"):
        return F.rms_norm(x, (x.shape[-1],), eps=eps)  # one kernel there, five passes elsewhere
    return torch.mul(x, _factor(x, eps), out=torch.empty_like(x))


def modulated(x: Tensor, shift: Tensor, scale: Tensor, eps: float) -> Tensor:
    """x (B, N, C) normed, then scaled and shifted."""
    made = rms(x, eps)
    return torch.addcmul(shift, made, scale, out=made)


def _factor(x: Tensor, eps: float) -> Tensor:
    """What brings x (..., C) to root mean square 1, in float32: (..., 1)."""
    size = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
    return size.square_().div_(x.shape[-1]).add_(eps).rsqrt_()
