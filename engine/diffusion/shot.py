"""One shot: from a prompt to its latent, to a larger latent, to its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

import numpy as np
from torch import Tensor

from engine.diffusion.conditioning import (
    Given,
    given_nothing,
    with_frames,
    with_region,
    with_start,
)
from engine.diffusion.hearing import hear
from engine.diffusion.picturing import (
    Canvas,
    Held,
    region_frames,
    whole_clip,
)
from engine.diffusion.predicting import predictor
from engine.diffusion.prompting import Change
from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling, sample
from engine.diffusion.sparing import within_memory
from engine.diffusion.values import (
    Condition,
    GivenSound,
    Guidance,
    Keyframe,
    Latent,
    ReferenceClip,
    Region,
    Start,
    Steering,
)
from engine.errors import AiprodError, UsageError
from engine.media import Clip, Sound, conform_rate
from engine.models.family import Refining, ShotPlan, VideoModel
from engine.models.joint import JointGuidance, JointModel
from engine.models.sounding import SoundingModel
from engine.runtime.ladder import descend


@dataclass(frozen=True)
class Shot:
    """What to make: the prompt and what it must not show, the size and the number of frames.

    `changes` are prompts that hold from later times on. `needs_words` False lets the prompt be
    empty: pictures then say what is seen. `sound` asks for the sound of the finished picture,
    from models that make it then.
    """

    prompt: str
    negative: str
    width: int
    height: int
    frames: int
    changes: tuple[Change, ...] = ()
    needs_words: bool = True
    sound: bool = False


def sample_shot(
    model: VideoModel,
    name: str,
    shot: Shot,
    sampling: Sampling,
    *,
    conditions: Sequence[Condition] = (),
    run: Run | None = None,
) -> Latent:
    """The base latent of a shot.

    Raises UsageError for an empty prompt, an illegal size, and conditions that do not fit, and
    OutOfMemory.
    """
    run = run or Run()
    if isinstance(model, JointModel):
        from engine.diffusion.joint_shot import sample_joint_shot

        return sample_joint_shot(model, name, shot, sampling, conditions, run)
    plan = model.plan(shot.width, shot.height, shot.frames)
    steering = [condition.what for condition in conditions]
    _check_taken(name, steering)
    start = only(steering, Start)
    tensor = denoised(
        *(model, Canvas(model, plan), shot),
        replace(sampling, start=start.change if start else sampling.start),
        *(conditions, run),
    )
    part = 2**plan.doublings
    latent = Latent(tensor, name, model.rate, shot.width // part, shot.height // part)
    return replace(latent, sound=heard(model, lambda: tensor, shot, sampling.seed, run.on_note))


def denoised(
    model: VideoModel,
    canvas: Canvas,
    shot: Shot,
    sampling: Sampling,
    conditions: Sequence[Condition],
    run: Run,
    *,
    begun: tuple[Tensor, float] | None = None,
) -> Tensor:
    """The latent (1, C, T, h, w) of a shot on a canvas; see `known_of` for `begun`."""
    plan = canvas.plan
    steering = [condition.what for condition in conditions]
    predict = predictor(model, shot, canvas, steering, run.on_note or (lambda _note: None))
    how = only(steering, Guidance) or sampling.how
    shape = (model.latent_channels, plan.frames, plan.rows, plan.columns)
    given = known_of(shape, canvas, steering, begun)
    count = plan.frames + predict.beside
    return within_memory(
        lambda: sample(
            predict.skipping(_blocks(model, how)),
            shape,
            replace(sampling, how=how),
            given=given,
            on_step=run.on_step,
            checkpoint=run.checkpoint,
        ),
        *(model, "denoise", (shape[0], count, *shape[2:])),
        on_note=run.on_note,
        others=run.others,
    )


def heard(
    model: VideoModel,
    picture: Callable[[], Tensor],
    shot: Shot,
    seed: int,
    on_note: Callable[[str], None] | None,
) -> Tensor | None:
    """The sound tokens of a finished picture; None where none is wanted, made, or possible.

    picture: gives its base latent; it is asked only where a sound is made.
    """
    if not (shot.sound and isinstance(model, SoundingModel) and model.sound_channels):
        return None
    try:
        return hear(model, picture(), model.encode_prompt(shot.prompt).words, seed=seed)
    except (AiprodError, RuntimeError) as error:  # what is seen is worth more than what is heard
        if on_note:
            on_note(f"the shot stays silent: {error}")
        return None


def hear_clip(model: SoundingModel, name: str, clip: Clip, prompt: str, *, seed: int) -> Latent:
    """The latent of a clip with the sound that a model hears in it.

    Raises UsageError when the clip has a size or length that the model does not make.
    """
    slow = conform_rate(clip, model.rate)
    frames = min(model.longest, 1 + (slow.frame_count - 1) // model.time * model.time)
    plan = model.plan(clip.width, clip.height, frames)
    tensor = Canvas(model, plan).encoded(list(slow.arrays(0, frames)))
    sound = hear(model, tensor, model.encode_prompt(prompt).words, seed=seed)
    part = 2**plan.doublings
    return Latent(tensor, name, model.rate, clip.width // part, clip.height // part, sound)


def upsample(
    model: VideoModel,
    latent: Latent,
    *,
    on_note: Callable[[str], None] | None = None,
    others: object = None,
) -> Latent:
    """The latent at twice the rows and columns, by the model's own upsampler.

    One that was doubled before is doubled by the upsampler of the second network, if there is one.
    `others` may give memory back when it is short. Raises OutOfMemory.
    """
    tell = on_note or (lambda _note: None)
    second = second_of(model)
    network = second if second is not None and plan_of(model, latent).doublings else model
    tensor = descend(lambda: network.upsample(latent.tensor).cpu(), [others], tell)
    return replace(latent, tensor=tensor, width=2 * latent.width, height=2 * latent.height)


def decode_sound(model: VideoModel, latent: Latent, *, seconds: Fraction) -> Sound | None:
    """The latent's sound at a clip's length; None where it has none."""
    if latent.sound is None or not isinstance(model, JointModel | SoundingModel):
        return None
    samples, rate = model.decode_sound(latent.sound)
    count = round(seconds * rate)
    missing = max(0, count - len(samples))
    return Sound.from_array(np.pad(samples[:count], ((0, missing), (0, 0))), rate)


def second_of(model: VideoModel) -> VideoModel | None:
    """The model's second network, if it has one."""
    return model.second if isinstance(model, Refining) else None


