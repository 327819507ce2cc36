"""Nodes that make pictures with a video model: whole shots, and the steps they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from engine.graph import Context, Prompt, Range, Seed, Situation, node

if TYPE_CHECKING:
    from engine.diffusion import Condition, Latent
    from engine.media import Clip, Image
    from engine.models import Model

Steps = Annotated[int, Range(1, 200)]
Guidance = Annotated[float, Range(1, 20, step=0.1)]
Pixels = Annotated[int, Range(32, 4096, step=2, unit="px")]
Seconds = Annotated[float, Range(0.1, 2.2, step=0.5, unit="s")]
STARTER = "shdt-starter"


def _model_fingerprint(situation: Situation) -> list[str]:
    """The weights of the model named; those of the starter where no model is linked."""
    from engine.models import fingerprint

    if "model" in situation.linked:
        return []  # the key of the node that gives the model holds them
    return [fingerprint(situation.params.get("name", STARTER))]


@node(
    "Load model",
    category="Generate",
    cache=False,
    seeded=False,
    reads_settings=False,
    fingerprint=_model_fingerprint,
)
def model(name: str = STARTER) -> Model:
    """A video model by its name in the models list. Without this node shots use the starter."""
    from engine.models import Model
    from engine.models import model as find

    entry = find(name)
    return Model(entry.name, entry.family, entry.fingerprint)


@node("Keyframe", category="Generate", cache=False)
def keyframe(
    image: Image,
    frame: Literal["first", "last"] = "first",
    strength: Annotated[float, Range(0.05, 1, step=0.05)] = 1.0,
) -> Condition:
    """A picture that the shot begins or ends with. At strength 1 it is held exactly."""
    from engine.diffusion import Condition

    return Condition(image, frame, strength)


@node(
    "Sample latent",
    category="Generate",
    device=True,
    reads_settings=False,
    fingerprint=_model_fingerprint,
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
    solver: Literal["euler", "heun"] = "euler",
    shift: Annotated[float, Range(0.2, 10, step=0.1)] = 2.0,
    seed: Annotated[int | None, Seed()] = None,
    *,
    ctx: Context,
) -> Latent:
    """The base latent of a shot, at a part of its width and height.

    Guidance 1 leaves the prompt alone, more follows it more closely. Shift above 1 spends more
    steps where the picture is laid out. Each finished step is kept: a render that is killed goes
    on from it.
    """
    from engine.diffusion.sample import Sampling
    from engine.diffusion.shot import Shot, sample_shot

    name = model.name if model else STARTER
    video = ctx.models.video(name)
    return sample_shot(
        video,
        name,
        Shot(prompt.text, prompt.negative, width, height, video.frames_of(seconds)),
        Sampling(steps, guidance, solver, shift, ctx.seed if seed is None else seed),
        conditions=conditions,
        on_step=lambda done, total, _: ctx.progress(done, total, "denoising"),
        on_note=ctx.warn,
        checkpoint=ctx.scratch / "step.safetensors",
    )


@node("Upsample latent", category="Generate", device=True, seeded=False, reads_settings=False)
def upsample(latent: Latent, *, ctx: Context) -> Latent:
    """Twice the width and height, by the model's own learned upsampler."""
    from engine.diffusion.shot import upsample as double

    ctx.check_cancelled()
    return double(ctx.models.video(latent.model), latent)


@node("Decode latent", category="Generate", device=True, seeded=False, reads_settings=False)
def decode(latent: Latent, *, ctx: Context) -> Clip:
    """The picture of a latent."""
    from engine.diffusion.shot import decode as decode_latent
    from engine.media import Clip

    ctx.check_cancelled()
    pixels = decode_latent(ctx.models.video(latent.model), latent)
    return Clip.from_array(pixels, latent.rate, name=ctx.node_title)


@node(
    "Generate shot",
    category="Generate",
    device=True,
    reads_settings=False,
    fingerprint=_model_fingerprint,
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
    ctx: Context,
) -> Clip:
    """A shot from a prompt: sampled small, enlarged by the learned upsampler, decoded.

    It is exactly Sample latent, Upsample latent as often as the size needs, and Decode latent.
    """
    from engine.diffusion.shot import doublings

    latent = sample(
        prompt, model, conditions, width, height, seconds, steps, guidance, seed=seed, ctx=ctx
    )
    for _ in range(doublings(latent, width)):
        latent = upsample(latent, ctx=ctx)
    return decode(latent, ctx=ctx)
