"""Stores plain values (text, numbers, flags, prompts) and artifacts in the cache."""

from __future__ import annotations

import json
import os
from pathlib import Path

from engine.graph.artifacts import Artifact
from engine.graph.types import Prompt

_VALUE = "value.json"


def save(value: object, folder: Path) -> None:
    """Write a JSON value. Raises ValueError for NaN."""
    (folder / _VALUE).write_text(json.dumps(value, allow_nan=False), encoding="utf-8")


def load(folder: Path) -> object:
    """Read what `save` wrote."""
    return json.loads((folder / _VALUE).read_text(encoding="utf-8"))


def save_prompt(value: Prompt, folder: Path) -> None:
    """Write a prompt."""
    save([value.text, value.negative], folder)


def load_prompt(folder: Path) -> Prompt:
    """Read what `save_prompt` wrote."""
    text, negative = json.loads((folder / _VALUE).read_text(encoding="utf-8"))
    return Prompt(text, negative)


def save_artifact(value: Artifact, folder: Path) -> None:
    """Move an artifact's file or folder into `folder`, with a note of its name and role."""
    os.replace(value.path, folder / "content")
    save([value.name, value.role], folder)


def load_artifact(folder: Path) -> Artifact:
    """Read what `save_artifact` wrote; its path is inside `folder`."""
    name, role = json.loads((folder / _VALUE).read_text(encoding="utf-8"))
    return Artifact(name, folder / "content", role)
