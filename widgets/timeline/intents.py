"""What the user asks of a timeline by mouse or key, as frozen values; and what may become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Edge: TypeAlias = Literal["in", "out"]
Mode: TypeAlias = Literal["insert", "overwrite"]


@dataclass(frozen=True, slots=True)
class Trim:
    """Move an edge of a clip; when `rippling`, what follows moves along."""

    clip: str
    edge: Edge
    by: int
    rippling: bool = False


@dataclass(frozen=True, slots=True)
class Roll:
    """Move the cut after a clip."""

    clip: str
    by: int


@dataclass(frozen=True, slots=True)
class Slip:
    """Show other media in the same place: `by` frames later."""

    clip: str
    by: int


@dataclass(frozen=True, slots=True)
class Slide:
    """Move a clip between its neighbours."""

    clip: str
    by: int


@dataclass(frozen=True, slots=True)
class Move:
    """Move (or `copy`) clips `by` frames and `tracks` tracks up; `grabbed` is under the mouse.

    With "insert" they go between others, at the frame `at`.
    """

    clips: tuple[str, ...]
    grabbed: str
    by: int
    tracks: int = 0
    mode: Mode = "overwrite"
    copy: bool = False
    at: int = 0


@dataclass(frozen=True, slots=True)
class Blade:
    """Cut the clip of a track at a frame, or those of all tracks (track "")."""

    track: str
    frame: int


@dataclass(frozen=True, slots=True)
class ResizeTransition:
    """Another length of the transition after a clip."""

    clip: str
    frames: int


@dataclass(frozen=True, slots=True)
class MoveTransition:
    """The transition after one clip to the cut after another."""

    clip: str
    to: str


@dataclass(frozen=True, slots=True)
class Fade:
    """Another fade of a sound."""

    clip: str
    edge: Edge
    frames: int


@dataclass(frozen=True, slots=True)
class Gain:
    """Another gain of a clip's sound, in dB."""

    clip: str
    gain: float


@dataclass(frozen=True, slots=True)
class MoveMarker:
    """Move a marker."""

    marker: str
    by: int


@dataclass(frozen=True, slots=True)
class Drop:
    """Place what was dragged in from elsewhere; `track` is "" above or below all tracks."""

    track: str
    frame: int
    mode: Mode


@dataclass(frozen=True, slots=True)
class DropPlan:
    """What a drag from elsewhere would place: its length and kind."""

    frames: int
    kind: Literal["video", "audio"]
    name: str = ""


Intent: TypeAlias = (
    Trim
    | Roll
    | Slip
    | Slide
    | Move
    | Blade
    | ResizeTransition
    | MoveTransition
    | Fade
    | Gain
    | MoveMarker
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an intent may become: itself or the nearest that is legal, and a word about it.

    `intent` is None when nothing like it is possible.
    """

    intent: Intent | None
    text: str = ""


Judge: TypeAlias = Callable[[Intent], Verdict]


def allow(intent: Intent) -> Verdict:
    """The judge of a timeline that has none: everything goes."""
    return Verdict(intent)


@dataclass(frozen=True, slots=True)
class Spot:
    """What lies under the mouse: `part` of a clip, transition or marker, and the frame.

    Parts: "body", "in", "out", "fade in", "fade out", "gain", "transition",
    "transition in", "transition out", "marker", "" for nothing.
    """

    part: str = ""
    track: str = ""
    clip: str = ""
    frame: int = 0
