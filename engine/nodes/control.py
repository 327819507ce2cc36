"""Nodes that steer how shots are made: frames to keep, references, regions, guidance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from engine.graph import Label, Range, node

if TYPE_CHECKING:
    from engine.diffusion import Condition
    from engine.media import Clip, Image

Strength = Annotated[float, Range(0.05, 1, step=0.05)]
Share = Annotated[float, Range(0, 1, step=0.05)]


@node("Keep frames", category="Control", cache=False)
def frames(
    clip: Clip,
    place: Literal["first", "last", "number"] = "first",
    strength: Strength = 1.0,
    number: Annotated[int, Range(0, None), Label("Frame number")] = 0,
) -> Condition:
    """A clip that the shot begins or ends with, or shows from a frame on: the shot goes on from it.

    Frames count from 0 at the model's rate. The clip is taken at that rate, and its picture is
    filled into that of the shot.
    """
    from engine.diffusion import Condition, Keyframe

    at = {"first": 0, "last": -1, "number": number}[place]
    return Condition(Keyframe(clip, at, strength))


@node("Reference", category="Control", cache=False)
def reference(image: Image, strength: Strength = 1.0) -> Condition:
    """A picture of who or what the shot shows: the same thing appears in another place.

    The model looks at it; it has no place in the shot. Leave out of the prompt what the picture
    says better. A frame of another shot does well ("Frame of clip").
    """
    from engine.diffusion import Condition, Reference

    return Condition(Reference(image, strength))


@node("Start from clip", category="Control", cache=False)
def start(clip: Clip, change: Annotated[float, Range(0.05, 1, step=0.05)] = 0.6) -> Condition:
    """A clip of the shot's length that the shot is made from; more change keeps less of it."""
    from engine.diffusion import Condition, Start

    return Condition(Start(clip, change))


@node("Keep region", category="Control", cache=False)
def region(clip: Clip, mask: Image) -> Condition:
    """A clip of the shot's length and size that is kept where the mask is black.

    The model makes what is white so that it fits. Lay the result over the clip by the mask, or use
    "Inpaint", which does so.
    """
    from engine.diffusion import Condition, Region

    return Condition(Region(clip, mask))


@node("Guidance", category="Control", cache=False)
def guidance(
    rescale: Annotated[Share, Label("Bring contrast back")] = 0.0,
    skip: Annotated[float, Range(0, 10, step=0.1), Label("Skip-layer guidance")] = 0.0,
    blocks: Annotated[tuple[int, ...], Label("Blocks to skip")] = (),
    start: Annotated[Share, Label("From, 0 is noise")] = 0.0,
    stop: Annotated[Share, Label("To, 1 is the picture")] = 1.0,
    change: Literal["constant", "falling", "rising"] = "constant",
) -> Condition:
    """How a shot follows its prompt, beyond how strongly; link it to the shot's conditions.

    Strong guidance raises contrast and colour: bring back some of it. Skip-layer guidance makes
    motion and shapes firmer and costs one more prediction a step; without blocks it skips the
    middle one. Guidance may hold for a part of the way from noise to picture only, which is quicker
    and keeps variety, and may fall or rise between.
    """
    from engine.diffusion import Condition, Guidance
    from engine.errors import Problem, ValidationError

    if stop <= start:
        problem = Problem(
            f"is {stop:g}, and its start {start:g}",
            field="stop",
            mend="Let it stop after it starts.",
        )
        raise ValidationError([problem])
    return Condition(Guidance(rescale, skip, blocks, start, stop, change))
