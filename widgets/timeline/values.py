"""What a timeline shows, as frozen values: tracks, clips, transitions, markers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from PySide6.QtGui import QImage

TrackKind: TypeAlias = Literal["video", "audio"]
ClipState: TypeAlias = Literal["", "waiting", "missing"]


@dataclass(frozen=True, slots=True)
class ClipView:
    """A clip on a track; where it begins is in the lane, so that a ripple changes no clip.

    `media` is what its pictures are asked by, `source` the media frame of its first, `speed`
    media frames a frame. `head` and `tail` are frames of media beyond its edges. `sound` says
    what becomes of a picture's own sound. `note` is a short word on it ("50 %"); `state`
    "waiting" means that it is not rendered yet, "missing" that its media is not there.
    """

    id: str
    frames: int
    name: str = ""
    kind: TrackKind = "video"
    media: str = ""
    source: int = 0
    speed: float = 1.0
    head: int = 0
    tail: int = 0
    enabled: bool = True
    sound: Literal["", "linked", "off"] = ""
    gain: float = 0.0
    fade_in: int = 0
    fade_out: int = 0
    note: str = ""
    takes: int = 0
    state: ClipState = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TransitionView:
    """A transition out of the clip `clip`: frames before and after the cut, name, look."""

    clip: str
    cut: int
    before: int
    after: int
    title: str = ""
    kind: str = "dissolve"


@dataclass(frozen=True, slots=True)
class TrackView:
    """A track's header: its name, height in pixels and switches. `note` says why it is fixed."""

    id: str
    kind: TrackKind
    name: str
    height: int = 64
    locked: bool = False
    muted: bool = False
    solo: bool = False
    target: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class MarkerView:
    """A marker of the timeline, with its colour as #rrggbb."""

    id: str
    at: int
    frames: int = 1
    name: str = ""
    color: str = "#ff5c5c"
    note: str = ""


class Pictures(Protocol):
    """Where the pictures in clips come from. Each call returns at once: what is not there yet
    is None, is made in the background, and `refresh_media` is called when it is.
    """

    def thumb(self, media: str, frame: int, height: int) -> QImage | None:
        """A media frame about `height` pixels high."""

    def wave(self, media: str, level: int, tile: int) -> QImage | None:
        """Tile number `tile` of a waveform of 2**level pixels a frame: white, with alpha."""


WAVE_TILE = 256
"""Width of a waveform's tile in pixels."""
