"""The sound of the shdt family: log-mel codec, vocoder, and the stream that sound is made in.

One audio token spans one frame of the picture: eight mel frames of 64 bands. Sound follows what is
seen: a watcher finds out once what happens in each frame of the finished picture, and the stream
makes the sound to that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.layers import ConvBlock, MelGrid, from_spectrum, norm, rotate, turning
from engine.models.layers import log_mel as grid_log_mel
from engine.models.shdt.transformer import attend, sigma_features
from engine.models.shdt.watcher import Watcher, WatcherConfig

RATE = 16000  # samples a second
MELS = 64
HOP = 250  # samples; eight hops to a frame of the picture
HOPS = 8
WINDOW = 1024
GRID = MelGrid(RATE, HOP, WINDOW, MELS)


@dataclass(frozen=True)
class SoundConfig:
    """Sizes of codec, vocoder and stream; read from the checkpoint."""

    vocabulary: int
    channels: int = 32  # of an audio latent
    codec_width: int = 256
    vocoder_width: int = 192
    vocoder_blocks: int = 6
    width: int = 128
    heads: int = 4
    hidden: int = 320
    depth: int = 4
    watcher: WatcherConfig = field(default_factory=WatcherConfig)

    def __post_init__(self) -> None:
        watcher: Any = self.watcher
        if not isinstance(watcher, WatcherConfig):  # a table in the checkpoint
            object.__setattr__(self, "watcher", WatcherConfig(**watcher))
        if self.width % self.heads or (self.width // self.heads) % 2:
            raise ValueError(f"{self.width} wide does not split into {self.heads} heads")


class SoundModel(nn.Module):
    """Codec, vocoder and stream with the statistics that make audio latents unit normal."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, config: SoundConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = CodecHalf(HOPS * MELS, config.codec_width, config.channels)
        self.decoder = CodecHalf(config.channels, config.codec_width, HOPS * MELS)
        self.vocoder = Vocoder(config)
        self.stream = AudioStream(config)
        self.register_buffer("mean", torch.zeros(config.channels))
        self.register_buffer("deviation", torch.ones(config.channels))

    def encode(self, wave: Tensor) -> Tensor:
        """Sound (B, 2000 F) at 16 kHz to its latent (B, F, C), unit normal over channels."""
        mel = rearrange(log_mel(wave), "b m (f h) -> b f (h m)", h=HOPS)
        return (self.encoder(mel) - self.mean) / self.deviation

    def decode(self, latent: Tensor) -> Tensor:
        """Latent (B, F, C) to sound (B, 2000 F)."""
        return self.vocoder(self.decode_mel(latent))

    def decode_mel(self, latent: Tensor) -> Tensor:
        """Latent (B, F, C) to its log-mel picture (B, 64, 8 F)."""
        mel = self.decoder(latent * self.deviation + self.mean)
        return rearrange(mel, "b f (h m) -> b m (f h)", h=HOPS)


class CodecHalf(nn.Module):
    """Tokens (B, F, in) to tokens (B, F, out), each looking one token to either side."""

    def __init__(self, channels: int, width: int, out: int) -> None:
        super().__init__()
        self.into = nn.Linear(channels, width)
        self.blocks = nn.ModuleList(ConvBlock(width, 3) for _ in range(3))
        self.out = nn.Linear(width, out)

    def forward(self, x: Tensor) -> Tensor:
        x = self.into(x).transpose(1, 2)
        for block in self.blocks:
            x = block(x)
        return self.out(norm(x.transpose(1, 2)))


class Vocoder(nn.Module):
    """Log-mel (B, 64, N) to sound (B, 250 N): a spectrum with its phases, then the inverse STFT."""

    window: Tensor

    def __init__(self, config: SoundConfig) -> None:
        super().__init__()
        width, bins = config.vocoder_width, WINDOW // 2 + 1
        self.into = nn.Conv1d(MELS, width, 7, padding=3)
        self.blocks = nn.ModuleList(ConvBlock(width, 7) for _ in range(config.vocoder_blocks))
        self.head = nn.Linear(width, 2 * bins)
        self.register_buffer("window", torch.hann_window(WINDOW), persistent=False)

    def forward(self, mel: Tensor) -> Tensor:
        x = self.into(mel)
        for block in self.blocks:
            x = block(x)
        level, phase = self.head(norm(x.transpose(1, 2))).float().transpose(1, 2).chunk(2, 1)
        spectrum = torch.polar(torch.exp(level.clamp(max=6)), phase)
        return from_spectrum(spectrum, self.window, GRID)


