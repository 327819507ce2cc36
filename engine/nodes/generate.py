"""Nodes that make pictures with a video model: whole shots, and the steps they are made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from engine.errors import Problem, UsageError
from engine.graph import Context, File, Label, Prompt, Range, Seed, Situation, node

if TYPE_CHECKING:
    from fractions import Fraction

    from engine.diffusion import Condition, Latent
    from engine.diffusion.running import Run
    from engine.diffusion.shot import Shot
    from engine.media import Clip, Image
    from engine.models import Model

Steps = Annotated[int, Range(1, 200)]
Guidance = Annotated[float, Range(1, 20, step=0.1)]
Pixels = Annotated[int, Range(32, 4096, step=2, unit="px")]
Seconds = Annotated[float, Range(0.1, 20, step=0.5, unit="s")]
Strength = Annotated[float, Range(0.05, 1, step=0.05)]
Mode = Literal["hold", "guide"]
Solver = Literal["euler", "heun", "dpmpp_2m", "unipc"]
STARTER = "shdt-starter"


def model_fingerprint(situation: Situation) -> list[str]:
    """The weights of the default model, unless a model is linked."""
    from engine.models import default, fingerprint

    if "model" in situation.linked:
        return []  # the key of the node that gives the model holds them
    return [fingerprint(default())]


def named_fingerprint(situation: Situation) -> list[str]:
    """The weights of the model that "Load model" names."""
    from engine.models import fingerprint

    return [fingerprint(situation.params.get("name", STARTER))]


def inspect_shot(situation: Situation) -> Iterator[Problem]:
    """A size or length that the starter does not make; other models say so when they are loaded."""
    from engine.models import default, models
    from engine.models.shdt.sizes import frames_of, plan

    params = situation.params
    if "model" in situation.linked or not params.keys() >= {"width", "height", "seconds"}:
        return
    entry = models().get(default())
    if entry is None or entry.family != "shdt":
        return
    frames = 1
    try:
        frames = frames_of(params["seconds"])
    except UsageError as error:
        yield Problem(error.message, field="seconds", mend=error.mend)
    try:
        plan(params["width"], params["height"], frames)
    except UsageError as error:
        yield Problem(error.message, field="width", mend=error.mend)


@node(
    "Load model",
    category="Generate",
    cache=False,
    seeded=False,
    reads_settings=False,
    fingerprint=named_fingerprint,
)
def model(name: str = STARTER) -> Model:
    """A video model by its name in the models list.

    Without this node shots use the model that is promoted: the starter, unless you chose another.
    """
    from engine.models import Model
    from engine.models import model as find

    entry = find(name)
    return Model(entry.name, entry.family, entry.fingerprint)


@node("LoRA", category="Generate", cache=False, seeded=False, reads_settings=False)
def lora(
    file: Annotated[Path, File("model")],
    model: Model | None = None,
    strength: Annotated[float, Range(-4, 4, step=0.05)] = 1.0,
) -> Model:
    """A model with a LoRA on top: a subject, look or motion that was trained into a small file.

    Several follow each other as a stack. Without a model it goes on top of the default. Strength 0
    changes nothing, negative ones turn the change round. `aiprod-engine train` makes such files
    from a folder of films with captions.
    """
    from dataclasses import replace

    from engine.models import Adaptation, Model, default
    from engine.models import model as find

    if model is None:
        entry = find(default())
        model = Model(entry.name, entry.family, entry.fingerprint)
    return replace(model, loras=(*model.loras, Adaptation(file, strength)))


@node("Keyframe", category="Generate", cache=False)
def keyframe(
    image: Image,
    frame: Literal["first", "last", "number"] = "first",
    strength: Strength = 1.0,
    number: Annotated[int, Range(0, None), Label("Frame number")] = 0,
    mode: Mode = "hold",
) -> Condition:
    """A picture that the shot shows at its first or last frame, or at a frame by number.

    Frames count from 0 at the model's rate: 8 a second for the starter. At strength 1 the picture
    is held exactly; with less, it may change as the shot is made. A shot takes several keyframes.
    "guide" only lets the model look at the picture at that time, beside the shot.
    """
    from engine.diffusion import Condition, Keyframe

    at = {"first": 0, "last": -1, "number": number}[frame]
    return Condition(Keyframe(image, at, strength, mode))


@node(
    "Sample latent",
    category="Generate",
    device=True,
    reads_settings=False,
    fingerprint=model_fingerprint,
    inspect=inspect_shot,
)
def sample(
    prompt: Prompt,
    model: Model | None = None,
    conditions: list[Condition] = (),  # type: ignore[assignment]
    width: Pixels = 256,
    height: Pixels = 144,
    seconds: Seconds = 2.0,
    steps: Steps = 30,
    guidance: Guidance = 3.0,
    solver: Solver = "euler",
    shift: Annotated[float, Range(0.2, 10, step=0.1)] = 2.0,
    seed: Annotated[int | None, Seed()] = None,
    *,
    sound: bool = True,
    ctx: Context,
) -> Latent:
    """The base latent of a shot, at a part of its width and height.

    Guidance 1 leaves the prompt alone, more follows it more closely. Shift above 1 spends more
    steps where the picture is laid out. The solvers dpmpp_2m and unipc need fewer steps than
    euler, heun half as many that take twice as long. Each finished step is kept: a render that is
    killed goes on from it. Sound is made too where the model knows how; if that fails, the shot
    stays silent and says so.
    """
    from dataclasses import replace

    from engine.diffusion.sample import Sampling
    from engine.diffusion.shot import sample_shot
    from engine.models import default

    name = model.name if model else default()
    video = ctx.models.video(name, model.loras if model else ())
    frames = video.frames_of(seconds)
    _tell_late(prompt, frames / video.rate, ctx)
    run = _run(ctx, "denoising", "step")
    latent = sample_shot(
        video,
        name,
        _shot(prompt, width, height, frames, sound=sound),
        Sampling(steps, guidance, solver, shift, ctx.seed if seed is None else seed),
        conditions=conditions,
        run=run,
    )
    return latent if sound else replace(latent, sound=None)


@node("Upsample latent", category="Generate", device=True, seeded=False, reads_settings=False)
def upsample(latent: Latent, *, ctx: Context) -> Latent:
    """Twice the width and height, by the model's own learned upsampler."""
    from engine.diffusion.shot import upsample as double

    ctx.check_cancelled()
    video = ctx.models.video(latent.model)
    return double(video, latent, on_note=ctx.warn, others=ctx.models)


