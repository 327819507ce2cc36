"""The shdt diffusion transformer: one clip's latent in, its flow velocity out.

Grouped-query attention with rotary positions over time, height and width, a gated feed-forward
with a depthwise convolution inside, and adaptive norms driven by each frame's own sigma, so that a
frame given clean is a condition for the others.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import torch
from einops import rearrange, reduce
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.layers import norm, rotate, turning

REFERENCE_TIME = -8.0  # where a reference lies: well before the clip, in latent frames
_SCALES = (0.0, 1.0, 0.0, 0.0, 1.0, 0.0)  # added to modulation: a scale of 0 leaves things be


@dataclass(frozen=True)
class TransformerConfig:
    """Sizes of the network; read from the checkpoint."""

    vocabulary: int  # concept tokens, "nothing named" among them
    latent_channels: int = 16
    patch: int = 2
    width: int = 192
    depth: int = 8
    heads: int = 6
    key_heads: int = 2
    hidden: int = 576
    attention: Literal["full", "factorised"] = "full"
    rotary_base: float = 100.0
    spacing: float = 1.0  # between rows, of the rotary positions: less for larger pictures
    pool: int = 1  # keys and values are means over that many rows and columns

    def __post_init__(self) -> None:
        if self.width % self.heads or self.heads % self.key_heads or self.head_width % 8:
            raise ValueError(f"{self.width} wide does not split into {self.heads} heads")
        if self.attention not in ("full", "factorised"):
            raise ValueError(f"attention is full or factorised, not {self.attention}")
        if self.pool < 1 or (self.pool > 1 and self.attention != "full"):
            raise ValueError(f"pool is at least 1, and 1 for factorised attention: {self.pool}")

    @property
    def head_width(self) -> int:
        """Channels of one attention head."""
        return self.width // self.heads


class ShdtTransformer(nn.Module):
    """Velocity of a rectified flow: d latent / d sigma, with latent = (1-s) clean + s noise."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        patch = config.latent_channels * config.patch**2
        self.into = nn.Linear(patch, config.width)
        self.words = nn.Embedding(config.vocabulary, config.width)
        self.sentence = nn.Linear(config.width, config.width)
        self.time = nn.Sequential(
            nn.Linear(config.width, config.width), nn.SiLU(), nn.Linear(config.width, config.width)
        )
        self.modulation = nn.Linear(config.width, 6 * config.width)
        self.blocks = nn.ModuleList(
            TransformerBlock(config, over_time=bool(index % 2)) for index in range(config.depth)
        )
        self.head_table = nn.Parameter(torch.zeros(2, config.width))
        self.head = nn.Linear(config.width, patch)
        for layer in (self.head, self.modulation):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(
        self,
        latent: Tensor,
        sigma: Tensor,
        words: Tensor,
        times: Tensor | None = None,
        skip: Collection[int] = (),
    ) -> Tensor:
        """latent (B, C, T, H, W) with even H and W, sigma (B, T), words (B, L) concept tokens.

        `times` (T) says where each frame lies, in latent frames from the first; by default they
        follow each other. Frames appended to a clip's own are conditions: a keyframe has a place
        in the clip, a reference lies before it (`REFERENCE_TIME`). The blocks in `skip` go without
        their self-attention: what guidance leads away from.
        """
        p = self.config.patch
        _, _, _, rows, columns = latent.shape
        x = self.into(rearrange(latent, "b c t (h p) (w q) -> b t (h w) (c p q)", p=p, q=p))
        sentence = self.sentence(self.words(words).sum(1))[:, None]  # (B, 1, C)
        state = self.time(sigma_features(sigma, self.config.width)) + sentence  # (B, T, C)
        x = self._through(x, (rows // p, columns // p), state, words, times, skip)
        shift, scale = (state[:, :, None] + row for row in self.head_table)
        x = self.head(torch.addcmul(shift, norm(x), 1 + scale))
        return rearrange(x, "b t (h w) (c p q) -> b c t (h p) (w q)", h=rows // p, p=p, q=p)

    def _through(
        self,
        x: Tensor,
        size: tuple[int, int],
        state: Tensor,
        words: Tensor,
        times: Tensor | None,
        skip: Collection[int],
    ) -> Tensor:
        """Tokens (B, T, N, C) after all blocks, whose norms `state` drives."""
        if times is None:
            times = torch.arange(x.shape[1], device=x.device).float()
        context = norm(self.words(words))  # (B, L, C)
        modulation = torch.unflatten(self.modulation(F.silu(state)), -1, (6, -1))[:, :, None]
        modulation = modulation + modulation.new_tensor(_SCALES)[:, None]  # (B, T, 1, 6, C)
        whole = x.shape[1], *size
        turns = Turns.of(whole, self.config, times)
        neighbours = (times.diff() == 1).to(x.dtype)[:, None, None]  # (T - 1, 1, 1)
        for index, block in enumerate(self.blocks):
            seen = None if index in skip else turns
            x = block(x, whole, modulation, context, seen, neighbours)
        return x


class TransformerBlock(nn.Module):
    """Self-attention, attention to the words, feed-forward."""

    def __init__(self, config: TransformerConfig, *, over_time: bool) -> None:
        super().__init__()
        self.reach: Reach = "clip"
        if config.attention == "factorised":
            self.reach = "time" if over_time else "frame"
        self.table = nn.Parameter(torch.zeros(6, config.width))
        self.attention = SelfAttention(config)
        self.word_attention = WordAttention(config)
        self.feed_forward = FeedForward(config)
        with torch.no_grad():  # open gates over layers that give nothing at first
            self.table[2::3] = 1
            for part in (self.attention, self.word_attention, self.feed_forward):
                part.out.weight.zero_()

    def forward(
        self,
        x: Tensor,
        size: tuple[int, int, int],
        modulation: Tensor,
        context: Tensor,
        turns: Turns | None,
        neighbours: Tensor,
    ) -> Tensor:
        """Without `turns`, the positions, its places do not look at each other."""
        parts = (modulation + self.table).unbind(-2)
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = parts  # (B, T, 1, C)
        if turns is not None:
            seen = torch.addcmul(shift_a, norm(x), scale_a)
            x = torch.addcmul(x, gate_a, self.attention(seen, size, turns, self.reach))
        x = x + self.word_attention(norm(x), context)
        seen = torch.addcmul(shift_f, norm(x), scale_f)
        return torch.addcmul(x, gate_f, self.feed_forward(seen, size, neighbours))


Reach = Literal["clip", "frame", "time"]


class Attention(nn.Module):
    """Grouped-query attention: projections that self-attention and word attention share."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        self.query = nn.Linear(config.width, config.width, bias=False)
        self.key_value = nn.Linear(
            config.width, 2 * config.key_heads * config.head_width, bias=False
        )
        self.out = nn.Linear(config.width, config.width, bias=False)

    def heads(self, x: Tensor) -> Tensor:
        """Queries (..., heads, D) of x (..., C), not yet normed."""
        return self.query(x).unflatten(-1, (self.config.heads, -1))

    def keys_values(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Keys and values (..., key heads, D) of x (..., C), not yet normed."""
        keys, values = self.key_value(x).unflatten(-1, (2, self.config.key_heads, -1)).unbind(-3)
        return keys, values


class SelfAttention(Attention):
    """Attention over the whole clip, within a frame, or along time."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__(config)
        self.query_gain = nn.Parameter(torch.ones(config.head_width))
        self.key_gain = nn.Parameter(torch.ones(config.head_width))

    def forward(self, x: Tensor, size: tuple[int, int, int], turns: Turns, reach: Reach) -> Tensor:
        k, v = self.keys_values(pooled(x, size, self.config.pool))
        q = rotate(norm(self.heads(x)) * self.query_gain, turns.queries)
        k = rotate(norm(k) * self.key_gain, turns.keys)
        into, back = _LAYOUTS[reach]
        b, t = x.shape[:2]
        q, k, v = (rearrange(part.to(v.dtype), into) for part in (q, k, v))
        return self.out(rearrange(attend(q, k, v), back, b=b, t=t))


_LAYOUTS: dict[Reach, tuple[str, str]] = {
    "clip": ("b t n h d -> b h (t n) d", "b h (t n) d -> b t n (h d)"),
    "frame": ("b t n h d -> (b t) h n d", "(b t) h n d -> b t n (h d)"),
    "time": ("b t n h d -> (b n) h t d", "(b n) h t d -> b t n (h d)"),
}


class WordAttention(Attention):
    """Every place of the clip looks at the words of the prompt."""

    def forward(self, x: Tensor, context: Tensor) -> Tensor:
        """As there are few words, it is their values that `out` is applied to, not the places."""
        k, v = self.keys_values(context)
        q = norm(self.heads(x)).to(v.dtype).flatten(3).flatten(1, 2)  # (B, T N, C)
        keys, values = self._apart(norm(k).to(v.dtype)), self.out(self._apart(v))  # (B, H L, C)
        scores = torch.unflatten(keys @ q.transpose(1, 2), 1, (self.config.heads, -1))
        weight = torch.softmax(scores * self.config.head_width**-0.5, 2)  # (B, H, L, T N)
        return (weight.flatten(1, 2).transpose(1, 2).to(values.dtype) @ values).view_as(x)

    def _apart(self, part: Tensor) -> Tensor:
        """Keys or values (B, L, key heads, D), each head's in rows of its own: (B, H L, C)."""
        heads, groups = self.config.heads, self.config.key_heads
        own = torch.eye(heads, dtype=part.dtype, device=part.device).view(heads, 1, groups, -1, 1)
        return (part[:, None, :, :, None] * own).flatten(3).flatten(1, 2)


class FeedForward(nn.Module):
    """Gated feed-forward whose value passes a depthwise 3x3 convolution and a mix over time."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.gate_value = nn.Linear(config.width, 2 * config.hidden, bias=False)
        self.space = nn.Conv2d(config.hidden, config.hidden, 3, padding=1, groups=config.hidden)
        self.time = nn.Parameter(torch.zeros(2, config.hidden))
        self.out = nn.Linear(config.hidden, config.width, bias=False)
        with torch.no_grad():
            self.space.weight.zero_()
            self.space.weight[:, :, 1, 1] = 1

    def forward(self, x: Tensor, size: tuple[int, int, int], neighbours: Tensor) -> Tensor:
        _, h, w = size
        gate, value = self.gate_value(x).chunk(2, -1)
        value = value.contiguous()  # channels innermost suits the convolution
        value = self.space(rearrange(value, "b t (h w) c -> (b t) c h w", h=h, w=w))
        value = rearrange(value, "(b t) c h w -> b t (h w) c", t=size[0])
        mixed = value.clone()
        mixed[:, 1:].addcmul_(value[:, :-1], neighbours * self.time[0])
        mixed[:, :-1].addcmul_(value[:, 1:], neighbours * self.time[1])
        del value
        gate = F.silu(gate, inplace=not torch.is_grad_enabled())
        return self.out(mixed.mul_(gate))


def attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Grouped-query attention: q (B, H, N, D) over k and v (B, G, M, D), H a multiple of G.

    Below a few hundred places plain products train several times as fast as the fused kernel,
    whose backward pass on a CPU does not suit short sequences; forward it is the faster one.
    """
    if q.device.type != "cpu" or k.shape[2] > 256 or not torch.is_grad_enabled():
        return F.scaled_dot_product_attention(q, k, v, enable_gqa=True)
    groups, width = k.shape[1], q.shape[-1]
    rows = rearrange(q, "b (g r) n d -> b g (r n) d", g=groups)
    weight = torch.softmax(rows @ k.transpose(-1, -2) * width**-0.5, -1, dtype=torch.float32)
    return rearrange(weight.to(v.dtype) @ v, "b g (r n) d -> b (g r) n d", n=q.shape[2])


def sigma_features(sigma: Tensor, width: int) -> Tensor:
    """Sines and cosines of sigma (0..1) at `width`/2 frequencies: (..., width)."""
    steps = torch.arange(width // 2, device=sigma.device, dtype=torch.float32) / (width // 2)
    angles = sigma.float()[..., None] * 1000 * torch.exp(-math.log(10000) * steps)
    return torch.cat([angles.cos(), angles.sin()], -1)


@dataclass(frozen=True)
class Turns:
    """Cosines and sines (2, T, N, 1, D) of the places of queries, and of keys."""

    queries: Tensor
    keys: Tensor

    @classmethod
    def of(cls, size: tuple[int, int, int], config: TransformerConfig, times: Tensor) -> Turns:
        """For a grid of size (T, H, W)."""
        _, h, w = size
        pool = config.pool
        queries = rotary_angles((h, w), config, times, config.spacing)
        if pool == 1:
            return cls(queries, queries)
        return cls(
            queries,
            rotary_angles((h // pool, w // pool), config, times, config.spacing * pool),
        )


def rotary_angles(
    size: tuple[int, int], config: TransformerConfig, times: Tensor, spacing: float
) -> Tensor:
    """Cosines and sines (2, T, N, 1, D) of positions counted from the middle of the frame."""
    h, w = size
    device = times.device
    half = config.head_width // 2
    parts = (half - 2 * (3 * half // 8), 3 * half // 8, 3 * half // 8)
    rows = (torch.arange(h, device=device) - (h - 1) / 2) * spacing
    columns = (torch.arange(w, device=device) - (w - 1) / 2) * spacing
    axes = torch.meshgrid(times, rows, columns, indexing="ij")
    angles = []
    for axis, count in zip(axes, parts, strict=True):
        rates = config.rotary_base ** (-torch.arange(count, device=device) / count)
        angles.append(rearrange(axis, "t h w -> t (h w) 1") * rates)
    return turning(torch.cat(angles, -1)[..., None, :])


def pooled(x: Tensor, size: tuple[int, int, int], pool: int) -> Tensor:
    """Means of (B, T, N, C) over `pool` x `pool` places of the grid (T, H, W)."""
    if pool == 1:
        return x
    _, h, w = size
    if h % pool or w % pool:
        raise ValueError(f"a grid of {w}x{h} cannot be pooled by {pool}")
    return reduce(
        x, "b t (h p w q) c -> b t (h w) c", "mean", h=h // pool, p=pool, w=w // pool, q=pool
    )
