"""The sound of a finished picture: a run of its own, for models that listen to what they see."""

from __future__ import annotations

from einops import rearrange
from torch import Tensor

from engine.diffusion.guidance import Wanted
from engine.diffusion.sample import Sampling, one_by_one, sample
from engine.models.sounding import SoundingModel

STEPS = 16


def hear(model: SoundingModel, picture: Tensor, words: Tensor, *, seed: int) -> Tensor:
    """Sound tokens (1, M, C), one a frame, for the base latent (1, C, T, h, w) of a picture.

    words: the prompt's features. The same seed gives the same sound.
    """
    seen = model.look(picture)
    frames = 1 + (picture.shape[2] - 1) * model.time

    def predict(x: Tensor, levels: Tensor, wanted: Wanted) -> Tensor:
        del wanted  # there is no guidance
        tokens = rearrange(x, "b c m 1 1 -> b m c")
        velocity = model.sound_velocity(tokens, levels[:, 0], words, seen)
        return rearrange(velocity, "b m c -> b c m 1 1")

    shape = (model.sound_channels, frames, 1, 1)
    sampling = Sampling(STEPS, guidance=1.0, solver="euler", shift=1.0, seed=seed)
    return rearrange(sample(one_by_one(predict), shape, sampling), "b c m 1 1 -> b m c")
