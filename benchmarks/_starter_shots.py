"""Shots of the starter model for its benchmarks: from prompts, keyframes, references and spans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from engine.diffusion import reshoot
from engine.diffusion.decoding import decode
from engine.diffusion.drawing import Drawing
from engine.diffusion.sample import Sampling
from engine.diffusion.second import Again, steps_of
from engine.diffusion.shot import Shot, decode_sound
from engine.diffusion.values import Condition, Keyframe, Latent, Reference
from engine.media import Clip, Image, Sound
from engine.models.family import VideoModel
from engine.models.pool import ModelPool
from engine.models.registry import STARTER


@dataclass(frozen=True)
class Studio:
    """A model and how its shots are sampled."""

    model: VideoModel
    name: str = STARTER
    steps: int = 30
    guidance: float = 3.0
    again: float = 0.7
    tries: int = 4

    def latent(
        self,
        prompt: str,
        seed: int,
        conditions: tuple[Condition, ...] = (),
        *,
        size: tuple[int, int] = (256, 144),
        frames: int = 17,
        sound: bool = False,
        needs_words: bool = True,
    ) -> Latent:
        """The latent of a shot, as large as its picture."""
        shot = Shot(prompt, "", *size, frames, needs_words=needs_words, sound=sound)
        sampling = Sampling(steps=self.steps, guidance=self.guidance, seed=seed)
        again = Again(self.again, steps_of(self.steps))
        drawing = Drawing(self.model, self.name, shot, sampling, again, conditions)
        return drawing.latent(self.tries)

    def shot(self, prompt: str, seed: int, *, size: tuple[int, int] = (256, 144)) -> np.ndarray:
        """Frames uint8 (17, H, W, 3) of a prompt."""
        return decode(self.model, self.latent(prompt, seed, size=size))

    def keyed(self, prompt: str, seed: int, picture: np.ndarray, at: int) -> np.ndarray:
        """Frames of a prompt with a picture held at a frame."""
        held = Condition(Keyframe(Image.from_array(picture), at))
        return decode(self.model, self.latent(prompt, seed, (held,)))

    def alike(self, prompt: str, seed: int, picture: np.ndarray) -> np.ndarray:
        """Frames of a prompt that show what a reference picture shows."""
        seen = Condition(Reference(Image.from_array(picture)))
        return decode(self.model, self.latent(prompt, seed, (seen,)))

    def heard(self, prompt: str, seed: int) -> tuple[np.ndarray, Sound | None]:
        """Frames and sound of a prompt."""
        latent = self.latent(prompt, seed, sound=True)
        pixels = decode(self.model, latent)
        seconds = Fraction(len(pixels)) / self.model.rate
        return pixels, decode_sound(self.model, latent, seconds=seconds)

    def retaken(self, prompt: str, seed: int, clip: Clip, first: int, stop: int) -> Clip:
        """A clip with frames `first` to `stop` made anew."""

        def make(job: reshoot.Job) -> np.ndarray:
            size, words = (job.width, job.height), not job.conditions
            latent = replace(self, tries=1).latent(
                prompt, seed, job.conditions, size=size, frames=job.frames, needs_words=words
            )
            return decode(self.model, latent)

        return reshoot.retake(self.model, clip, first, stop, make)


def studio(name: str = STARTER, *, steps: int = 30, guidance: float = 3.0) -> Studio:
    """The model of that name, loaded."""
    return Studio(ModelPool().video(name), name, steps, guidance)
