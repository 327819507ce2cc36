"""What the sound of the shdt family learns from: the sounds of clips, and their latents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.models.shdt.audio import RATE, SoundModel
from engine.training import world
from engine.training.clips import scenarios
from engine.training.world_sound import make_beds, render_sound


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
