"""What every family of video models offers to samplers and nodes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
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


@dataclass(frozen=True, eq=False)
class Beside:
    """Latent frames (1, C, K, h, w) that a model sees beside a clip's own, never as part of it.

    times (K): where they lie, in latent frames from the clip's first, which need not be whole; a
    reference lies at the model's `reference_time`. sigma (1, K): the noise that they hold.
    """

    latent: Tensor
    times: Tensor
    sigma: Tensor


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

    @property
    def space(self) -> int:
        """Pixels of a picture that a latent's row or column spans."""

    @property
    def time(self) -> int:
        """Frames that a latent frame after the first spans."""

    @property
    def longest(self) -> int:
        """Frames of the longest shot."""

    @property
    def blocks(self) -> int:
        """Blocks of its network: 0 to this less one can be skipped."""

    @property
    def reference_time(self) -> float:
        """Where a reference lies in time, in latent frames from the clip's first."""

    def plan(self, width: int, height: int, frames: int) -> ShotPlan:
        """How to make that size. Raises UsageError that names legal ones nearby."""

    def frames_of(self, seconds: float) -> int:
        """The legal frame count nearest to a duration. Raises UsageError."""

    def encode_prompt(self, text: str) -> PromptFeatures:
        """A prompt as the model takes it."""

    def velocity(
        self,
        latent: Tensor,
        sigma: Tensor,
        words: Tensor,
        *,
        beside: Beside | None = None,
        skip: Collection[int] = (),
    ) -> Tensor:
        """Velocity of the flow for sigma (B, T).

        It sees `beside` along with the clip; the blocks in `skip` do without self-attention.
        Raises UsageError when it can do neither.
        """

    def encode(self, picture: Tensor) -> Tensor:
        """Picture to latent."""

    def decode(self, latent: Tensor) -> Tensor:
        """Latent to picture."""

    def upsample(self, latent: Tensor) -> Tensor:
        """Latent to one of twice the rows and columns."""