class AudioStream(nn.Module):
    """Velocity of the audio latent's rectified flow, given what was seen to happen."""

    def __init__(self, config: SoundConfig) -> None:
        super().__init__()
        self.config = config
        self.watcher = Watcher(config.watcher, config.width)
        self.into = nn.Linear(config.channels, config.width)
        self.words = nn.Embedding(config.vocabulary, config.width)
        self.time = nn.Sequential(
            nn.Linear(config.width, config.width), nn.SiLU(), nn.Linear(config.width, config.width)
        )
        self.blocks = nn.ModuleList(AudioBlock(config) for _ in range(config.depth))
        self.head = nn.Linear(config.width, config.channels)
        nn.init.zeros_(self.head.weight)

    def forward(self, audio: Tensor, sigma: Tensor, words: Tensor, seen: Tensor) -> Tensor:
        """audio (B, F, C), sigma (B,), words (B, L), seen (B, F, width): the watcher's features."""
        state = self.time(sigma_features(sigma, self.config.width)) + self.words(words).sum(1)
        turns = time_angles(audio_times(audio.shape[1], audio.device), self.config)
        x = self.into(audio) + seen
        for block in self.blocks:
            x = block(x, state, turns)
        return self.head(norm(x))


class AudioBlock(nn.Module):
    """Attention along the sound and feed-forward, driven by the level of noise and the words."""

    def __init__(self, config: SoundConfig) -> None:
        super().__init__()
        self.modulation = nn.Linear(config.width, 4 * config.width)
        self.along = TimeAttention(config)
        self.ahead = GatedFeedForward(config)
        nn.init.zeros_(self.modulation.weight)

    def forward(self, x: Tensor, state: Tensor, turns: Tensor) -> Tensor:
        shift_a, scale_a, shift_f, scale_f = self.modulation(F.silu(state))[:, None].chunk(4, -1)
        x = x + self.along(norm(x) * (1 + scale_a) + shift_a, turns)
        return x + self.ahead(norm(x) * (1 + scale_f) + shift_f)


class GatedFeedForward(nn.Module):
    """Channels to channels through a gated layer; gives nothing at first."""

    def __init__(self, config: SoundConfig) -> None:
        super().__init__()
        self.up = nn.Linear(config.width, 2 * config.hidden)
        self.down = nn.Linear(config.hidden, config.width)
        nn.init.zeros_(self.down.weight)

    def forward(self, x: Tensor) -> Tensor:
        gate, value = self.up(x).chunk(2, -1)
        return self.down(F.silu(gate) * value)


class TimeAttention(nn.Module):
    """Attention of sound tokens to each other, with rotary positions in time."""

    def __init__(self, config: SoundConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.query = nn.Linear(config.width, config.width, bias=False)
        self.key_value = nn.Linear(config.width, 2 * config.width, bias=False)
        self.out = nn.Linear(config.width, config.width, bias=False)
        nn.init.zeros_(self.out.weight)

    def forward(self, x: Tensor, turns: Tensor) -> Tensor:
        q = rearrange(self.query(x), "b n (h d) -> b h n d", h=self.heads)
        k, v = rearrange(self.key_value(x), "b n (two h d) -> two b h n d", two=2, h=self.heads)
        q, k = rotate(norm(q), turns), rotate(norm(k), turns)
        return self.out(rearrange(attend(q, k.to(q.dtype), v.to(q.dtype)), "b h n d -> b n (h d)"))


def audio_times(frames: int, device: torch.device) -> Tensor:
    """Where the frames of the picture lie, in latent frames: a latent spans frames 4k-3 to 4k."""
    return (torch.arange(frames, device=device).float() + 1.5) / 4


def time_angles(times: Tensor, config: SoundConfig) -> Tensor:
    """Cosines and sines (2, N, D) of positions in latent frames."""
    half = config.width // config.heads // 2
    rates = 4 * 50.0 ** (-torch.arange(half, device=times.device) / half)
    return turning(times[:, None] * rates)


def log_mel(wave: Tensor) -> Tensor:
    """Natural logarithm of the mel magnitudes: wave (B, 250 N) to (B, 64, N), at least `FLOOR`."""
    return grid_log_mel(wave, GRID)
