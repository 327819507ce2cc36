"""Model cards: the JSON beside each weights file that says what it is and where it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.runtime.files import atomic_write


@dataclass(frozen=True)
class Card:
    """One weights file: identity, licence, source, hash and the record of its training."""

    name: str
    family: str
    part: str
    sha256: str
    bytes: int
    licence: str
    source: str
    training: Mapping[str, Any] = field(default_factory=dict)


def read_card(path: Path) -> Card:
    """Read `NAME.json`. Raises ModelError when a field is missing or of another kind."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        card = Card(**table)
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"not a model card ({error})", where=str(path)) from None
    texts = (card.name, card.family, card.part, card.sha256, card.licence, card.source)
    if not all(isinstance(text, str) for text in texts) or not isinstance(card.bytes, int):
        raise ModelError("not a model card: a field is of the wrong kind", where=str(path))
    return card


def write_card(card: Card, path: Path) -> None:
    """Write the card as JSON, one field a line."""
    atomic_write(path, json.dumps(vars(card), indent=2, ensure_ascii=False) + "\n")


def file_sha256(path: Path) -> str:
    """SHA-256 of a whole file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
