"""A node with every kind of parameter."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from engine.graph import Angle, Color, File, Label, Multiline, Range, Seed, node


@dataclass(frozen=True)
class Item:
    """A part of something."""

    size: Annotated[int, Range(0, 9)] = 1
    note: str = ""


@node("Everything", category="Test", cache=False)
def everything(  # noqa: PLR0917
    whole: Annotated[int, Range(0, 10)] = 3,
    part: Annotated[float, Range(0, 1, step=0.1)] = 0.5,
    turn: Annotated[float, Range(0, 360), Angle()] = 90.0,
    at: Annotated[int, Range(0, unit="frames")] = 0,
    flag: bool = True,
    way: Literal["left", "right"] = "left",
    line: str = "text",
    lines: Annotated[str, Multiline()] = "",
    tint: Annotated[str, Color()] = "#ff8800",
    chance: Annotated[int | None, Seed()] = None,
    rate: Fraction | None = None,
    file: Annotated[Path | None, File("video")] = None,
    place: tuple[float, float] = (0.0, 0.0),
    gains: list[float] = [0.0],  # noqa: B006
    items: tuple[Item, ...] = (),
    names: dict[str, float] = {},  # noqa: B006
    opacity: Annotated[
        list[tuple[int, float, Literal["linear", "smooth", "hold"]]], Label("Opacity over time")
    ] = [(0, 1.0, "linear"), (24, 0.0, "linear")],  # noqa: B006
    fade: list[tuple[float, float]] = [(0.0, 0.0), (1.0, 1.0)],  # noqa: B006
) -> str:
    """Has one of each."""
    return ""


ALL = (everything,)
