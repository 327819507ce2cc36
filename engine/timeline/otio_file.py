"""OpenTimelineIO files: written as they are, read with every mistake named."""

from __future__ import annotations

from pathlib import Path

import opentimelineio as otio

from engine.errors import AiprodError
from engine.runtime.files import atomic_write
from engine.timeline.layout import lay_out
from engine.timeline.markers import markers_of
from engine.timeline.report import ExportReport
from engine.timeline.values import Timeline, facts


def write_otio(timeline: Timeline, path: Path) -> ExportReport:
    """Write a timeline as OTIO JSON, which carries everything."""
    text = otio.adapters.write_to_string(timeline.otio, "otio_json", indent=2)
    atomic_write(path, text + "\n")
    return ExportReport("otio", (path,))


def read_otio(path: Path) -> Timeline:
    """The timeline of an OTIO file; its media are the files it refers to.

    Raises AiprodError when the file is no OTIO, holds no timeline, or one that cannot be laid out.
    """
    try:
        found = otio.adapters.read_from_file(str(path), "otio_json")
    except Exception as error:  # OTIO raises its own and plain exceptions alike
        raise AiprodError(f"is no OpenTimelineIO file: {error}", where=path.name) from error
    if isinstance(found, otio.schema.SerializableCollection):
        found = next((item for item in found if isinstance(item, otio.schema.Timeline)), found)
    if not isinstance(found, otio.schema.Timeline):
        raise AiprodError("holds no timeline", where=path.name)
    timeline = Timeline(found)
    try:
        _check(timeline)
    except AiprodError as error:
        raise AiprodError(error.message, where=path.name, mend=error.mend) from error
    except Exception as error:  # values of any wrong kind, in any of the places that are looked at
        raise AiprodError(f"holds a value that is not legal: {error}", where=path.name) from error
    return timeline


def _check(timeline: Timeline) -> None:
    """Look at everything that a render or an export will look at."""
    for clip in timeline.otio.find_clips():
        if clip.media_reference is None:
            clip.media_reference = otio.schema.MissingReference()
    _ = timeline.rate, timeline.start, timeline.size, timeline.sample_rate
    for track in [*timeline.video_tracks, *timeline.audio_tracks]:
        for shot in lay_out(track, timeline.rate).shots:
            kept = facts(shot.clip)
            for name in ("opacity", "scale", "gain", "pan", "fade_in", "fade_out"):
                float(kept.get(name, 0))
            x, y = kept.get("position", (0, 0))
            _ = float(x), float(y)
    markers_of(timeline)
