"""What families that make a picture and its sound together offer to samplers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, runtime_checkable

from engine.models.family import VideoModel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from engine.media import Sound

Told: TypeAlias = Literal["prompt", "negative", "skipping", "apart"]
"""A prediction: with the prompt; with what must not be; with blocks skipped; with neither stream
looking at the other."""


@dataclass(frozen=True)
class JointGuidance:
    """How both streams follow the prompt and each other.

    sound: classifier-free guidance of the sound; skip: away from what the model makes without the
    self-attention of `blocks`; apart: away from what either stream makes without the other, 1 is
    none; rescale (0..1): how much of the contrast that guidance adds is taken back.
    """

    sound: float = 7.0
    skip: float = 1.0
    blocks: tuple[int, ...] = ()
    apart: float = 3.0
    rescale: float = 0.7


@dataclass(frozen=True, eq=False)
class Query:
    """Tokens (1, N, C) and (1, M, C) of both streams, with their levels of noise and places.

    levels (1, N), (1, M): each token's noise. sigma: each stream's own. places: bounds
    (1, axes, N, 2). prompt: what `encode_prompt` gave as words.
    """

    picture: Tensor
    sound: Tensor
    picture_levels: Tensor
    sound_levels: Tensor
    sigma: tuple[float, float]
    places: tuple[Tensor, Tensor]
    prompt: Tensor
    told: Told = "prompt"
    blocks: tuple[int, ...] = ()


@runtime_checkable
class JointModel(VideoModel, Protocol):
    """A loaded model whose latents have a sound stream beside the picture's."""

    @property
    def is_distilled(self) -> bool:
        """Whether it is sampled in the few steps that it was distilled to, without guidance."""

    @property
    def guidance(self) -> JointGuidance:
        """The guidance that its owner publishes."""

    @property
    def refining(self) -> Tensor:
        """The noise levels of the second stage, after an upsampler."""

    @property
    def reference_scale(self) -> float:
        """How much smaller than the clip its references are: a LoRA's metadata says so."""

    def sigmas(self, steps: int, tokens: int) -> Tensor:
        """The published noise levels for that many steps and picture tokens, from 1 to 0."""

    def sound_tokens(self, frames: int) -> tuple[int, int]:
        """How many sound tokens a clip of that many latent frames has, and their channels."""

    def places(self, extent: tuple[int, int, int], *, first: int, spread: float) -> Tensor:
        """Bounds of picture tokens whose first frame is the clip's frame `first`."""

    def sound_places(self, count: int) -> Tensor:
        """Bounds of sound tokens."""

    def predict(self, query: Query) -> tuple[Tensor, Tensor]:
        """Velocities of both streams, float32 on the CPU."""

    def encode_sound(self, sound: Sound, count: int) -> Tensor:
        """The first `count` tokens (1, M, C) of a sound; silence follows where it is shorter."""

    def decode_sound(self, tokens: Tensor) -> tuple[NDArray[np.float32], int]:
        """Samples (N, channels) in -1..1, and their rate."""

    def decode_frames(self, latent: Tensor) -> Iterator[NDArray[Any]]:
        """The picture, uint8 (H, W, 3), frame by frame: a long one takes no more memory."""
