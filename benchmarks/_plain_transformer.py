"""The starter's transformer once more, as one writes it down with torch's own parts.

`nn.RMSNorm`, `nn.Linear`, `nn.Conv2d` and `F.scaled_dot_product_attention`, one after the other, on
tokens (B, N, C): what `engine.models.shdt.transformer` is compared with, in what it gives and in
how long that takes. It takes the same weights.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.shdt.transformer import ShdtTransformer, TransformerConfig, rotary_angles


class PlainTransformer(nn.Module):
    """Latent (B, C, T, H, W), sigma (B, T) and words (B, L) to the velocity; full attention."""

    def __init__(self, ours: ShdtTransformer) -> None:
        super().__init__()
        config = self.config = ours.config
        self.into, self.head, self.time = ours.into, ours.head, ours.time
        self.words, self.sentence, self.modulation = ours.words, ours.sentence, ours.modulation
        self.head_table = ours.head_table
        self.norm = nn.RMSNorm(config.width, eps=1e-6, elementwise_affine=False)
        self.blocks = nn.ModuleList(PlainBlock(config) for _ in range(config.depth))
        for block, other in zip(self.blocks, ours.blocks, strict=True):
            block.load_state_dict(_named(other.state_dict()))

    def forward(self, latent: Tensor, sigma: Tensor, words: Tensor) -> Tensor:
        p, width = self.config.patch, self.config.width
        b, c, t, h, w = latent.shape
        patches = latent.view(b, c, t, h // p, p, w // p, p).permute(0, 2, 3, 5, 1, 4, 6)
        x = self.into(patches.reshape(b, t * (h // p) * (w // p), c * p * p))
        rates = torch.exp(-torch.arange(width // 2) / (width // 2) * torch.tensor(10000.0).log())
        angles = sigma[..., None] * 1000 * rates
        state = self.time(torch.cat([angles.cos(), angles.sin()], -1))
        state = state + self.sentence(self.words(words).sum(1))[:, None]  # (B, T, C)
        driven = self.modulation(F.silu(state)).view(b, t, 6, width)
        context = self.norm(self.words(words))
        size = t, h // p, w // p
        turns = rotary_angles(size[1:], self.config, torch.arange(float(t)), self.config.spacing)
        turns = turns.flatten(1, 2).transpose(1, 2)  # (2, 1, N, D)
        for block in self.blocks:
            x = block(x, size, driven, context, turns)
        shift, scale = (_each(state + row, size) for row in self.head_table)
        x = self.head(self.norm(x) * (1 + scale) + shift)
        x = x.view(b, t, h // p, w // p, c, p, p).permute(0, 4, 1, 2, 5, 3, 6)
        return x.reshape(b, c, t, h, w)


class PlainBlock(nn.Module):
    """Self-attention, attention to the words, and the gated feed-forward with its convolution."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        width, head, narrow = config.width, config.head_width, config.key_heads * config.head_width
        self.head_width, self.hidden = head, config.hidden
        self.norm = nn.RMSNorm(width, eps=1e-6, elementwise_affine=False)
        self.table = nn.Parameter(torch.zeros(6, width))
        self.query = nn.Linear(width, width, bias=False)
        self.key_value = nn.Linear(width, 2 * narrow, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.query_norm, self.key_norm = nn.RMSNorm(head, eps=1e-6), nn.RMSNorm(head, eps=1e-6)
        self.word_query = nn.Linear(width, width, bias=False)
        self.word_key_value = nn.Linear(width, 2 * narrow, bias=False)
        self.word_out = nn.Linear(width, width, bias=False)
        self.word_norm = nn.RMSNorm(head, eps=1e-6, elementwise_affine=False)
        self.gate_value = nn.Linear(width, 2 * config.hidden, bias=False)
        self.space = nn.Conv2d(config.hidden, config.hidden, 3, padding=1, groups=config.hidden)
        self.mix = nn.Parameter(torch.zeros(2, config.hidden))
        self.down = nn.Linear(config.hidden, width, bias=False)

    def forward(
        self, x: Tensor, size: tuple[int, int, int], driven: Tensor, context: Tensor, turns: Tensor
    ) -> Tensor:
        parts = (_each(part, size) for part in (driven + self.table).unbind(2))
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = parts
        seen = self.norm(x) * (1 + scale_a) + shift_a
        q = _turned(self.query_norm(self._heads(self.query(seen))), turns)
        k, v = (self._heads(part) for part in self.key_value(seen).chunk(2, -1))
        k = _turned(self.key_norm(k), turns)
        x = x + gate_a * self.out(_attended(q, k, v))
        q = self.word_norm(self._heads(self.word_query(self.norm(x))))
        k, v = (self._heads(part) for part in self.word_key_value(context).chunk(2, -1))
        x = x + self.word_out(_attended(q, self.word_norm(k), v))
        seen = self.norm(x) * (1 + scale_f) + shift_f
        return x + gate_f * self._fed(seen, size)

    def _fed(self, x: Tensor, size: tuple[int, int, int]) -> Tensor:
        t, h, w = size
        gate, value = self.gate_value(x).chunk(2, -1)
        value = self.space(value.reshape(-1, h, w, self.hidden).permute(0, 3, 1, 2))
        value = value.permute(0, 2, 3, 1).reshape(len(x), t, h * w, self.hidden)
        before = F.pad(value[:, :-1], (0, 0, 0, 0, 1, 0))
        after = F.pad(value[:, 1:], (0, 0, 0, 0, 0, 1))
        value = value + before * self.mix[0] + after * self.mix[1]
        return self.down(F.silu(gate) * value.flatten(1, 2))

    def _heads(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (-1, self.head_width)).transpose(1, 2)


def _attended(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    seen = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)
    return seen.transpose(1, 2).flatten(2)


def _turned(x: Tensor, turns: Tensor) -> Tensor:
    """x (B, heads, N, D) turned by cosines and signed sines (2, 1, N, D)."""
    first, second = x.chunk(2, -1)
    return x * turns[0] + torch.cat([second, first], -1) * turns[1]


def _each(part: Tensor, size: tuple[int, int, int]) -> Tensor:
    """What holds for frames (B, T, C) as what holds for places (B, T h w, C)."""
    return part.repeat_interleave(size[1] * size[2], 1)


_NAMES = {
    "attention.query_gain": "query_norm.weight",
    "attention.key_gain": "key_norm.weight",
    "feed_forward.time": "mix",
    "feed_forward.out.weight": "down.weight",
}


def _named(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A block's weights by the names that they have here."""
    made = {}
    for name, value in state.items():
        plain = _NAMES.get(name, name.replace("word_attention.", "word_"))
        made[plain.removeprefix("attention.").removeprefix("feed_forward.")] = value
    return made
