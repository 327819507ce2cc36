"""One shot: from a prompt to its latent, to a larger latent, to its picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from einops import rearrange
from torch import Tensor

from engine.diffusion.conditioning import (
    Given,
    given_nothing,
    with_frames,
    with_region,
    with_start,
)
from engine.diffusion.guidance import Wanted
from engine.diffusion.hearing import hear
from engine.diffusion.picturing import Canvas, Held, region_frames, seen_beside, whole_clip
from engine.diffusion.prompting import Change, Voice, speak
from engine.diffusion.running import OnStep
from engine.diffusion.sample import Sampling, sample
from engine.diffusion.values import (
    Condition,
    GivenSound,
    Guidance,
    Keyframe,
    Latent,
    Reference,
    Region,
    Start,
    Steering,
)
from engine.errors import AiprodError, UsageError
from engine.media import Clip, Sound, conform_rate
from engine.models.family import PromptFeatures, VideoModel
from engine.models.joint import JointGuidance, JointModel
from engine.models.sounding import SoundingModel


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
    on_step: OnStep | None = None,
    on_note: Callable[[str], None] | None = None,
    checkpoint: Path | None = None,
) -> Latent:
    """The base latent of a shot.

    Raises UsageError for an empty prompt, an illegal size, and conditions that do not fit.
    """
    if isinstance(model, JointModel):
        from engine.diffusion.joint_shot import Run, sample_joint_shot

        run = Run(on_step, on_note, checkpoint)
        return sample_joint_shot(model, name, shot, sampling, conditions, run)
    plan = model.plan(shot.width, shot.height, shot.frames)
    canvas = Canvas(model, plan)
    steering = [condition.what for condition in conditions]
    predict = _predictor(model, shot, canvas, steering, on_note or (lambda _note: None))
    how = only(steering, Guidance) or sampling.how
    start = only(steering, Start)
    shape = (model.latent_channels, plan.frames, plan.rows, plan.columns)
    tensor = sample(
        predict(_blocks(model, how)),
        shape,
        replace(sampling, how=how, start=start.change if start else sampling.start),
        given=known_of(shape, canvas, steering),
        on_step=on_step,
        checkpoint=checkpoint,
    )
    part = 2**plan.doublings
    latent = Latent(tensor, name, model.rate, shot.width // part, shot.height // part)
    return replace(latent, sound=_heard(model, tensor, shot, sampling.seed, on_note))


def _heard(
    model: VideoModel,
    picture: Tensor,
    shot: Shot,
    seed: int,
    on_note: Callable[[str], None] | None,
) -> Tensor | None:
    """The sound tokens of a finished picture; None where none is wanted, made, or possible."""
    if not (shot.sound and isinstance(model, SoundingModel) and model.sound_channels):
        return None
    try:
        return hear(model, picture, model.encode_prompt(shot.prompt).words, seed=seed)
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


def read_prompt(model: VideoModel, text: str) -> PromptFeatures:
    """The prompt's features. Raises UsageError when it is empty or nothing of it is known."""
    if not text.strip():
        raise UsageError("the prompt is empty", where="prompt", mend="Say what the shot shows.")
    features = model.encode_prompt(text)
    if not features.says_something:
        raise UsageError(
            f"the model knows no word of {text!r}",
            where="prompt",
            mend='Try "a large red ball bounces in a meadow".',
        )
    return features


def upsample(model: VideoModel, latent: Latent) -> Latent:
    """The latent at twice the rows and columns, by the model's own upsampler."""
    tensor = model.upsample(latent.tensor).cpu()
    return replace(latent, tensor=tensor, width=2 * latent.width, height=2 * latent.height)


