"""A judge of starter-world clips: small networks trained on renders, never on generated pictures.

It finds the shape in every frame, looks at it close up at its own size, and lets the frames vote:
so it names colour, shape, size, surface, scene and motion of a clip. How well it does so on
held-out renders is printed beside every figure that it gives. `_judge_training` trains it.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.shdt.lexicon import FACETS

JUDGED = ("size", "colour", "surface", "shape", "motion", "scene")
WIDTH, HEIGHT = 256, 144  # what the judge looks at
FRAMES = 17
STRIDE = 16  # pixels to a cell of the map on which the shape is found
NEAR = 40  # pixels across a close-up
REACH = 1.4  # radii from its middle to its edge
GLANCES = 2  # close-ups that are taken to find the middle and the size of the shape more exactly
APART = 2  # frames between close-ups that are compared: what spins has turned by an eighth
ANGLES = (-20, 0, 20, 30, 40, 50, 60, 80)  # degrees by which one of them is turned to the other
LOOKED, COURSED = ("colour", "surface", "shape"), ("size", "motion")


class Place(nn.Module):
    """Finds the shape: frames (B, 3, T, 144, 256) to where it is, and what surrounds it."""

    def __init__(self) -> None:
        super().__init__()
        self.frames = _pyramid(3, (24, 48, 96))
        self.time = nn.Conv3d(96, 96, 3, padding=1, padding_mode="replicate")
        self.norm = nn.GroupNorm(8, 96)
        self.found = nn.Conv2d(96, 4, 3, padding=1)
        self.scene = nn.Linear(192, len(FACETS["scene"]))

    def forward(self, clip: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Track (B, T, 3), logits of the cells (B, T, cells) and of the scenes (B, scenes).

        A track holds x and y from the picture's middle and the logarithm of the radius, all in
        heights of the picture.
        """
        small = F.avg_pool2d(rearrange(clip, "b c t h w -> (b t) c h w"), 2)
        x = rearrange(self.frames(small), "(b t) c h w -> b c t h w", b=len(clip))
        x = F.silu(self.norm(x + self.time(x)))
        seen = rearrange(x, "b c t h w -> b t c (h w)")
        scene = self.scene(torch.cat([seen.mean((1, 3)), seen.amax(3).mean(1)], 1))
        maps = self.found(rearrange(x, "b c t h w -> (b t) c h w")).float()
        maps = rearrange(maps, "(b t) c h w -> b t c (h w)", b=len(clip))
        chance = maps[:, :, :1].softmax(-1)
        here = cells().to(maps) + STRIDE / HEIGHT * maps[:, :, 1:3]
        value = torch.cat([here, maps[:, :, 3:] - 1.8], 2)
        return (chance * value).sum(-1), maps[:, :, 0], scene


class Judge(nn.Module):
    """Clip (B, 3, 17, 144, 256) in -1..1 to a score for each concept of the judged facets."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Place()
        self.look = nn.Sequential(_pyramid(3, (32, 64, 96)), _flat(96, 128))
        self.turn = nn.Sequential(_pyramid(9, (32, 64, 64)), _flat(64, 64))
        self.looked = _heads(128, LOOKED)
        self.course = nn.Sequential(
            *(nn.Linear(3 * FRAMES + 64 + len(ANGLES) + 1, 128), nn.SiLU()),
            *(nn.Linear(128, 128), nn.SiLU()),
        )
        self.coursed = _heads(128, COURSED)
        self.nearer = nn.Linear(128, 3)

    def forward(self, clip: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """The facets' scores (B, concepts), and the track (B, 17, 3)."""
        track, _, scene = self.place(clip)
        for _ in range(GLANCES):
            track = self.refined(track, close_ups(clip, track))
        near = close_ups(clip, track)
        scores = {"scene": scene, **self.votes(near), **self.moves(track, near, apart=APART)}
        return scores, track

    def refined(self, track: Tensor, near: Tensor) -> Tensor:
        """The track (B, T, 3) moved to where its close-ups (B, T, 3, n, n) show the shape."""
        off = self.nearer(self.look(near.flatten(0, 1))).float().view_as(track)
        size = track[..., 2:].exp()
        return track + off * torch.cat([size, size, torch.ones_like(size)], -1)

    def votes(self, near: Tensor) -> dict[str, Tensor]:
        """What the close-ups (B, T, 3, n, n) show: each frame has a vote."""
        seen = self.look(near.flatten(0, 1))
        return {
            facet: rearrange(head(seen).float().log_softmax(-1), "(b t) k -> b t k", b=len(near))
            .mean(1)
            for facet, head in self.looked.items()
        }  # fmt: skip

    def moves(self, track: Tensor, near: Tensor, *, apart: int) -> dict[str, Tensor]:
        """Size and motion, of the whole track (B, 17, 3) and of how close-ups change.

        apart: which of the close-ups are compared, as places in their row.
        """
        return self.named(self.course_of(track, near, apart=apart))

    def course_of(self, track: Tensor, near: Tensor, *, apart: int) -> Tensor:
        """What size and motion are told from: the track, and how close-ups change (B, features)."""
        count = near.shape[1] - 2 * apart
        three = torch.stack([near[:, n * apart : n * apart + count] for n in range(3)], 2)
        changed = self.turn(rearrange(three, "b t n c h w -> (b t) (n c) h w"))
        changed = rearrange(changed, "(b t) k -> b t k", b=len(near)).mean(1)
        scale = track.new_tensor([2.0, 2.0, 1.0])
        return torch.cat([(track * scale).flatten(1), changed.float(), turns(near, apart)], 1)

    def named(self, course: Tensor) -> dict[str, Tensor]:
        """Scores of sizes and motions."""
        seen = self.course(course)
        return {facet: head(seen).float() for facet, head in self.coursed.items()}


