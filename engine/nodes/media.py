"""Nodes that bring files, colours and stills in, and change the time and size of clips."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from engine.errors import MediaError
from engine.graph import Color, Context, File, Range, node

if TYPE_CHECKING:
    from engine.media import Clip, Image, Sound

Frames = Annotated[int, Range(0, None, unit="frames")]
Seconds = Annotated[float, Range(0.01, 86400, step=0.5, unit="s")]
Pixels = Annotated[int, Range(1, 16384, unit="px")]
Share = Annotated[float, Range(0, 1, step=0.05)]
Rate = Annotated[Fraction, Range(Fraction(1), Fraction(240), unit="frames/s")]
Sizing = Literal["fit", "fill", "stretch"]


@node("Load clip", category="Media", cache=False, seeded=False)
def load_clip(
    file: Annotated[Path, File("video")], rate: Rate | None = None, *, ctx: Context
) -> Clip:
    """A film file with its sound, or numbered pictures such as `shot_####.png`.

    Numbered pictures play at `rate`, or at the project's.
    """
    from engine.media import open_clip, sound_fault

    path = ctx.base_dir / file
    clip = open_clip(path, rate=rate or ctx.settings.rate)
    fault = sound_fault(path)
    if fault:
        ctx.warn(f"its sound cannot be used, so that it comes without ({fault})")
    return clip


@node("Load image", category="Media", cache=False, seeded=False, reads_settings=False)
def load_image(file: Annotated[Path, File("image")], *, ctx: Context) -> Image:
    """A picture file, upright."""
    from engine.media import open_image

    return open_image(ctx.base_dir / file)


@node("Load sound", category="Media", cache=False, seeded=False, reads_settings=False)
def load_sound(file: Annotated[Path, File("sound")], *, ctx: Context) -> Sound:
    """The sound of a sound or film file."""
    from engine.media import open_sound

    return open_sound(ctx.base_dir / file)


@node("Solid colour", category="Media", cache=False, seeded=False)
def solid(
    color: Annotated[str, Color()] = "#000000",
    seconds: Seconds = 5.0,
    width: Pixels | None = None,
    height: Pixels | None = None,
    *,
    ctx: Context,
) -> Clip:
    """A clip of one colour, at the project's rate and size unless said otherwise."""
    from engine.media import solid_clip
    from engine.media.making import colour_of_text

    settings = ctx.settings
    return solid_clip(
        colour_of_text(color),
        width or settings.width,
        height or settings.height,
        seconds=_exact(seconds),
        rate=settings.rate,
    )


@node("Hold still", category="Edit", cache=False, seeded=False)
def hold(image: Image, seconds: Seconds = 5.0, *, ctx: Context) -> Clip:
    """A clip of one picture, at the project's rate."""
    from engine.media import still_clip

    return still_clip(image, seconds=_exact(seconds), rate=ctx.settings.rate)


@node("Frame of clip", category="Edit", cache=False)
def frame(clip: Clip, number: Frames = 0, which: Literal["first", "last"] = "first") -> Image:
    """One frame of a clip as an image: the `number`-th from the first, or before the last."""
    from engine.media import Image

    index = number if which == "first" else clip.frame_count - 1 - number
    if not 0 <= index < clip.frame_count:
        raise MediaError(f"the clip has {clip.frame_count} frames, so it has no frame {number}")
    return Image(
        clip.width,
        clip.height,
        lambda: next(clip.arrays(index, index + 1)),
        clip.has_alpha,
        clip.name,
    )


