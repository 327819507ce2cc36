"""Nodes that hold one value, to feed it to several others."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from engine.errors import Problem, ValidationError
from engine.graph import Flag, Label, Multiline, Number, Prompt, PromptChange, Range, Text, node


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
    """What a shot shows, in words, and what it must not show.

    `(red:1.3)` gives a phrase more weight, `(red:0.5)` less, `(red)` 1.1; write `\\(` for a
    parenthesis that is meant as one.
    """
    return Prompt(text, negative)


@node("Prompt schedule", category="Values", cache=False)
def schedule(
    prompts: list[Prompt],
    starts: Annotated[tuple[float, ...], Label("Starts, in seconds")] = (),
    blend: Annotated[float, Range(0, 10, step=0.1, unit="s")] = 0.5,
) -> Prompt:
    """Prompts one after the other over a shot: each holds from its start on.

    The first holds from the beginning. Without starts they follow a second apart. Each comes in
    over the blend, half of it before its start. What must not be shown is that of the first.
    """
    later = prompts[1:]
    times = starts or tuple(float(n) for n in range(1, len(prompts)))
    if len(times) == len(prompts) and times and times[0] == 0:
        times = times[1:]
    if len(times) != len(later) or any(b <= a for a, b in pairwise((0.0, *times))):
        raise ValidationError(
            [
                Problem(
                    f"{list(starts)} are no starts of {len(later)} prompts after the first",
                    field="starts",
                    mend="Give each of them a time above 0, in rising order.",
                )
            ]
        )
    changes = (PromptChange(at, p.text, blend) for at, p in zip(times, later, strict=True))
    return Prompt(prompts[0].text, prompts[0].negative, tuple(changes))


@node("Join text", category="Values", cache=False)
def join(parts: list[Text], separator: str = " ") -> Text:
    """Several texts as one, with `separator` between them."""
    return separator.join(parts)