def plan_of(model: VideoModel, latent: Latent) -> ShotPlan:
    """The plan of a picture of the latent's size: it was doubled so often since it was drawn."""
    frames = 1 + (latent.tensor.shape[2] - 1) * model.time
    return model.plan(latent.width, latent.height, frames)


def doublings(latent: Latent, width: int) -> int:
    """How often the latent is doubled until its picture is `width` wide."""
    return (width // latent.width).bit_length() - 1


def known_of(
    shape: Sequence[int],
    canvas: Canvas,
    steering: Sequence[Steering],
    begun: tuple[Tensor, float] | None = None,
) -> Given:
    """What the conditions make known of the latent; frames lie over regions, those over starts.

    `begun` is a latent to start from, and the part of it that is made noise.
    """
    given = given_nothing(shape)
    start, region = only(steering, Start), only(steering, Region)
    if start is not None and begun is None:
        latent = canvas.encoded(whole_clip(start.clip, canvas, "the clip to start from"))
        begun = latent, start.change
    if begun is not None:
        given = with_start(given, *begun)
    if region is not None:
        given = with_region(given, *region_frames(region, canvas))
    held = Held()
    for item in steering:
        if isinstance(item, Keyframe) and item.mode == "hold":
            held.add(item, canvas)
    for frames in held.latents(canvas):
        given = with_frames(given, frames)
    return given


def _blocks(model: VideoModel, how: Guidance) -> tuple[int, ...]:
    """The blocks that guidance skips: those named, or the middle one."""
    wrong = [block for block in how.blocks if not 0 <= block < model.blocks]
    if wrong:
        raise UsageError(
            f"there is no block {wrong[0]} to skip",
            where="blocks",
            mend=f"Use 0 to {model.blocks - 1}, or none for the middle one.",
        )
    return how.blocks or (model.blocks // 2,)


_NAMES: dict[type, str] = {
    Guidance: "guidance",
    GivenSound: "sound to be made to",
    JointGuidance: "guidance of picture and sound",
    ReferenceClip: "reference clip",
    Region: "region",
    Start: "clip to start from",
}
_INSTEAD: dict[type, str] = {
    GivenSound: "lay the sound under the shot in the edit",
    JointGuidance: 'use "Guidance"',
    ReferenceClip: 'use "Reference" with a frame of the clip',
}


def _check_taken(name: str, steering: Sequence[Steering]) -> None:
    """Raise UsageError for what only models of picture and sound take."""
    for item in steering:
        if type(item) in _INSTEAD:
            raise UsageError(
                f"{name} takes no {_NAMES[type(item)]}",
                where="conditions",
                mend=f"Link an LTX-2 model, or {_INSTEAD[type(item)]}.",
            )


_Kind = TypeVar("_Kind", bound=Steering)


def only(steering: Sequence[Steering], kind: type[_Kind]) -> _Kind | None:
    """The one thing of a kind that steers a shot, or none. Raises UsageError for several."""
    found = [item for item in steering if isinstance(item, kind)]
    if len(found) > 1:
        what = _NAMES.get(kind, kind.__name__)
        raise UsageError(
            f"a shot takes one {what}, not {len(found)}",
            where="conditions",
            mend="Unlink all but one.",
        )
    return found[0] if found else None
