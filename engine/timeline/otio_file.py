"""OpenTimelineIO files: written as they are, read with every mistake named."""

from __future__ import annotations

from pathlib import Path

import opentimelineio as otio

from engine.errors import AiprodError
from engine.runtime.files import atomic_write
from engine.timeline.report import ExportReport
from engine.timeline.values import Timeline


def write_otio(timeline: Timeline, path: Path) -> ExportReport:
    """Write a timeline as OTIO JSON, which carries everything."""
    text = otio.adapters.write_to_string(timeline.otio, "otio_json", indent=2)
    atomic_write(path, text + "\n")
    return ExportReport("otio", (path,))


def read_otio(path: Path) -> Timeline:
    """The timeline of an OTIO file; its media are the files it refers to.

    Raises AiprodError when the file is no OTIO or holds no timeline.
    """
    try:
        found = otio.adapters.read_from_file(str(path), "otio_json")
    except Exception as error:  # OTIO raises its own and plain exceptions alike
        raise AiprodError(f"is no OpenTimelineIO file: {error}", where=path.name) from error
    if isinstance(found, otio.schema.SerializableCollection):
        found = next((item for item in found if isinstance(item, otio.schema.Timeline)), found)
    if not isinstance(found, otio.schema.Timeline):
        raise AiprodError("holds no timeline", where=path.name)
    return Timeline(found)
