"""The acoustic network: tokens to durations, pitch and energy, and with those to a mel picture.

After FastSpeech 2 (Ren et al., ICLR 2021): a transformer reads the phones, predictors say how they
are said, and a convolutional decoder with a post-net draws what is heard. Pitch and
energy of frames are lines through the middles of the phones, and what the decoder draws is measured
from them: so an edited pitch or energy is the one that is heard.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.layers import FLOOR, ConvBlock, norm, rotate, turning
from engine.models.speech.aiprod.grid import BANDS, WINDOW
from engine.models.speech.aiprod.tokens import ACCENTS, KINDS, PLACES, SOUNDS
from engine.models.speech.align_phones import FEATURES, feature_table

LANGUAGES = ("en", "fr")
OCTAVES = 4.0  # pitch is told in quarters of an octave from the voice's own
_FULL = 20 * math.log10(WINDOW / 4)  # dB of a full-scale sine in a spectrum
DECIBELS = 10.0  # energy in tens of decibels from the voice's own


@dataclass(frozen=True)
class VoiceFacts:
    """A voice that the network knows: who teaches it, and where its pitch and level lie."""

    name: str
    language: str
    sex: str
    description: str
    teacher: str = ""
    hertz: float = 150.0
    level: float = -50.0  # dB, mean of the energy of phones


@dataclass(frozen=True)
class AcousticConfig:
    """Sizes and voices, read from the checkpoint."""

    voices: tuple[VoiceFacts, ...] = ()
    width: int = 192
    heads: int = 4
    depth: int = 4
    decoder_blocks: int = 6
    post_width: int = 96
    speaker: int = 64  # numbers of a d-vector
    dropout: float = 0.1

    def __post_init__(self) -> None:
        rows = (v if isinstance(v, VoiceFacts) else VoiceFacts(**v) for v in self.voices)
        object.__setattr__(self, "voices", tuple(rows))
        if self.width % self.heads or (self.width // self.heads) % 2:
            raise ValueError(f"{self.width} wide does not split into {self.heads} heads")


class AcousticModel(nn.Module):
    """All of it. A voice is a row of `speakers`, or a d-vector of somebody new."""

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        self.config = config
        self.speakers = nn.Parameter(torch.zeros(max(1, len(config.voices)), config.speaker))
        self.encoder = Encoder(config)
        self.predictor = Predictor(config)
        self.decoder = Decoder(config)

    def read(self, rows: Tensor, lengths: Tensor, speaker: Tensor, language: Tensor) -> Tensor:
        """Tokens (B, L, 5), of which `lengths` (B) count, as what is known of them (B, L, C).

        speaker: (B, speaker), of length 1; language: indices (B) into LANGUAGES.
        """
        return self.encoder(rows, lengths, speaker, language)

    def predict(self, known: Tensor, lengths: Tensor) -> Tensor:
        """log(1 + frames), pitch and energy (B, L, 3) of tokens; units OCTAVES and DECIBELS."""
        return self.predictor(known, lengths)


class Encoder(nn.Module):
    """Phones by what the mouth does and by name, then attention and convolutions in turn."""

    features: Tensor

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        width = config.width
        table = torch.from_numpy(feature_table())
        self.register_buffer("features", table, persistent=False)
        self.mouth = nn.Linear(2 * len(FEATURES), width)
        self.first, self.last = nn.Embedding(SOUNDS, width), nn.Embedding(SOUNDS, width)
        self.accent = nn.Embedding(ACCENTS, width)
        self.place = nn.Embedding(PLACES, width)
        self.kind = nn.Embedding(KINDS, width)
        self.language = nn.Embedding(len(LANGUAGES), width)
        self.speaker = nn.Linear(config.speaker, width)
        for part in (self.first, self.last, self.accent, self.place, self.kind, self.language):
            nn.init.normal_(part.weight, std=0.2)
        self.blocks = nn.ModuleList(EncoderBlock(config) for _ in range(config.depth))
        self.drop = nn.Dropout(config.dropout)
        self.pairs = width // config.heads // 2

    def forward(self, rows: Tensor, lengths: Tensor, speaker: Tensor, language: Tensor) -> Tensor:
        first, last, accent, place, kind = rows.unbind(-1)
        mouth = torch.cat([self.features[first], self.features[last]], -1)
        x = self.mouth(mouth) + self.first(first) + self.last(last)
        x = x + self.accent(accent) + self.place(place) + self.kind(kind)
        x = x + (self.speaker(speaker) + self.language(language))[:, None]
        here = inside(lengths, rows.shape[1])
        turns = _turns(rows.shape[1], self.pairs, x)
        for block in self.blocks:
            x = block(self.drop(x), turns, here)
        return norm(x)


class EncoderBlock(nn.Module):
    """Attention over the sentence with rotary positions, then a convolution block."""

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.into = nn.Linear(config.width, 3 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)
        self.near = ConvBlock(config.width, 5)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor, turns: Tensor, here: Tensor) -> Tensor:
        q, k, v = rearrange(
            self.into(norm(x)), "b n (three h d) -> three b h n d", three=3, h=self.heads
        )
        q, k = rotate(norm(q), turns), rotate(norm(k), turns)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=here[:, None, None])
        x = x + self.out(rearrange(seen, "b h n d -> b n (h d)"))
        return _along(self.near, x * here[..., None]) * here[..., None]


class Predictor(nn.Module):
    """Three numbers of every token."""

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(ConvBlock(config.width, 3) for _ in range(3))
        self.drop = nn.Dropout(config.dropout)
        self.out = nn.Linear(config.width, 3)

    def forward(self, known: Tensor, lengths: Tensor) -> Tensor:
        here = inside(lengths, known.shape[1])[..., None]
        x = known * here
        for block in self.blocks:
            x = _along(block, self.drop(x)) * here
        return self.out(norm(x))


class Decoder(nn.Module):
    """What is known of every frame to its mel bands, its pitch and whether there is a voice."""

    def __init__(self, config: AcousticConfig) -> None:
        super().__init__()
        width = config.width
        self.pitch = nn.Linear(1, width)
        self.frame = nn.Linear(4, width)  # where in the token, how long it is, the melody
        self.speaker = nn.Linear(config.speaker, width)
        self.blocks = nn.ModuleList(ConvBlock(width, 7) for _ in range(config.decoder_blocks))
        self.out = nn.Linear(width, BANDS + 2)
        self.post = PostNet(config.post_width)

    @property
    def reach(self) -> int:
        """Frames to either side that a frame depends on."""
        return 3 * len(self.blocks) + self.post.reach

    def conditions(
        self, known: Tensor, said: Tensor, frames: Tensor, speaker: Tensor, total: int
    ) -> tuple[Tensor, Tensor]:
        """What the decoder is told of each of `total` frames (B, T, C), and two lines (B, T, 2).

        known (B, L, C); said (B, L, 2) pitch and energy of tokens, which the lines go through;
        frames (B, L) whole numbers.
        """
        ends = frames.cumsum(1)
        times = torch.arange(total, device=known.device).expand(len(known), -1).contiguous()
        owner = torch.searchsorted(ends, times, right=True).clamp(max=known.shape[1] - 1)
        length = frames.gather(1, owner).clamp(min=1)
        past = times - (ends - frames).gather(1, owner)
        part = ((past + 0.5) / length).clamp(0, 1)
        line = line_through(said, frames, times)
        told = torch.stack([part, 1 - part, (length / 10).log1p(), line[..., 0]], -1)
        said_to = known + self.pitch(said[..., :1])
        x = said_to.gather(1, owner[..., None].expand(-1, -1, known.shape[2]))
        return x + self.frame(told) + self.speaker(speaker)[:, None], line

    def forward(self, told: Tensor, here: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Told (B, T, C) to mel before the post-net and after (B, 80, T), and melody (B, T, 2).

        The mel pictures are relative to the line of the energy (`at_level`). The melody holds the
        pitch above its line, in OCTAVES, and the logit of a voice.
        """
        x = told.transpose(1, 2)
        mask = None if here is None else here[:, None]
        for block in self.blocks:
            x = block(x if mask is None else x * mask)
        drawn = self.out(norm(x.transpose(1, 2))).transpose(1, 2)
        mel, melody = drawn[:, :BANDS] * 2 - 1, drawn[:, BANDS:]
        return mel, self.post(mel if mask is None else mel * mask), melody.transpose(1, 2)


