"""What editorial nodes are told: items of a sequence, tracks and markers of a timeline.

Frozen values that a project holds as JSON objects with the same field names. All frames count at
the rate of the sequence or timeline. Each raises ValueError for a value out of range.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from engine.timeline.transitions import Transition

MarkerColor = Literal[
    "RED",
    "ORANGE",
    "YELLOW",
    "GREEN",
    "CYAN",
    "BLUE",
    "PURPLE",
    "MAGENTA",
    "PINK",
    "BLACK",
    "WHITE",
]
Role = Literal["dialogue", "music", "effects"]

_MAX_FRAMES = 100_000_000


@dataclass(frozen=True, slots=True)
class SequenceItem:
    """A shot of a sequence, or a gap, with the transition to the next item.

    `clip` is the input's number, from 0; `in_frame` and `out_frame` (exclusive; None is the end)
    the part of it that plays. `frames` is the length in the sequence when it does not follow from
    these and the speed. `speed` 1/2 is slow motion, negative runs backwards, 0 holds the frame.
    `sound` takes the clip's own sound along, with `gain` in dB; at another speed its pitch goes
    with the speed, or stays with `keep_pitch`; a held frame has none. A `gap` is black (or what
    lies below), so many frames long, and takes none of the others but the transition.
    """

    clip: int = 0
    in_frame: int = 0
    out_frame: int | None = None
    frames: int | None = None
    speed: Fraction = Fraction(1)
    name: str = ""
    enabled: bool = True
    sound: bool = True
    gain: float = 0.0
    gap: int | None = None
    transition: Transition | None = None
    keep_pitch: bool = False

    def __post_init__(self) -> None:
        _within(self, ("clip", "in_frame"), 0, _MAX_FRAMES)
        _within(self, ("frames", "gap"), 1, _MAX_FRAMES)
        _within(self, ("gain",), -96, 24)
        _out_after_in(self)
        if abs(self.speed) > 100 or 0 < abs(self.speed) < Fraction(1, 100):
            raise ValueError(f"speed is {self.speed}; use 1/100 to 100, or 0 to hold a frame")
        if self.speed.denominator > 10_000:
            raise ValueError(f"speed is {self.speed}; use a ratio with smaller numbers")
        if self.speed == 0 and self.frames is None and self.gap is None:
            raise ValueError("frames is missing: a held frame (speed 0) needs its length")


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """How a timeline shows a sequence: from frame `at`, with opacity 0 to 1 and placement.

    `position` moves the picture's centre from the frame's, in frame widths to the right and frame
    heights down; `scale` 1 fits it to the frame. `gain` in dB and `role` are for its own sound.
    """

    sequence: int = 0
    at: int = 0
    opacity: float = 1.0
    position: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
    name: str = ""
    enabled: bool = True
    sound: bool = True
    gain: float = 0.0
    role: Role = "dialogue"

    def __post_init__(self) -> None:
        _within(self, ("sequence", "at"), 0, _MAX_FRAMES)
        _within(self, ("opacity",), 0, 1)
        _within(self, ("scale",), 0.001, 100)
        _within(self, ("gain",), -96, 24)
        if not all(-10 <= part <= 10 for part in self.position):
            raise ValueError(f"position is {list(self.position)}; use -10 to 10")


@dataclass(frozen=True, slots=True)
class SoundClip:
    """A sound on a track: input `sound` (from 0) at frame `at`, its frames `in_frame` on.

    `out_frame` None is the end of the sound or of the picture, whichever is first. Gain in dB, pan
    -1 (left) to 1 (right), fades in frames.
    """

    sound: int = 0
    at: int = 0
    in_frame: int = 0
    out_frame: int | None = None
    gain: float = 0.0
    pan: float = 0.0
    fade_in: int = 0
    fade_out: int = 0
    name: str = ""
    enabled: bool = True

    def __post_init__(self) -> None:
        _within(self, ("sound", "at", "in_frame", "fade_in", "fade_out"), 0, _MAX_FRAMES)
        _within(self, ("gain",), -96, 24)
        _within(self, ("pan",), -1, 1)
        _out_after_in(self)


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """A sound track: its clips, and a gain in dB and a pan that are added to each of theirs."""

    clips: tuple[SoundClip, ...] = ()
    name: str = ""
    role: Role = "effects"
    gain: float = 0.0
    pan: float = 0.0
    enabled: bool = True

    def __post_init__(self) -> None:
        _within(self, ("gain",), -96, 24)
        _within(self, ("pan",), -1, 1)


@dataclass(frozen=True, slots=True)
class Marker:
    """A marked place of the timeline, in frames from its first."""

    at: int = 0
    frames: int = 1
    name: str = ""
    color: MarkerColor = "RED"
    note: str = ""

    def __post_init__(self) -> None:
        _within(self, ("at",), 0, _MAX_FRAMES)
        _within(self, ("frames",), 1, _MAX_FRAMES)


def _within(item: object, names: Iterable[str], low: float, high: float) -> None:
    for name in names:
        value = getattr(item, name)
        if value is not None and not low <= value <= high:
            raise ValueError(f"{name} is {value:g}; use {low:g} to {high:g}")


def _out_after_in(item: SequenceItem | SoundClip) -> None:
    if item.out_frame is not None and item.out_frame <= item.in_frame:
        raise ValueError(f"out_frame is {item.out_frame}; it must come after {item.in_frame}")
