"""Where strips are kept on disk: a folder a result, by its key, in the user's cache."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from app.strip_pictures import MediaFacts
from engine.runtime.files import atomic_write
from engine.runtime.folders import cache_dir

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BUDGET = 512 * 2**20  # bytes on disk, the least recently made out


def sweep(*, budget: int = BUDGET) -> None:
    """Remove the pictures on disk that were made longest ago, beyond the budget."""
    root = cache_dir() / "strips"
    if not root.is_dir():
        return
    found = []
    for path in root.glob("*/*/*"):
        with contextlib.suppress(OSError):  # another window sweeps too
            facts = path.stat()
            found.append((facts.st_mtime, facts.st_size, path))
    left = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if left <= budget:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            left -= size


def folder_of(key: str) -> Path:
    """The folder of a result."""
    return cache_dir() / "strips" / key[:2] / key


def read_facts(folder: Path) -> MediaFacts | None:
    """The facts that are kept, if they are."""
    try:
        return MediaFacts(**json.loads((folder / "facts.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def read_peaks(folder: Path) -> NDArray[np.uint8] | None:
    """The peaks that are kept, if they are."""
    import numpy as np

    try:
        return np.frombuffer((folder / "peaks.bin").read_bytes(), np.uint8)
    except OSError:
        return None


def write_peaks(folder: Path, peaks: NDArray[np.uint8]) -> None:
    """Keep the peaks."""
    with contextlib.suppress(OSError):
        atomic_write(folder / "peaks.bin", peaks.tobytes())


def write_facts(folder: Path, facts: MediaFacts) -> None:
    """Keep the facts. A disk that refuses costs the strip, no more."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        atomic_write(folder / "facts.json", json.dumps(asdict(facts)))
