"""Which models are here: the weights shipped in resources and those that the user imported."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ModelError
from engine.models.card import Card, file_sha256, read_card, write_card
from engine.models.checkpoint import read_header
from engine.runtime.files import atomic_path
from engine.runtime.folders import data_dir, resources_dir

STARTER = "shdt-starter"
LORA = "lora"  # the part of a card whose weights go on top of a model's
PARTS = {"shdt": ("vae", "transformer", "upsampler"), "ltx2": ("checkpoint",)}
# Parts that every model of the family uses, whatever the name of their file.
SHARED = {"ltx2": ("spatial_2x", "spatial_1.5x", "temporal_2x")}


@dataclass(frozen=True)
class Weights:
    """One weights file with its card."""

    path: Path
    card: Card


@dataclass(frozen=True)
class Entry:
    """A model that can be chosen by name: its family and its parts."""

    name: str
    family: str
    parts: dict[str, Weights]

    @property
    def missing(self) -> tuple[str, ...]:
        """Parts that the family needs and that are not here."""
        return tuple(part for part in PARTS.get(self.family, ()) if part not in self.parts)

    @property
    def fingerprint(self) -> str:
        """What a result that this model made depends on: the hashes of all its parts."""
        return " ".join(f"{part}:{self.parts[part].card.sha256}" for part in sorted(self.parts))


def model_folders() -> tuple[Path, ...]:
    """Where models are looked for: shipped first, then imported."""
    return resources_dir() / "models", data_dir() / "models"


def models(folders: Sequence[Path] | None = None) -> dict[str, Entry]:
    """All models by name. A file without a card, or a card without its file, is passed over."""
    found: dict[str, Entry] = {}
    shared: list[Weights] = []
    for weights in _weights(folders):
        card = weights.card
        if card.part in SHARED.get(card.family, ()):
            shared.append(weights)
        elif card.part != LORA:
            entry = found.setdefault(card.name, Entry(card.name, card.family, {}))
            entry.parts.setdefault(card.part, weights)
    for weights in shared:
        for entry in found.values():
            if entry.family == weights.card.family:
                entry.parts.setdefault(weights.card.part, weights)
    return found


def loras(folders: Sequence[Path] | None = None) -> dict[str, Weights]:
    """All LoRAs by name: trained here, or imported."""
    found: dict[str, Weights] = {}
    for weights in _weights(folders):
        if weights.card.part == LORA:
            found.setdefault(weights.card.name, weights)
    return found


def _weights(folders: Sequence[Path] | None) -> Iterator[Weights]:
    for folder in folders or model_folders():
        for path in sorted(folder.glob("*.json")):
            weights = path.with_suffix(".safetensors")
            if weights.exists():
                yield Weights(weights, read_card(path))


def model(name: str) -> Entry:
    """The model of that name, whole. Raises ModelError that says what is missing."""
    found = models()
    if name not in found:
        known = ", ".join(sorted(found)) or "none"
        mend = f"Models here: {known}. `aiprod-engine models import FILE` adds one."
        if name.startswith("ltx-2"):
            from engine.models.ltx2.catalogue import how_to_get

            mend = how_to_get(name)
        raise ModelError(f"there is no model {name!r}", where="model", mend=mend)
    if found[name].missing:
        parts = ", ".join(found[name].missing)
        raise ModelError(f"{name} lacks its {parts}", where="model", mend="Import the files again.")
    return found[name]


def fingerprint(name: str) -> str:
    """The model's fingerprint for result keys. Raises ModelError when it is not here."""
    return model(name).fingerprint


def verify(weights: Weights) -> str | None:
    """What is wrong with a weights file; None when size and SHA-256 are those of its card."""
    size = weights.path.stat().st_size
    if size != weights.card.bytes:
        return f"{size} bytes, its card says {weights.card.bytes}"
    if file_sha256(weights.path) != weights.card.sha256:
        return "its SHA-256 is not that of its card"
    return None


def import_weights(source: Path) -> Weights:
    """Copy a weights file with its card into the user's models folder.

    LTX-2's own files need no card: they are recognised by their header, and get one. On the same
    disk nothing is copied. Raises ModelError when the file is no safetensors file, has no card, or
    does not match it.
    """
    header = read_header(source)
    if source.with_suffix(".json").exists():
        card = read_card(source.with_suffix(".json"))
        problem = verify(Weights(source, card))
        if problem:
            raise ModelError(problem, where=str(source), mend="Get the file again.")
    else:
        from engine.models.ltx2.importing import card_of

        card = card_of(source, header)
    target = data_dir() / "models" / source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or not target.samefile(source):
        with atomic_path(target) as temporary:
            _link_or_copy(source, temporary)
    write_card(card, target.with_suffix(".json"))
    return Weights(target, card)


def _link_or_copy(source: Path, target: Path) -> None:
    """Large files on the same disk are not stored twice."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
