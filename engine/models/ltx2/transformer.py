"""The LTX-2 transformer: a video and a sound stream that look at each other in every block."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.ltx2.config import TransformerConfig
from engine.models.ltx2.layers import AdaLnSingle, Attention, FeedForward, TwoLinears, rms
from engine.models.ltx2.rope import Turns, make_turns


@dataclass(frozen=True)
class StreamInput:
    """What one stream is given.

    tokens (B, N, C); timesteps (B, N), each token's own noise level, or (B, 1) when they share
    it; sigma (B), the sample's;
    positions (B, axes, N, 2) as bounds in seconds and pixels; context (B, L, D) with an additive
    mask (B, 1, 1, L) or none; attention, an additive mask (B, 1, N, N) or none.
    """

    tokens: Tensor
    timesteps: Tensor
    sigma: Tensor
    positions: Tensor
    context: Tensor
    context_mask: Tensor | None = None
    attention: Tensor | None = None


@dataclass(frozen=True)
class Changes:
    """What guidance changes: blocks whose self-attention passes values through; streams apart."""

    video_blocks: Collection[int] = ()
    audio_blocks: Collection[int] = ()
    apart: bool = False


@dataclass
class Kept:
    """Both streams as they go into a block: the same in all passes that differ from it on only."""

    block: int
    streams: tuple[Tensor, Tensor] | None = None


class Ltx2Transformer(nn.Module):
    """Velocities of both flows: latent = (1 - sigma) clean + sigma noise."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        self.config = config
        video, audio = config.width, config.audio_width
        rows = 9 if config.cross_attention_adaln else 6
        self.patchify_proj = nn.Linear(config.in_channels, video)
        self.audio_patchify_proj = nn.Linear(config.audio_in_channels, audio)
        self.adaln_single = AdaLnSingle(video, rows)
        self.audio_adaln_single = AdaLnSingle(audio, rows)
        self.av_ca_video_scale_shift_adaln_single = AdaLnSingle(video, 4)
        self.av_ca_audio_scale_shift_adaln_single = AdaLnSingle(audio, 4)
        self.av_ca_a2v_gate_adaln_single = AdaLnSingle(video, 1)
        self.av_ca_v2a_gate_adaln_single = AdaLnSingle(audio, 1)
        if config.cross_attention_adaln:
            self.prompt_adaln_single = AdaLnSingle(video, 2)
            self.audio_prompt_adaln_single = AdaLnSingle(audio, 2)
        if not config.caption_proj_before_connector:
            caption = config.caption_channels
            self.caption_projection = TwoLinears(caption, video, gelu=True)
            self.audio_caption_projection = TwoLinears(caption, audio, gelu=True)
        self.transformer_blocks = nn.ModuleList(Block(config) for _ in range(config.num_layers))
        self.scale_shift_table = nn.Parameter(torch.zeros(2, video))
        self.audio_scale_shift_table = nn.Parameter(torch.zeros(2, audio))
        self.proj_out = nn.Linear(video, config.out_channels)
        self.audio_proj_out = nn.Linear(audio, config.audio_out_channels)

    def forward(
        self,
        video: StreamInput,
        audio: StreamInput,
        changes: Changes | None = None,
        *,
        keep: Kept | None = None,
        resume: Kept | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Velocities (B, N, C) and (B, M, C). Contexts are those that the connectors gave.

        `keep` notes what goes into one block; a pass that differs from there on only can `resume`.
        """
        changes = changes or Changes()
        v, a = self.enter(video, audio)
        x, y = resume.streams if resume and resume.streams else (v.tokens, a.tokens)
        first = resume.block if resume and resume.streams else 0
        for number, block in enumerate(self.transformer_blocks):
            if keep and number == keep.block:
                keep.streams = x, y
            if number >= first:
                x, y = block(x, y, v, a, number, changes)
        return self.leave(x, y, v, a)

    def enter(self, video: StreamInput, audio: StreamInput) -> tuple[Stream, Stream]:
        """Both streams with all that their blocks need besides each other."""
        config = self.config
        scale, cross_scale = (
            config.timestep_scale_multiplier,
            config.av_ca_timestep_scale_multiplier,
        )
        return (
            Stream(
                tokens=self.patchify_proj(video.tokens),
                levels=Levels.of(self.adaln_single, scale * video.timesteps),
                cross=self.av_ca_video_scale_shift_adaln_single(scale * audio.sigma)[0][:, :, None],
                gate=self.av_ca_a2v_gate_adaln_single(cross_scale * audio.sigma)[0][:, :, None],
                prompt=self._prompt("prompt_adaln_single", scale * video.sigma),
                context=self._captions("caption_projection", video.context),
                context_mask=video.context_mask,
                attention=video.attention,
                turns=self._turns(video.positions, audio=False),
                time_turns=self._time_turns(video.positions),
            ),
            Stream(
                tokens=self.audio_patchify_proj(audio.tokens),
                levels=Levels.of(self.audio_adaln_single, scale * audio.timesteps),
                cross=self.av_ca_audio_scale_shift_adaln_single(scale * video.sigma)[0][:, :, None],
                gate=self.av_ca_v2a_gate_adaln_single(cross_scale * video.sigma)[0][:, :, None],
                prompt=self._prompt("audio_prompt_adaln_single", scale * audio.sigma),
                context=self._captions("audio_caption_projection", audio.context),
                context_mask=audio.context_mask,
                attention=audio.attention,
                turns=self._turns(audio.positions, audio=True),
                time_turns=self._time_turns(audio.positions),
            ),
        )

    def leave(self, x: Tensor, y: Tensor, v: Stream, a: Stream) -> tuple[Tensor, Tensor]:
        """Tokens to velocities."""
        return (
            self.proj_out(_last(x, self.scale_shift_table, v.levels, self.config.norm_eps)),
            self.audio_proj_out(
                _last(y, self.audio_scale_shift_table, a.levels, self.config.norm_eps)
            ),
        )

    def _prompt(self, name: str, level: Tensor) -> Tensor | None:
        if not self.config.cross_attention_adaln:
            return None
        rows: Tensor = getattr(self, name)(level)[0][:, :, None]
        return rows

    def _captions(self, name: str, context: Tensor) -> Tensor:
        if self.config.caption_proj_before_connector:
            return context
        projected: Tensor = getattr(self, name)(context)
        return projected

    def _turns(self, positions: Tensor, *, audio: bool) -> Turns:
        config = self.config
        return make_turns(
            positions,
            width=config.audio_width if audio else config.width,
            heads=config.audio_num_attention_heads if audio else config.num_attention_heads,
            limits=config.audio_positional_embedding_max_pos
            if audio
            else config.positional_embedding_max_pos,
            theta=config.positional_embedding_theta,
            kind=config.rope_type,
            precise=config.frequencies_precision == "float64",
            dtype=self.proj_out.weight.dtype,
        )

    def _time_turns(self, positions: Tensor) -> Turns:
        """Turns for looking at the other stream: by time alone, as wide as the sound stream."""
        config = self.config
        longest = max(
            config.positional_embedding_max_pos[0], config.audio_positional_embedding_max_pos[0]
        )
        return make_turns(
            positions[:, :1],
            width=config.audio_width,
            heads=config.audio_num_attention_heads,
            limits=(longest,),
            theta=config.positional_embedding_theta,
            kind=config.rope_type,
            precise=config.frequencies_precision == "float64",
            dtype=self.proj_out.weight.dtype,
        )


@dataclass(frozen=True)
class Levels:
    """Shifts, scales and gates of every distinct noise level, and which token has which.

    Clean and noisy tokens are two levels, however many tokens there are.
    """

    rows: Tensor  # (U, rows, C)
    embedded: Tensor  # (U, C)
    index: Tensor  # (B, N), or (B, 1) when all tokens of a sample share a level

    @staticmethod
    def of(adaln: AdaLnSingle, timesteps: Tensor) -> Levels:
        """The levels of tokens (B, N), or of samples (B, 1)."""
        if timesteps.shape[1] == 1:
            rows, embedded = adaln(timesteps[:, 0])
            samples = torch.arange(len(timesteps), device=timesteps.device)
            return Levels(rows, embedded, samples[:, None])
        distinct, index = torch.unique(timesteps, return_inverse=True)
        if bool((index == index[:, :1]).all()):
            index = index[:, :1]
        rows, embedded = adaln(distinct)
        return Levels(rows, embedded, index)

    def row(self, table: Tensor, number: int) -> Tensor:
        """One row, a block's own table added: (B, N or 1, C)."""
        return (self.rows[:, number] + table[number])[self.index]


@dataclass(frozen=True)
class Stream:
    """One stream on its way through the blocks; see `StreamInput`."""

    tokens: Tensor
    levels: Levels
    cross: Tensor  # (B, 4, 1, C): scale and shift for a2v, then for v2a
    gate: Tensor  # (B, 1, 1, C)
    prompt: Tensor | None  # (B, 2, 1, C): shift and scale of the context
    context: Tensor
    context_mask: Tensor | None
    attention: Tensor | None
    turns: Turns
    time_turns: Turns


class Block(nn.Module):
    """One block of both streams, with the names that the files have."""

    def __init__(self, config: TransformerConfig) -> None:
        super().__init__()
        video, audio = config.width, config.audio_width
        heads, audio_heads = config.num_attention_heads, config.audio_num_attention_heads
        wide, narrow = config.attention_head_dim, config.audio_attention_head_dim
        rows = 9 if config.cross_attention_adaln else 6
        attention = partial(Attention, gated=config.apply_gated_attention, eps=config.norm_eps)
        self.eps = config.norm_eps
        self.attn1 = attention(video, video, heads, wide)
        self.attn2 = attention(video, config.cross_attention_dim, heads, wide)
        self.ff = FeedForward(video)
        self.audio_attn1 = attention(audio, audio, audio_heads, narrow)
        self.audio_attn2 = attention(audio, config.audio_cross_attention_dim, audio_heads, narrow)
        self.audio_ff = FeedForward(audio)
        self.audio_to_video_attn = attention(video, audio, audio_heads, narrow)
        self.video_to_audio_attn = attention(audio, video, audio_heads, narrow)
        self.scale_shift_table = nn.Parameter(torch.zeros(rows, video))
        self.audio_scale_shift_table = nn.Parameter(torch.zeros(rows, audio))
        self.scale_shift_table_a2v_ca_video = nn.Parameter(torch.zeros(5, video))
        self.scale_shift_table_a2v_ca_audio = nn.Parameter(torch.zeros(5, audio))
        if config.cross_attention_adaln:
            self.prompt_scale_shift_table = nn.Parameter(torch.zeros(2, video))
            self.audio_prompt_scale_shift_table = nn.Parameter(torch.zeros(2, audio))

    def forward(
        self, x: Tensor, y: Tensor, v: Stream, a: Stream, number: int, changes: Changes
    ) -> tuple[Tensor, Tensor]:
        x = self._look(x, v, "", passes_value=number in changes.video_blocks)
        y = self._look(y, a, "audio_", passes_value=number in changes.audio_blocks)
        if not changes.apart:
            x, y = self._exchange(x, y, v, a)
        return self._feed(x, v, ""), self._feed(y, a, "audio_")

    def _look(self, x: Tensor, stream: Stream, name: str, *, passes_value: bool) -> Tensor:
        """Self-attention, then attention to the text."""
        table = getattr(self, f"{name}scale_shift_table")
        levels = stream.levels
        h = torch.addcmul(levels.row(table, 0), rms(x, self.eps), 1 + levels.row(table, 1))
        seen = getattr(self, f"{name}attn1")(
            h, turns=stream.turns, mask=stream.attention, passes_value=passes_value
        )
        x = torch.addcmul(x, seen, levels.row(table, 2))
        h, context = rms(x, self.eps), stream.context
        if stream.prompt is not None:
            h = h * (1 + levels.row(table, 7)) + levels.row(table, 6)
            prompt = stream.prompt + getattr(self, f"{name}prompt_scale_shift_table")[:, None]
            context = context * (1 + prompt[:, 1]) + prompt[:, 0]
        told = getattr(self, f"{name}attn2")(h, context, mask=stream.context_mask)
        return x + (told if stream.prompt is None else told * levels.row(table, 8))

    def _exchange(self, x: Tensor, y: Tensor, v: Stream, a: Stream) -> tuple[Tensor, Tensor]:
        """Each stream looks at the other as it was before either looked."""
        video, audio = rms(x, self.eps), rms(y, self.eps)
        of_video = v.cross + self.scale_shift_table_a2v_ca_video[:4, None]
        of_audio = a.cross + self.scale_shift_table_a2v_ca_audio[:4, None]
        heard = self.audio_to_video_attn(
            video * (1 + of_video[:, 0]) + of_video[:, 1],
            audio * (1 + of_audio[:, 0]) + of_audio[:, 1],
            turns=v.time_turns,
            seen_turns=a.time_turns,
        )
        seen = self.video_to_audio_attn(
            audio * (1 + of_audio[:, 2]) + of_audio[:, 3],
            video * (1 + of_video[:, 2]) + of_video[:, 3],
            turns=a.time_turns,
            seen_turns=v.time_turns,
        )
        x = torch.addcmul(x, heard, v.gate[:, 0] + self.scale_shift_table_a2v_ca_video[4])
        return x, torch.addcmul(y, seen, a.gate[:, 0] + self.scale_shift_table_a2v_ca_audio[4])

    def _feed(self, x: Tensor, stream: Stream, name: str) -> Tensor:
        table = getattr(self, f"{name}scale_shift_table")
        levels = stream.levels
        h = torch.addcmul(levels.row(table, 3), rms(x, self.eps), 1 + levels.row(table, 4))
        return torch.addcmul(x, getattr(self, f"{name}ff")(h), levels.row(table, 5))


def _last(x: Tensor, table: Tensor, levels: Levels, eps: float) -> Tensor:
    """The last norm, shifted and scaled by each token's level."""
    shift, scale = ((levels.embedded + row)[levels.index] for row in table)
    return F.layer_norm(x, (x.shape[-1],), eps=eps) * (1 + scale) + shift
