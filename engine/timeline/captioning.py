"""The captions of a timeline, kept in its OTIO metadata, one entry a language."""

from __future__ import annotations

from typing import Any

from engine.captions.values import Captions, captions_of
from engine.timeline.values import Timeline, facts

_KEY = "captions"
_TITLES = "titles"


def with_captions(timeline: Timeline, captions: Captions, *, titles: bool = False) -> Timeline:
    """The timeline with captions, which count from its first frame, snapped to its frames.

    They replace those of the same language. With `titles`, edits show them as titles in the
    picture and not as captions that a viewer can turn off.
    """
    copy = timeline.otio.clone()
    kept = [row for row in _rows(timeline) if row["language"] != captions.language]
    row = {**captions.on_frames(timeline.rate).as_dict(), _TITLES: titles}
    copy.metadata.setdefault("aiprod", {})
    copy.metadata["aiprod"][_KEY] = [*kept, row]
    return Timeline(copy, timeline.media)


def captions_on(timeline: Timeline) -> tuple[tuple[Captions, bool], ...]:
    """The captions of a timeline, and whether they are titles. Raises MediaError when damaged."""
    return tuple((captions_of(row), bool(row.get(_TITLES))) for row in _rows(timeline))


def _rows(timeline: Timeline) -> list[dict[str, Any]]:
    return [_plain(row) for row in facts(timeline.otio).get(_KEY, [])]


def _plain(row: Any) -> dict[str, Any]:
    """A row of OTIO's metadata as ordinary lists and tables."""
    return {
        "language": str(row["language"]),
        _TITLES: bool(row.get(_TITLES, False)),
        "captions": [
            [str(start), str(stop), [str(line) for line in lines], str(who)]
            for start, stop, lines, who in row["captions"]
        ],
    }
