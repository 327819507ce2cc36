"""Clips of the starter world as training data: rendered in parallel, kept as uint8 on disk."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from engine.models.shdt import lexicon
from engine.training import world


@dataclass(frozen=True)
class ClipSet:
    """A memory-mapped set: pictures (N, T, H, W, 3) uint8 and concept tokens (N, facets)."""

    pictures: np.ndarray
    tokens: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)


def clip_set(
    folder: Path,
    *,
    count: int,
    width: int,
    height: int,
    seed: int,
    held: bool = False,
    motion: str = "",
) -> ClipSet:
    """The set of `count` clips with this size and seed, rendered once and kept in `folder`.

    With `motion`, all of them move so.
    """
    name = f"{'held' if held else 'train'}-v{world.VERSION}-{width}x{height}-{count}-{seed}{motion}"
    pictures, tokens = folder / f"{name}.npy", folder / f"{name}-tokens.npy"
    if not (pictures.exists() and tokens.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        shape = (count, world.FRAMES, height, width, 3)
        partial_file = pictures.with_suffix(".part")
        store = np.lib.format.open_memmap(partial_file, "w+", np.uint8, shape)
        labels = np.empty((count, len(lexicon.FACETS)), np.int64)
        render = partial(_one, width=width, height=height, seed=seed, held=held, motion=motion)
        with multiprocessing.get_context("spawn").Pool(2) as pool:
            for index, (label, picture) in enumerate(pool.imap(render, range(count), 16)):
                labels[index], store[index] = label, picture
        store.flush()
        np.save(tokens, labels)
        partial_file.rename(pictures)
    return ClipSet(np.load(pictures, mmap_mode="r"), np.load(tokens))


def scenarios(
    count: int, seed: int, *, held: bool = False, motion: str = ""
) -> Iterator[world.Scenario]:
    """The scenarios of a set, in order; the same for every size."""
    for index in range(count):
        yield _scenario(index, seed, held=held, motion=motion)


def object_cells(count: int, seed: int, *, width: int, height: int, space: int) -> np.ndarray:
    """Where the shape of each clip is: bool (N, latent frames, height / space, width / space).

    A latent frame after the first spans four frames: wherever the shape is in one of them.
    """
    cells = []
    for scenario in scenarios(count, seed):
        seen = world.places(scenario, width, height, space)
        later = seen[1:].reshape(-1, 4, *seen.shape[1:]).any(1)
        cells.append(np.concatenate([seen[:1], later]))
    return np.stack(cells)


def _scenario(index: int, seed: int, *, held: bool, motion: str) -> world.Scenario:
    rng = np.random.default_rng([seed, index])
    concepts = world.draw_concepts(rng, held=held)
    while motion and concepts["motion"] != motion:
        concepts = world.draw_concepts(rng, held=held)
    return world.draw_scenario(rng, concepts)


def _one(
    index: int, *, width: int, height: int, seed: int, held: bool, motion: str
) -> tuple[list[int], np.ndarray]:
    scenario = _scenario(index, seed, held=held, motion=motion)
    return lexicon.tokens(scenario.concepts), world.render(scenario, width, height)
