"""The LTX-2 transformer: a video and a sound stream that look at each other in every block."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.ltx2.config import TransformerConfig
from engine.models.ltx2.layers import (
    AdaLnSingle,
    Attention,
    FeedForward,
    TwoLinears,
    modulated,
    rms,
)
from engine.models.ltx2.rope import Turns, make_turns


@dataclass(frozen=True)
class StreamInput:
    """What one stream is given.

    tokens (B, N, C); timesteps (B, N), each token's own noise level, or (B, 1) when they share
    it; sigma (B), the sample's;
    positions (B, axes, N, 2) as bounds in seconds and pixels, or what `turned` made of them;
    context (B, L, D), or what `captioned` made of it, with an additive mask (B, 1, 1, L) or none;
    attention, an additive mask (B, 1, N, N) or none.
    """

    tokens: Tensor
    timesteps: Tensor
    sigma: Tensor
    positions: Tensor | Turned
    context: Tensor | Captioned
    context_mask: Tensor | None = None
    attention: Tensor | None = None


@dataclass(frozen=True)
class Turned:
    """Where one stream's tokens lie: all the same in every pass of a run."""

    own: Turns
    time: Turns  # for looking at the other stream: by time alone, as wide as the sound stream


@dataclass(frozen=True)
class Captioned:
    """The context (B, L, C) of one stream as its blocks see it: the same in all of a run, too."""

    context: Tensor


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
        v, a = (
            self._enter(video, audio=False, sigma=audio.sigma),
            self._enter(audio, audio=True, sigma=video.sigma),
        )
        if resume and resume.streams:
            first, (x, y) = resume.block, (kept.clone() for kept in resume.streams)
        else:
            first, x, y = (
                0,
                self.patchify_proj(video.tokens),
                self.audio_patchify_proj(audio.tokens),
            )
        for number, block in enumerate(self.transformer_blocks):
            if keep and number == keep.block:
                keep.streams = x.clone(), y.clone()
            if number >= first:
                x, y = block(x, y, v, a, number, changes)
        return (
            self.proj_out(_last(x, self.scale_shift_table, v.levels, self.config.norm_eps)),
            self.audio_proj_out(
                _last(y, self.audio_scale_shift_table, a.levels, self.config.norm_eps)
            ),
        )

    def turned(self, positions: Tensor, *, audio: bool) -> Turned:
        """Turns of one stream's tokens at positions (B, axes, N, 2)."""
        config = self.config
        longest = max(
            config.positional_embedding_max_pos[0], config.audio_positional_embedding_max_pos[0]
        )
        turns = partial(
            make_turns,
            theta=config.positional_embedding_theta,
            kind=config.rope_type,
            precise=config.frequencies_precision == "float64",
            dtype=self.proj_out.weight.dtype,
        )
        heads = config.audio_num_attention_heads
        narrow = partial(turns, width=config.audio_width, heads=heads)
        if audio:
            own = narrow(positions, limits=config.audio_positional_embedding_max_pos)
        else:
            own = turns(
                positions,
                width=config.width,
                heads=config.num_attention_heads,
                limits=config.positional_embedding_max_pos,
            )
        return Turned(own, narrow(positions[:, :1], limits=(longest,)))

    def captioned(self, context: Tensor, *, audio: bool) -> Captioned:
        """A context (B, L, D) of the connectors, projected where that comes after them."""
        if self.config.caption_proj_before_connector:
            return Captioned(context)
        project = self.audio_caption_projection if audio else self.caption_projection
        return Captioned(project(context))

    def _enter(self, stream: StreamInput, *, audio: bool, sigma: Tensor) -> Stream:
        """All that the blocks need besides the tokens; `sigma` is the other stream's."""
        config = self.config
        scale = config.timestep_scale_multiplier
        name, side, gate = ("audio_", "audio", "v2a") if audio else ("", "video", "a2v")
        cross = getattr(self, f"av_ca_{side}_scale_shift_adaln_single")
        gates = getattr(self, f"av_ca_{gate}_gate_adaln_single")
        prompt = None
        if config.cross_attention_adaln:
            prompt = getattr(self, f"{name}prompt_adaln_single")(scale * stream.sigma)[0]
            prompt = _plus_one(prompt, 1)[:, :, None]
        positions, context = stream.positions, stream.context
        if isinstance(positions, Tensor):
            positions = self.turned(positions, audio=audio)
        if isinstance(context, Tensor):
            context = self.captioned(context, audio=audio)
        return Stream(
            levels=Levels.of(getattr(self, f"{name}adaln_single"), scale * stream.timesteps),
            cross=_plus_one(cross(scale * sigma)[0], 0, 2)[:, :, None],
            gate=gates(config.av_ca_timestep_scale_multiplier * sigma)[0][:, :, None],
            prompt=prompt,
            context=context.context,
            context_mask=stream.context_mask,
            attention=stream.attention,
            turned=positions,
        )


