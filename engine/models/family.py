"""What every family of video models offers to samplers and nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from engine.runtime.ladder import Rung

Work: TypeAlias = Literal["denoise", "decode"]
"""What takes most of the memory."""


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


@dataclass(frozen=True)
class Sight:
    """How well a model sees in a clip what it was asked for.

    likely (0..1): that of the concept which is seen worst; 1 where it cannot tell. missing: what
    it does not see, in the words of a prompt.
    """

    likely: float = 1.0
    missing: tuple[str, ...] = ()


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


@dataclass(frozen=True, eq=False)
class Piece:
    """Some frames of a part of the picture: (3, T, H, W) in -1..1, and where they lie."""

    picture: Tensor
    frame: int
    top: int
    left: int


class Easing(AbstractContextManager["Easing"], Protocol):
    """What a model gives up for one piece of work; it is given back when the work ends."""

    def need(self) -> int:
        """Bytes that the work takes beyond what lies on the device already."""

    def ease(self, rung: Rung) -> str | None:
        """Take one step of that kind and say what it was; None when there is none left."""


@runtime_checkable
class Sparing(VideoModel, Protocol):
    """A model that works in parts of any size, and says what it needs before it starts."""

    @property
    def batches(self) -> bool:
        """Whether `velocity` is to be asked for several predictions at once."""

    @property
    def is_changed(self) -> bool:
        """Whether it gave up what only loading it anew brings back."""

    def free_memory(self) -> int:
        """Bytes that it may take now."""

    def easing(self, work: Work, shape: Sequence[int]) -> Easing:
        """For a latent (C, T, h, w)."""

    def pieces(self, latent: Tensor) -> Iterator[Piece]:
        """Latent to picture, part after part."""


@runtime_checkable
class Recognising(VideoModel, Protocol):
    """A model that knows things when it sees them, in references and in what it made."""

    def recognise(self, pixels: NDArray[np.uint8]) -> PromptFeatures:
        """What a picture (H, W, 3 or 4) shows, as far as it is sure; it may be nothing."""

    def completed(self, words: Tensor, more: Tensor) -> Tensor:
        """A prompt's words that say what `more` says wherever they are silent themselves."""

    def can_tell(self, words: Tensor) -> bool:
        """Whether words (1, L) ask for anything that it would know when it sees it."""

    def sees(self, frames: NDArray[np.uint8], words: Tensor, *, alike: bool = False) -> Sight:
        """How well a clip (F, H, W, 3) shows what words (1, L) ask for.

        alike: a reference asks for it, so that it has to be the same thing all the time.
        """


@runtime_checkable
class Refining(VideoModel, Protocol):
    """A model with a second network, for latents that were doubled once from its base."""

    @property
    def second(self) -> VideoModel | None:
        """The same model with that network in its place; None where it has none."""
