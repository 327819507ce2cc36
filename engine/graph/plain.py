"""The stored forms of plain values (text, numbers, flags, prompts) and of artifacts."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.graph.artifacts import Artifact
from engine.graph.types import Prompt, PromptChange

_VALUE = "value.json"


def write_outputs(outputs: Mapping[str, Any]) -> str:
    """Plain values by output as one text, which begins with its own SHA-256."""
    text = json.dumps({name: _encoded(value) for name, value in outputs.items()})
    return hashlib.sha256(text.encode()).hexdigest() + text


def read_outputs(body: str) -> dict[str, Any]:
    """Read what `write_outputs` wrote. Raises ValueError when it is damaged."""
    sha, text = body[:64], body[64:]
    if hashlib.sha256(text.encode()).hexdigest() != sha:
        raise ValueError("the stored values are damaged")
    return {name: _decoded(value) for name, value in json.loads(text).items()}


def save(value: object, folder: Path) -> None:
    """Write one plain value."""
    (folder / _VALUE).write_text(json.dumps(_encoded(value)), encoding="utf-8")


def load(folder: Path) -> object:
    """Read what `save` wrote."""
    return _decoded(json.loads((folder / _VALUE).read_text(encoding="utf-8")))


def save_artifact(value: Artifact, folder: Path) -> None:
    """Move an artifact's file or folder into `folder`, with a note of its name and role."""
    os.replace(value.path, folder / "content")
    save([value.name, value.role], folder)


def load_artifact(folder: Path) -> Artifact:
    """Read what `save_artifact` wrote; its path is inside `folder`."""
    name, role = json.loads((folder / _VALUE).read_text(encoding="utf-8"))
    return Artifact(name, folder / "content", role)


def _encoded(value: object) -> Any:
    if not isinstance(value, Prompt):
        return value
    changes = [[change.at, change.text, change.blend] for change in value.changes]
    return {"prompt": [value.text, value.negative, *([changes] if changes else [])]}


def _decoded(value: Any) -> Any:
    if isinstance(value, dict):
        text, negative, *rest = value["prompt"]
        changes = rest[0] if rest else ()
        return Prompt(text, negative, tuple(PromptChange(*change) for change in changes))
    return value
