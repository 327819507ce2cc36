"""What the viewer is given to show, as frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

ACTION_SAFE = 0.93
TITLE_SAFE = 0.90


@dataclass(frozen=True)
class Guide:
    """A line across the picture at a share of its width (vertical) or height."""

    vertical: bool
    at: float


@dataclass(frozen=True)
class Overlays:
    """What is drawn over the picture. `aspect` masks it to a ratio of width to height."""

    safe_areas: bool = False
    thirds: bool = False
    centre: bool = False
    guides: tuple[Guide, ...] = ()
    aspect: float | None = None
    text: bool = False
    pixel_grid: bool = True
    ground: Literal["checker", "black", "white"] = "checker"


@dataclass(frozen=True)
class Compare:
    """How a second picture is shown: on the far side of a line, or as the difference.

    The line goes through (x, y), shares of the picture, at an angle in degrees: 0 is upright with
    the second picture on its right. `gain` makes small differences seen.
    """

    mode: Literal["off", "wipe", "difference"] = "off"
    x: float = 0.5
    y: float = 0.5
    angle: float = 0.0
    gain: int = 4


@dataclass(frozen=True)
class Skin:
    """A picture that shines through, such as a keyframe of the shot."""

    image: QImage
    opacity: float


@dataclass(frozen=True)
class Mark:
    """Something at a frame of the time strip that can be dragged, such as a keyframe."""

    id: str
    frame: int
    label: str
    image: QImage | None = None
    movable: bool = True


@dataclass(frozen=True)
class Placement:
    """A picture that lies on the frame, in shares of its width and height."""

    image: QImage
    rect: QRectF


def _number(frame: int) -> str:
    return str(frame)


def _frame(text: str) -> int:
    return int(text)


@dataclass(frozen=True)
class Counting:
    """How frames are counted: how many there are, and their timecode there and back.

    `read` raises ValueError, or an error that says why, for a text that is no timecode.
    """

    frame_count: int = 0
    second: int = 24
    text: Callable[[int], str] = field(default=_number, compare=False)
    read: Callable[[str], int] = field(default=_frame, compare=False)
    drop_frame: bool = False
