"""Plain values that travel along links: prompts, text, numbers and flags."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from engine.graph.annotations import Socket

Text: TypeAlias = Annotated[str, Socket("Text")]
"""A text that arrives by link or leaves by one; as a parameter, write `str`."""

Number: TypeAlias = Annotated[float, Socket("Number")]
"""A number that arrives by link or leaves by one; as a parameter, write `float` or `int`."""

Flag: TypeAlias = Annotated[bool, Socket("Flag")]
"""A yes or no that arrives by link or leaves by one; as a parameter, write `bool`."""


@dataclass(frozen=True, slots=True)
class PromptChange:
    """From `at` seconds of the shot on another text holds; it comes in over `blend` seconds."""

    at: float
    text: str
    blend: float = 0.0


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a shot shows, in words, and what it must not show; `changes` hold from later on.

    `(red:1.3)` gives a phrase more weight, `(red:0.5)` less.
    """

    text: str
    negative: str = ""
    changes: tuple[PromptChange, ...] = ()
