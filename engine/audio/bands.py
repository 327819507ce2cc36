"""What an equaliser's bands are: plain values, light to import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

BandKind: TypeAlias = Literal[
    "low shelf", "peak", "high shelf", "high pass", "low pass", "band pass", "notch"
]


@dataclass(frozen=True)
class Band:
    """One filter: where it works in Hz, what it adds in dB, and how narrow it is.

    Passes and notches have no gain. A q of 0.707 gives a pass or shelf without a bump.
    Raises ValueError for a value out of range.
    """

    kind: BandKind = "peak"
    frequency: float = 1000.0
    gain: float = 0.0
    q: float = 0.707

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("frequency", self.frequency, 5.0, 90_000.0),
            ("gain", self.gain, -48.0, 48.0),
            ("q", self.q, 0.1, 40.0),
        ):
            if not low <= value <= high:
                raise ValueError(f"{name} is {value:g}; use {low:g} to {high:g}")