@node(
    "Refine latent",
    category="Generate",
    device=True,
    reads_settings=False,
    fingerprint=model_fingerprint,
)
def refine(
    latent: Latent,
    prompt: Prompt,
    model: Model | None = None,
    conditions: list[Condition] = (),  # type: ignore[assignment]
    change: Strength = 0.7,
    steps: Steps = 10,
    guidance: Guidance = 2.0,
    seed: Annotated[int | None, Seed()] = None,
    *,
    ctx: Context,
) -> Latent:
    """The second pass: a latent that was doubled once is made noise in part, and drawn again.

    Change says how much of it is made noise. Conditions are given again, so that they hold at the
    larger size. The starter has a network of its own for this. A model of LTX-2 is a distilled one,
    or has the distilled LoRA on top; it has its own three steps, and change, steps and guidance do
    not matter to it.
    """
    from engine.diffusion.joint_shot import refine as refine_joint
    from engine.diffusion.sample import Sampling
    from engine.diffusion.second import Again, drawn_again
    from engine.models import default
    from engine.models.joint import JointModel

    video = ctx.models.video(model.name if model else default(), model.loras if model else ())
    frames = 1 + (latent.tensor.shape[2] - 1) * video.time
    what = _shot(prompt, latent.width, latent.height, frames)
    drawn = ctx.seed if seed is None else seed
    run = _run(ctx, "second pass", "again")
    if isinstance(video, JointModel):
        settings = Sampling(guidance=1.0, seed=drawn)
        return refine_joint(video, latent, what, settings, conditions, run)
    settings = Sampling(guidance=guidance, seed=drawn)
    again = Again(change, steps)
    return drawn_again(video, latent, what, settings, again, conditions=conditions, run=run)


@node("Decode latent", category="Generate", device=True, seeded=False, reads_settings=False)
def decode(latent: Latent, *, ctx: Context) -> Clip:
    """The picture of a latent, and its sound where the model makes both."""
    from dataclasses import replace

    from engine.diffusion.decoding import decode as decode_latent
    from engine.diffusion.shot import decode_sound
    from engine.errors import AiprodError
    from engine.media import Clip

    ctx.check_cancelled()
    video = ctx.models.video(latent.model)
    pixels = decode_latent(video, latent, folder=ctx.scratch, on_note=ctx.warn, others=ctx.models)
    clip = Clip.from_array(pixels, latent.rate, name=ctx.node_title)
    try:
        return replace(clip, sound=decode_sound(video, latent, seconds=clip.duration))
    except AiprodError as error:
        ctx.warn(f"the clip stays silent: {error}")
        return clip


