"""Nodes that make parts of clips anew: spans, regions, what follows, the seam, the look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from engine.errors import Problem, UsageError, ValidationError
from engine.graph import Context, Label, Prompt, Range, Seed, node
from engine.nodes.generate import (
    Guidance,
    Pixels,
    Steps,
    inspect_shot,
    model_fingerprint,
)
from engine.nodes.generate import Seconds as ShotSeconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.diffusion import Condition
    from engine.diffusion.reshoot import Job
    from engine.media import Clip, Image
    from engine.models import Model
    from engine.models.family import VideoModel

OwnSeed = Annotated[int | None, Seed()]
Frame = Annotated[int, Range(0, None, unit="frames")]
Margin = Annotated[int, Range(0, 4096, step=2, unit="px")]
Seconds = Annotated[float, Range(0.1, 60, step=0.5, unit="s")]

_generates = partial(
    node,
    category="Generate",
    device=True,
    reads_settings=False,
    fingerprint=model_fingerprint,
)


@_generates("Retake")
def retake(
    clip: Clip,
    prompt: Prompt,
    model: Model | None = None,
    conditions: list[Condition] = (),  # type: ignore[assignment]
    start: Frame = 0,
    frames: Annotated[int, Range(1, None, unit="frames")] = 8,
    sound: Literal["keep", "make anew"] = "keep",
    steps: Steps = 30,
    guidance: Guidance = 3.0,
    seed: OwnSeed = None,
    *,
    ctx: Context,
) -> Clip:
    """Makes some frames of a clip anew, so that they fit what comes before and after.

    All other frames stay exactly as they are. The span counts in the clip's own frames, keyframes
    and prompts over time from its first new frame on. Its sound stays, and LTX-2 lets the picture
    follow it, or is made anew with the frames.
    """
    from engine.diffusion import GivenSound, reshoot

    shots = _Shots(ctx, prompt, model, conditions, steps, guidance, seed)
    follows = not any(isinstance(item.what, GivenSound) for item in conditions)
    return reshoot.retake(
        *(shots.video, clip, start, start + frames, shots.make), sound=sound, follows=follows
    )


@_generates("Extend")
def extend(
    clip: Clip,
    prompt: Prompt,
    model: Model | None = None,
    conditions: list[Condition] = (),  # type: ignore[assignment]
    direction: Literal["after its end", "before its beginning"] = "after its end",
    seconds: Seconds = 1.0,
    context: Annotated[int, Range(1, 64), Label("Frames that are looked at")] = 9,
    steps: Steps = 30,
    guidance: Guidance = 3.0,
    seed: OwnSeed = None,
    *,
    ctx: Context,
) -> Clip:
    """Carries a clip on after its end, or leads up to its beginning.

    Its own frames stay exactly as they are, and new ones are silent. A long extension is made in
    several shots, each of which looks at the last frames of what is there. Keyframes and prompts
    over time count from the first new frame on.
    """
    from engine.diffusion import reshoot

    shots = _Shots(ctx, prompt, model, conditions, steps, guidance, seed)
    forward = direction == "after its end"
    return reshoot.extend(
        shots.video, clip, seconds, shots.make_nth, forward=forward, context=context
    )


@_generates("Inpaint")
def inpaint(
    clip: Clip,
    prompt: Prompt,
    mask: Image | None = None,
    moving_mask: Clip | None = None,
    model: Model | None = None,
    conditions: list[Condition] = (),  # type: ignore[assignment]
    steps: Steps = 30,
    guidance: Guidance = 3.0,
    seed: OwnSeed = None,
    *,
    ctx: Context,
) -> Clip:
    """Makes a clip anew where a mask is white, so that it fits the rest, which stays.

    The mask has the size of the clip, a moving one its length too; grey mixes old and new. The
    clip is no longer than a shot.
    """
    from engine.diffusion import reshoot

    used = mask or moving_mask
    if used is None:
        problem = Problem("a mask is needed", field="mask", mend="Link a picture or a clip.")
        raise ValidationError([problem])
    shots = _Shots(ctx, prompt, model, conditions, steps, guidance, seed)
    return reshoot.inpaint(shots.video, clip, used, shots.make)


@_generates("Outpaint")
def outpaint(
    clip: Clip,
    prompt: Prompt,
    model: Model | None = None,
    conditions: list[Condition] = (),  # type: ignore[assignment]
    left: Margin = 0,
    top: Margin = 0,
    right: Margin = 0,
    bottom: Margin = 0,
    steps: Steps = 30,
    guidance: Guidance = 3.0,
    seed: OwnSeed = None,
    *,
    ctx: Context,
) -> Clip:
    """Makes a clip larger by margins, and makes what they show so that it fits.

    The larger picture must be a size that the model makes; an error names those nearby.
    """
    from engine.diffusion import reshoot

    shots = _Shots(ctx, prompt, model, conditions, steps, guidance, seed)
    return reshoot.outpaint(shots.video, clip, (left, top, right, bottom), shots.make)


@_generates("Restyle")
def restyle(
    clip: Clip,
    prompt: Prompt,
    model: Model | None = None,
    conditions: list[Condition] = (),  # type: ignore[assignment]
    change: Annotated[float, Range(0.05, 1, step=0.05)] = 0.6,
    steps: Steps = 30,
    guidance: Guidance = 3.0,
    seed: OwnSeed = None,
    *,
    ctx: Context,
) -> Clip:
    """Makes a clip anew from itself: video to video. Little change keeps much of it.

    The clip has a size that the model makes, and is no longer than a shot.
    """
    from engine.diffusion import reshoot

    shots = _Shots(ctx, prompt, model, conditions, steps, guidance, seed)
    return reshoot.restyle(shots.video, clip, change, shots.make)


@_generates("Make loop")
def loop(
    clip: Clip,
    prompt: Prompt,
    model: Model | None = None,
    seconds: Annotated[float, Range(0.1, 2, step=0.1, unit="s"), Label("Made anew")] = 1.0,
    steps: Steps = 30,
    guidance: Guidance = 3.0,
    seed: OwnSeed = None,
    *,
    ctx: Context,
) -> Clip:
    """A clip whose end runs on into its beginning: what lies around that seam is made anew.

    It keeps its length and its sound; the frames in between stay exactly as they are.
    """
    from engine.diffusion import reshoot

    shots = _Shots(ctx, prompt, model, (), steps, guidance, seed)
    return reshoot.loop(shots.video, clip, seconds, shots.make)


@_generates("Between stills", inspect=inspect_shot)
def between(
    first: Image,
    last: Image,
    prompt: Prompt | None = None,
    model: Model | None = None,
    width: Pixels = 256,
    height: Pixels = 144,
    seconds: ShotSeconds = 2.0,
    steps: Steps = 30,
    guidance: Guidance = 3.0,
    seed: OwnSeed = None,
    *,
    ctx: Context,
) -> Clip:
    """A shot that leads from one picture to another. A prompt may say what happens in between."""
    from engine.diffusion import Condition, Keyframe
    from engine.diffusion.reshoot import Job
    from engine.media import Clip

    said = prompt or Prompt("")
    shots = _Shots(ctx, said, model, (), steps, guidance if said.text else 1.0, seed)
    ends = Condition(Keyframe(first, 0)), Condition(Keyframe(last, -1))
    frames = shots.video.frames_of(seconds)
    pixels = shots.make(Job(width, height, frames, ends))
    return Clip.from_array(pixels, shots.video.rate, name=ctx.node_title)


@dataclass(frozen=True)
class _Shots:
    """Makes the shots of one node: what they have in common."""

    ctx: Context
    prompt: Prompt
    model: Model | None
    conditions: list[Condition] | tuple[()]
    steps: int
    guidance: float
    seed: int | None

    @property
    def name(self) -> str:
        """The model's name."""
        from engine.models import default

        return self.model.name if self.model else default()

    @property
    def video(self) -> VideoModel:
        """The loaded model."""
        return self.ctx.models.video(self.name, self.model.loras if self.model else ())

    def make(self, job: Job) -> NDArray[np.uint8]:
        """The only shot of a node."""
        return self.make_nth(job, 0, 1)

    def make_nth(self, job: Job, number: int, count: int) -> NDArray[np.uint8]:
        """One shot of several, each with noise of its own."""
        from engine.diffusion.counting import later, placed
        from engine.diffusion.decoding import decode
        from engine.diffusion.drawing import Drawing
        from engine.diffusion.prompting import Change
        from engine.diffusion.running import Run
        from engine.diffusion.sample import Sampling
        from engine.diffusion.second import Again, steps_of
        from engine.diffusion.shot import Shot, decode_sound

        ctx, prompt = self.ctx, self.prompt
        changes = tuple(Change(change.at, change.text, change.blend) for change in prompt.changes)
        wanted = list(self.conditions)
        if job.counted is not None:
            wanted = placed(wanted, job.counted, self.video.rate)
            changes = later(changes, job.counted, self.video.rate)
        shot = Shot(
            *(prompt.text, prompt.negative, job.width, job.height, job.frames, changes),
            needs_words=not job.conditions,
            sound=job.on_sound is not None,
        )
        seed = (ctx.seed if self.seed is None else self.seed) + number
        sampling = Sampling(self.steps, self.guidance, seed=seed)
        conditions = (*job.conditions, *wanted)

        def run(_work: str, name: str) -> Run:
            return Run(
                on_step=_progress(ctx, number, count),
                on_note=ctx.warn,
                checkpoint=ctx.scratch / f"{name}_{number}.safetensors",
                others=ctx.models,
            )

        again = Again(steps=steps_of(self.steps))
        drawing = Drawing(*(self.video, self.name, shot, sampling, again, conditions), runs=run)
        latent = drawing.latent()
        if job.on_sound is not None:
            sound = decode_sound(self.video, latent, seconds=job.frames / self.video.rate)
            if sound is None:
                raise UsageError("this model makes no sound", where="sound", mend="Keep it.")
            job.on_sound(sound)
        return decode(self.video, latent, on_note=ctx.warn, others=ctx.models)


def _progress(ctx: Context, number: int, count: int) -> Callable[[int, int, object], None]:
    def told(done: int, total: int, _sample: object) -> None:
        ctx.progress(number * total + done, count * total, "denoising")

    return told
