"""The lip network: what is heard, and phones where their times are known, to mouth shapes."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

OUTPUTS: tuple[str, ...] = (
    *("jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthStretch", "mouthSmile"),
    *("mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper"),
    *("mouthPress", "mouthLowerDown", "mouthUpperUp", "tongueOut"),
)
"""Shapes that speech moves; names without a side move both sides alike."""


@dataclass(frozen=True)
class LipConfig:
    """Sizes, read from the weights file."""

    bands: int = 48
    classes: int = 26
    width: int = 112
    embedded: int = 32
    hidden: int = 112
    layers: int = 2
    dropout: float = 0.0
    outputs: tuple[str, ...] = OUTPUTS

    def __post_init__(self) -> None:
        object.__setattr__(self, "outputs", tuple(self.outputs))


class LipNetwork(nn.Module):
    """Convolutions hear the sound; a bidirectional LSTM at half the rate moves the lips."""

    def __init__(self, config: LipConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.hear = nn.Sequential(
            nn.Conv1d(config.bands, width, 5, padding=2),
            nn.GELU(),
            nn.Conv1d(width, width, 5, padding=2),
            nn.GELU(),
            nn.Conv1d(width, width, 4, stride=2, padding=1),
            nn.GELU(),
        )
        self.know = nn.Embedding(config.classes, config.embedded)
        self.move = nn.LSTM(
            width + 2 * config.embedded,
            config.hidden,
            config.layers,
            batch_first=True,
            bidirectional=True,
            dropout=config.dropout if config.layers > 1 else 0.0,
        )
        self.shape = nn.Linear(2 * config.hidden, 2 * len(config.outputs))
        self.name = nn.Linear(2 * config.hidden, 2 * config.classes)

    def forward(self, heard: Tensor, phones: Tensor) -> tuple[Tensor, Tensor]:
        """Log-mel (B, T, bands) and classes (B, T), both at 100 Hz; T is even.

        Gives shapes (B, T, outputs) from 0 to 1, and scores (B, T, classes) of the class that is
        spoken, which trainings use.
        """
        x = self.hear(rearrange(heard, "b t c -> b c t"))  # (B, width, T/2)
        known = rearrange(self.know(phones), "b (t s) c -> b t (s c)", s=2)
        moved, _ = self.move(torch.cat([rearrange(x, "b c t -> b t c"), known], dim=2))
        shapes = rearrange(self.shape(moved), "b t (s c) -> b (t s) c", s=2)
        scores = rearrange(self.name(moved), "b t (s c) -> b (t s) c", s=2)
        return F.hardtanh(shapes, -0.05, 1.05) if not self.training else shapes, scores
