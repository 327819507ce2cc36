"""What an LTX-2 user needs besides AIPROD: files, sizes, licences, owners, and where they go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.runtime.folders import data_dir

LICENCE = "LTX-2 Community License Agreement"
OWNER = "https://huggingface.co/Lightricks"


@dataclass(frozen=True)
class Needed:
    """One file or folder that its owner publishes."""

    name: str
    what: str
    gigabytes: float  # about
    licence: str
    page: str


TEXT = Needed(
    "gemma-3-12b-it",
    "the text model, a folder",
    24,
    "Gemma Terms of Use",
    "https://huggingface.co/google/gemma-3-12b-it",
)
FILES = (
    Needed("ltx-2-19b-dev", "LTX-2.0", 43, LICENCE, f"{OWNER}/LTX-2"),
    Needed("ltx-2-19b-dev-fp8", "LTX-2.0, half the size", 27, LICENCE, f"{OWNER}/LTX-2"),
    Needed("ltx-2-19b-distilled", "LTX-2.0 in 8 steps", 43, LICENCE, f"{OWNER}/LTX-2"),
    Needed("ltx-2.3-22b-dev", "LTX-2.3", 46, LICENCE, f"{OWNER}/LTX-2.3"),
    Needed("ltx-2.3-22b-distilled", "LTX-2.3 in 8 steps", 46, LICENCE, f"{OWNER}/LTX-2.3"),
    Needed("ltx-2-19b-distilled-lora-384", "LoRA for few steps", 8, LICENCE, f"{OWNER}/LTX-2"),
    Needed("ltx-2-spatial-upscaler-x2-1.0", "spatial_2x", 1, LICENCE, f"{OWNER}/LTX-2"),
    Needed("ltx-2-temporal-upscaler-x2-1.0", "temporal_2x", 0.3, LICENCE, f"{OWNER}/LTX-2"),
)


def folder() -> Path:
    """Where models of the user lie."""
    return data_dir() / "models"


def how_to_get(name: str) -> str:
    """What to fetch from where, and where to put it, for a model, a part or the text model."""
    needed = next((item for item in (*FILES, TEXT) if name in (item.name, item.what)), None)
    if needed is None:
        return f"LTX-2 checkpoints are published under the {LICENCE} at {OWNER}."
    about = f"about {needed.gigabytes:g} GB, {needed.licence}, {needed.page}"
    if needed is TEXT:
        return f"Put the folder {needed.name} ({about}) into {folder()}."
    return (
        f"Get {needed.name}.safetensors ({about}), then: "
        f"aiprod-engine models register {needed.name}.safetensors (it goes into {folder()})."
    )
