"""Nodes for models that make picture and sound together: sound to follow, or for a clip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from engine.errors import Problem, ValidationError
from engine.graph import Context, Label, Prompt, Range, Seed, migration, node
from engine.nodes.generate import Steps, Strength

if TYPE_CHECKING:
    from engine.diffusion import Condition
    from engine.media import Clip, Sound
    from engine.models import Model

Scale = Annotated[float, Range(1, 20, step=0.1)]


@node("Sound to follow", category="Control", cache=False)
def follow_sound(sound: Sound, strength: Strength = 1.0) -> Condition:
    """Sound that a shot is made to: mouths, steps and cuts fall on it. It is part of the clip.

    For models that make picture and sound together (LTX-2). At full strength the sound is kept as
    the model hears it; lay the original over it in the edit.
    """
    from engine.diffusion import Condition, GivenSound

    return Condition(GivenSound(sound, strength))


@node("Reference clip", category="Control", cache=False)
def reference_clip(clip: Clip, strength: Strength = 1.0) -> Condition:
    """A clip that the shot follows in the way that an IC-LoRA was trained for: pose, depth, edges.

    Its frames are taken one by one, from the shot's first on. The LoRA says how small it is seen.
    """
    from engine.diffusion import Condition, ReferenceClip

    return Condition(ReferenceClip(clip, strength))


@node("Guidance of picture and sound", category="Control", cache=False)
def guidance(
    sound: Annotated[Scale, Label("Sound follows the prompt")] = 7.0,
    apart: Annotated[Scale, Label("Picture and sound follow each other")] = 3.0,
    skip: Annotated[float, Range(0, 10, step=0.1), Label("Skip-layer guidance")] = 1.0,
    blocks: Annotated[tuple[int, ...], Label("Blocks to skip")] = (),
    rescale: Annotated[float, Range(0, 1, step=0.05), Label("Bring contrast back")] = 0.7,
) -> Condition:
    """How a shot with sound follows its prompt, beyond the picture's guidance.

    The defaults are those that LTX-2's owner publishes. Each that is on costs one more prediction a
    step; without blocks it skips the published one.
    """
    from engine.diffusion import Condition
    from engine.models.joint import JointGuidance

    return Condition(JointGuidance(sound, skip, blocks, apart, rescale))


@migration("joint.refine", from_version=1, to="generate.refine")
def _with_the_other_steps(params: dict[str, Any]) -> dict[str, Any]:
    """One node draws again for all families; it stands with the other steps of a shot."""
    return params


@node("Sound for clip", category="Generate", device=True, reads_settings=False)
def sound_for(
    clip: Clip,
    prompt: Prompt,
    model: Model,
    steps: Steps = 30,
    guidance: Scale = 7.0,
    seed: Annotated[int | None, Seed()] = None,
    *,
    ctx: Context,
) -> Sound:
    """Sound that fits a clip, made by a model that knows both: video to audio.

    The clip has a size that the model makes; its frames are held as they are. The starter hears
    what it sees at once: steps and guidance are for LTX-2.
    """
    from engine.diffusion import Condition, Keyframe
    from engine.diffusion.running import Run
    from engine.diffusion.sample import Sampling
    from engine.diffusion.shot import Shot, decode_sound, hear_clip, sample_shot
    from engine.media import conform_rate, trim
    from engine.models.joint import JointGuidance
    from engine.models.sounding import SoundingModel

    drawn = ctx.seed if seed is None else seed
    loaded = ctx.models.video(model.name, model.loras)
    if isinstance(loaded, SoundingModel) and loaded.sound_channels:
        latent = hear_clip(loaded, model.name, clip, prompt.text, seed=drawn)
        made = decode_sound(loaded, latent, seconds=clip.duration)
        assert made is not None  # it was heard just now
        return made
    video = _joint(ctx, model)
    slow = conform_rate(clip, video.rate)
    frames = min(video.longest, 1 + (slow.frame_count - 1) // video.time * video.time)
    held = Condition(Keyframe(trim(slow, 0, frames), 0))
    how = Condition(JointGuidance(guidance, 0.0, (), 3.0, 0.7))
    latent = sample_shot(
        video,
        model.name,
        Shot(prompt.text, prompt.negative, clip.width, clip.height, frames),
        Sampling(steps, 1.0, seed=drawn),
        conditions=[held, how],
        run=Run(
            on_step=lambda done, total, _: ctx.progress(done, total, "denoising"),
            on_note=ctx.warn,
            checkpoint=ctx.scratch / "step.safetensors",
        ),
    )
    made = decode_sound(video, latent, seconds=clip.duration)
    assert made is not None  # a joint model's latents have sound
    return made


def _joint(ctx: Context, model: Model):  # type: ignore[no-untyped-def]
    """The loaded model. Raises ValidationError when it makes pictures only."""
    from engine.models.joint import JointModel

    video = ctx.models.video(model.name, model.loras)
    if not isinstance(video, JointModel):
        problem = Problem(
            f"{model.name} makes no sound together with the picture",
            field="model",
            mend="Link an LTX-2 model.",
        )
        raise ValidationError([problem])
    return video
