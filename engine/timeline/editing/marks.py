"""Markers of a timeline: added, moved, changed, removed, and moved along with an edit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeAlias

from engine.timeline.editing.refusal import RefusedEdit
from engine.timeline.items import Marker

Markers: TypeAlias = tuple[Marker, ...]


def add_marker(markers: Markers, marker: Marker) -> Markers:
    """One more marker, in order of time. Raises RefusedEdit when one of that place is there."""
    if any(known.at == marker.at for known in markers):
        raise RefusedEdit("there is a marker at this frame already", mend="Change that one")
    return _ordered((*markers, marker))


def move_marker(markers: Markers, index: int, by: int) -> Markers:
    """A marker moved `by` frames. Raises RefusedEdit before the timeline's first frame."""
    at = markers[index].at
    if at + by < 0:
        raise RefusedEdit("the timeline begins here", nearest=-at)
    return change_marker(markers, index, at=at + by)


def change_marker(markers: Markers, index: int, **changes: Any) -> Markers:
    """A marker with another name, colour, note, length or place. Raises RefusedEdit."""
    try:
        changed = replace(markers[index], **changes)
    except ValueError as error:
        raise RefusedEdit(str(error)) from None
    return _ordered((*markers[:index], changed, *markers[index + 1 :]))


def remove_markers(markers: Markers, indices: Iterable[int]) -> Markers:
    """The markers without those."""
    chosen = set(indices)
    return tuple(marker for index, marker in enumerate(markers) if index not in chosen)


def shift_markers(markers: Markers, frame: int, by: int) -> Markers:
    """The markers with those at or after a frame moved along, never before that frame."""
    if by == 0 or all(marker.at < frame for marker in markers):
        return markers
    return _ordered(
        tuple(
            marker
            if marker.at < frame
            else replace(marker, at=max(0, min(frame, frame + by), marker.at + by))
            for marker in markers
        )
    )


def next_marker(markers: Markers, frame: int) -> int | None:
    """The frame of the first marker after a frame."""
    return min((marker.at for marker in markers if marker.at > frame), default=None)


def previous_marker(markers: Markers, frame: int) -> int | None:
    """The frame of the last marker before a frame."""
    return max((marker.at for marker in markers if marker.at < frame), default=None)


def _ordered(markers: Markers) -> Markers:
    return tuple(sorted(markers, key=lambda marker: marker.at))
