"""Nodes of the mixing desk: tone, dynamics, echo, room, pitch and busses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.audio.bands import Band
from engine.graph import Range, node

if TYPE_CHECKING:
    from engine.media import Sound

Hertz = Annotated[float, Range(5, 90_000, step=10, unit="Hz")]
Decibels = Annotated[float, Range(-48, 48, step=0.5, unit="dB")]


@node("Equalise", category="Mix", cache=False)
def equalise(
    sound: Sound,
    bands: tuple[Band, ...] = (
        Band("high pass", 80.0),
        Band("low shelf", 200.0),
        Band("peak", 2500.0),
        Band("high shelf", 8000.0),
    ),
) -> Sound:
    """Raises and lowers parts of the tone: shelves, peaks, passes, a notch.

    Each band has its frequency and its width q; shelves and peaks have a gain in dB.
    """
    from engine.audio import equalise as equalised

    return equalised(sound, bands)


@node("Repair sound", category="Mix", cache=False)
def repair(sound: Sound) -> Sound:
    """Puts silence in place of samples that are no numbers, as a broken file may hold."""
    from engine.audio import repair as repaired

    return repaired(sound)
