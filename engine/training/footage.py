"""The user's own clips as training data: a folder of films with captions, encoded once.

Films are read one stretch at a time. What is kept are their latents, in files of the work
directory that are mapped, not read: a set may be larger than the memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.errors import UsageError
from engine.media import Clip, conform_rate, conform_size, open_clip
from engine.models.shdt import lexicon
from engine.models.shdt.sizes import LONGEST, RATE
from engine.models.shdt.vae import VideoAutoencoder
from engine.runtime.device import Precision
from engine.training.flow import LatentSet, fingerprint

SUFFIXES = frozenset({".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v"})
# width, height: what a film is fitted to, the nearest in shape; and frames, the most that it fills
SIZES = ((64, 64), (96, 64), (64, 96), (128, 80), (80, 128))
LENGTHS = (LONGEST, 9, 5)
WHOLE = ((128 * 80, LONGEST, 100),)  # the curriculum of one lesson: every size and length


@dataclass(frozen=True)
class Lesson:
    """A stage of a curriculum: how large and long its clips may be, and its part of the steps."""

    pixels: int  # of a frame, at most
    frames: int  # at most
    share: float  # 0..1

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """The sizes that films are fitted to."""
        return tuple(size for size in SIZES if size[0] * size[1] <= self.pixels)

    @property
    def lengths(self) -> tuple[int, ...]:
        """The lengths that films are cut to."""
        return tuple(length for length in LENGTHS if length <= self.frames)


def lessons(rows: Sequence[Sequence[int]]) -> tuple[Lesson, ...]:
    """A curriculum from rows of (pixels, frames, per cent). Raises ValueError."""
    made = tuple(Lesson(pixels, frames, share / 100) for pixels, frames, share in rows)
    if not made or sum(round(lesson.share * 100) for lesson in made) != 100:
        raise ValueError("curriculum: the last numbers of its rows are per cent, together 100")
    if not all(lesson.sizes and lesson.lengths for lesson in made):
        raise ValueError(f"curriculum: a clip has at least 4096 pixels and {LENGTHS[-1]} frames")
    return made


def lesson_at(part: float, curriculum: Sequence[Lesson]) -> int:
    """The number of the lesson when `part` (0..1) of the steps is done."""
    ends = np.cumsum([lesson.share for lesson in curriculum])
    return min(int(np.searchsorted(ends, part + 1e-9)), len(curriculum) - 1)


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
        found.append(Captioned(path, _caption(text)))
    if not found:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UsageError("there are no films", where=str(folder), mend=f"Put in files: {kinds}.")
    return found


def _caption(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the caption cannot be read ({error})", where=str(path), mend="Save it as UTF-8 text."
        ) from None


def footage_sets(
    folder: Path,
    work: Path,
    vae: VideoAutoencoder,
    precision: Precision,
    lesson: Lesson,
) -> list[LatentSet]:
    """The films' latents by size and length, encoded once and kept in `work`.

    A film is cut into stretches of the longest length that it fills, at the model's rate, and
    fitted to the size of the nearest shape. Raises UsageError for a film that is too short.
    """
    made_by = fingerprint(deepcopy(vae).cpu())
    encode = partial(_encode, vae=vae, precision=precision)
    found: dict[tuple[int, ...], list[tuple[Path, list[int]]]] = {}
    for film in captioned_films(folder):
        words = lexicon.tokens(lexicon.read_prompt(film.caption).concepts)
        path = _kept(film.path, work, encode, made_by, lesson)
        found.setdefault(np.load(path, mmap_mode="r").shape[1:], []).append((path, words))
    return [_joined(films, work) for films in found.values()]


def _joined(films: Sequence[tuple[Path, list[int]]], work: Path) -> LatentSet:
    """The latents of several films as one mapped file, in their order."""
    names = "".join(path.name for path, _ in films)
    target = work / f"set-{hashlib.sha256(names.encode()).hexdigest()[:12]}.npy"
    parts = [np.load(path, mmap_mode="r") for path, _ in films]
    if not target.exists():
        shape = (sum(map(len, parts)), *parts[0].shape[1:])
        store = np.lib.format.open_memmap(_aside(target), "w+", np.float16, shape)
        at = 0
        for part in parts:
            store[at : at + len(part)] = part
            at += len(part)
        store.flush()
        _aside(target).replace(target)
    tokens = [
        words for part, (_, words) in zip(parts, films, strict=True) for _ in range(len(part))
    ]
    return LatentSet(np.load(target, mmap_mode="r"), torch.tensor(tokens))


def _kept(
    path: Path,
    work: Path,
    encode: Callable[[np.ndarray], np.ndarray],
    made_by: str,
    lesson: Lesson,
) -> Path:
    """The file of a film's latents (stretches, C, T, h, w), made when it is not there."""
    facts = path.stat()
    key = f"{path.resolve()}:{facts.st_size}:{facts.st_mtime_ns}:{made_by}"
    key += f":{lesson.sizes}:{lesson.lengths}"
    kept = work / f"{path.stem}-{hashlib.sha256(key.encode()).hexdigest()[:12]}.npy"
    if not kept.exists():
        work.mkdir(parents=True, exist_ok=True)
        cut = Cut(path, lesson)
        store: np.memmap | None = None
        for number, pictures in enumerate(cut.stretches()):
            latent = encode(pictures)
            if store is None:
                shape = (cut.count, *latent.shape)
                store = np.lib.format.open_memmap(_aside(kept), "w+", np.float16, shape)
            store[number] = latent
        assert store is not None
        store.flush()
        _aside(kept).replace(kept)
    return kept


def _aside(path: Path) -> Path:
    return path.with_suffix(".part.npy")


class Cut:
    """How a film is cut and fitted for a lesson. Raises UsageError when it is too short."""

    def __init__(self, path: Path, lesson: Lesson) -> None:
        clip = conform_rate(open_clip(path), Fraction(RATE))
        fits = [n for n in lesson.lengths if clip.frame_count >= n]
        if not fits:
            raise UsageError(
                f"it has {clip.frame_count} frames at {RATE} a second, too few",
                where=str(path),
                mend=f"Use films of at least {float(lesson.lengths[-1] / RATE):.3g} s.",
            )
        self.length = fits[0]
        self.count = clip.frame_count // self.length
        self.size = _nearest(clip, lesson.sizes)
        self._fitted = conform_size(clip, *self.size, "fill")

    def stretches(self) -> Iterator[np.ndarray]:
        """Pictures (T, H, W, 3) uint8, one stretch after the other."""
        for number in range(self.count):
            start = number * self.length
            frames = self._fitted.arrays(start, start + self.length)
            yield np.stack([frame[..., :3] for frame in frames])


def _nearest(clip: Clip, sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The largest of the sizes that are nearest in shape."""
    shape = clip.width / clip.height

    def apart(size: tuple[int, int]) -> tuple[float, int]:
        return round(abs(float(np.log(size[0] / size[1] / shape))), 3), -size[0] * size[1]

    return min(sizes, key=apart)


@torch.no_grad()
def _encode(pictures: np.ndarray, *, vae: VideoAutoencoder, precision: Precision) -> np.ndarray:
    from engine.training.autoencoder import to_picture

    with precision.autocast():
        latent: Tensor = vae.encode(to_picture(pictures[None]).to(precision.device)).float()
    made: np.ndarray = latent[0].cpu().numpy().astype(np.float16)
    return made
