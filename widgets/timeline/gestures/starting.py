"""Which gesture a press begins, by tool, keys held, and what lies under the mouse."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QRectF

from widgets.timeline.gestures.browsing import Band, Hand, ZoomBox
from widgets.timeline.gestures.edges import DragJoin, ResizeJoin, RollCut, TrimEdge
from widgets.timeline.gestures.levels import DragFade, DragGain
from widgets.timeline.gestures.moves import MoveClips, SlideClip, SlipClip
from widgets.timeline.gestures.protocol import Gesture, Pointer, Stage
from widgets.timeline.intents import Spot

Tool: TypeAlias = Literal["select", "blade", "ripple", "roll", "slip", "slide", "hand", "zoom"]
TOOLS: tuple[Tool, ...] = ("select", "blade", "ripple", "roll", "slip", "slide", "hand", "zoom")


def begin(stage: Stage, tool: Tool, spot: Spot, pointer: Pointer) -> Gesture | None:
    """The gesture of a press with a tool; None when it begins none."""
    if tool == "hand":
        return Hand(stage, pointer)
    if tool == "zoom":
        return ZoomBox(stage, pointer)
    track = next((item for item in stage.rows.tracks if item.id == spot.track), None)
    if not spot.clip or track is None or track.locked or track.note:
        return Band(stage, pointer)
    if spot.part == "transition":
        return DragJoin(stage, pointer, spot.clip)
    if spot.part in ("transition in", "transition out"):
        return ResizeJoin(stage, pointer, spot.clip)
    if tool == "roll":
        left = _left_of_cut(stage, spot, pointer)
        return RollCut(stage, pointer, left) if left else None
    if tool == "slip":
        return SlipClip(stage, pointer, spot.clip)
    if tool == "slide":
        return SlideClip(stage, pointer, spot.clip)
    if spot.part == "in":
        return TrimEdge(stage, pointer, spot.clip, "in", rippling=tool == "ripple")
    if spot.part == "out":
        return TrimEdge(stage, pointer, spot.clip, "out", rippling=tool == "ripple")
    if spot.part == "fade in":
        return DragFade(stage, pointer, spot.clip, "in")
    if spot.part == "fade out":
        return DragFade(stage, pointer, spot.clip, "out")
    if spot.part == "gain":
        return DragGain(stage, pointer, spot.clip, _sound_body(stage, spot))
    return MoveClips(stage, pointer, spot.clip) if tool == "select" else None


def _left_of_cut(stage: Stage, spot: Spot, pointer: Pointer) -> str | None:
    """The clip before the cut nearest to the mouse."""
    found = stage.rows.find(spot.clip)
    if found is None:
        return None
    lane = found[1]
    number = lane.index[spot.clip]
    start, stop = lane.place(spot.clip)
    if spot.part == "in" or (spot.part != "out" and pointer.frame - start < stop - pointer.frame):
        number -= 1
    return lane.clips[number].id if number >= 0 else None


def _sound_body(stage: Stage, spot: Spot) -> QRectF:
    from widgets.timeline.hits import sound_box

    found = stage.rows.find(spot.clip)
    assert found is not None
    track, lane = found
    return sound_box(stage.box(track.id, *lane.place(spot.clip)), lane.clip(spot.clip))
