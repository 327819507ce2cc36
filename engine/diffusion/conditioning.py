"""What is known of a latent beforehand: frames and places held at a level of noise.

Everything that is held lies on the straight path between its clean latent and the run's noise.
A frame may be held at one level until the run comes down to it (0: always clean); a place within
a frame is held at the frame's own level all the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.errors import UsageError


@dataclass(frozen=True, eq=False)
class CleanFrames:
    """Latent frames (1, C, K, h, w) that take the place of those from `index` on.

    At strength 1 they are held exactly; at less they are held with the rest of it as noise, until
    the run has come down to that level.
    """

    latent: Tensor
    index: int
    strength: float = 1.0


@dataclass(frozen=True, eq=False)
class Given:
    """Clean latents (1, C, T, h, w), and how far each frame and place is known.

    level (T): the noise at which a frame is held; 1 is not held at all.
    known (1, 1, T, h, w), 0 to 1: the places of free frames that are kept; None for none.
    """

    clean: Tensor
    level: Tensor
    known: Tensor | None = None


def given_nothing(shape: Sequence[int]) -> Given:
    """For a latent of `shape` (C, T, h, w): every frame free."""
    return Given(torch.zeros((1, *shape)), torch.ones(shape[1]))


def with_start(given: Given, clean: Tensor, level: float) -> Given:
    """Every free frame begins as `clean` (1, C, T, h, w) at a level of noise."""
    if not 0 < level <= 1:
        raise UsageError(f"the change is above 0 and at most 1, not {level:g}", where="change")
    _check_size(given, clean, 0)
    return Given(clean.clone(), torch.full_like(given.level, level))


def with_region(given: Given, clean: Tensor, known: Tensor) -> Given:
    """Places where `known` (1, 1, T, h, w) is 1 are kept; frames that are all known are held."""
    _check_size(given, clean, 0)
    whole = (known == 1).all(-1).all(-1)[0, 0]
    level = torch.where(whole, torch.zeros_like(given.level), given.level)
    seen = known > 0
    return Given(torch.where(seen, clean, given.clean), level, known)


def with_frames(given: Given, frames: CleanFrames) -> Given:
    """Frames are held. Raises UsageError when they lie outside, or are of another size."""
    _check_size(given, frames.latent, frames.index)
    if not 0 < frames.strength <= 1:
        raise UsageError(
            f"strength is above 0 and at most 1, not {frames.strength:g}", where="condition"
        )
    span = slice(frames.index, frames.index + frames.latent.shape[2])
    clean, level = given.clean.clone(), given.level.clone()
    clean[:, :, span] = frames.latent
    level[span] = 1 - frames.strength
    return replace(given, clean=clean, level=level)


def snapped(given: Given, sigmas: Tensor) -> Given:
    """Levels at the nearest of a run's own: a frame is let go between two steps, not within one."""
    reached = sigmas[:-1]  # the last, 0, holds a frame for good
    nearest = reached[(given.level[:, None] - reached).abs().argmin(1)]
    held = (given.level == 0) | (given.level == 1)
    return replace(given, level=torch.where(held, given.level, nearest))


def place(x: Tensor, sigma: float, noise: Tensor, given: Given) -> tuple[Tensor, Tensor]:
    """The sample (1, C, T, h, w) with all that is held, and each frame's own sigma (1, T)."""
    levels = given.level.clamp(max=sigma)
    path = _path(given, levels, noise)
    held = (given.level <= sigma) & (given.level < 1)
    x = torch.where(_over_frames(held), path, x)
    if given.known is not None:
        x = torch.lerp(x, path, given.known * ~_over_frames(held))
    return x, levels[None]


def follow(velocity: Tensor, sigma: float, levels: Tensor, noise: Tensor, given: Given) -> Tensor:
    """The velocity with which what is held stays so, seen from `sigma`.

    Known places follow their straight path. A frame held at a lower level points to the clean
    frame that its own velocity points to.
    """
    if given.known is not None:
        velocity = torch.lerp(velocity, noise - given.clean, given.known)
    share = levels[0] / sigma
    return velocity * _over_frames(share) if bool((share < 1).any()) else velocity


def _path(given: Given, levels: Tensor, noise: Tensor) -> Tensor:
    share = _over_frames(levels)
    return (1 - share) * given.clean + share * noise


def _over_frames(values: Tensor) -> Tensor:
    return values[None, None, :, None, None]


def _check_size(given: Given, latent: Tensor, index: int) -> None:
    frames, *extent = given.clean.shape[2:]
    last = index + latent.shape[2]
    if index < 0 or last > frames:
        raise UsageError(
            f"a condition covers latent frames {index} to {last - 1}, the clip has {frames}",
            where="condition",
            mend="Move the keyframe into the clip or make the clip longer.",
        )
    if list(latent.shape[3:]) != extent:
        raise UsageError(
            f"a condition is {tuple(latent.shape[3:])} latent rows and columns, "
            f"the clip {tuple(extent)}",
            where="condition",
            mend="Give the keyframe the size of the shot.",
        )
