"""How captions look: size, place, box, and a colour for each speaker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from engine.captions.values import Captions
from engine.errors import UsageError

Place: TypeAlias = Literal["bottom", "top", "middle"]
Ground: TypeAlias = Literal["box", "outline", "shadow", "none"]

SPEAKER_COLOURS = ("#ffffff", "#ffff00", "#00ffff", "#00ff00")
"""White, yellow, cyan and green, the order that viewers of television know."""


@dataclass(frozen=True)
class Look:
    """How captions are drawn.

    size: height of a line as a part of the picture's height. place: which edge they stand at.
    margin: distance from it, as a part of the height. ground: what sets the text apart from the
    picture. opacity: of a box, 0 to 1. Text takes the speakers' colours unless `colour` is given.
    """

    size: float = 0.058
    place: Place = "bottom"
    margin: float = 0.07
    ground: Ground = "box"
    opacity: float = 0.75
    colour: str | None = None

    def __post_init__(self) -> None:
        if not 0.01 <= self.size <= 0.3:
            raise UsageError(f"text of {self.size:g} of the height", mend="Use 0.01 to 0.3")
        if not 0 <= self.margin <= 0.45 or not 0 <= self.opacity <= 1:
            raise UsageError("a caption's margin is 0 to 0.45, its opacity 0 to 1")
        if self.place not in get_args(Place) or self.ground not in get_args(Ground):
            raise UsageError(f"captions know no {self.place!r} or no {self.ground!r}")
        if self.colour is not None:
            rgb(self.colour)


PLAIN = Look()
"""White on a dark box at the bottom."""


def rgb(colour: str) -> tuple[int, int, int]:
    """The parts of "#rrggbb", 0 to 255. Raises UsageError for anything else."""
    try:
        if len(colour) != 7 or colour[0] != "#":
            raise ValueError
        red, green, blue = bytes.fromhex(colour[1:])
    except ValueError:
        raise UsageError(f"{colour!r} is no colour", mend="Write #rrggbb") from None
    return red, green, blue


def speaker_colours(captions: Captions) -> dict[str, str]:
    """A colour for each speaker, in the order in which they first speak."""
    names = dict.fromkeys(caption.speaker for caption in captions.captions if caption.speaker)
    return {name: SPEAKER_COLOURS[place % len(SPEAKER_COLOURS)] for place, name in enumerate(names)}
