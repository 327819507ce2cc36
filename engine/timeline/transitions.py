"""What a transition is: its kind, length and look."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal["cut", "dissolve", "wipe", "dip", "push", "slide"]
Direction = Literal["left", "right", "up", "down"]

WIPE_NAMES: Mapping[int, str] = {
    1: "left to right",
    2: "top to bottom",
    3: "box from top left",
    4: "box from top right",
    5: "box from bottom right",
    6: "box from bottom left",
    21: "vertical barn doors",
    22: "horizontal barn doors",
    23: "box from top centre",
    24: "box from right centre",
    25: "box from bottom centre",
    26: "box from left centre",
    41: "diagonal from top left",
    42: "diagonal from top right",
    101: "rectangle iris",
    102: "diamond iris",
    119: "circle iris",
    201: "clock from twelve",
}
"""The SMPTE 258M wipe codes that are rendered, with their names."""

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Transition:
    """A change from one shot to the next; `frames` long, the cut in its middle.

    An odd frame comes after the cut. `code` is the SMPTE wipe, `softness` the width of its edge
    (0 to 1 of the whole way), `reverse` runs it backwards; `color` is what a dip goes through;
    `direction` is where a push or slide moves to. `sound` cross-fades the pictures' own sound.
    Raises ValueError for values out of range.
    """

    kind: Kind = "dissolve"
    frames: int = 12
    code: int = 1
    softness: float = 0.0
    reverse: bool = False
    color: str = "#000000"
    direction: Direction = "left"
    sound: bool = True

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"kind is {self.kind!r}; use one of {', '.join(get_args(Kind))}")
        if self.kind != "cut" and not 1 <= self.frames <= 100_000:
            raise ValueError(f"frames is {self.frames}; use 1 to 100000")
        if self.kind == "wipe" and self.code not in WIPE_NAMES:
            known = ", ".join(f"{code} {name}" for code, name in WIPE_NAMES.items())
            raise ValueError(f"code is {self.code}; the wipes are {known}")
        if not 0 <= self.softness <= 1:
            raise ValueError(f"softness is {self.softness:g}; use 0 to 1")
        if not _COLOR.fullmatch(self.color):
            raise ValueError(f"color is {self.color!r}; write it as #rrggbb")
        if self.direction not in get_args(Direction):
            raise ValueError(f"direction is {self.direction!r}; use left, right, up or down")

    @property
    def before(self) -> int:
        """Frames before the cut, where the incoming shot already shows."""
        return self.frames // 2

    @property
    def after(self) -> int:
        """Frames after the cut, where the outgoing shot still shows."""
        return self.frames - self.before

    @property
    def title(self) -> str:
        """Its look in words, as messages and reports name it."""
        if self.kind == "wipe":
            name = f"wipe {self.code:03} ({WIPE_NAMES[self.code]})"
            return f"{name}, reversed" if self.reverse else name
        if self.kind == "dip":
            return f"dip to {self.color}"
        return f"{self.kind} {self.direction}" if self.kind in ("push", "slide") else self.kind

    def look(self) -> dict[str, Any]:
        """The fields that matter for its kind, as JSON values; read back by `transition_like`."""
        look: dict[str, Any] = {"kind": self.kind}
        if self.kind == "wipe":
            look |= {"code": self.code, "softness": self.softness, "reverse": self.reverse}
        elif self.kind == "dip":
            look |= {"color": self.color.lower()}
        elif self.kind in ("push", "slide"):
            look |= {"direction": self.direction}
        return look if self.sound else look | {"sound": False}


def transition_like(look: Mapping[str, Any] | None, frames: int) -> Transition:
    """The transition whose look was kept; one that is not understood becomes a dissolve."""
    names = {field.name for field in dataclasses.fields(Transition)} - {"frames"}
    try:
        known = {name: value for name, value in (look or {}).items() if name in names}
        transition = Transition(frames=max(1, frames), **known)
    except (ValueError, TypeError):
        return Transition(frames=max(1, frames))
    return transition if transition.kind != "cut" else Transition(frames=max(1, frames))
