"""Trains the judge on renders, and says how often it is right about renders that it never saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import torch
from einops import rearrange
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional as F

from benchmarks._judge import (
    APART,
    FRAMES,
    GLANCES,
    HEIGHT,
    JUDGED,
    STRIDE,
    WIDTH,
    Judge,
    close_ups,
    judge,
)
from engine.models.shdt.lexicon import FACETS, concept_id
from engine.training import world
from engine.training.autoencoder import to_picture
from engine.training.clips import ClipSet, clip_set
from engine.training.courses import tracks as tracks_of

VERSION = 2  # of the networks and of how they are trained
SEED = 29  # of the clips that train it
PLACED = 8  # clips of a batch, of 16, in which the shape has to be found
WINDOW = 3  # frames of each clip that a step looks at


def trained_judge(folder: Path, *, steps: int = 600, closer: int = 500, clips: int = 900) -> Judge:
    """The judge, trained on renders of training combinations and kept in `folder`.

    First it learns to find the shape and to name what it sees (`steps`), then to look closer, and
    at last what moves how, from whole clips.
    """
    torch.manual_seed(7)
    model = Judge()
    whole = folder / f"judge-v{VERSION}.{world.VERSION}-{steps}-{closer}-{clips}.safetensors"
    if whole.exists():
        model.load_state_dict(load_file(whole))
        return model.eval()
    data = clip_set(folder / "clips", count=clips, width=WIDTH, height=HEIGHT, seed=SEED)
    tracks = tracks_of(clips, SEED, WIDTH / HEIGHT)
    first = folder / f"judge-v{VERSION}.{world.VERSION}-{steps}-{clips}.safetensors"
    if first.exists():
        model.load_state_dict(load_file(first))
    else:
        _train(model, steps, 3e-3, lambda generator: _loss(model, data, tracks, generator))
        save_file(model.state_dict(), first)
    model.place.requires_grad_(False)
    among = _spinning(data)
    _train(
        model, closer, 1.5e-3, lambda generator: _close_loss(model, data, tracks, among, generator)
    )
    _train_course(model, data, tracks)
    save_file(model.state_dict(), whole)
    return model.eval()


def _train_course(model: Judge, data: ClipSet, tracks: Tensor, *, steps: int = 1500) -> None:
    """Learn size and motion from whole clips: what they are told from is computed once a clip."""
    for network in (model.look, model.turn, model.looked, model.nearer):
        network.requires_grad_(False)
    rows = []
    with torch.inference_mode():
        for number, truth in enumerate(tracks):
            generator = torch.Generator().manual_seed(number)
            clip = to_picture(data.pictures[number : number + 1])
            if number % 2:
                clip = _worn(clip, generator)
            size = truth[None, :, 2:].exp()
            wide = 0.05 * torch.rand((), generator=generator)
            shake = wide * torch.randn((1, *truth.shape), generator=generator)
            track = truth + shake * torch.cat([size, size, torch.ones_like(size)], -1)
            rows.append(model.course_of(track, close_ups(clip, track), apart=APART))
    features = torch.cat(rows).clone()
    tokens = torch.from_numpy(data.tokens)

    def loss(generator: torch.Generator) -> Tensor:
        index = torch.randint(len(features), (64,), generator=generator)
        course = features[index].clone()
        scale = course.new_tensor([2.0, 2.0, 1.0])
        course[:, : 3 * FRAMES] = (_shaky(tracks[index], generator, 0.5) * scale).flatten(1)
        course[:, 3 * FRAMES :] += 0.05 * torch.randn(
            course[:, 3 * FRAMES :].shape, generator=generator
        )
        return _naming_loss(model.named(course), tokens[index])

    _train(model, steps, 2e-3, loss)


def _train(
    model: Judge, steps: int, rate: float, loss: Callable[[torch.Generator], Tensor]
) -> None:
    parts = [value for value in model.parameters() if value.requires_grad]
    optimiser = torch.optim.AdamW(parts, lr=rate, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, steps)
    for step in range(steps):
        found = loss(torch.Generator().manual_seed(step))
        optimiser.zero_grad()
        found.backward()
        torch.nn.utils.clip_grad_norm_(parts, 1.0)
        optimiser.step()
        schedule.step()


def accuracy(model: Judge, data: ClipSet) -> dict[str, float]:
    """The judge's own accuracy on renders, by facet (0..1)."""
    right = dict.fromkeys(JUDGED, 0)
    for index in range(len(data)):
        seen = judge(model, to_picture(data.pictures[index : index + 1])).concepts
        for facet in JUDGED:
            column = list(FACETS).index(facet)
            right[facet] += concept_id(facet, seen[facet]) == int(data.tokens[index, column])
    return {facet: count / len(data) for facet, count in right.items()}


def _loss(model: Judge, data: ClipSet, tracks: Tensor, generator: torch.Generator) -> Tensor:
    """A batch's loss: where the shape is, what it is, how it moves and what is around it."""
    index = torch.randint(len(data), (16,), generator=generator)
    start = int(torch.randint(FRAMES - WINDOW + 1, (), generator=generator))
    span = slice(start, start + WINDOW)
    clip = _worn(to_picture(data.pictures[index.numpy(), span]), generator)
    truth = tracks[index]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        track, chance, scene = model.place(clip[:PLACED])
        near = close_ups(clip, *_loosely(truth[:, span], generator))
        scores = {
            "scene": scene,
            **model.votes(near),
            **model.moves(_shaky(truth, generator, 1.0), near, apart=1),
        }
    true_track = truth[:PLACED, span]
    target = F.cross_entropy(chance.flatten(0, 1), _cell(true_track).flatten())
    loss = 5 * F.l1_loss(track, true_track) + 0.1 * target
    return loss + _naming_loss(scores, torch.from_numpy(data.tokens)[index])


