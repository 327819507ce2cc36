"""What is written down of a training in its folder: what it began from, and that it is done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.models.card import file_sha256
from engine.runtime.files import atomic_write

_INPUTS, _DONE = "inputs.json", "done.json"
_STATE = ("checkpoint.safetensors", "log.jsonl", _DONE)


@dataclass(frozen=True)
class Done:
    """A finished training: its file and inputs by hash, its weights, and the seconds it took."""

    file: str  # SHA-256 of the training file
    inputs: Mapping[str, str]
    weights: str  # path
    sha256: str
    steps: int
    seconds: float


def start_anew(folder: Path, inputs: Mapping[str, str]) -> None:
    """Forget what was trained from other inputs than these; they are weights by SHA-256."""
    path = folder / _INPUTS
    if path.exists() and _read(path) != dict(inputs):
        for name in _STATE:
            (folder / name).unlink(missing_ok=True)
    atomic_write(path, json.dumps(dict(inputs), indent=2) + "\n")


def note_done(folder: Path, file: Path, weights: Path, *, steps: int, seconds: float) -> None:
    """Write down that a training is finished."""
    inputs = _read(folder / _INPUTS)
    done = Done(
        file=file_sha256(file),
        inputs=inputs,
        weights=str(weights.resolve()),
        sha256=file_sha256(weights),
        steps=steps,
        seconds=round(seconds, 1),
    )
    atomic_write(folder / _DONE, json.dumps(asdict(done), indent=2) + "\n")


def finished(folder: Path, file: Path, inputs: Mapping[str, str]) -> Done | None:
    """The record of a finished training, if it was of this file and these inputs and is whole."""
    path = folder / _DONE
    if not path.exists():
        return None
    try:
        done = Done(**_read(path))
    except TypeError as error:
        raise ModelError(f"not a training's record ({error})", where=str(path)) from None
    weights = Path(done.weights)
    if (done.file, dict(done.inputs)) != (file_sha256(file), dict(inputs)):
        return None
    return done if weights.exists() and file_sha256(weights) == done.sha256 else None


def _read(path: Path) -> dict[str, Any]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"not a training's record ({error})", where=str(path)) from None
    if not isinstance(table, dict):
        raise ModelError("not a training's record", where=str(path))
    return table
