"""What lies under the mouse on the lanes."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF

from widgets.timeline.intents import Spot
from widgets.timeline.paint_clips import BAND, gain_y
from widgets.timeline.rows import Lane, Rows
from widgets.timeline.scale import Scale
from widgets.timeline.values import ClipView, TrackView

EDGE = 7  # pixels on either side of an edge
_HANDLE = 9  # size of a fade's handle
_LEVEL = 4  # pixels about a gain line


def find_spot(rows: Rows, scale: Scale, pos: QPointF) -> Spot:
    """The part of a clip or transition at a place (scrolled) of the lanes."""
    row = rows.number_at(pos.y())
    frame = max(0, scale.frame(pos.x()))
    if row is None:
        return Spot(frame=frame)
    track = rows.tracks[row]
    lane = rows.lanes[track.id]
    top = rows.top(row)
    if pos.y() < top + BAND + 2 or track.height < 34:
        part = _transition_spot(lane, track, scale, pos.x(), frame)
        if part is not None:
            return part
    number = _clip_near(lane, scale, pos.x())
    if number is None:
        return Spot("", track.id, "", frame)
    clip = lane.clips[number]
    left, right = scale.x(lane.starts[number]), scale.x(lane.stops[number])
    box = QRectF(left, top, right - left, track.height)
    return Spot(_part(clip, box, pos), track.id, clip.id, frame)


def sound_box(box: QRectF, clip: ClipView) -> QRectF:
    """Where the sound of a clip is drawn in its box; empty when it is not."""
    band = BAND if box.height() >= 34 else 0
    body = box.adjusted(0, band, 0, 0)
    if clip.kind == "audio":
        return body
    if clip.sound != "linked" or body.height() < 40:
        return QRectF()
    lower = body.height() * 0.3
    return QRectF(body.left(), body.bottom() - lower, body.width(), lower)


def _part(clip: ClipView, box: QRectF, pos: QPointF) -> str:
    x = pos.x()
    sound = sound_box(box, clip)
    if clip.kind == "audio" and box.width() > 30 and pos.y() < sound.top() + _HANDLE:
        pixels = box.width() / clip.frames
        if clip.fade_in and abs(x - box.left() - clip.fade_in * pixels) <= EDGE:
            return "fade in"
        if clip.fade_out and abs(box.right() - clip.fade_out * pixels - x) <= EDGE:
            return "fade out"
        if pos.y() >= sound.top():
            if not clip.fade_in and EDGE <= x - box.left() <= EDGE + _HANDLE:
                return "fade in"
            if not clip.fade_out and EDGE <= box.right() - x <= EDGE + _HANDLE:
                return "fade out"
    reach = min(EDGE, box.width() / 4)
    if x - box.left() <= reach:
        return "in"
    if box.right() - x <= reach:
        return "out"
    if sound.height() >= 14 and abs(gain_y(clip.gain, sound) - pos.y()) <= _LEVEL:
        return "gain"
    return "body"


def _clip_near(lane: Lane, scale: Scale, x: float) -> int | None:
    """The clip at an x, or one whose edge is within reach where there is none."""
    number = lane.at(scale.frame(x))
    if number is not None:
        return number
    reach = EDGE / scale.pixels
    at = scale.first + x / scale.pixels
    near = lane.between(at - reach, at + reach)
    return near.start if len(near) else None


def _transition_spot(
    lane: Lane, track: TrackView, scale: Scale, x: float, frame: int
) -> Spot | None:
    reach = EDGE / scale.pixels
    at = scale.first + x / scale.pixels
    for item in lane.transitions_between(at - reach, at + reach):
        left, right = scale.x(item.cut - item.before), scale.x(item.cut + item.after)
        if right - left < 6:
            continue
        edge = min(EDGE, (right - left) / 4)
        if abs(x - left) <= edge:
            return Spot("transition in", track.id, item.clip, frame)
        if abs(x - right) <= edge:
            return Spot("transition out", track.id, item.clip, frame)
        if left < x < right:
            return Spot("transition", track.id, item.clip, frame)
    return None