@node("Conform", category="Edit", cache=False, seeded=False)
def conform(
    clip: Clip,
    rate: Rate | None = None,
    between_frames: Literal["nearest", "blend"] = "nearest",
    width: Pixels | None = None,
    height: Pixels | None = None,
    size: Sizing = "fit",
    channels: Literal["as they are", "mono", "stereo", "5.1"] = "as they are",
    *,
    ctx: Context,
) -> Clip:
    """Brings a clip to the project's rate, size and sample rate, or to those given.

    fit shows all of the picture with bars, fill cuts what is too much, stretch does neither.
    """
    from engine.media import conform as conformed

    settings = ctx.settings
    return conformed(
        clip,
        rate=rate or settings.rate,
        size=(width or settings.width, height or settings.height),
        sample_rate=settings.sample_rate,
        layout=None if channels == "as they are" else channels,
        method=between_frames,
        mode=size,
    )


@node("Pan and scan", category="Edit", cache=False, seeded=False)
def pan(
    clip: Clip,
    from_x: Share = 0.0,
    from_y: Share = 0.5,
    to_x: Share = 1.0,
    to_y: Share = 0.5,
    width: Pixels | None = None,
    height: Pixels | None = None,
    *,
    ctx: Context,
) -> Clip:
    """Fills the frame with a part of the picture that moves over the clip.

    0, 0 is the left upper part of what is too much, 1, 1 the right lower.
    """
    from engine.media import conform_size

    size = width or ctx.settings.width, height or ctx.settings.height
    return conform_size(clip, *size, "fill", focus=(from_x, from_y), focus_end=(to_x, to_y))


@node("Trim", category="Edit", cache=False)
def trim(clip: Clip, start: Frames = 0, length: Frames | None = None) -> Clip:
    """The part of a clip that begins at frame `start`; without a length, all that is left."""
    from engine.media import trim as trimmed

    return trimmed(clip, start, None if length is None else start + length)


@node("Slow motion", category="Edit", cache=False)
def slow_motion(
    clip: Clip,
    factor: Annotated[float, Range(0.05, 20, step=0.25)] = 2.0,
    between_frames: Literal["blend", "nearest"] = "blend",
    sound: Literal["stretch", "leave out"] = "stretch",
) -> Clip:
    """Plays a clip slower (faster below 1), blending between frames; its sound keeps its pitch."""
    from engine.media import slow_motion as slowed

    return slowed(clip, _exact(factor), between_frames, keep_sound=sound == "stretch")


@node("Reverse", category="Edit", cache=False)
def reverse(clip: Clip) -> Clip:
    """Plays a clip backwards, its sound too."""
    from engine.media import reverse as reversed_

    return reversed_(clip)


@node("Crop", category="Edit", cache=False)
def crop(
    clip: Clip,
    left: Annotated[int, Range(0, 16384, unit="px")] = 0,
    top: Annotated[int, Range(0, 16384, unit="px")] = 0,
    right: Annotated[int, Range(0, 16384, unit="px")] = 0,
    bottom: Annotated[int, Range(0, 16384, unit="px")] = 0,
) -> Clip:
    """Takes pixels away at the sides of a clip."""
    from engine.media import crop as cropped

    return cropped(clip, left, top, clip.width - left - right, clip.height - top - bottom)


@node("Turn and flip", category="Edit", cache=False)
def turn(
    clip: Clip,
    clockwise: Literal[0, 90, 180, 270] = 0,
    *,
    mirror: bool = False,
) -> Clip:
    """Turns a clip clockwise by degrees, then swaps left and right if `mirror` is on."""
    from engine.media import turn as turned

    return turned(clip, clockwise, mirror=mirror)


@node("Sound of clip", category="Edit", cache=False)
def sound_of(clip: Clip) -> Sound:
    """The sound of a clip."""
    if clip.sound is None:
        raise MediaError("the clip has no sound", where=clip.name or None)
    return clip.sound


@node("Add sound to clip", category="Edit", cache=False)
def with_sound(clip: Clip, sound: Sound | None = None) -> Clip:
    """The clip with that sound instead of its own, or with none."""
    return replace(clip, sound=sound)


def _exact(value: float) -> Fraction:
    """What a decimal number means: 0.1 is one tenth."""
    return Fraction(str(value))
