"""One shot of picture and sound: its conditions as tokens, its run, and its second stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from einops import rearrange
from torch import Tensor

from engine.diffusion.conditioning import Given
from engine.diffusion.joint import Follow, Predict, Stream, levels_from, sample_joint
from engine.diffusion.noise import initial_noise
from engine.diffusion.picturing import Canvas, frames_to_encode, placed_frames
from engine.diffusion.predicting import read_prompt
from engine.diffusion.prompting import Voice, speak
from engine.diffusion.running import Run
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, known_of, only
from engine.diffusion.sparing import within_memory
from engine.diffusion.values import (
    Condition,
    GivenSound,
    Guidance,
    Keyframe,
    Latent,
    Reference,
    ReferenceClip,
    Start,
    Steering,
)
from engine.models.family import PromptFeatures
from engine.models.joint import JointGuidance, JointModel, Query

_SOUND, _BESIDE = 1, 2  # seeds of the sound's noise and of what is seen beside, after the picture's


def sample_joint_shot(
    model: JointModel,
    name: str,
    shot: Shot,
    sampling: Sampling,
    conditions: Sequence[Condition],
    run: Run,
) -> Latent:
    """The latent of a shot with its sound. Raises UsageError for what does not fit."""
    steering = [condition.what for condition in conditions]
    start = only(steering, Start)
    plan = model.plan(shot.width, shot.height, shot.frames)
    tokens = plan.frames * plan.rows * plan.columns
    sigmas = levels_from(model.sigmas(sampling.steps, tokens), start.change if start else 1.0)
    if len(sigmas) - 1 != sampling.steps and not start and run.on_note:
        run.on_note(f"a distilled model takes {len(sigmas) - 1} steps, not {sampling.steps}")
    return _sampled(model, name, shot, sampling, steering, sigmas, run, begun=None)


def refine(
    model: JointModel,
    latent: Latent,
    shot: Shot,
    sampling: Sampling,
    conditions: Sequence[Condition],
    run: Run,
) -> Latent:
    """The second stage: an enlarged latent made noise in part, and cleared in the published steps.

    It has no guidance: the model is a distilled one, or has the distilled LoRA on top.
    """
    steering = [condition.what for condition in conditions]
    return _sampled(
        model, latent.model, shot, sampling, steering, model.refining, run, begun=latent
    )


def _sampled(
    model: JointModel,
    name: str,
    shot: Shot,
    sampling: Sampling,
    steering: Sequence[Steering],
    sigmas: Tensor,
    run: Run,
    *,
    begun: Latent | None,
) -> Latent:
    plan = model.plan(shot.width, shot.height, shot.frames)
    canvas = Canvas(model, plan)
    extent = plan.frames, plan.rows, plan.columns
    picture = _picture(model, canvas, steering, sampling.seed, begun)
    sound = _sound(model, canvas, steering, sampling.seed, begun)
    plain = begun is not None or model.is_distilled
    follow = _follow(model, steering, sampling, plain=plain)
    predict = _predict(model, shot, canvas, picture, sound, run)
    video, audio = within_memory(
        lambda: sample_joint(
            *(predict, picture, sound, sigmas, follow),
            solver=sampling.solver,
            on_step=run.on_step,
            checkpoint=run.checkpoint,
        ),
        *(model, "denoise", (model.latent_channels, *extent)),
        on_note=run.on_note,
        others=run.others,
    )
    t, h, w = extent
    tensor = rearrange(video, "b (t h w) c -> b c t h w", t=t, h=h, w=w)
    return Latent(tensor, name, model.rate, shot.width, shot.height, audio)


def _follow(
    model: JointModel, steering: Sequence[Steering], sampling: Sampling, *, plain: bool
) -> Follow:
    """The guidance asked for, or what the model's owner publishes; none in distilled runs."""
    how = only(steering, Guidance)
    joint = only(steering, JointGuidance)
    if plain and joint is None:
        return Follow(1.0, JointGuidance(1.0, 0.0, (), 1.0, 0.0), how or sampling.how)
    published = model.guidance
    found = joint or published
    if how is not None:
        found = replace(found, skip=how.skip, rescale=how.rescale, blocks=how.blocks)
    if not found.blocks:
        found = replace(found, blocks=published.blocks)
    return Follow(sampling.guidance, found, how or sampling.how)


def _picture(
    model: JointModel,
    canvas: Canvas,
    steering: Sequence[Steering],
    seed: int,
    begun: Latent | None,
) -> Stream:
    """The clip's own tokens as its conditions leave them, and those that are seen beside it."""
    plan = canvas.plan
    extent = plan.frames, plan.rows, plan.columns
    shape = model.latent_channels, *extent
    start = only(steering, Start)
    held = known_of(shape, canvas, [item for item in steering if not isinstance(item, Start)])
    origin = begun.tensor if begun else None
    if start is not None:
        origin = known_of(shape, canvas, [start]).clean
    extra = _beside(model, canvas, steering, seed)
    own = _tokens(held.clean)
    count = own.shape[1]
    given = torch.cat([own, *(part.given for part in extra)], 1)
    begin = None
    if origin is not None:
        free = _free(held)[..., None]
        first = free * _tokens(origin) + (1 - free) * own
        begin = torch.cat([first, *(part.given for part in extra)], 1)
    return Stream(
        given=given,
        noise=torch.cat([_tokens(initial_noise(shape, seed)), *(p.noise for p in extra)], 1),
        free=torch.cat([_free(held), *(part.free for part in extra)], 1),
        places=torch.cat(
            [model.places(extent, first=0, spread=1.0), *(part.places for part in extra)], 2
        ),
        own=count,
        begin=begin,
    )


