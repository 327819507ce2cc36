"""Pictures and clips as a model takes them: at its base size and rate, as latents."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from einops import rearrange
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from engine.diffusion.conditioning import CleanFrames
from engine.diffusion.noise import initial_noise
from engine.diffusion.values import Keyframe, Reference, Region
from engine.errors import UsageError
from engine.media import Clip, Image, conform_rate
from engine.models.family import Beside, ShotPlan, VideoModel

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Canvas:
    """The base picture of a shot: its size before the doublings, and whole latents around it."""

    model: VideoModel
    plan: ShotPlan

    @property
    def frames(self) -> int:
        """Frames of the shot."""
        return 1 + (self.plan.frames - 1) * self.model.time

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the base picture."""
        part = 2**self.plan.doublings
        return self.plan.width // part, self.plan.height // part

    def picture(self, pixels: Pixels) -> Tensor:
        """uint8 (H, W, 3 or 4) filled into the base picture: (1, 3, 1, h, w) in -1..1.

        What is too much of it at the sides is cut off.
        """
        width, height = self.size
        shown = rearrange(torch.from_numpy(_filling(pixels, width, height)), "h w c -> 1 c h w")
        scaled = F.interpolate(
            shown.float() / 127.5 - 1, size=(height, width), mode="bicubic", antialias=True
        )
        return F.pad(scaled.clamp(-1, 1), self._edges(), mode="replicate")[:, :, None]

    def pictures(self, frames: Sequence[Pixels]) -> Tensor:
        """Several of them: (1, 3, T, h, w)."""
        return torch.cat([self.picture(pixels) for pixels in frames], 2)

    def encoded(self, frames: Sequence[Pixels]) -> Tensor:
        """The latent (1, C, 1+k, h, w) of 1+4k frames."""
        return self.model.encode(self.pictures(frames)).cpu()

    def cells(self, mask: Tensor) -> Tensor:
        """A mask (T, H, W), 1 where the shot is made anew, as latent cells (1, 1, T', h, w).

        A cell counts as much as the most of what it spans, in space and in time.
        """
        width, height = self.size
        down = F.interpolate(mask[:, None], size=(height, width), mode="area")
        whole = F.adaptive_max_pool2d(mask[:, None], (height, width)).maximum(down)
        padded = F.pad(whole, self._edges(), mode="replicate")
        cells = F.max_pool2d(padded, self.model.space)  # (T, 1, h, w)
        grouped = rearrange(cells[1:], "(t k) 1 h w -> t k h w", k=self.model.time).amax(1)
        return torch.cat([cells[:1, 0], grouped])[None, None]

    def _edges(self) -> tuple[int, int, int, int]:
        width, height = self.size
        down = self.plan.rows * self.model.space - height
        across = self.plan.columns * self.model.space - width
        return across // 2, across - across // 2, down // 2, down - down // 2


@dataclass
class Held:
    """Frames that take the place of the shot's own: by frame, with their strength."""

    frames: dict[int, Pixels] = field(default_factory=dict)
    strength: dict[int, float] = field(default_factory=dict)
    stills: set[int] = field(default_factory=set)

    def add(self, keyframe: Keyframe, canvas: Canvas) -> None:
        """Add a keyframe's. Raises UsageError when they lie outside of the shot, or on others."""
        placed = placed_frames(keyframe, canvas)
        twice = sorted(placed.keys() & self.frames.keys())
        if twice:
            raise UsageError(
                f"two keyframes are held at frame {twice[0]}",
                where="keyframe",
                mend="Move or unlink one of them, or let it guide.",
            )
        self.frames |= placed
        self.strength |= dict.fromkeys(placed, keyframe.strength)
        if not _fills_a_latent(placed.keys(), canvas):  # a still, or a few frames
            self.stills |= placed.keys()

    def latents(self, canvas: Canvas) -> list[CleanFrames]:
        """The latent frames that they fill: all of their frames, or all there are.

        What is not known is filled with the nearest that is, so that time runs on into them.
        """
        if not self.frames:
            return []
        known = sorted(self.frames)
        filled = [
            self.frames[min(known, key=lambda at: (abs(at - n), -at))] for n in range(canvas.frames)
        ]
        latent = canvas.encoded(filled)
        made = []
        for index in range(canvas.plan.frames):
            span = frames_of_latent(index, canvas.model.time)
            inside = [n for n in span if n in self.frames]
            if len(inside) == len(span) or any(n in self.stills for n in inside):
                strength = max(self.strength[n] for n in inside)
                made.append(CleanFrames(latent[:, :, index : index + 1], index, strength))
        return made


def _fills_a_latent(frames: Collection[int], canvas: Canvas) -> bool:
    """Whether a latent frame that spans several is known by all of its frames."""
    spans = (frames_of_latent(n, canvas.model.time) for n in range(1, canvas.plan.frames))
    return any(all(frame in frames for frame in span) for span in spans)


def frames_of_latent(index: int, time: int) -> range:
    """The frames of the shot that a latent frame spans: the first by itself, then `time` each."""
    return range(1) if index == 0 else range(time * (index - 1) + 1, time * index + 1)


