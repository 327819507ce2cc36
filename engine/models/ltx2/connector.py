"""From the text model's hidden states to the context that LTX-2's two streams look at."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from engine.models.ltx2.config import TransformerConfig
from engine.models.ltx2.layers import Attention, FeedForward, rms
from engine.models.ltx2.rope import Turns, make_turns


class Connector(nn.Module):
    """Puts learned registers in place of the padding and lets all positions look at each other."""

    def __init__(self, config: TransformerConfig, *, audio: bool) -> None:
        super().__init__()
        self.config = config
        heads, head_width = (
            config.connector_num_attention_heads,
            config.connector_attention_head_dim,
        )
        if audio:
            heads = config.audio_connector_num_attention_heads or heads
            head_width = config.audio_connector_attention_head_dim or head_width
        self.heads, self.width = heads, heads * head_width
        self.learnable_registers = nn.Parameter(torch.zeros(128, self.width))
        self.transformer_1d_blocks = nn.ModuleList(
            ConnectorBlock(config, heads, head_width) for _ in range(config.connector_num_layers)
        )

    def forward(self, features: Tensor, valid: Tensor) -> Tensor:
        """Features (B, L, C), of which `valid` (B, L) says what is text; L a multiple of 128."""
        x = self._registered(features, valid)
        turns = self._turns(x)
        for block in self.transformer_1d_blocks:
            x = block(x, turns)
        return rms(x, self.config.norm_eps)

    def _registered(self, features: Tensor, valid: Tensor) -> Tensor:
        """The text moved to the front, registers by their position behind it."""
        registers = self.learnable_registers.to(features.dtype)
        tiled = registers.repeat(features.shape[1] // len(registers), 1)
        order = torch.argsort(valid.logical_not().to(torch.int8), dim=1, stable=True)
        moved = features.gather(1, order[..., None].expand_as(features))
        is_text = torch.arange(features.shape[1], device=valid.device) < valid.sum(1, keepdim=True)
        return torch.where(is_text[..., None], moved, tiled)

    def _turns(self, x: Tensor) -> Turns:
        places = torch.arange(x.shape[1], device=x.device).float()
        bounds = places[None, None, :, None].expand(1, 1, -1, 2)
        return make_turns(
            bounds,
            width=self.width,
            heads=self.heads,
            limits=self.config.connector_positional_embedding_max_pos,
            theta=self.config.positional_embedding_theta,
            kind=self.config.rope_type,
            precise=self.config.frequencies_precision == "float64",
            dtype=x.dtype,
        )


class ConnectorBlock(nn.Module):
    """Pre-normed self-attention and feed-forward."""

    def __init__(self, config: TransformerConfig, heads: int, head_width: int) -> None:
        super().__init__()
        width = heads * head_width
        self.eps = config.norm_eps
        self.attn1 = Attention(
            width,
            width,
            heads,
            head_width,
            gated=config.connector_apply_gated_attention,
            eps=config.norm_eps,
        )
        self.ff = FeedForward(width)

    def forward(self, x: Tensor, turns: Turns) -> Tensor:
        x += self.attn1.forward(rms(x, self.eps), turns=turns)
        return x.add_(self.ff(rms(x, self.eps)))


def aggregate_19b(states: Tensor, valid: Tensor, weight: Tensor) -> Tensor:
    """Hidden states (B, L, C, layers) to one feature (B, L, C): LTX-2.0's projection.

    Each layer is centred by its mean over the text and divided by its range, then times 8.
    """
    text = valid[:, :, None, None]
    count = (valid.sum(1) * states.shape[2])[:, None, None, None].clamp(min=1)
    mean = (states * text).sum((1, 2), keepdim=True) / count
    low = states.masked_fill(~text, math.inf).amin((1, 2), keepdim=True)
    high = states.masked_fill(~text, -math.inf).amax((1, 2), keepdim=True)
    scaled = 8 * (states - mean) / (high - low + 1e-6)
    return (scaled * text).flatten(2) @ weight.t()


def aggregate_22b(states: Tensor, valid: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Hidden states (B, L, C, layers) to one feature (B, L, out): LTX-2.3's projection.

    Each token of each layer is RMS-normed, then scaled by the square root of out / C.
    """
    normed = states * torch.rsqrt(states.square().mean(2, keepdim=True) + 1e-6)
    scale = math.sqrt(weight.shape[0] / states.shape[2])
    flat = (normed * valid[:, :, None, None]).flatten(2) * scale
    return torch.nn.functional.linear(flat, weight, bias)


class TextProjection(nn.Module):
    """The projections of the text model's hidden states, as the file has them: one, or two."""

    def __init__(self, config: TransformerConfig, states: int) -> None:
        super().__init__()
        self.config = config
        if config.caption_proj_before_connector:
            video, audio = config.width, config.audio_width
            self.video_aggregate_embed = nn.Linear(states, video)
            self.audio_aggregate_embed = nn.Linear(states, audio)
        else:
            self.aggregate_embed = nn.Linear(states, config.caption_channels, bias=False)

    def forward(self, states: Tensor, valid: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states (B, L, C, layers) to features for the video and the sound connector."""
        if not self.config.caption_proj_before_connector:
            features = aggregate_19b(states, valid, self.aggregate_embed.weight)
            return features, features
        video, audio = (
            aggregate_22b(states, valid, part.weight, part.bias)
            for part in (self.video_aggregate_embed, self.audio_aggregate_embed)
        )
        return video, audio