def _sound(
    model: JointModel,
    canvas: Canvas,
    steering: Sequence[Steering],
    seed: int,
    begun: Latent | None,
) -> Stream:
    count, channels = model.sound_tokens(canvas.plan.frames)
    noise = initial_noise((channels, count, 1, 1), seed + _SOUND)
    given = only(steering, GivenSound)
    free = torch.full((1, count), 1.0 - given.strength if given else 1.0)
    places = model.sound_places(count)
    clean = torch.zeros(1, count, channels)
    if given is not None:
        clean = model.encode_sound(given.sound, count)
        if given.anew is not None:
            middle = places[:, 0].mean(-1)
            free[(middle >= given.anew[0]) & (middle < given.anew[1])] = 1.0
    begin = begun.sound if begun is not None and given is None else None
    return Stream(
        given=clean,
        noise=rearrange(noise, "b c m 1 1 -> b m c"),
        free=free,
        places=places,
        own=count,
        begin=begin,
    )


def _beside(
    model: JointModel, canvas: Canvas, steering: Sequence[Steering], seed: int
) -> list[Stream]:
    """Keyframes that guide, at their frame, and references, from the clip's beginning on."""
    found: list[Stream] = []

    def add(latent: Tensor, first: int, spread: float, strength: float) -> None:
        channels, *extent = latent.shape[1:]
        shape = (channels, *extent)
        noise = initial_noise(shape, seed + _BESIDE + len(found))
        tokens = _tokens(latent)
        t, h, w = extent
        places = model.places((t, h, w), first=first, spread=spread)
        free = torch.full(tokens.shape[:2], 1 - strength)
        found.append(Stream(tokens, _tokens(noise), free, places, 0))

    for item in steering:
        if isinstance(item, Keyframe) and item.mode == "guide":
            placed = placed_frames(item, canvas)
            first = min(placed)
            frames = frames_to_encode([placed[at] for at in sorted(placed)], model.time)
            add(canvas.encoded(frames), first, 1.0, item.strength)
        elif isinstance(item, Reference):
            add(canvas.encoded([item.picture.array()]), 0, 1.0, item.strength)
        elif isinstance(item, ReferenceClip):
            scale = model.reference_scale
            small = _smaller(canvas, scale)
            shown = list(item.clip.arrays(0, min(item.clip.frame_count, canvas.frames)))
            frames = frames_to_encode(shown, model.time)
            add(small.encoded(frames), 0, scale, item.strength)
    return found


def _smaller(canvas: Canvas, scale: float) -> Canvas:
    """The canvas of a reference, by the factor that its LoRA was trained with."""
    if scale == 1:
        return canvas
    width, height = canvas.size
    plan = canvas.model.plan(round(width / scale), round(height / scale), 1)
    return Canvas(canvas.model, plan)


def _predict(
    model: JointModel, shot: Shot, canvas: Canvas, picture: Stream, sound: Stream, run: Run
) -> Predict:
    """What predicts velocities: prompts mixed over time, the negative read when first needed."""
    told: set[str] = set()

    def encode(text: str) -> PromptFeatures:
        needed = shot.needs_words or bool(text.strip())
        features = read_prompt(model, text) if needed else model.encode_prompt(text)
        for note in features.notes:
            if run.on_note and note not in told:
                told.add(note)
                run.on_note(note)
        return features

    plan = canvas.plan
    voices = speak(model, shot.prompt, shot.changes, frames=plan.frames, encode=encode)
    negative: list[Voice] = []

    def predict(query: Query) -> tuple[Tensor, Tensor]:
        spoken = voices
        if query.told == "negative":
            if not negative:
                read = model.encode_prompt
                negative.extend(speak(model, shot.negative, (), frames=plan.frames, encode=read))
            spoken = negative
        parts = [(voice, model.predict(replace(query, prompt=voice.words))) for voice in spoken]
        if len(parts) == 1:
            return parts[0][1]
        video = torch.stack(
            [_by_token(v.share, picture, plan.rows * plan.columns) * found[0] for v, found in parts]
        ).sum(0)
        places = torch.arange(sound.own) * plan.frames // sound.own
        audio = torch.stack([v.share[places][None, :, None] * found[1] for v, found in parts])
        return video, audio.sum(0)

    return predict


def _by_token(share: Tensor, picture: Stream, area: int) -> Tensor:
    """A prompt's share by token (1, N, 1); what is seen beside has the mean."""
    beside = picture.given.shape[1] - picture.own
    return torch.cat([share.repeat_interleave(area), share.mean().expand(beside)])[None, :, None]


def _free(given: Given) -> Tensor:
    """How free each of the clip's tokens is (1, N)."""
    free = given.level[None, None, :, None, None].expand(1, 1, -1, *given.clean.shape[3:])
    if given.known is not None:
        free = free * (1 - given.known)
    return free.flatten(1)


def _tokens(latent: Tensor) -> Tensor:
    return rearrange(latent, "b c t h w -> b (t h w) c")
