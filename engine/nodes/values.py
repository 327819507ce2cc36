"""Nodes that hold one value, to feed it to several others."""

from __future__ import annotations

from typing import Annotated

from engine.graph import Flag, Multiline, Number, Prompt, Text, node


@node("Text", category="Values", cache=False)
def text(value: Annotated[str, Multiline()] = "") -> Text:
    """A text that several nodes share."""
    return value


@node("Number", category="Values", cache=False)
def number(value: float = 0.0) -> Number:
    """A number that several nodes share."""
    return value


@node("Flag", category="Values", cache=False)
def flag(*, value: bool = False) -> Flag:
    """A yes or no that several nodes share."""
    return value


@node("Prompt", category="Values", cache=False)
def prompt(text: Annotated[str, Multiline()], negative: Annotated[str, Multiline()] = "") -> Prompt:
    """What a shot shows, in words, and what it must not show."""
    return Prompt(text, negative)


@node("Join text", category="Values", cache=False)
def join(parts: list[Text], separator: str = " ") -> Text:
    """Several texts as one, with `separator` between them."""
    return separator.join(parts)
