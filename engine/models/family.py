"""What every family of video models offers to samplers and nodes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from torch import Tensor


@dataclass(frozen=True)
class ShotPlan:
    """A picture of `width` x `height`, and the latent that its making starts from.

    The base latent has `frames` x `rows` x `columns`; it is doubled `doublings` times, decoded,
    and the picture is cut from the middle.
    """

    width: int
    height: int
    frames: int
    rows: int
    columns: int
    doublings: int


@dataclass(frozen=True)
class PromptFeatures:
    """A prompt as the model takes it, whether it said anything, and notes for the user."""

    words: Tensor
    says_something: bool
    notes: tuple[str, ...] = ()


class VideoModel(Protocol):
    """A loaded model. Latents are (1, C, T, h, w); pictures (1, 3, T, H, W) in -1..1."""

    @property
    def rate(self) -> Fraction:
        """Frames a second of what the model makes."""

    @property
    def latent_channels(self) -> int:
        """C of its latents."""

    def plan(self, width: int, height: int, frames: int) -> ShotPlan:
        """How to make that size. Raises UsageError that names legal ones nearby."""

    def frames_of(self, seconds: float) -> int:
        """The legal frame count nearest to a duration. Raises UsageError."""

    def encode_prompt(self, text: str) -> PromptFeatures:
        """A prompt as the model takes it."""

    def velocity(self, latent: Tensor, sigma: Tensor, words: Tensor) -> Tensor:
        """Velocity of the flow for sigma (B, T)."""

    def encode(self, picture: Tensor) -> Tensor:
        """Picture to latent."""

    def decode(self, latent: Tensor) -> Tensor:
        """Latent to picture."""

    def upsample(self, latent: Tensor) -> Tensor:
        """Latent to one of twice the rows and columns."""