@dataclass(frozen=True)
class Levels:
    """Shifts, scales (and 1) and gates of every distinct noise level; which token has which.

    Clean and noisy tokens are two levels, however many tokens there are.
    """

    rows: Tensor  # (U, rows, C)
    embedded: Tensor  # (U, C)
    index: Tensor | None  # (B, N); None when all tokens of a sample share its level

    @staticmethod
    def of(adaln: AdaLnSingle, timesteps: Tensor) -> Levels:
        """The levels of tokens (B, N), or of samples (B, 1)."""
        distinct, index = timesteps[:, 0], None
        if timesteps.shape[1] > 1 and bool((timesteps != timesteps[:, :1]).any()):
            distinct, index = torch.unique(timesteps, return_inverse=True)
        rows, embedded = adaln(distinct)
        return Levels(_plus_one(rows, *range(1, adaln.rows, 3)), embedded, index)

    def spread(self, row: Tensor) -> Tensor:
        """A row (U, C) of each level to one of each token: (B, N or 1, C)."""
        return row[:, None] if self.index is None else row[self.index]


def _plus_one(rows: Tensor, *scales: int) -> Tensor:
    """Scales are used as 1 + scale; `rows` (U, rows, C) is changed in place."""
    for number in scales:
        rows[:, number] += 1
    return rows


@dataclass(frozen=True)
class Stream:
    """What surrounds one stream on its way through the blocks; see `StreamInput`."""

    levels: Levels
    cross: Tensor  # (B, 4, 1, C): scale and shift for a2v, then for v2a
    gate: Tensor  # (B, 1, 1, C)
    prompt: Tensor | None  # (B, 2, 1, C): shift and scale of the context
    context: Tensor
    context_mask: Tensor | None
    attention: Tensor | None
    turned: Turned


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
        """Both streams, changed in place."""
        video, audio = self._rows(v, ""), self._rows(a, "audio_")
        self._look(x, v, "", video, passes_value=number in changes.video_blocks)
        self._look(y, a, "audio_", audio, passes_value=number in changes.audio_blocks)
        if not changes.apart:
            self._exchange(x, y, v, a)
        self._feed(x, self.ff, video)
        self._feed(y, self.audio_ff, audio)
        return x, y

    def _rows(self, stream: Stream, name: str) -> Callable[[int], Tensor]:
        """The shifts, scales and gates of a stream's tokens here, by number: (B, N or 1, C)."""
        table = getattr(self, f"{name}scale_shift_table")
        rows = (stream.levels.rows + table).unbind(1)
        return lambda number: stream.levels.spread(rows[number])

    def _look(
        self,
        x: Tensor,
        stream: Stream,
        name: str,
        row: Callable[[int], Tensor],
        *,
        passes_value: bool,
    ) -> None:
        """Self-attention, then attention to the text."""
        seen = getattr(self, f"{name}attn1").forward(
            modulated(x, row(0), row(1), self.eps),
            turns=stream.turned.own,
            mask=stream.attention,
            passes_value=passes_value,
        )
        x.addcmul_(seen, row(2))
        del seen
        look = getattr(self, f"{name}attn2").forward
        if stream.prompt is None:
            x += look(rms(x, self.eps), stream.context, mask=stream.context_mask)
            return
        prompt = stream.prompt + getattr(self, f"{name}prompt_scale_shift_table")[:, None]
        told = look(
            modulated(x, row(6), row(7), self.eps),
            torch.addcmul(prompt[:, 0], stream.context, prompt[:, 1]),
            mask=stream.context_mask,
        )
        x.addcmul_(told, row(8))

    def _exchange(self, x: Tensor, y: Tensor, v: Stream, a: Stream) -> None:
        """Each stream looks at the other as it was before either looked."""
        video, audio = rms(x, self.eps), rms(y, self.eps)
        of_video = (v.cross + self.scale_shift_table_a2v_ca_video[:4, None]).unbind(1)
        of_audio = (a.cross + self.scale_shift_table_a2v_ca_audio[:4, None]).unbind(1)
        heard = self.audio_to_video_attn.forward(
            torch.addcmul(of_video[1], video, of_video[0]),
            torch.addcmul(of_audio[1], audio, of_audio[0]),
            turns=v.turned.time,
            seen_turns=a.turned.time,
        )
        x.addcmul_(heard, v.gate[:, 0] + self.scale_shift_table_a2v_ca_video[4])
        del heard
        seen = self.video_to_audio_attn.forward(
            torch.addcmul(of_audio[3], audio, of_audio[2]),
            torch.addcmul(of_video[3], video, of_video[2]),
            turns=a.turned.time,
            seen_turns=v.turned.time,
        )
        y.addcmul_(seen, a.gate[:, 0] + self.scale_shift_table_a2v_ca_audio[4])

    def _feed(self, x: Tensor, feed: FeedForward, row: Callable[[int], Tensor]) -> None:
        x.addcmul_(feed.forward(modulated(x, row(3), row(4), self.eps)), row(5))


def _last(x: Tensor, table: Tensor, levels: Levels, eps: float) -> Tensor:
    """The last norm, shifted and scaled by each token's level."""
    shift, scale = (levels.spread(levels.embedded + row) for row in table)
    return torch.addcmul(shift, F.layer_norm(x, (x.shape[-1],), eps=eps), 1 + scale)
