"""Merges LoRAs into the weights files of a model, which is a model of its own from then on.

A file is copied, and only the layers that a LoRA changes are written over, one at a time: a
checkpoint of any size takes no more memory than its largest layer.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from safetensors import safe_open

from engine.errors import ModelError, UsageError
from engine.models import records
from engine.models.card import Card, file_sha256, write_card
from engine.models.checkpoint import Header, read_header
from engine.models.lora import Lora, read_lora
from engine.models.registry import Weights, check_name, loras, model, models
from engine.runtime.files import atomic_path

ADAPTED: Mapping[str, tuple[str, ...]] = {
    "shdt": ("transformer", "refiner"),
    "ltx2": ("checkpoint",),
}
"""The parts of each family that LoRAs go on top of."""

_PREFIXES = ("model.diffusion_model.", "diffusion_model.", "transformer.", "")
_MERGED = ("F32", "F16", "BF16")


def merge_into_model(base: str, stack: Sequence[tuple[str, float]], name: str) -> list[Weights]:
    """A new model: `base` with a stack of LoRAs, files or registered names, and their strengths.

    Raises ModelError when a file is missing, damaged or does not fit, and UsageError when the name
    is taken or no name. Nothing is registered unless all of it could be made.
    """
    check_name(name)
    if name in models():
        raise UsageError(f"there is a model {name} already", where="--name", mend="Use another.")
    entry = model(base)
    parts = [part for part in ADAPTED.get(entry.family, ()) if part in entry.parts]
    if not parts:
        raise UsageError(f"LoRAs do not go on top of {base}", where="models merge")
    known = loras()
    files = [(known[one].path if one in known else Path(one), strength) for one, strength in stack]
    licences = {known[one].card.licence for one, _ in stack if one in known}
    told = [{"lora": path.stem, "strength": strength} for path, strength in files]
    made: list[Weights] = []
    try:
        made.extend(_merged_part(entry.parts[part], base, files, name) for part in parts)
    except BaseException:
        for weights in made:
            weights.path.unlink()
        raise
    for number, weights in enumerate(made):
        licence = ", ".join(sorted({weights.card.licence, *licences}))
        training = {**weights.card.training, "merged": told}
        card = replace(weights.card, licence=licence, training=training)
        write_card(card, weights.path.with_suffix(".json"))
        records.add_weights(weights.path, card)
        made[number] = Weights(weights.path, card)
    return made


def _merged_part(
    weights: Weights, base: str, files: Sequence[tuple[Path, float]], name: str
) -> Weights:
    header = read_header(weights.path)
    prefix = _prefix(header, weights.path)
    shapes = {
        key.removeprefix(prefix).removesuffix(".weight"): facts.shape
        for key, facts in header.tensors.items()
        if key.startswith(prefix) and key.endswith(".weight") and len(facts.shape) == 2
    }
    stack = [(read_lora(path, shapes), strength) for path, strength in files]
    card: Card = weights.card
    target = records.own_folder() / f"{name}-{card.part}.safetensors"
    target.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(target) as temporary:
        shutil.copyfile(weights.path, temporary)
        _write_over(weights.path, temporary, header, prefix, stack)
    changed = replace(card, name=name, base=base, sha256=file_sha256(target), figures={})
    return Weights(target, changed)


def _prefix(header: Header, path: Path) -> str:
    """What stands before the layers' names in this file."""
    for prefix in _PREFIXES:
        if any(key.startswith(prefix) and key.endswith(".weight") for key in header.tensors):
            return prefix
    raise ModelError("it holds no layers", where=str(path))


def _write_over(
    before: Path, path: Path, header: Header, prefix: str, stack: Sequence[tuple[Lora, float]]
) -> None:
    """Write the layers of `before` with the stack into its copy, in the type that they have."""
    layers = dict.fromkeys(layer for lora, _ in stack for layer in lora.layers)
    starts = _starts(before)
    with safe_open(before, "pt") as source, path.open("r+b") as file:
        for layer in layers:
            key = f"{prefix}{layer}.weight"
            if header.tensors[key].dtype not in _MERGED:
                raise ModelError(
                    f"{layer} is kept in {header.tensors[key].dtype}",
                    where=str(before),
                    mend="Merge into a checkpoint of 16 or 32 bits, or use the node LoRA.",
                )
            weight = source.get_tensor(key)
            whole = weight.float()
            for lora, strength in stack:
                if layer in lora.layers:
                    whole = whole + lora.layers[layer].delta(strength)
            file.seek(starts[key])
            file.write(whole.to(weight.dtype).contiguous().view(torch.uint8).numpy().tobytes())


def _starts(path: Path) -> dict[str, int]:
    """Where each tensor of a file begins whose header was checked, in bytes."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        table = json.loads(file.read(length))
    return {
        key: 8 + length + entry["data_offsets"][0]
        for key, entry in table.items()
        if key != "__metadata__"
    }
