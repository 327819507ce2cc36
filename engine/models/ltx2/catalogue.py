"""What an LTX-2 user needs besides AIPROD: files, sizes, licences, owners, and where they go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
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

    @property
    def size(self) -> str:
        """How large it is, in words."""
        return f"about {self.gigabytes:g} GB"


TEXT = Needed(
    "gemma-3-12b-it-qat-q4_0-unquantized",
    "the text model, a folder",
    24,
    "Gemma Terms of Use",
    "https://huggingface.co/google/gemma-3-12b-it-qat-q4_0-unquantized",
)
# Folders of the same text model by other names that its owner gives it.
TEXT_FOLDERS = (TEXT.name, "gemma-3-12b-it")


def _file(name: str, what: str, gigabytes: float, page: str) -> Needed:
    return Needed(name, what, gigabytes, LICENCE, f"{OWNER}/{page}")


FILES = (
    _file("ltx-2-19b-dev", "LTX-2.0", 43, "LTX-2"),
    _file("ltx-2-19b-dev-fp8", "LTX-2.0, narrower", 27, "LTX-2"),
    _file("ltx-2-19b-distilled", "LTX-2.0 in 8 steps", 43, "LTX-2"),
    _file("ltx-2-19b-distilled-lora-384", "LTX-2.0, LoRA for few steps", 7.7, "LTX-2"),
    _file("ltx-2-spatial-upscaler-x2-1.0", "spatial_2x", 1, "LTX-2"),
    _file("ltx-2-temporal-upscaler-x2-1.0", "temporal_2x", 0.26, "LTX-2"),
    _file("ltx-2.3-22b-dev", "LTX-2.3", 46, "LTX-2.3"),
    _file("ltx-2.3-22b-distilled-1.1", "LTX-2.3 in 8 steps", 46, "LTX-2.3"),
    _file("ltx-2.3-22b-distilled-lora-384-1.1", "LTX-2.3, LoRA for few steps", 7.6, "LTX-2.3"),
    _file("ltx-2.3-spatial-upscaler-x2-1.1", "LTX-2.3, spatial 2x", 1, "LTX-2.3"),
    _file("ltx-2.3-spatial-upscaler-x1.5-1.0", "LTX-2.3, spatial 1.5x", 1.1, "LTX-2.3"),
    _file("ltx-2.3-temporal-upscaler-x2-1.0", "LTX-2.3, temporal 2x", 0.26, "LTX-2.3"),
)


def folder() -> Path:
    """Where models of the user lie."""
    return data_dir() / "models"


def text_folder() -> Path:
    """Where the text model lies, or is to be put."""
    places = [folder() / name for name in TEXT_FOLDERS]
    return next((place for place in places if place.is_dir()), places[0])


def needed_by(nodes: Iterable[tuple[str, Mapping[str, object]]]) -> list[Needed]:
    """What published files nodes (type, parameters) of a project take, here or not.

    Upsamplers are those of the version of the project's models.
    """
    every = list(nodes)
    named = {params.get("name") for kind, params in every if kind == "generate.model"}
    loras = [str(params.get("file", "")) for kind, params in every if kind == "generate.lora"]
    named |= {Path(file).stem for file in loras}
    found = [item for item in FILES if item.name in named]
    if not found:
        return []
    if any(kind == "generate.upsample" for kind, _ in every):
        version = "ltx-2.3-" if any(i.name.startswith("ltx-2.3-") for i in found) else "ltx-2-"
        found.append(next(i for i in FILES if i.name.startswith(f"{version}spatial-upscaler-x2")))
    return [*found, TEXT]


def go_together(upsampler: str, checkpoint: str) -> bool:
    """Whether an upsampler is for latents of a checkpoint: names that say no version may be."""
    versions = [re.match(r"ltx-(2(?:\.\d+)?)-", name) for name in (upsampler, checkpoint)]
    return len({found[1] for found in versions if found}) < 2


def how_to_get(name: str) -> str:
    """What to fetch from where, and where to put it, for a model, a part or the text model."""
    needed = next((item for item in (*FILES, TEXT) if name in (item.name, item.what)), None)
    if needed is None:
        return f"LTX-2 checkpoints are published under the {LICENCE} at {OWNER}."
    about = f"{needed.size}, {needed.licence}, {needed.page}"
    if needed is TEXT:
        return f"Put the folder {needed.name} ({about}) into {folder()}."
    return (
        f"Get {needed.name}.safetensors ({about}), then: "
        f"aiprod-engine models register {needed.name}.safetensors (it goes into {folder()})."
    )
