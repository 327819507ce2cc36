"""Sizes of LTX-2 clips: what is legal, how many tokens it makes, and where each token lies."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from engine.errors import UsageError

SPACE, TIME = 32, 8  # pixels and frames of one latent place
AUDIO_RATE = 25  # latent frames of sound a second


@dataclass(frozen=True)
class Geometry:
    """A clip's size in pixels and frames, and its latent's."""

    width: int
    height: int
    frames: int
    rate: Fraction

    @property
    def latent(self) -> tuple[int, int, int]:
        """Latent frames, rows and columns."""
        return (self.frames - 1) // TIME + 1, self.height // SPACE, self.width // SPACE

    @property
    def tokens(self) -> int:
        """Video tokens."""
        t, h, w = self.latent
        return t * h * w

    @property
    def seconds(self) -> Fraction:
        """Its length."""
        return self.frames / self.rate

    @property
    def audio_tokens(self) -> int:
        """Sound tokens: 25 a second."""
        return max(1, round(self.seconds * AUDIO_RATE))


def geometry(
    width: int, height: int, seconds: float, rate: Fraction = Fraction(24), *, stages: int = 1
) -> Geometry:
    """The clip of that size and about that length. Raises UsageError that names legal sizes.

    Two stages start at half the size, so that both sides are multiples of 64 then.
    """
    step = SPACE * stages
    for name, value in (("width", width), ("height", height)):
        if value < step or value % step:
            low, high = max(step, value // step * step), (value // step + 1) * step
            raise UsageError(
                f"{name} is {value}; it is a multiple of {step}",
                where="size",
                mend=f"Use {low} or {high}.",
            )
    if not 0 < seconds <= 60:
        raise UsageError(f"{seconds:g} s is not a length: above 0 and at most 60", where="seconds")
    steps = max(0, round((seconds * float(rate) - 1) / TIME))
    return Geometry(width, height, 1 + TIME * steps, rate)


def video_positions(clip: Geometry, *, first_frame: int = 0) -> Tensor:
    """Bounds (1, 3, N, 2) of each token in seconds and pixels.

    The first latent frame holds one frame of the picture, so that time is moved by seven of
    eight. A keyframe at another frame than the first is moved by its frame instead.
    """
    grid = torch.meshgrid(*(torch.arange(n).float() for n in clip.latent), indexing="ij")
    low = torch.stack([axis.flatten() for axis in grid])  # (3, N)
    bounds = torch.stack([low, low + 1], -1) * torch.tensor([TIME, SPACE, SPACE])[:, None, None]
    if first_frame == 0:
        bounds[0] = (bounds[0] + 1 - TIME).clamp(min=0)
    bounds[0] = (bounds[0] + first_frame) / float(clip.rate)
    return bounds[None]


def audio_positions(count: int) -> Tensor:
    """Bounds (1, 1, M, 2) of sound tokens in seconds; the first spans one mel frame of four."""
    places = torch.arange(count).float()
    hop = 1 / (4 * AUDIO_RATE)
    low, high = ((4 * (places + edge) + 1 - 4).clamp(min=0) * hop for edge in (0, 1))
    return torch.stack([low, high], -1)[None, None]
