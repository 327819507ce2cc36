"""Snapping: the edges, markers and playhead near a frame that is dragged."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable

from widgets.timeline.rows import Rows

REACH = 8  # pixels


class Snapper:
    """The frames to snap to, gathered once when a drag begins."""

    def __init__(self, frames: Iterable[int]) -> None:
        self._frames = sorted(set(frames))

    def nearest(self, frame: int, reach: float) -> int | None:
        """The nearest of them within `reach` frames; None when there is none."""
        place = bisect_left(self._frames, frame)
        near = self._frames[max(0, place - 1) : place + 1]
        best = min(near, key=lambda item: abs(item - frame), default=None)
        return best if best is not None and abs(best - frame) <= reach else None

    def moved(self, edges: Iterable[int], by: int, reach: float) -> tuple[int, int | None]:
        """How far edges that are dragged `by` frames go, and the frame that one snapped to."""
        best: tuple[int, int] | None = None
        for edge in edges:
            found = self.nearest(edge + by, reach)
            if found is None:
                continue
            off = found - edge - by
            if best is None or abs(off) < abs(best[0]):
                best = off, found
        return (by + best[0], best[1]) if best else (by, None)


def frames_to_snap(rows: Rows, extra: Iterable[int], *, without: Collection[str] = ()) -> list[int]:
    """Edges of all clips but those left out, the start, and what else is given."""
    found = [0, *extra]
    skip = frozenset(without)
    for lane in rows.lanes.values():
        if not skip or skip.isdisjoint(lane.index):
            found += lane.starts
            found += lane.stops
            continue
        for number, clip in enumerate(lane.clips):
            if clip.id not in skip:
                found += (lane.starts[number], lane.stops[number])
    return found
