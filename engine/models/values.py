"""Model as a value in a graph: which weights, by name; the pool loads them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Adaptation:
    """A LoRA file that goes on top of a model's weights, and how strongly."""

    path: Path
    strength: float


@dataclass(frozen=True)
class Model:
    """A model chosen by its registry name, the fingerprint of its weights, and LoRAs on top."""

    name: str
    family: str
    fingerprint: str
    loras: tuple[Adaptation, ...] = ()