def turns(near: Tensor, apart: int) -> Tensor:
    """How unlike later close-ups are when an earlier one is turned to them: (B, angles + 1).

    Logarithms of mean square differences within the shape's reach, each beside their mean.
    """
    before, after = near[:, :-apart].flatten(0, 1), near[:, apart:].flatten(0, 1)
    u, v = _square()
    inside = (u.hypot(v) < 1 / REACH).to(near)
    unlike = []
    for degrees in ANGLES:
        angle = torch.deg2rad(torch.tensor(float(degrees)))
        x, y = angle.cos() * u + angle.sin() * v, angle.cos() * v - angle.sin() * u
        grid = torch.stack([x, y], -1).to(near).expand(len(before), -1, -1, -1)
        turned = F.grid_sample(before, grid, padding_mode="border", align_corners=False)
        square = ((turned - after).square().mean(1) * inside).sum((1, 2)) / inside.sum()
        unlike.append(square.float())
    table = rearrange(torch.stack(unlike, 1), "(b t) k -> b t k", b=len(near)).mean(1) + 1e-5
    mean = table.mean(1, keepdim=True)
    return torch.cat([(table / mean).log(), mean.log()], 1)


def _square() -> tuple[Tensor, Tensor]:
    """Places (n, n) of a close-up's pixels, -1..1 to the right and down."""
    steps = (torch.arange(NEAR) + 0.5) / NEAR * 2 - 1
    v, u = torch.meshgrid(steps, steps, indexing="ij")
    return u, v


def close_ups(clip: Tensor, track: Tensor, angle: Tensor | None = None) -> Tensor:
    """The shape at the same size in every frame: (B, T, 3, n, n), turned by angle (B, T)."""
    count, _, frames, height, width = clip.shape
    u, v = _square()
    x, y, size = (part[..., None, None] for part in track.unbind(-1))
    size = REACH * size.exp()
    if angle is not None:
        cos, sin = (part[..., None, None] for part in (angle.cos(), angle.sin()))
        u, v = cos * u - sin * v, sin * u + cos * v
    grid = torch.stack([(x + size * u) * 2 * height / width, (y + size * v) * 2], -1)
    flat = rearrange(clip, "b c t h w -> (b t) c h w")
    near = F.grid_sample(flat, grid.flatten(0, 1), padding_mode="border", align_corners=False)
    return rearrange(near, "(b t) c h w -> b t c h w", b=count, t=frames)


def cells() -> Tensor:
    """Middles (2, cells) of the map's cells, as a track has them."""
    y, x = torch.meshgrid(
        (torch.arange(HEIGHT // STRIDE) + 0.5) * STRIDE / HEIGHT - 0.5,
        (torch.arange(WIDTH // STRIDE) + 0.5) * STRIDE / HEIGHT - 0.5 * WIDTH / HEIGHT,
        indexing="ij",
    )
    return torch.stack([x.flatten(), y.flatten()])


@dataclass(frozen=True)
class Verdict:
    """What the judge saw of one clip: a concept for each judged facet, and the shape's track."""

    concepts: dict[str, str]
    track: Tensor  # (17, 3): x, y, logarithm of the radius, in heights of the picture


@torch.inference_mode()
def judge(model: Judge, picture: Tensor) -> Verdict:
    """picture (1, 3, 17, H, W) in -1..1, of any size."""
    flat = rearrange(picture, "b c t h w -> (b t) c h w")
    if flat.shape[-2:] != (HEIGHT, WIDTH):
        flat = F.interpolate(flat, size=(HEIGHT, WIDTH), mode="bilinear", antialias=True)
    clip = rearrange(flat, "(b t) c h w -> b c t h w", t=picture.shape[2])
    scores, track = model(clip)
    best = {facet: list(FACETS[facet])[int(scores[facet][0].argmax())] for facet in JUDGED}
    return Verdict(best, track[0])


def _heads(width: int, facets: tuple[str, ...]) -> nn.ModuleDict:
    return nn.ModuleDict({facet: nn.Linear(width, len(FACETS[facet])) for facet in facets})


def _pyramid(channels: int, widths: tuple[int, ...]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for out in widths:
        layers += [nn.Conv2d(channels, out, 3, 2, 1), nn.GroupNorm(8, out), nn.SiLU()]
        channels = out
    layers += [nn.Conv2d(out, out, 3, padding=1), nn.GroupNorm(8, out), nn.SiLU()]
    return nn.Sequential(*layers)


def _flat(channels: int, width: int) -> nn.Sequential:
    side = NEAR // 8
    return nn.Sequential(nn.Flatten(), nn.Linear(channels * side * side, width), nn.SiLU())
