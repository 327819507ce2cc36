"""Model cards: the JSON beside each weights file that says what it is and where it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from engine.errors import ModelError
from engine.runtime.files import atomic_write

Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Figure:
    """How good something is, and which way is better."""

    value: float
    better: Better = "higher"

    def __post_init__(self) -> None:
        if self.better not in get_args(Better):
            raise ValueError(f"better is {self.better!r}; use {' or '.join(get_args(Better))}")

    def is_better_than(self, other: Figure) -> bool:
        """Whether this figure is beyond the other one."""
        return self.value > other.value if self.better == "higher" else self.value < other.value


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
    base: str = ""  # the model that it was trained from, whose other parts it goes with
    figures: Mapping[str, Any] = field(default_factory=dict)  # name -> value, better


def read_card(path: Path) -> Card:
    """Read `NAME.json`. Raises ModelError when a field is missing or of another kind."""
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        card = Card(**table)
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"not a model card ({error})", where=str(path)) from None
    texts = (card.name, card.family, card.part, card.sha256, card.licence, card.source, card.base)
    tables = (card.training, card.figures)
    if (
        not all(isinstance(text, str) for text in texts)
        or not isinstance(card.bytes, int)
        or not all(isinstance(table, dict) for table in tables)
    ):
        raise ModelError("not a model card: a field is of the wrong kind", where=str(path))
    read_figures(card)
    return card


def read_figures(card: Card) -> dict[str, Figure]:
    """The figures that a card holds, by name. Raises ModelError when one is none."""
    try:
        return {name: Figure(float(f["value"]), f["better"]) for name, f in card.figures.items()}
    except (KeyError, TypeError, ValueError) as error:
        message = f"not a model card: a figure is a value and which way is better ({error!r})"
        raise ModelError(message, where=card.name) from None


def write_card(card: Card, path: Path) -> None:
    """Write the card as JSON, one field a line."""
    atomic_write(path, json.dumps(vars(card), indent=2, ensure_ascii=False) + "\n")


def file_sha256(path: Path) -> str:
    """SHA-256 of a whole file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