def _close_loss(
    model: Judge, data: ClipSet, tracks: Tensor, among: Tensor, generator: torch.Generator
) -> Tensor:
    """A batch's loss of what close-ups show: where the shape is in them, what it is, if it turns.

    Half of the batch is of clips in which the shape stays in its place, and spins or not.
    """
    index = torch.randint(len(data), (16,), generator=generator)
    index[::2] = among[torch.randint(len(among), (8,), generator=generator)]
    start = int(torch.randint(FRAMES - 2 * APART, (), generator=generator))
    span = slice(start, start + 2 * APART + 1, APART)
    clip = _worn(to_picture(data.pictures[index.numpy(), span]), generator)
    truth = tracks[index]
    near_truth = truth[:, span]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        seen = _missed(near_truth, generator)
        loss = torch.zeros(())
        for _ in range(GLANCES):
            seen = model.refined(seen.detach(), close_ups(clip, seen.detach()))
            size = near_truth[..., 2:].exp()
            off = (seen - near_truth) / torch.cat([size, size, torch.ones_like(size)], -1)
            loss = loss + 2 * F.smooth_l1_loss(off, torch.zeros_like(off), beta=0.1)
        angle = 0.25 * torch.randn((len(clip), 1), generator=generator)
        near = close_ups(clip, seen.detach(), angle.expand(len(clip), 3))
        moves = model.moves(_shaky(truth, generator, 0.5), near, apart=1)
        scores = {**model.votes(near), **moves}
    return loss + _naming_loss(scores, torch.from_numpy(data.tokens)[index])


def _naming_loss(scores: Mapping[str, Tensor], tokens: Tensor) -> Tensor:
    loss = torch.zeros(())
    for facet, score in scores.items():
        wanted = tokens[:, list(FACETS).index(facet)] - concept_id(facet, next(iter(FACETS[facet])))
        seen = score.float()
        loss = loss + F.cross_entropy(seen, wanted[: len(seen)], label_smoothing=0.02)
    return loss


def _spinning(data: ClipSet) -> Tensor:
    """The clips in which the shape spins or stays still."""
    motions = torch.from_numpy(data.tokens[:, list(FACETS).index("motion")])
    wanted = torch.tensor([concept_id("motion", name) for name in ("spins", "still")])
    return torch.nonzero(torch.isin(motions, wanted)).flatten()


def _worn(clip: Tensor, generator: torch.Generator) -> Tensor:
    """Clips with blur and noise, as generated ones have."""
    count = len(clip)
    flat = rearrange(clip, "b c t h w -> (b t) c h w")
    factor = (2, 4)[int(torch.randint(2, (), generator=generator))]
    soft = F.interpolate(F.avg_pool2d(flat, factor), size=(HEIGHT, WIDTH), mode="bilinear")
    soft = rearrange(soft, "(b t) c h w -> b c t h w", b=count)
    blur = torch.rand((count, 1, 1, 1, 1), generator=generator)
    noise = 0.12 * torch.rand((count, 1, 1, 1, 1), generator=generator)
    start = int(torch.randint(len(_grain()) - clip[0].numel(), (), generator=generator))
    grain = _grain()[start : start + clip[0].numel()].view_as(clip[0])
    return clip.lerp_(soft, blur).addcmul_(noise, grain)


@cache
def _grain() -> Tensor:
    """Noise to cut pieces from: new noise for every step would take longer than all else."""
    return torch.randn(2**21, generator=torch.Generator().manual_seed(1))


def _loosely(track: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The track as it would be found, not quite right, and a turn of the picture."""
    size = track[..., 2:].exp()
    off = torch.randn((len(track), 1, 3), generator=generator)
    shake = torch.randn(track.shape, generator=generator)
    moved = (0.06 * off + 0.03 * shake) * torch.cat([size, size, torch.ones_like(size)], -1)
    angle = 0.25 * torch.randn((len(track), 1), generator=generator)
    return track + moved, angle.expand(track.shape[:2])


def _missed(track: Tensor, generator: torch.Generator) -> Tensor:
    """The track as `Place` finds it, now and then far off."""
    size = track[..., 2:].exp()
    wide = 0.1 + 0.3 * torch.rand((len(track), 1, 1), generator=generator)
    shake = wide * torch.randn(track.shape, generator=generator)
    return track + shake * torch.cat([size, size, torch.ones_like(size)], -1)


def _shaky(track: Tensor, generator: torch.Generator, much: float) -> Tensor:
    off = 0.02 * torch.randn((len(track), 1, 3), generator=generator)
    return track + much * (off + 0.012 * torch.randn(track.shape, generator=generator))


def _cell(track: Tensor) -> Tensor:
    """The number of the cell in which the middle of the shape is: (B, T)."""
    rows, columns = HEIGHT // STRIDE, WIDTH // STRIDE
    column = ((track[..., 0] + 0.5 * WIDTH / HEIGHT) * HEIGHT / STRIDE).long()
    row = ((track[..., 1] + 0.5) * HEIGHT / STRIDE).long()
    return row.clamp(0, rows - 1) * columns + column.clamp(0, columns - 1)
