"""The user's own clips as training data: a folder of films with captions, encoded once.

Films are read one at a time; what is kept is their latents, in a folder of the work directory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.errors import UsageError
from engine.media import conform_rate, conform_size, open_clip
from engine.models.shdt import lexicon
from engine.models.shdt.sizes import LONGEST, RATE
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training.flow import LatentSet, fingerprint

SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v"})
BUCKETS = ((64, 64), (128, 80), (80, 128))  # width, height: what the starter was trained on
LENGTHS = (LONGEST, 9)  # frames, the longest that a film fills


@dataclass(frozen=True)
class Captioned:
    """A film and what it shows."""

    path: Path
    caption: str


def captioned_films(folder: Path) -> list[Captioned]:
    """The films of a folder, each with a text file of the same name. Raises UsageError."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", where="footage")
    found = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES:
            continue
        text = path.with_suffix(".txt")
        if not text.exists():
            raise UsageError(
                f"{path.name} has no caption",
                where=str(folder),
                mend=f"Write what it shows into {text.name}.",
            )
        found.append(Captioned(path, text.read_text(encoding="utf-8").strip()))
    if not found:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UsageError("there are no films", where=str(folder), mend=f"Put in files: {kinds}.")
    return found


def footage_sets(
    folder: Path, work: Path, vae: VideoAutoencoder, precision: Precision
) -> list[LatentSet]:
    """The films' latents by size and length, encoded once and kept in `work`.

    A film is cut into stretches of the longest length that it fills, at the model's rate, and
    fitted to the bucket of the nearest shape.
    """
    rows: dict[tuple[int, ...], list[tuple[np.ndarray, list[int]]]] = {}
    for film in captioned_films(folder):
        words = lexicon.tokens(lexicon.read_prompt(film.caption).concepts)
        for latent in _latents(film.path, work, vae, precision):
            rows.setdefault(latent.shape, []).append((latent, words))
    return [
        LatentSet(np.stack([latent for latent, _ in row]), torch.tensor([w for _, w in row]))
        for row in rows.values()
    ]


def _latents(
    path: Path, work: Path, vae: VideoAutoencoder, precision: Precision
) -> Iterator[np.ndarray]:
    facts = path.stat()
    key = f"{path.resolve()}:{facts.st_size}:{facts.st_mtime_ns}:{fingerprint(vae)}"
    kept = work / f"{path.stem}-{hashlib.sha256(key.encode()).hexdigest()[:12]}.npy"
    if not kept.exists():
        work.mkdir(parents=True, exist_ok=True)
        made = [_encode(part, vae, precision) for part in stretches(path)]
        np.save(kept.with_suffix(".part.npy"), np.stack(made))
        kept.with_suffix(".part.npy").replace(kept)
    yield from np.load(kept, mmap_mode="r")


def stretches(path: Path) -> Iterator[np.ndarray]:
    """Pictures (T, H, W, 3) uint8 of a film, cut and fitted. Raises UsageError when too short."""
    clip = conform_rate(open_clip(path), Fraction(RATE))
    length = next((n for n in LENGTHS if clip.frame_count >= n), None)
    if length is None:
        raise UsageError(
            f"it has {clip.frame_count} frames at {RATE} a second, too few",
            where=str(path),
            mend=f"Use films of at least {LENGTHS[-1] / RATE:.1f} s.",
        )
    shape = clip.width / clip.height
    width, height = min(BUCKETS, key=lambda size: abs(np.log(size[0] / size[1] / shape)))
    fitted = conform_size(clip, width, height, "fill")
    for start in range(0, clip.frame_count - length + 1, length):
        frames = [frame[..., :3] for frame in fitted.arrays(start, start + length)]
        yield np.stack(frames)


@torch.no_grad()
def _encode(pictures: np.ndarray, vae: VideoAutoencoder, precision: Precision) -> np.ndarray:
    from engine.training.autoencoder import to_picture

    with precision.autocast():
        latent: Tensor = vae.encode(to_picture(pictures[None])).float()
    made: np.ndarray = latent[0].numpy().astype(np.float16)
    return made
