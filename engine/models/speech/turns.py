"""A text as turns: what is said by which voice and how, and the rests between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from engine.errors import UsageError
from engine.models.speech.pronunciations import Pronunciations

Level: TypeAlias = Literal["strong", "moderate", "reduced"]


@dataclass(frozen=True)
class Style:
    """A voice, its pace (1 is its own), semitones up, decibels louder."""

    voice: str
    speed: float = 1.0
    pitch: float = 0.0
    volume: float = 0.0


@dataclass(frozen=True)
class Turn:
    """A text of one style. stressed: parts of it that bear an emphasis, in their order.

    opens: it begins a paragraph. goes_on: it ends inside a sentence.
    """

    text: str
    style: Style
    stressed: tuple[tuple[str, Level], ...] = ()
    opens: bool = False
    goes_on: bool = False


@dataclass(frozen=True)
class Rest:
    """Silence that the text asks for."""

    seconds: float


Cast: TypeAlias = Mapping[str, str]
"""Names of speakers in the text, and their voices."""


def turns_of(
    text: str, style: Style, cast: Cast, pronunciations: Pronunciations
) -> list[Turn | Rest]:
    """A text, plain or in SSML (`<speak ...`), as turns. Raises UsageError."""
    if text.lstrip().startswith(("<speak", "<?xml")):
        from engine.models.speech.markup import ssml_turns

        found = ssml_turns(text, style)
    else:
        found = list(_plain(text, style, cast))
    return [
        replace(each, text=pronunciations.applied(each.text, each.style.voice))
        if isinstance(each, Turn)
        else each
        for each in found
    ]


def read_cast(text: str) -> dict[str, str]:
    """Lines such as `Anna = heart`. Raises UsageError that names a line which is none."""
    cast = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, equals, voice = (part.strip() for part in line.partition("="))
        if not (equals and name and voice):
            raise UsageError(
                f"line {number} of the cast gives no speaker a voice: {line.strip()!r}",
                mend="Write lines such as: Anna = heart",
            )
        cast[name] = voice
    return cast


def _plain(text: str, style: Style, cast: Cast) -> list[Turn]:
    """Paragraphs are set apart by an empty line; in a cast, `Anna: ...` begins Anna's turn."""
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    turns: list[Turn] = []
    current, opens = style, True
    for line in lines:
        if not line:
            current, opens = style, True
            continue
        name, colon, rest = line.partition(":")
        if colon and name.strip() in cast:
            current, line = replace(style, voice=cast[name.strip()]), rest.strip()
            turns.append(Turn(line, current, opens=opens))
        elif opens or not turns:
            turns.append(Turn(line, current, opens=opens))
        else:
            turns[-1] = replace(turns[-1], text=f"{turns[-1].text} {line}")
        opens = False
    return [turn for turn in turns if re.search(r"\S", turn.text)]
