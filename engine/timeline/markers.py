"""The markers of a timeline, wherever they are kept in it."""

from __future__ import annotations

import opentimelineio as otio

from engine.timeline.layout import lay_out
from engine.timeline.times import frames_of, rational_time
from engine.timeline.values import Timeline


def markers_of(timeline: Timeline) -> list[otio.schema.Marker]:
    """All markers of a timeline as its own: those of clips moved to where they lie in it."""
    rate = timeline.rate
    markers = list(timeline.otio.tracks.markers)
    for track in timeline.otio.tracks:
        for element in lay_out(track, rate).shots:
            for marker in element.clip.markers:
                at = frames_of(marker.marked_range.start_time, rate)
                at += element.start - element.media_start - element.source
                moved = marker.clone()
                moved.marked_range = otio.opentime.TimeRange(
                    rational_time(at, rate), marker.marked_range.duration
                )
                markers.append(moved)
    return sorted(markers, key=lambda marker: frames_of(marker.marked_range.start_time, rate))