def decode(model: VideoModel, latent: Latent) -> np.ndarray:
    """The picture: uint8 (T, height, width, 3)."""
    if isinstance(model, JointModel):
        frames = model.decode_frames(latent.tensor)
        made: np.ndarray = np.empty(
            (1 + (latent.tensor.shape[2] - 1) * model.time, latent.height, latent.width, 3),
            np.uint8,
        )
        for number, shown in enumerate(frames):
            made[number] = shown
        return made
    picture = model.decode(latent.tensor)
    top = (picture.shape[3] - latent.height) // 2
    left = (picture.shape[4] - latent.width) // 2
    cut = picture[0, :, :, top : top + latent.height, left : left + latent.width]
    pixels = ((cut + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(rearrange(pixels.cpu(), "c t h w -> t h w c").numpy())


def decode_sound(model: VideoModel, latent: Latent, *, seconds: Fraction) -> Sound | None:
    """The latent's sound at a clip's length; None where it has none."""
    if latent.sound is None or not isinstance(model, JointModel | SoundingModel):
        return None
    samples, rate = model.decode_sound(latent.sound)
    count = round(seconds * rate)
    missing = max(0, count - len(samples))
    return Sound.from_array(np.pad(samples[:count], ((0, missing), (0, 0))), rate)


def doublings(latent: Latent, width: int) -> int:
    """How often the latent is doubled until its picture is `width` wide."""
    return (width // latent.width).bit_length() - 1


Predictor = Callable[[Tensor, Tensor, Wanted], Tensor]


def _predictor(
    model: VideoModel,
    shot: Shot,
    canvas: Canvas,
    steering: Sequence[Steering],
    on_note: Callable[[str], None],
) -> Callable[[tuple[int, ...]], Predictor]:
    """What predicts velocities for a shot, once it knows which blocks guidance skips."""
    told: set[str] = set()

    def encode(text: str) -> PromptFeatures:
        needed = shot.needs_words or bool(text.strip())
        features = read_prompt(model, text) if needed else model.encode_prompt(text)
        for note in features.notes:
            if note not in told:
                told.add(note)
                on_note(note)
        return features

    frames = canvas.plan.frames
    prompt = speak(model, shot.prompt, shot.changes, frames=frames, encode=encode)
    against = model.encode_prompt(shot.negative)
    for note in against.notes:
        on_note(note)
    negative = [Voice(against.words, torch.ones(frames))]
    keyframes = [item for item in steering if isinstance(item, Keyframe) and item.mode == "guide"]
    references = [item for item in steering if isinstance(item, Reference)]
    beside = seen_beside(keyframes, references, canvas)

    def with_blocks(blocks: tuple[int, ...]) -> Predictor:
        def predict(x: Tensor, levels: Tensor, wanted: Wanted) -> Tensor:
            seen = beside(float(levels.max()))
            skip = blocks if wanted == "skipping" else ()
            parts = [
                voice.share[None, None, :, None, None]
                * model.velocity(x, levels, voice.words, beside=seen, skip=skip).cpu()
                for voice in (negative if wanted == "negative" else prompt)
            ]
            return torch.stack(parts).sum(0) if len(parts) > 1 else parts[0]

        return predict

    return with_blocks


def known_of(shape: Sequence[int], canvas: Canvas, steering: Sequence[Steering]) -> Given:
    """What the conditions make known of the latent; frames lie over regions, those over starts."""
    given = given_nothing(shape)
    start, region = only(steering, Start), only(steering, Region)
    if start is not None:
        latent = canvas.encoded(whole_clip(start.clip, canvas, "the clip to start from"))
        given = with_start(given, latent, start.change)
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
    Region: "region",
    Start: "clip to start from",
}
_Kind = TypeVar("_Kind", bound=Steering)


def only(steering: Sequence[Steering], kind: type[_Kind]) -> _Kind | None:
    """The one thing of a kind that steers a shot, or none. Raises UsageError for several."""
    found = [item for item in steering if isinstance(item, kind)]
    if len(found) > 1:
        what = _NAMES.get(kind, kind.__name__)
        raise UsageError(f"a shot takes one {what}, not {len(found)}", where="conditions")
    return found[0] if found else None
