"""LTX-2 beside diffusers: the same weights, the same machine, one after the other.

    python -m benchmarks.ltx2 [--json PATH] [--repeats N]

prints, for the transformer, the picture's decoder and a whole run of 8 steps with every guidance:
the relative error, and our time and peak memory as parts of theirs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from einops import rearrange
from torch import Tensor

from benchmarks._ltx2_peer import STATES, peer_pipeline, relative, write_tiny
from engine.diffusion import Condition
from engine.diffusion.noise import initial_noise
from engine.diffusion.sample import Sampling
from engine.diffusion.shot import Shot, sample_shot
from engine.models.joint import JointGuidance
from engine.models.ltx2.family import Ltx2Model, load_ltx2
from engine.models.ltx2.loading import load_part
from engine.models.ltx2.text import LONGEST, fingerprint, project, save_features
from engine.models.ltx2.transformer import StreamInput
from engine.runtime.device import Precision
from engine.runtime.footprint import footprint

LIMITS = {"error": 1e-4, "time": 0.9, "memory": 0.8}
PROMPTS = {"a dog barks": 7, "": 3}
SEED = 4


@dataclass(frozen=True)
class Pair:
    """A small checkpoint as ours and as theirs; hidden states of the prompts, without padding."""

    ours: Ltx2Model
    theirs: Any
    states: dict[str, Tensor]


def made_pair(path: Path, *, newer: bool, layers: int = 2, heads: int = 4) -> Pair:
    """Write a checkpoint, keep its prompts' features, and open it twice."""
    write_tiny(path, newer=newer, layers=layers, heads=heads)
    ours = load_ltx2(path, {}, Precision(torch.device("cpu"), torch.float32))
    config = ours.opened.config.transformer
    theirs = peer_pipeline(path)
    generator = torch.Generator().manual_seed(SEED)
    projection = load_part(ours.opened, "text")
    states = {}
    for text, count in PROMPTS.items():
        drawn = torch.randn(1, count, config.caption_channels, STATES, generator=generator)
        states[text] = drawn
        save_features(project(drawn, projection), text, fingerprint(projection))
    return Pair(ours, theirs, states)


def sampled(pair: Pair, size: tuple[int, int, int], *, steps: int = 8) -> tuple[Tensor, Tensor]:
    """Our latents of picture and sound, with every guidance on."""
    width, height, frames = size
    joint = JointGuidance(sound=7.0, skip=1.0, blocks=(1,), apart=3.0, rescale=0.7)
    latent = sample_shot(
        pair.ours,
        "small",
        Shot("a dog barks", "", width, height, frames),
        Sampling(steps, 3.0, seed=SEED),
        conditions=[Condition(joint)],
    )
    assert latent.sound is not None
    return latent.tensor, latent.sound


def sampled_by_peer(
    pair: Pair, size: tuple[int, int, int], *, steps: int = 8
) -> tuple[Tensor, Tensor]:
    """Their latents of the same noise, prompts and guidance."""
    width, height, frames = size
    ours, theirs = pair.ours, pair.theirs
    plan = ours.plan(width, height, frames)
    shape = (ours.latent_channels, plan.frames, plan.rows, plan.columns)
    count, channels = ours.sound_tokens(plan.frames)
    noise = rearrange(initial_noise(shape, SEED), "b c t h w -> b (t h w) c")
    sound = rearrange(initial_noise((channels, count, 1, 1), SEED + 1), "b c m 1 1 -> b m c")
    mean, deviation = theirs.audio_vae.latents_mean, theirs.audio_vae.latents_std
    embeds, masks = zip(*(_padded(pair.states[text]) for text in PROMPTS), strict=True)
    video, audio = theirs(
        height=height,
        width=width,
        num_frames=frames,
        frame_rate=float(ours.rate),
        num_inference_steps=steps,
        prompt_embeds=embeds[0],
        prompt_attention_mask=masks[0],
        negative_prompt_embeds=embeds[1],
        negative_prompt_attention_mask=masks[1],
        latents=noise,
        audio_latents=sound * deviation + mean,
        guidance_scale=3.0,
        audio_guidance_scale=7.0,
        stg_scale=1.0,
        modality_scale=3.0,
        guidance_rescale=0.7,
        spatio_temporal_guidance_blocks=[1],
        use_cross_timestep=True,
        output_type="latent",
        return_dict=False,
    )
    vae = theirs.vae
    video = (video - _like(vae.latents_mean, video)) / _like(vae.latents_std, video)
    return video, (rearrange(audio, "b z t f -> b t (z f)") - mean) / deviation


