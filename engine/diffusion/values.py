"""Latents and conditions as values in a graph."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.models.joint import JointGuidance

if TYPE_CHECKING:
    from torch import Tensor

    from engine.media import Clip, Image, Sound

Mode: TypeAlias = Literal["hold", "guide"]
"""How a shot takes a picture: in the place of its own frames, or as one to look at beside them."""


@dataclass(frozen=True, eq=False)
class Latent:
    """A clip in a model's latent space: (1, C, T, h, w), float32, on the CPU.

    `width` and `height` are those of the picture to cut from the middle of the decoded one. `sound`
    (1, M, C) are the tokens of its sound, where the model makes both together.
    """

    tensor: Tensor
    model: str
    rate: Fraction
    width: int
    height: int
    sound: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Keyframe:
    """A picture, or the frames of a clip, that the shot shows from frame `at` on.

    Frames count at the model's rate, from 0; -1 is the last one. A clip ends at a negative `at`.
    At strength 1 they are held exactly; at less they are held until that part of the noise is
    left, and free from then on. `guide` lets the model see them at their place in time without
    putting them there.
    """

    picture: Image | Clip
    at: int = 0
    strength: float = 1.0
    mode: Mode = "hold"


@dataclass(frozen=True, eq=False)
class Reference:
    """A picture of what the shot is to show, without a place in it."""

    picture: Image
    strength: float = 1.0


@dataclass(frozen=True, eq=False)
class ReferenceClip:
    """A clip that the shot follows as its LoRA was trained to: its motion, depth or look."""

    clip: Clip
    strength: float = 1.0


@dataclass(frozen=True, eq=False)
class GivenSound:
    """Sound that the shot is made to; at less than full strength it is made anew in part.

    anew: seconds of the shot, from and to, in which its own sound is made all the same.
    """

    sound: Sound
    strength: float = 1.0
    anew: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class Region:
    """A clip that is kept where the mask is black, in every frame of the shot."""

    clip: Clip
    mask: Image | Clip


@dataclass(frozen=True, eq=False)
class Start:
    """A clip that the shot starts from, with `change` (above 0, at most 1) of it made noise."""

    clip: Clip
    change: float = 0.6


@dataclass(frozen=True)
class Guidance:
    """How the prompt is followed, beyond how strongly.

    rescale (0..1): brings contrast back that strong guidance raises (Lin et al. 2024).
    skip: spatio-temporal guidance, away from what the model makes without the attention of
    `blocks` (Hyung et al. 2024); without blocks it is the middle one. start, stop: guidance holds
    between these parts of the way from noise (0) to picture (1); change: how it goes on between.
    """

    rescale: float = 0.0
    skip: float = 0.0
    blocks: tuple[int, ...] = ()
    start: float = 0.0
    stop: float = 1.0
    change: Literal["constant", "falling", "rising"] = "constant"


Steering: TypeAlias = (
    Keyframe | Reference | ReferenceClip | GivenSound | Region | Start | Guidance | JointGuidance
)


@dataclass(frozen=True, eq=False)
class Condition:
    """One thing that steers how a shot is made."""

    what: Steering
