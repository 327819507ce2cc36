"""A judge of starter-world clips: small networks trained on renders, never on generated pictures.

It names colour, shape, size, surface, scene and motion of a clip; how well it does so on held-out
renders is printed beside every figure that it gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from einops import rearrange
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.shdt.lexicon import FACETS, VOCABULARY, concept_id
from engine.training.autoencoder import to_picture
from engine.training.clips import ClipSet, clip_set

JUDGED = ("size", "colour", "surface", "shape", "motion", "scene")
WIDTH, HEIGHT = 128, 72
LOOKS = (0, 4, 8, 12, 16)  # frames whose content is looked at
STEPS = tuple(range(0, 17, 2))  # frames whose movement is looked at


class Judge(nn.Module):
    """Clip (B, 3, 17, 72, 128) in -1..1 to a score for each concept token (B, VOCABULARY)."""

    def __init__(self) -> None:
        super().__init__()
        self.look = _pyramid(3, 128)
        self.watch = _pyramid(3 * len(STEPS), 128)
        self.content = nn.Linear(256, VOCABULARY)
        self.movement = nn.Linear(256, VOCABULARY)

    def forward(self, clip: Tensor) -> Tensor:
        frames = rearrange(clip[:, :, list(LOOKS)], "b c t h w -> (b t) c h w")
        seen = rearrange(_pool(self.look(frames)), "(b t) c -> b t c", t=len(LOOKS))
        steps = rearrange(clip[:, :, list(STEPS)], "b c t h w -> b (c t) h w")
        moved = _pool(self.watch(steps))
        scores = self.content(seen.amax(1) + seen.mean(1))
        motion = [concept_id("motion", name) for name in FACETS["motion"]]
        scores[:, motion] = self.movement(moved)[:, motion]
        return scores


@dataclass(frozen=True)
class Verdict:
    """What the judge saw of one clip: a concept for each judged facet."""

    concepts: dict[str, str]


@torch.inference_mode()
def judge(model: Judge, picture: Tensor) -> Verdict:
    """picture (1, 3, 17, H, W) in -1..1, of any size."""
    flat = rearrange(picture, "b c t h w -> (b t) c h w")
    flat = F.interpolate(flat, size=(HEIGHT, WIDTH), mode="area")
    scores = model(rearrange(flat, "(b t) c h w -> b c t h w", t=picture.shape[2]))[0]
    best = {}
    for facet in JUDGED:
        names = list(FACETS[facet])
        ids = [concept_id(facet, name) for name in names]
        best[facet] = names[int(scores[ids].argmax())]
    return Verdict(best)


def trained_judge(folder: Path, *, steps: int = 700, clips: int = 2400) -> Judge:
    """The judge, trained on renders of training combinations and kept in `folder`."""
    path = folder / f"judge-{steps}-{clips}.safetensors"
    torch.manual_seed(7)
    model = Judge()
    if path.exists():
        model.load_state_dict(load_file(path))
        return model.eval()
    data = clip_set(folder / "clips", count=clips, width=128, height=80, seed=23)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, steps)
    for step in range(steps):
        generator = torch.Generator().manual_seed(step)
        clip, tokens = _batch(data, 16, generator)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores = model(clip)
        loss = _loss(scores.float(), tokens)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), path)
    return model.eval()


def accuracy(model: Judge, data: ClipSet) -> dict[str, float]:
    """The judge's own accuracy on renders, by facet (0..1)."""
    right = dict.fromkeys(JUDGED, 0)
    for index in range(len(data)):
        picture = to_picture(data.pictures[index : index + 1, :, 4:-4])
        seen = judge(model, picture).concepts
        for facet in JUDGED:
            column = list(FACETS).index(facet)
            right[facet] += concept_id(facet, seen[facet]) == int(data.tokens[index, column])
    return {facet: count / len(data) for facet, count in right.items()}


def _batch(data: ClipSet, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Clips with blur and noise, as generated ones have; and their tokens."""
    index = torch.randint(len(data), (count,), generator=generator).sort().values.numpy()
    clip = to_picture(np.asarray(data.pictures[index])[:, :, 4:-4])
    soft = rearrange(clip, "b c t h w -> (b t) c h w")
    soft = F.interpolate(F.avg_pool2d(soft, 2), size=(HEIGHT, WIDTH), mode="bilinear")
    soft = rearrange(soft, "(b t) c h w -> b c t h w", b=count)
    blur = torch.rand((count, 1, 1, 1, 1), generator=generator)
    noise = 0.15 * torch.rand((count, 1, 1, 1, 1), generator=generator)
    clip = clip + blur * (soft - clip) + noise * torch.randn(clip.shape, generator=generator)
    return clip, torch.from_numpy(data.tokens[index])


def _loss(scores: Tensor, tokens: Tensor) -> Tensor:
    total = scores.new_zeros(())
    for facet in JUDGED:
        ids = [concept_id(facet, name) for name in FACETS[facet]]
        target = tokens[:, list(FACETS).index(facet)] - ids[0]
        total = total + F.cross_entropy(scores[:, ids], target, label_smoothing=0.02)
    return total


def _pyramid(channels: int, width: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for out in (32, 64, width, width):
        layers += [nn.Conv2d(channels, out, 3, 2, 1), nn.GroupNorm(8, out), nn.SiLU()]
        channels = out
    layers += [nn.Conv2d(width, width, 3, padding=1), nn.GroupNorm(8, width), nn.SiLU()]
    return nn.Sequential(*layers)


def _pool(x: Tensor) -> Tensor:
    return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)
