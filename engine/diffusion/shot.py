"""One shot: from a prompt to its latent, to a larger latent, to its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from einops import rearrange
from torch import Tensor
from torch.nn import functional as F

from engine.diffusion.conditioning import CleanFrames
from engine.diffusion.sample import OnStep, Sampling, sample
from engine.diffusion.values import Condition, Latent
from engine.errors import UsageError
from engine.media import Image
from engine.models.family import PromptFeatures, ShotPlan, VideoModel


@dataclass(frozen=True)
class Shot:
    """What to make: the prompt and what it must not show, the size and the number of frames."""

    prompt: str
    negative: str
    width: int
    height: int
    frames: int


def sample_shot(
    model: VideoModel,
    name: str,
    shot: Shot,
    sampling: Sampling,
    *,
    conditions: Sequence[Condition] = (),
    on_step: OnStep | None = None,
    on_note: Callable[[str], None] | None = None,
    checkpoint: Path | None = None,
) -> Latent:
    """The base latent of a shot. Raises UsageError for an empty prompt or an illegal size."""
    features = read_prompt(model, shot.prompt)
    against = model.encode_prompt(shot.negative)
    for note in (*features.notes, *against.notes):
        if on_note:
            on_note(note)
    plan = model.plan(shot.width, shot.height, shot.frames)
    words = {True: features.words, False: against.words}

    def predict(x: Tensor, sigma: Tensor, with_prompt: bool) -> Tensor:  # noqa: FBT001
        return model.velocity(x, sigma, words[with_prompt]).cpu()

    tensor = sample(
        predict,
        (model.latent_channels, plan.frames, plan.rows, plan.columns),
        sampling,
        conditions=[_clean_frames(model, plan, condition) for condition in conditions],
        on_step=on_step,
        checkpoint=checkpoint,
    )
    part = 2**plan.doublings
    return Latent(tensor, name, model.rate, shot.width // part, shot.height // part)


def read_prompt(model: VideoModel, text: str) -> PromptFeatures:
    """The prompt's features. Raises UsageError when it is empty or nothing of it is known."""
    if not text.strip():
        raise UsageError("the prompt is empty", where="prompt", mend="Say what the shot shows.")
    features = model.encode_prompt(text)
    if not features.says_something:
        raise UsageError(
            f"the model knows no word of {text!r}",
            where="prompt",
            mend='Try "a large red ball bounces in a meadow".',
        )
    return features


def upsample(model: VideoModel, latent: Latent) -> Latent:
    """The latent at twice the rows and columns, by the model's own upsampler."""
    tensor = model.upsample(latent.tensor).cpu()
    return Latent(tensor, latent.model, latent.rate, 2 * latent.width, 2 * latent.height)


def decode(model: VideoModel, latent: Latent) -> np.ndarray:
    """The picture: uint8 (T, height, width, 3)."""
    picture = model.decode(latent.tensor)
    top = (picture.shape[3] - latent.height) // 2
    left = (picture.shape[4] - latent.width) // 2
    cut = picture[0, :, :, top : top + latent.height, left : left + latent.width]
    pixels = ((cut + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(rearrange(pixels.cpu(), "c t h w -> t h w c").numpy())


def _clean_frames(model: VideoModel, plan: ShotPlan, condition: Condition) -> CleanFrames:
    """A condition's picture as latent frames; a last frame is a still that ends the clip."""
    part = 2**plan.doublings
    still = 1 if condition.frame == "first" else 5
    base = _base_picture(condition.image, plan, plan.width // part, plan.height // part)
    latent = model.encode(base.expand(-1, -1, still, -1, -1)).cpu()
    index = 0 if condition.frame == "first" else plan.frames - 1
    return CleanFrames(latent[:, :, -1:], index, condition.strength)


def _base_picture(image: Image, plan: ShotPlan, width: int, height: int) -> Tensor:
    """An image fitted to the base size and padded to whole latents: (1, 3, 1, H, W) in -1..1."""
    pixels = torch.from_numpy(image.array()[:, :, :3].copy())
    picture = rearrange(pixels, "h w c -> 1 c h w").float() / 127.5 - 1
    picture = F.interpolate(picture, size=(height, width), mode="bicubic", antialias=True)
    down, across = plan.rows * 8 - height, plan.columns * 8 - width
    edges = (across // 2, across - across // 2, down // 2, down - down // 2)
    return F.pad(picture.clamp(-1, 1), edges, mode="replicate")[:, :, None]


def doublings(latent: Latent, width: int) -> int:
    """How often the latent is doubled until its picture is `width` wide."""
    return (width // latent.width).bit_length() - 1