class PostNet(nn.Module):
    """Sharpens a mel picture (B, 80, T)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.into = nn.Conv1d(BANDS, width, 5, padding=2)
        self.blocks = nn.ModuleList(ConvBlock(width, 5) for _ in range(2))
        self.out = nn.Conv1d(width, BANDS, 5, padding=2)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)  # type: ignore[arg-type]

    @property
    def reach(self) -> int:
        """Frames to either side that a frame depends on."""
        return 4 + 2 * len(self.blocks)

    def forward(self, mel: Tensor) -> Tensor:
        x = self.into(mel)
        for block in self.blocks:
            x = block(x)
        return mel + self.out(x)


def inside(lengths: Tensor, most: int) -> Tensor:
    """Which of `most` places (B, N) count."""
    return torch.arange(most, device=lengths.device)[None] < lengths[:, None]


def line_through(said: Tensor, frames: Tensor, times: Tensor) -> Tensor:
    """Lines (B, T, n) through the middles of tokens; said (B, L, n), frames (B, L)."""
    middles = frames.cumsum(1) - frames / 2
    after = torch.searchsorted(middles, times + 0.5).clamp(1, middles.shape[1] - 1)
    left, right = middles.gather(1, after - 1), middles.gather(1, after)
    part = ((times + 0.5 - left) / (right - left).clamp(min=1e-3)).clamp(0, 1)[..., None]
    each = after[..., None].expand(-1, -1, said.shape[2])
    low, high = said.gather(1, each - 1), said.gather(1, each)
    return low + (high - low) * part


def at_level(mel: Tensor, energy: Tensor, level: Tensor) -> Tensor:
    """A relative mel picture (B, 80, T) at the energy (B, T) of its frames; level (B) in dB."""
    decibels = level[:, None] + DECIBELS * energy + _FULL
    return (mel + decibels[:, None] * (math.log(10) / 20)).clamp(min=FLOOR)


def levels(mel: Tensor) -> Tensor:
    """The energy (B, T) of frames in dB, the mean power of the bands of a mel picture.

    0 dB is that of a full-scale sine in every band.
    """
    return 10 * (2 * mel).exp().mean(1).log10() - _FULL


def _along(block: nn.Module, x: Tensor) -> Tensor:
    """A convolution block over tokens (B, L, C)."""
    return block(x.transpose(1, 2)).transpose(1, 2)


def _turns(count: int, half: int, like: Tensor) -> Tensor:
    rates = 1000.0 ** (-torch.arange(half, device=like.device) / half)
    return turning(torch.arange(count, device=like.device)[:, None] * rates)
