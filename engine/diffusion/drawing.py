"""Draws a shot: anew, until the model sees in it what it was asked for, or so often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.diffusion.decoding import decode
from engine.diffusion.picturing import Canvas
from engine.diffusion.predicting import completed
from engine.diffusion.prompting import Voice, parse_weights
from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling
from engine.diffusion.second import Again, doubled_once, doubled_to
from engine.diffusion.shot import Shot, heard, plan_of, sample_shot
from engine.diffusion.values import Condition, Latent, Reference
from engine.models.family import Recognising, Sight, VideoModel

Runs = Callable[[str, str], Run]
"""(what is done, the name of its half-finished run) to the run: each try has its own."""

APART = 1 << 32
"""Between the seeds of tries: more than seeds beside each other are apart."""


@dataclass(frozen=True)
class Drawing:
    """A shot, the model that draws it, and how."""

    model: VideoModel
    name: str
    shot: Shot
    sampling: Sampling
    again: Again
    conditions: Sequence[Condition] = ()
    runs: Runs = lambda _what, _name: Run()

    def latent(self, tries: int = 1) -> Latent:
        """The latent of the shot, as large as its picture.

        A model that knows things when it sees them looks at each try, doubled once, until it sees
        what prompt and references ask for. If it never does, the best of `tries` is kept, and a
        note tells what is doubtful. With a reference it tries up to twice as often: the same thing
        again is harder to meet. The first try is the shot as it is without others. Raises
        UsageError and OutOfMemory as `sample_shot`.
        """
        words = self._words() if tries > 1 else None
        if words is not None and self._references():
            tries *= 2
        run = self.runs("enlarging", "enlarging")
        best = self._try(0, words)
        for number in range(1, tries):
            if not best.sight.missing:
                break
            other = self._try(number, words)
            if other.sight.likely > best.sight.likely:
                best = other
        if best.sight.missing and run.on_note:
            run.on_note(f"not quite seen in {tries} tries: {', '.join(best.sight.missing)}")
        latent = doubled_to(self.model, best.latent, self.shot.width, run=run)
        if latent.sound is not None:
            return latent
        sound = heard(
            *(self.model, lambda: self._small(best, run), self.shot),
            *(self.sampling.seed, run.on_note),
        )
        return replace(latent, sound=sound)

    def _small(self, take: _Take, run: Run) -> Tensor:
        """The base latent of what a try shows: the second pass may have moved things."""
        if take.latent.tensor.shape == take.base.tensor.shape or self.again.change == 0:
            return take.base.tensor
        pixels = take.pixels
        if pixels is None:
            pixels = decode(self.model, take.latent, on_note=run.on_note, others=run.others)
        return Canvas(self.model, plan_of(self.model, take.latent)).encoded(list(pixels))

    def _try(self, number: int, words: Tensor | None) -> _Take:
        """One try, and whether `words` are seen in it.

        It is silent: what is heard of a picture waits until one is kept.
        """
        mark = f"_{number + 1}" if number else ""
        shot = replace(self.shot, sound=False)
        sampling = replace(self.sampling, seed=self.sampling.seed + number * APART)
        base = sample_shot(
            *(self.model, self.name, shot, sampling),
            conditions=self.conditions,
            run=self.runs("denoising", f"step{mark}"),
        )
        run = self.runs("second pass", f"again{mark}")
        latent = doubled_once(
            *(self.model, base, shot, sampling, self.again), conditions=self.conditions, run=run
        )
        if words is None or not isinstance(self.model, Recognising):
            return _Take(base, latent)
        pixels = decode(self.model, latent, on_note=run.on_note, others=run.others)
        sight = self.model.sees(pixels, words, alike=bool(self._references()))
        return _Take(base, latent, pixels, sight)

    def _words(self) -> Tensor | None:
        """What is asked for all through the shot, as the model takes it; None if it cannot tell."""
        if not isinstance(self.model, Recognising) or self.shot.changes:
            return None
        words = self.model.encode_prompt(parse_weights(self.shot.prompt).text).words
        said = completed(
            self.model,
            [Voice(words, torch.ones(1))],
            self._references(),
            on_note=lambda _note: None,
        )
        return said[0].words if self.model.can_tell(said[0].words) else None

    def _references(self) -> list[Reference]:
        steering = [condition.what for condition in self.conditions]
        return [item for item in steering if isinstance(item, Reference)]


_NOT_LOOKED = Sight()  # counts as seen


@dataclass(frozen=True, eq=False)
class _Take:
    """A try: its base latent and the doubled one; if it was looked at, its pixels and the sight."""

    base: Latent
    latent: Latent
    pixels: NDArray[np.uint8] | None = None
    sight: Sight = _NOT_LOOKED
