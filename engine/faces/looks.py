"""Looks: the colours and hair of the faces that can be drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

from engine.errors import UsageError
from engine.media.making import colour_of_text

Rgb: TypeAlias = tuple[int, int, int]
LookName: TypeAlias = Literal["copper", "walnut", "raven", "silver", "honey", "chestnut"]
Hair: TypeAlias = Literal["bob", "short", "bun", "curls", "long", "beard"]


@dataclass(frozen=True)
class Look:
    """How a face is drawn: its hair style, and colours as `#rrggbb`."""

    style: Hair
    skin: str
    hair: str
    iris: str
    lips: str
    clothes: str
    background: str


LOOKS: dict[LookName, Look] = {
    "copper": Look("bob", "#f6d3bd", "#b4502a", "#4f8a5b", "#c9606a", "#2f5d73", "#f0b989"),
    "walnut": Look("short", "#a86f4c", "#2a1b16", "#4a2d1c", "#96504a", "#d9a441", "#7fb0a6"),
    "raven": Look("bun", "#ecc19c", "#1d1a22", "#3a2a22", "#b9484f", "#8c3f58", "#c8d3e6"),
    "silver": Look("beard", "#efc9b3", "#b9bcc4", "#4d7aa8", "#b8736c", "#39424f", "#a9b7a0"),
    "honey": Look("long", "#f9dcc4", "#dcae5c", "#5b8db8", "#d1666f", "#5d6fae", "#bcd8d2"),
    "chestnut": Look("curls", "#6f4530", "#1c1210", "#33211a", "#8a4543", "#e0714f", "#f2d8a0"),
}
assert set(LOOKS) == set(get_args(LookName))


def look_named(
    name: str,
    *,
    skin: str | None = None,
    hair: str | None = None,
    clothes: str | None = None,
    background: str | None = None,
) -> Look:
    """The look of that name, in other colours where some are given. Raises UsageError."""
    found = next((look for key, look in LOOKS.items() if key == name), None)
    if found is None:
        raise UsageError(f"there is no look {name!r}", mend=f"Looks: {', '.join(LOOKS)}")
    for colour in (skin, hair, clothes, background):
        if colour:
            colour_of_text(colour)
    return replace(
        found,
        skin=skin or found.skin,
        hair=hair or found.hair,
        clothes=clothes or found.clothes,
        background=background or found.background,
    )


def rgb(text: str) -> Rgb:
    """Red, green and blue, 0 to 255, of `#rrggbb`."""
    red, green, blue, _ = colour_of_text(text)
    return red, green, blue


def shade(colour: Rgb, light: float, *, warm: float = 0.0) -> Rgb:
    """The colour lighter (above 1) or darker (below 1); warm turns it towards red."""
    if light > 1:
        return between(colour, (255, 255, 255), 1 - 1 / light)
    red, green, blue = colour
    return (
        round(red * light ** (1 - 0.5 * warm)),
        round(green * light),
        round(blue * light ** (1 + 0.2 * warm)),
    )


def between(first: Rgb, second: Rgb, part: float) -> Rgb:
    """The colour that lies `part` of the way from the first to the second."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue
