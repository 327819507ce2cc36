"""Keeping tracks in sync: what lies after a ripple on one track moves along on the others."""

from __future__ import annotations

from app.timeline.changing import Changing
from app.timeline.scene import Scene
from engine.timeline import editing as ed


def follow(changing: Changing, scene: Scene, frame: int, by: int, *, but: str) -> None:
    """Move what begins at or after a frame on every other track `by` frames, and the markers.

    Locked tracks stay. Raises RefusedEdit when a track cannot follow.
    """
    if not scene.in_sync or by == 0:
        return
    moved: set[str] = {row.sequence for row in scene.cut.video if row.id == but}
    for row in scene.cut.video:
        if row.id in scene.locked or row.note or row.sequence in moved:
            continue
        moved.add(row.sequence)
        lengths = scene.lengths[row.sequence]
        changing.items[row.sequence] = ed.shift_from(
            changing.items[row.sequence], lengths, frame - row.settings.at, by
        )
    for line, track in enumerate(scene.cut.audio):
        if track.id in scene.locked or track.id == but:
            continue
        changing.clips[line] = ed.shift_sounds(
            changing.clips[line], scene.sounds, frame, by, picture=scene.picture
        )
    changing.markers = ed.shift_markers(changing.markers, frame, by)