def _like(statistics: Tensor, x: Tensor) -> Tensor:
    return statistics.view(1, -1, *[1] * (x.ndim - 2))


def _padded(states: Tensor) -> tuple[Tensor, Tensor]:
    """Hidden states as their pipeline takes them: padded on the left to the full length."""
    count = states.shape[1]
    mask = torch.zeros(1, LONGEST, dtype=torch.long)
    mask[:, LONGEST - count :] = 1
    padded = torch.nn.functional.pad(states.flatten(2), (0, 0, LONGEST - count, 0))
    return padded, mask


def measure(pair: Pair, size: tuple[int, int, int], repeats: int) -> dict[str, dict[str, float]]:
    """Error, time and memory of every case."""
    width, height, frames = size
    plan = pair.ours.plan(width, height, frames)
    shape = (pair.ours.latent_channels, plan.frames, plan.rows, plan.columns)
    latent = initial_noise(shape, SEED)
    video, audio, wanted = _passes(pair, shape)
    vae = load_part(pair.ours.opened, "vae")
    plain = vae.get_submodule("per_channel_statistics").restore(latent)
    model = load_part(pair.ours.opened, "transformer")
    theirs = pair.theirs
    cases: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "transformer": (lambda: model(video, audio), lambda: theirs.transformer(**wanted)),
        "decode": (
            lambda: (vae.decode(latent),),
            lambda: (theirs.vae.decode(plain, return_dict=False)[0],),
        ),
        "sampling": (lambda: sampled(pair, size), lambda: sampled_by_peer(pair, size)),
    }
    return {name: _compared(*both, repeats) for name, both in cases.items()}


def _passes(pair: Pair, shape: tuple[int, ...]) -> tuple[StreamInput, StreamInput, dict[str, Any]]:
    """The inputs of one pass, for both."""
    generator = torch.Generator().manual_seed(SEED)
    config = pair.ours.opened.config.transformer
    count, channels = pair.ours.sound_tokens(shape[1])
    before = config.caption_proj_before_connector
    widths = (config.width, config.audio_width) if before else (config.caption_channels,) * 2
    contexts = [torch.randn(1, LONGEST, width, generator=generator) for width in widths]
    sigma = torch.tensor([0.6])
    tokens = rearrange(initial_noise(shape, SEED), "b c t h w -> b (t h w) c")
    sound = rearrange(initial_noise((channels, count, 1, 1), SEED), "b c m 1 1 -> b m c")
    places = pair.ours.places(tuple(shape[1:]), first=0, spread=1.0)  # type: ignore[arg-type]
    sound_places = pair.ours.sound_places(count)
    video = StreamInput(tokens, sigma[:, None], sigma, places, contexts[0])
    audio = StreamInput(sound, sigma[:, None], sigma, sound_places, contexts[1])
    return (
        video,
        audio,
        {
            "hidden_states": tokens,
            "audio_hidden_states": sound,
            "encoder_hidden_states": contexts[0],
            "audio_encoder_hidden_states": contexts[1],
            "timestep": 1000 * sigma,
            "sigma": 1000 * sigma,
            "video_coords": places,
            "audio_coords": sound_places,
            "use_cross_timestep": True,
            "return_dict": False,
        },
    )


def _compared(ours: Callable[[], Any], theirs: Callable[[], Any], repeats: int) -> dict[str, float]:
    """Turn about, so that a slow moment of the machine costs both."""
    with torch.no_grad():
        made, wanted = ours(), theirs()
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(repeats):
            for work, kept in zip((ours, theirs), times, strict=True):
                began = time.process_time()
                work()
                kept.append(time.process_time() - began)
        peaks = [footprint(work).peak for work in (ours, theirs)]
    mine, other = (statistics.median(kept) for kept in times)
    return {
        "error": max(map(relative, made, wanted)),
        "time": mine / other,
        "memory": peaks[0] / peaks[1],
        "seconds": mine,
        "their_seconds": other,
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Compare; exit status 1 when a figure is above its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args(argv)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        for name, newer in (("2.0", False), ("2.3", True)):
            path = Path(folder) / f"{name}.safetensors"
            pair = made_pair(path, newer=newer, layers=4, heads=8)
            found[name] = measure(pair, (256, 192, 49), arguments.repeats)
    text = json.dumps({"limits": LIMITS, **found}, indent=2)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", encoding="utf-8")
    worst = {
        kind: max(case[kind] for cases in found.values() for case in cases.values())
        for kind in LIMITS
    }
    return 0 if all(worst[kind] <= limit for kind, limit in LIMITS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
