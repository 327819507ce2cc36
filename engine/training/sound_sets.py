"""What the sound of the shdt family learns from: sounds, what lands, and what is seen meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.models.shdt import lexicon
from engine.models.shdt.audio import RATE, SoundModel
from engine.models.shdt.transformer import ShdtTransformer
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training import world
from engine.training.clips import scenarios
from engine.training.flow import LatentSet, fingerprint, kept
from engine.training.redrawing import Redrawing, redrawn
from engine.training.world_sound import make_beds, render_sound


def landings(count: int, seed: int, *, motion: str = "") -> Tensor:
    """What each token of each clip hears: 2 something that lands, 1 its end, 0 neither; (N, F)."""
    heard = torch.zeros((count, world.FRAMES), dtype=torch.uint8)
    for clip, scenario in enumerate(scenarios(count, seed, motion=motion)):
        for moment in world.contacts(scenario):
            first = int(moment * world.RATE)
            heard[clip, first + 1 : first + 2] = 1
            heard[clip, first] = 2
    return heard


def seen_set(
    folder: Path,
    clips: LatentSet,
    transformer: ShdtTransformer,
    taps: Sequence[int],
    how: Redrawing,
    vae: VideoAutoencoder,
    precision: Precision,
    *,
    motion: str = "",
) -> np.ndarray:
    """What the transformer sees in pictures of its own: (N, taps, T, H, W, C), made once, kept."""
    count, _, _, rows, columns = clips.latents.shape
    marks = "-".join(map(str, (*taps, *how.marks, fingerprint(vae), fingerprint(transformer))))
    path = folder / f"seen-v{world.VERSION}-{columns}x{rows}-{count}{motion}-{marks}.npy"
    kept(path, _seen(clips, transformer, taps, how, precision))
    return np.load(path, mmap_mode="r")


@torch.no_grad()
def _seen(
    clips: LatentSet,
    transformer: ShdtTransformer,
    taps: Sequence[int],
    how: Redrawing,
    precision: Precision,
) -> Iterator[Tensor]:
    for latent in redrawn(clips, transformer, how, precision):
        sigma = torch.zeros(latent.shape[0], latent.shape[2])
        nothing = torch.full((len(latent), clips.tokens.shape[1]), lexicon.NOTHING)
        with precision.autocast():
            yield torch.stack(transformer.states(latent, sigma, nothing, taps), 1).half()


def sound_set(
    folder: Path, count: int, seed: int, *, bed_seconds: float, motion: str = ""
) -> np.ndarray:
    """Sounds (N, samples) int16 of the first `count` clips of a set, made once."""
    path = folder / f"sound-v{world.VERSION}-{count}-{seed}{motion}-{bed_seconds:g}.npy"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        beds = make_beds(bed_seconds)
        samples = world.FRAMES * RATE // world.RATE
        store = np.lib.format.open_memmap(
            path.with_suffix(".part"), "w+", np.int16, (count, samples)
        )
        for index, scenario in enumerate(scenarios(count, seed, motion=motion)):
            store[index] = np.round(render_sound(scenario, beds) * 32767)
        store.flush()
        path.with_suffix(".part").replace(path)
    return np.load(path, mmap_mode="r")


def to_wave(sounds: np.ndarray) -> Tensor:
    """int16 (B, samples) to float -1..1."""
    return torch.from_numpy(sounds.astype(np.float32)) / 32767


@torch.no_grad()
def encode_all(model: SoundModel, sounds: np.ndarray) -> Tensor:
    """The latents (N, F, C) of a set of sounds."""
    parts = [model.encode(to_wave(sounds[at : at + 64])) for at in range(0, len(sounds), 64)]
    return torch.cat(parts)