@node(
    "Generate shot",
    category="Generate",
    device=True,
    reads_settings=False,
    fingerprint=model_fingerprint,
    inspect=inspect_shot,
)
def shot(
    prompt: Prompt,
    model: Model | None = None,
    conditions: list[Condition] = (),  # type: ignore[assignment]
    width: Pixels = 256,
    height: Pixels = 144,
    seconds: Seconds = 2.0,
    steps: Steps = 30,
    guidance: Guidance = 3.0,
    seed: Annotated[int | None, Seed()] = None,
    *,
    sound: bool = True,
    again: Annotated[float, Range(0, 1, step=0.05), Label("Second pass")] = 0.7,
    tries: Annotated[int, Range(1, 16), Label("Tries at most")] = 4,
    smaller: Annotated[bool, Label("Smaller if memory runs out")] = False,
    ctx: Context,
) -> Clip:
    """A shot from a prompt: sampled small, enlarged by the learned upsampler, decoded.

    It is exactly Sample latent, Upsample latent as often as the size needs, and Decode latent.
    After the first doubling, a model that has a second network draws the latent again, as Refine
    latent does: second pass says how much of it is made noise for that, 0 leaves it as it is. The
    starter looks at what it drew: while it does not see the size, colour, surface and shape that it
    was asked for, it tries again, twice as often with a reference, and tells in the end what is
    doubtful. It cannot tell with a LoRA on top, or while the prompt changes: then there is one try.
    When memory is short the work is done in smaller parts, which is said. If even that does not
    fit, the shot fails, or is made at half the size where that is allowed here.
    """
    from dataclasses import replace

    from engine.diffusion.drawing import Drawing
    from engine.diffusion.sample import Sampling
    from engine.diffusion.second import Again, steps_of
    from engine.models import default
    from engine.runtime.ladder import OutOfMemory

    name, loras = (model.name, model.loras) if model else (default(), ())
    sampling = Sampling(steps, guidance, seed=ctx.seed if seed is None else seed)
    while True:
        video = ctx.models.video(name, loras)
        frames = video.frames_of(seconds)
        _tell_late(prompt, frames / video.rate, ctx)
        what = _shot(prompt, width, height, frames, sound=sound)
        try:
            drawing = Drawing(
                *(video, name, what, sampling, Again(again, steps_of(steps)), conditions),
                runs=lambda work, part: _run(ctx, work, part),
            )
            latent = drawing.latent(1 if loras else tries)
            return decode(latent if sound else replace(latent, sound=None), ctx=ctx)
        except OutOfMemory:
            less = _half_size(width, height, model, ctx) if smaller else None
            if less is None:
                raise
        width, height = less
        ctx.warn(f"memory ran out: the shot is made at {width}x{height}")


def _shot(prompt: Prompt, width: int, height: int, frames: int, *, sound: bool = False) -> Shot:
    from engine.diffusion.prompting import Change
    from engine.diffusion.shot import Shot

    changes = tuple(Change(change.at, change.text, change.blend) for change in prompt.changes)
    return Shot(prompt.text, prompt.negative, width, height, frames, changes, sound=sound)


def _tell_late(prompt: Prompt, seconds: Fraction, ctx: Context) -> None:
    """Warn of prompts that begin when a shot of `seconds` is over."""
    for change in prompt.changes:
        if change.at >= seconds:
            ctx.warn(f"the prompt of {change.at:g} s comes after the shot's end: {change.text}")


def _run(ctx: Context, work: str, name: str) -> Run:
    """Tells of the work's steps, and keeps each in a file of that name."""
    from engine.diffusion.running import Run

    return Run(
        on_step=lambda done, total, _: ctx.progress(done, total, work),
        on_note=ctx.warn,
        checkpoint=ctx.scratch / f"{name}.safetensors",
        others=ctx.models,
    )


def _half_size(
    width: int, height: int, model: Model | None, ctx: Context
) -> tuple[int, int] | None:
    """About half the width and height; None when the model makes nothing as small."""
    from engine.models import default

    video = ctx.models.video(model.name if model else default())
    less = (width // 2 // video.space * video.space, height // 2 // video.space * video.space)
    try:
        video.plan(*less, 1)
    except UsageError:
        return None
    return less
