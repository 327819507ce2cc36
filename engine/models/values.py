"""Model as a value in a graph: which weights, by name; the pool loads them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """A model chosen by its registry name, and the fingerprint of its weights."""

    name: str
    family: str
    fingerprint: str