def seen_beside(
    keyframes: Sequence[Keyframe], references: Sequence[Reference], canvas: Canvas
) -> Callable[[float], Beside | None]:
    """What a model sees beside the clip at a level of noise; None when there is nothing.

    Each picture is a latent frame by itself: a keyframe at its place in time, a reference before
    the clip. One of less than full strength holds the rest as noise, as long as the run does.
    """
    found: list[tuple[Pixels, float, float]] = []
    for keyframe in keyframes:
        for at, pixels in placed_frames(keyframe, canvas).items():
            found.append((pixels, time_of_frame(at, canvas.model.time), keyframe.strength))
    for reference in references:
        _check_strength(reference.strength)
        found.append((reference.picture.array(), canvas.model.reference_time, reference.strength))
    if not found:
        return lambda _sigma: None
    clean = torch.cat([canvas.encoded([pixels]) for pixels, _, _ in found], 2)
    times = torch.tensor([time for _, time, _ in found])
    most = torch.tensor([1 - strength for _, _, strength in found])
    noise = initial_noise(clean.shape[1:], 0)

    def beside(sigma: float) -> Beside:
        level = most.clamp(max=sigma)
        share = level[None, None, :, None, None]
        return Beside((1 - share) * clean + share * noise, times, level[None])

    return beside


def time_of_frame(frame: int, time: int) -> float:
    """Where a frame of the shot lies, in latent frames: a latent frame lies at its last frame."""
    return 0.0 if frame == 0 else (frame + (time - 1) / 2) / time


def region_frames(region: Region, canvas: Canvas) -> tuple[Tensor, Tensor]:
    """A region's clip as a latent, and where it is kept (1, 1, T, h, w).

    Raises UsageError when its mask has another size or length.
    """
    clip = region.clip
    clean = canvas.encoded(list(whole_clip(clip, canvas, "the clip of the region")))
    mask = torch.from_numpy(np.stack(list(mask_frames(region, canvas.frames, canvas.model))))
    return clean, 1 - canvas.cells(mask)


def mask_frames(region: Region, frames: int, model: VideoModel) -> list[NDArray[np.float32]]:
    """The mask of each frame of the shot: (H, W) in 0..1, 1 where it is made anew."""
    mask, clip = region.mask, region.clip
    size = (mask.width, mask.height)
    if size != (clip.width, clip.height):
        raise UsageError(
            f"the mask is {size[0]}x{size[1]}, its clip {clip.width}x{clip.height}",
            where="mask",
            mend="Give the mask the size of the clip.",
        )
    if isinstance(mask, Image):
        return [grey(mask.array())] * frames
    if mask.frame_count != clip.frame_count or mask.rate != clip.rate:
        raise UsageError(
            f"the mask has {mask.frame_count} frames at {float(mask.rate):g} a second, "
            f"its clip {clip.frame_count} at {float(clip.rate):g}",
            where="mask",
            mend="Give the mask the length of the clip, or use one picture for all frames.",
        )
    shown = list(conform_rate(mask, model.rate).arrays(0, frames))
    made = [grey(pixels) for pixels in shown]
    return made + [made[-1]] * (frames - len(made))


def grey(pixels: Pixels) -> NDArray[np.float32]:
    """How bright a mask is, 0 to 1; what is transparent counts as black."""
    shade = pixels[..., :3].astype(np.float32).mean(-1) / 255
    return shade * (pixels[..., 3].astype(np.float32) / 255) if pixels.shape[2] == 4 else shade


def whole_clip(clip: Clip, canvas: Canvas, what: str) -> list[Pixels]:
    """The frames of a clip that is as long as the shot, at the model's rate.

    Raises UsageError that names the nearest legal lengths when it is not.
    """
    found = conform_rate(clip, canvas.model.rate)
    if found.frame_count != canvas.frames:
        legal = legal_counts(canvas.model, found.frame_count)
        raise UsageError(
            f"{what} has {found.frame_count} frames at {float(canvas.model.rate):g} a second, "
            f"the shot {canvas.frames}",
            where="condition",
            mend=f"Trim it, or make the shot as long: {' or '.join(map(str, legal))} frames.",
        )
    return list(found.arrays())


def legal_counts(model: VideoModel, frames: int) -> list[int]:
    """The frame counts nearest to `frames` that a shot may have."""
    low = 1 + max(0, frames - 1) // model.time * model.time
    near = {min(max(1, low), model.longest), min(max(1, low) + model.time, model.longest)}
    return sorted(near)


def placed_frames(keyframe: Keyframe, canvas: Canvas) -> Mapping[int, Pixels]:
    """A keyframe's pictures by frame of the shot."""
    _check_strength(keyframe.strength)
    frames = canvas.frames
    picture = keyframe.picture
    if isinstance(picture, Image):
        shown = [picture.array()]
    else:
        shown = list(conform_rate(picture, canvas.model.rate).arrays())
    first = keyframe.at
    if first < 0:
        first = frames + 1 + first - len(shown)
    last = first + len(shown) - 1
    if first < 0 or last >= frames:
        said = f"frame {first}" if last == first else f"frames {first} to {last}"
        raise UsageError(
            f"a keyframe is at {said}, and the shot has frames 0 to {frames - 1}",
            where="keyframe",
            mend=f"Move it to {max(0, frames - len(shown))} at most, or make the shot longer.",
        )
    return {first + n: pixels for n, pixels in enumerate(shown)}


def frames_to_encode(frames: Sequence[Pixels], time: int) -> list[Pixels]:
    """As many of the frames as fill whole latents: one, then `time` each."""
    return list(frames[: 1 + (len(frames) - 1) // time * time])


def _check_strength(strength: float) -> None:
    if not 0 < strength <= 1:
        raise UsageError(
            f"strength is above 0 and at most 1, not {strength:g}",
            where="strength",
            mend="Leave the keyframe or reference out to be without it.",
        )


def _filling(pixels: Pixels, width: int, height: int) -> Pixels:
    """The middle of a picture that has the shape of width x height, without alpha."""
    rows, columns = pixels.shape[:2]
    wide = min(columns, max(1, round(rows * width / height)))
    high = min(rows, max(1, round(columns * height / width)))
    top, left = (rows - high) // 2, (columns - wide) // 2
    return pixels[top : top + high, left : left + wide, :3].copy()
