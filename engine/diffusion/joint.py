"""Sampling of picture and sound together, each token at its own level of noise.

Both streams are one state of the flow, so that every solver works on them as on one latent. A
token that is given in part is mixed with what is known of it at every step, as the owners of such
models publish it: clean = free x predicted + (1 - free) x given, at free x sigma of noise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch
from torch import Tensor

from engine.diffusion.guidance import scale_at
from engine.diffusion.running import OnStep, run
from engine.diffusion.solvers import SolverName
from engine.diffusion.values import Guidance
from engine.models.joint import JointGuidance, Query, Told


@dataclass(frozen=True, eq=False)
class Stream:
    """One stream of a clip: (1, N, C) that is given, its noise, how free it is, where it lies.

    free (1, N): 1 is made, 0 held as given. begin: what the noise is laid over at first, by default
    what is given. The first `own` tokens are the clip's, the others are only seen beside it.
    """

    given: Tensor
    noise: Tensor
    free: Tensor
    places: Tensor
    own: int
    begin: Tensor | None = None

    def start(self, sigma: float) -> Tensor:
        """The sample at the first level."""
        level = (sigma * self.free)[..., None]
        origin = self.given if self.begin is None else self.begin
        return (1 - level) * origin + level * self.noise

    def sigma(self, sigma: float) -> float:
        """The stream's own level: 0 when all of it is given."""
        return sigma if bool((self.free > 0).any()) else 0.0


@dataclass(frozen=True)
class Follow:
    """How both streams follow the prompt: strength for the picture, and all else."""

    picture: float
    joint: JointGuidance
    how: Guidance = field(default_factory=Guidance)


Predict = Callable[[Query], tuple[Tensor, Tensor]]


def sample_joint(
    predict: Predict,
    picture: Stream,
    sound: Stream,
    sigmas: Tensor,
    follow: Follow,
    *,
    solver: SolverName = "euler",
    on_step: OnStep | None = None,
    checkpoint: Path | None = None,
) -> tuple[Tensor, Tensor]:
    """Both streams' own tokens, clean. With `checkpoint`, a killed run goes on from it.

    Raises ModelError when the predictions are no numbers.
    """
    shapes = picture.given.shape, sound.given.shape
    size = shapes[0].numel()

    def split(x: Tensor) -> tuple[Tensor, Tensor]:
        return x[:size].view(shapes[0]), x[size:].view(shapes[1])

    def velocity(x: Tensor, sigma: float) -> Tensor:
        both = split(x)
        streams = picture, sound
        query = Query(
            picture=both[0],
            sound=both[1],
            picture_levels=sigma * picture.free,
            sound_levels=sigma * sound.free,
            sigma=(picture.sigma(sigma), sound.sigma(sigma)),
            places=(picture.places, sound.places),
            prompt=torch.empty(0, dtype=torch.long),  # `predict` puts the words in
            blocks=follow.joint.blocks,
        )
        found = _guided(predict, query, sigma, follow)
        return torch.cat(
            [
                _held(now, v, stream, sigma, follow.joint.rescale).flatten()
                for now, v, stream in zip(both, found, streams, strict=True)
            ]
        )

    noise = torch.cat([stream.start(float(sigmas[0])).flatten() for stream in (picture, sound)])
    x = run(solver, velocity, noise, sigmas, on_step=on_step, checkpoint=checkpoint)
    made = split(x)
    return made[0][:, : picture.own], made[1][:, : sound.own]


def levels_from(sigmas: Tensor, start: float) -> Tensor:
    """The rest of a schedule from a lower level on."""
    return sigmas if start >= 1 else torch.cat([torch.tensor([start]), sigmas[sigmas < start]])


Pair = tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]


def _guided(predict: Predict, query: Query, sigma: float, follow: Follow) -> Pair:
    """Velocities of both streams with the prompt, and with all guidance: (plain, guided) each."""
    joint, how = follow.joint, follow.how

    def ask(told: Told) -> tuple[Tensor, Tensor]:
        return predict(replace(query, told=told))

    plain = ask("prompt")
    made = [plain[0], plain[1]]
    scales = [scale_at(scale, how, sigma) for scale in (follow.picture, joint.sound)]
    terms: list[tuple[Told, list[float]]] = [("negative", [scale - 1 for scale in scales])]
    if how.start <= 1 - sigma <= how.stop:
        terms += [("skipping", [joint.skip] * 2), ("apart", [joint.apart - 1] * 2)]
    for told, factors in terms:
        if any(factors):
            other = ask(told)
            for n, factor in enumerate(factors):
                made[n] = made[n] + factor * (plain[n] - other[n])
    return (plain[0], made[0]), (plain[1], made[1])


def _held(
    x: Tensor, found: tuple[Tensor, Tensor], stream: Stream, sigma: float, rescale: float
) -> Tensor:
    """The velocity towards the clean sample: contrast brought back, then what is given mixed in."""
    level, free = (sigma * stream.free)[..., None], stream.free[..., None]
    plain, guided = (x - level * v for v in found)
    if rescale and found[0] is not found[1]:
        deviation = guided.std()
        factor = plain.std() / deviation if deviation > 0 else 1.0
        guided = guided * (rescale * factor + 1 - rescale)
    clean = free * guided + (1 - free) * stream.given
    return (x - clean) / sigma
